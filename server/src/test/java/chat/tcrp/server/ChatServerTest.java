package chat.tcrp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import chat.tcrp.protocol.Credentials;
import chat.tcrp.protocol.Password;
import chat.tcrp.protocol.Request;
import chat.tcrp.protocol.RoomName;
import chat.tcrp.protocol.Status;
import chat.tcrp.protocol.Tcrp;
import chat.tcrp.protocol.Username;
import chat.tcrp.server.base.Ticker;
import java.io.IOException;
import java.net.ConnectException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.PortUnreachableException;
import java.net.Socket;
import java.net.SocketException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The life of a server: its addresses, its end, its log. */
@OneServer("about the ports and the end of a server")
class ChatServerTest extends EveryRelayTest {
  private static final InetAddress LOOPBACK = TestServer.address("127.0.0.1");

  @Test
  void stoppingEndsEverySessionAndClosesBothPorts() throws IOException {
    try (TestServer server = TestServer.start();
        Socket halfway = server.peer().connect();
        DatagramSocket probe = new DatagramSocket()) {
      TestPeer ann = server.peer().create("tea", "ann").keepalive();
      TestPeer bob = server.peer().join("tea", "bob").keepalive();
      TestPeer carol = server.peer().create("coffee", "carol").keepalive();
      ann.expect("* bob joined");

      server.stop();

      for (TestPeer peer : List.of(ann, bob, carol)) {
        peer.expectEnd("server stopping");
      }
      assertThat(halfway.getInputStream().read()).isEqualTo(-1);
      assertThatThrownBy(() -> new Socket().connect(server.tcp(LOOPBACK)))
          .isInstanceOf(ConnectException.class);
      probe.connect(server.udp(LOOPBACK));
      probe.setSoTimeout((int) TestPeer.PATIENCE.toMillis());
      probe.send(new DatagramPacket(new byte[1], 1));
      assertThatThrownBy(() -> probe.receive(new DatagramPacket(new byte[1], 1)))
          .isInstanceOf(PortUnreachableException.class);
    }
  }

  /**
   * A request that has begun has 250 ms for its end, which a busy machine may take for itself; then
   * another server is stopped.
   */
  @Test
  void stoppingLetsWhatHasBegunEndButMakesNoRoom() throws Exception {
    Optional<List<Status>> answers = Optional.empty();
    for (int tries = 0; answers.isEmpty() && tries < 20; tries++) {
      answers = answersWhileStopping();
    }
    assertThat(answers.orElseThrow()).containsExactly(Status.OK, Status.SERVER_FULL);
  }

  /** What a join and a create are answered that end after the beginning of the end. */
  private static Optional<List<Status>> answersWhileStopping() throws Exception {
    try (TestServer server = TestServer.start();
        Socket join = server.peer().connect();
        Socket create = server.peer().connect()) {
      server.peer().create("tea", "ann").keepalive();
      byte[] joins =
          Tcrp.encode(new Request.Join(new RoomName("tea"), TestPeer.credentials("bob")));
      byte[] creates =
          Tcrp.encode(new Request.Create(new RoomName("milk"), TestPeer.credentials("bob")));
      join.getOutputStream().write(joins, 0, 1);
      create.getOutputStream().write(creates, 0, 1);
      // Also the one that comes last has been accepted.
      server.peer().join("tea", "carol");

      Thread stop = Thread.ofPlatform().start(server::stop);
      while (isOpen(server)) {
        Thread.onSpinWait();
      }
      List<Status> answers = new ArrayList<>();
      try {
        join.getOutputStream().write(joins, 1, joins.length - 1);
        create.getOutputStream().write(creates, 1, creates.length - 1);
        for (Socket socket : List.of(join, create)) {
          byte[] answer = socket.getInputStream().readAllBytes();
          if (answer.length > Tcrp.HEADER_BYTES) {
            Tcrp.Header header = Tcrp.Header.decode(answer);
            int end = Tcrp.HEADER_BYTES + header.bodySize();
            answers.add(
                Tcrp.decodeStatus(header, Arrays.copyOfRange(answer, Tcrp.HEADER_BYTES, end)));
          }
        }
      } catch (SocketException e) {
        answers.clear();
      } finally {
        stop.join();
      }
      return answers.size() == 2 ? Optional.of(answers) : Optional.empty();
    }
  }

  private static boolean isOpen(TestServer server) {
    try (Socket socket = new Socket()) {
      socket.connect(server.tcp(LOOPBACK));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void stoppingTwiceIsStoppingOnce() {
    TestServer server = TestServer.start();
    server.stop();
    server.close();
  }

  @Test
  void withoutAUdpPortTheOneAfterTheTcpPortIsTaken() {
    try (TestServer server = TestServer.startOnNeighbouringPorts()) {
      assertThat(server.udp(LOOPBACK).getPort()).isEqualTo(server.tcp(LOOPBACK).getPort() + 1);
      server.peer().create("tea", "ann").keepalive();
    }
  }

  @Test
  void aPortThatIsTakenIsNamedAndNothingStaysOpen() throws IOException {
    try (TestServer first = TestServer.start();
        DatagramSocket blocker = new DatagramSocket(0, LOOPBACK)) {
      ServerConfig sameTcp =
          ServerConfig.defaults().listeningOn(LOOPBACK, first.tcp(LOOPBACK).getPort(), 0);
      ServerConfig sameUdp =
          ServerConfig.defaults().listeningOn(LOOPBACK, 0, blocker.getLocalPort());

      assertThatExceptionOfType(BindFailedException.class)
          .isThrownBy(() -> start(sameTcp))
          .withMessage(
              "tcp port %d is in use. Stop the program that has it, or choose another with --port",
              sameTcp.port());
      assertThatExceptionOfType(BindFailedException.class)
          .isThrownBy(() -> start(sameUdp))
          .withMessage(
              "udp port %d is in use. Stop the program that has it, or choose another with"
                  + " --udp-port",
              sameUdp.udpPort().orElseThrow());
    }
  }

  @Test
  void anAddressOfAnotherMachineIsRefused() {
    // 192.0.2.0/24 is for documentation (RFC 5737).
    ServerConfig foreign =
        ServerConfig.defaults().listeningOn(TestServer.address("192.0.2.1"), 0, 0);

    assertThatExceptionOfType(BindFailedException.class)
        .isThrownBy(() -> start(foreign))
        .withMessageStartingWith("192.0.2.1:0 is not an address of this machine");
  }

  @Test
  void aServerOnAllAddressesIsReachedOverBothFamilies() {
    try (TestServer server = TestServer.startOnAllAddresses()) {
      assumeTrue(hasIpv6(), "no IPv6 here");
      TestPeer ann = server.peer("::1").create("tea", "ann").keepalive();
      TestPeer bob = server.peer("127.0.0.1").join("tea", "bob").keepalive();
      ann.expect("* bob joined");

      ann.send("over six");
      bob.expect("ann: over six");
      bob.send("over four");
      ann.expect("bob: over four");

      bob.withSameTokenAt("::1").send("a thief");
      ann.expectNothing();
      assertThat(bob.leave().status()).isEqualTo(Status.OK);
      ann.expect("* bob left");
    }
  }

  @Test
  void aServerOnAllAddressesOfIpv4IsReachedOverThemAlone() throws IOException {
    try (TestServer server = TestServer.startOn(TestServer.address("0.0.0.0"));
        Socket six = new Socket();
        DatagramSocket probe = new DatagramSocket()) {
      assumeTrue(hasIpv6(), "no IPv6 here");
      TestPeer ann = server.peer("127.0.0.1").create("tea", "ann").keepalive();
      TestPeer bob = server.peer("127.0.0.2").join("tea", "bob");
      ann.expect("* bob joined");
      bob.send("over four");
      ann.expect("bob: over four");

      InetAddress loopback = TestServer.address("::1");
      assertThatThrownBy(() -> six.connect(server.tcp(loopback)))
          .isInstanceOf(ConnectException.class);
      probe.connect(server.udp(loopback));
      probe.setSoTimeout((int) TestPeer.PATIENCE.toMillis());
      probe.send(new DatagramPacket(new byte[1], 1));
      assertThatThrownBy(() -> probe.receive(new DatagramPacket(new byte[1], 1)))
          .isInstanceOf(PortUnreachableException.class);
    }
  }

  @Test
  void theLogTellsEventsAndNoSecrets() {
    List<String> secrets = new ArrayList<>();
    try (TestServer server = TestServer.start()) {
      TestPeer ann = server.peer().create("tea", "ann", "open sesame").keepalive();
      TestPeer bob =
          server
              .peer()
              .enter(
                  new Request.Join(new RoomName("tea"), TestPeer.credentials("bob", "open sesame")))
              .keepalive();
      ann.expect("* bob joined");
      secrets.add(ann.token().text().orElseThrow());
      secrets.add(bob.token().text().orElseThrow());
      bob.tryJoin("tea", TestPeer.credentials("carol", "open barley"));
      bob.exchange(
          Frames.request("tea", 2, "{\"username\":\"carol\",\"password\":\"open rye\""), true);
      bob.send("a word in your ear");
      ann.expect("bob: a word in your ear");
      bob.enter(
          new Request.Join(
              bob.room(),
              new Credentials(
                  new Username("bob"),
                  Optional.of(new Password("open sesame")),
                  Optional.of(bob.token()),
                  true)));
      secrets.add(bob.token().text().orElseThrow());
      bob.withSameTokenAt("127.0.0.2").leave();
      ann.kick("bob");
      server.stop();
      secrets.addAll(List.of("sesame", "barley", "rye", "a word in your ear"));

      List<String> lines = RecordedLog.lines().stream().map(RecordedLog.Line::text).toList();
      assertThat(lines)
          .contains(
              "room-created room=tea host=ann rooms=1",
              "member-joined room=tea user=bob address=127.0.0.1 members=2",
              "request-refused operation=2 status=\"wrong password\"" + " address=127.0.0.1",
              "request-refused operation=2 status=\"malformed request\""
                  + " detail=\"the JSON is broken or over a limit\" address=127.0.0.1",
              "request-refused operation=3 status=\"not authorised\"" + " address=127.0.0.2",
              "member-rejoined room=tea user=bob address=127.0.0.1 members=2",
              "member-removed room=tea user=bob address=127.0.0.1 members=1",
              "room-closed room=tea reason=\"server stopping\" rooms=0")
          .anyMatch(line -> line.startsWith("relay-stopped for=rooms"));
      for (String secret : secrets) {
        assertThat(lines).noneMatch(line -> line.contains(secret));
      }
    }
  }

  private static void start(ServerConfig config) throws IOException {
    ChatServer.start(config, Ticker.SYSTEM, new SecureRandom()).close();
  }

  private static boolean hasIpv6() {
    try (DatagramSocket socket = new DatagramSocket(0, TestServer.address("::1"))) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
