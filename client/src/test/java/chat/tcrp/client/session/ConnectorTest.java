package chat.tcrp.client.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import chat.tcrp.client.Await;
import chat.tcrp.client.Main;
import chat.tcrp.client.Programs;
import chat.tcrp.client.RunningServer;
import chat.tcrp.client.TestClient;
import chat.tcrp.client.face.Neighbours;
import chat.tcrp.client.session.SessionEvent.Message;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Hosts with several addresses, of which not all lead to a server. */
class ConnectorTest {
  private static final InetAddress GOOD = address("127.0.0.1");
  private static final InetAddress OTHER = address("127.0.0.2");

  @TempDir private Path directory;
  private final List<AutoCloseable> opened = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : opened) {
      each.close();
    }
  }

  @Test
  void anAddressThatDoesNotAnswerCostsAMoment() throws Exception {
    int port = Programs.freePorts().port();
    listen(GOOD, port);
    swallow(OTHER, port);
    try (Socket socket = Connector.connect(List.of(OTHER, GOOD), port, in(TestClient.PATIENCE))) {
      assertThat(socket.getInetAddress()).isEqualTo(GOOD);
    }
  }

  @Test
  void anAddressWhereNobodyListensIsPassedOver() throws Exception {
    int port = Programs.freePorts().port();
    listen(GOOD, port);
    try (Socket socket = Connector.connect(List.of(OTHER, GOOD), port, in(TestClient.PATIENCE))) {
      assertThat(socket.getInetAddress()).isEqualTo(GOOD);
    }
  }

  @Test
  void theFirstThatAnswersIsTaken() throws Exception {
    int port = Programs.freePorts().port();
    listen(GOOD, port);
    listen(OTHER, port);
    try (Socket socket = Connector.connect(List.of(OTHER, GOOD), port, in(TestClient.PATIENCE))) {
      assertThat(socket.getInetAddress()).isEqualTo(OTHER);
    }
  }

  @Test
  void theDeadlineIsOneForAllAddresses() throws Exception {
    int port = Programs.freePorts().port();
    swallow(GOOD, port);
    swallow(OTHER, port);
    long start = System.nanoTime();
    assertThatThrownBy(
            () -> Connector.connect(List.of(OTHER, GOOD), port, in(Duration.ofMillis(600))))
        .isInstanceOf(SocketTimeoutException.class);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(500));
  }

  @Test
  void thatNobodyListensIsSaidAtOnceWhenNoAddressAnswers() throws Exception {
    int port = Programs.freePorts().port();
    long start = System.nanoTime();
    assertThatThrownBy(() -> Connector.connect(List.of(OTHER, GOOD), port, in(TestClient.PATIENCE)))
        .isInstanceOf(ConnectException.class);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(TestClient.PATIENCE);
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.1 192.0.2.2, 192.0.2.1 192.0.2.2",
    "::1 ::2 ::3 192.0.2.1 192.0.2.2, ::1 192.0.2.1 ::2 192.0.2.2 ::3",
    "192.0.2.1 192.0.2.2 ::1, 192.0.2.1 ::1 192.0.2.2",
  })
  void bothFamiliesAreTriedInTurn(String resolved, String tried) {
    assertThat(Connector.inTurn(addresses(resolved))).isEqualTo(addresses(tried));
  }

  /** The real program and its system's resolver, which is told the addresses of a name. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theProgramChatsWithTheAddressThatAnswers(boolean swallowed) throws Exception {
    try (RunningServer server = RunningServer.start();
        TestClient ann = TestClient.host(server.address(), Optional.empty())) {
      if (swallowed) {
        swallow(OTHER, server.address().port());
      }
      ServerAddress named =
          new ServerAddress("two.test", server.address().port(), server.address().udpPort());
      try (Programs.Client bob = run("join tea --name bob " + Neighbours.options(List.of(named)))) {
        bob.type("hi\n").endInput();
        ann.expect(new Message("bob", "hi"));
        assertThat(bob.status()).isZero();
      }
    }
  }

  @Test
  void theLobbyIsLookedForAtEachAddress() throws Exception {
    try (RunningServer server = RunningServer.startWithLobby();
        Programs.Client ann =
            run("lobby --name ann --stay --server two.test:" + server.lobbyAddress().port())) {
      Await.until("ann in the lobby", () -> ann.err().contains("in the lobby of two.test"));
      try (Programs.Client bob =
          run("lobby --name bob --server 127.0.0.1:" + server.lobbyAddress().port())) {
        bob.type("hi\n").endInput();
        assertThat(bob.status()).isZero();
      }
      Await.until("line of bob", () -> ann.out().equals("bob: hi\n"));
      assertThat(ann.err()).contains("nothing is encrypted");
    }
  }

  /** Starts the client where two.test has two addresses, of which only the second is good. */
  private Programs.Client run(String arguments) throws IOException {
    Path hosts = directory.resolve("hosts");
    Files.writeString(hosts, "127.0.0.2 two.test\n127.0.0.1 two.test\n");
    List<String> command =
        Stream.concat(Programs.java(Main.class).stream(), Arrays.stream(arguments.split(" ", -1)))
            .collect(Collectors.toCollection(ArrayList::new));
    command.add(1, "-Djdk.net.hosts.file=" + hosts);
    return Programs.Client.ofShell(directory, Map.of(), "exec " + Programs.shellCommand(command));
  }

  private void listen(InetAddress address, int port) throws IOException {
    opened.add(new ServerSocket(port, 50, address));
  }

  /** From now on connections to an address get no answer: its queue is full. */
  private void swallow(InetAddress address, int port) throws Exception {
    ServerSocket listener = new ServerSocket(port, 1, address);
    opened.add(listener);
    for (boolean full = false; !full; ) {
      SocketChannel waiting = SocketChannel.open();
      opened.add(waiting);
      waiting.configureBlocking(false);
      waiting.connect(new InetSocketAddress(address, port));
      full = !isConnectedSoon(waiting);
      assumeTrue(opened.size() < 100, "this system accepts more than was asked for");
    }
  }

  private static boolean isConnectedSoon(SocketChannel channel) throws Exception {
    long end = System.nanoTime() + Duration.ofMillis(500).toNanos();
    while (!channel.finishConnect()) {
      if (System.nanoTime() - end > 0) {
        return false;
      }
      Thread.onSpinWait();
    }
    return true;
  }

  private static long in(Duration patience) {
    return System.nanoTime() + patience.toNanos();
  }

  private static List<InetAddress> addresses(String words) {
    return Arrays.stream(words.split(" ", -1)).map(ConnectorTest::address).toList();
  }

  private static InetAddress address(String literal) {
    try {
      return InetAddress.getByName(literal);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(literal, e);
    }
  }
}
