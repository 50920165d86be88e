package chat.tcrp.server.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.protocol.Request;
import chat.tcrp.protocol.Status;
import chat.tcrp.server.Frames;
import chat.tcrp.server.TestPeer;
import chat.tcrp.server.TestServer;
import chat.tcrp.server.base.Networks;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** How many handshakes may be in progress. */
class AcceptorTest {
  /** To open thousands of connections may take a busy machine longer than the usual deadline. */
  private static final HandshakeLimits PATIENT =
      HandshakeLimits.DEFAULTS.within(Duration.ofMinutes(1));

  @AutoClose private final TestServer server = TestServer.start(config -> config.with(PATIENT));

  private final List<Socket> open = new ArrayList<>();

  @AfterEach
  void closeConnections() throws IOException {
    for (Socket socket : open) {
      socket.close();
    }
  }

  @Test
  void theOldestUnfinishedOfAnAddressGoesWhenItHasTooMany() throws IOException {
    occupy("127.0.0.1", Acceptor.BOUNDS.connectionsOfNetwork());

    assertThat(isAnswered("127.0.0.1")).isTrue();

    assertThat(open.getFirst().getInputStream().read()).as("closed").isNegative();
    Socket second = open.get(1);
    second.getOutputStream().write(Frames.request("", 4, ""));
    assertThat(second.getInputStream().read()).as("goes on").isNotNegative();
    assertThat(isAnswered("127.0.0.2")).isTrue();
  }

  @Test
  void thoseWhoHaveTheMostConnectionsLoseOneToEachNewcomer() throws IOException {
    int addresses = Acceptor.BOUNDS.connections() / Acceptor.BOUNDS.connectionsOfNetwork();
    for (int i = 1; i <= addresses; i++) {
      occupy("127.0.0." + i, Acceptor.BOUNDS.connectionsOfNetwork());
    }
    open.getFirst().close();
    Socket lonely = server.peer("127.0.0.98").connect();
    open.add(lonely);

    for (int i = 0; i < 20; i++) {
      assertThat(isAnswered("127.0.0.99")).isTrue();
    }

    lonely.getOutputStream().write(Frames.request("", 4, ""));
    assertThat(lonely.getInputStream().read()).as("of those who have few, none").isNotNegative();
  }

  @Test
  void anAddressMakesSoManyHandshakesAMinute() throws IOException {
    HandshakeLimits limits = new HandshakeLimits(Duration.ofSeconds(10), 5, Networks.NONE);
    try (TestServer strict = TestServer.start(config -> config.with(limits))) {
      for (int i = 0; i < 5; i++) {
        assertThat(isAnswered(strict.peer("127.0.0.1"))).isTrue();
      }

      assertThat(isAnswered(strict.peer("127.0.0.1"))).isFalse();
      assertThat(isAnswered(strict.peer("127.0.0.2"))).isTrue();
    }
  }

  /** Opens connections that say nothing; they are accepted before any later one. */
  private void occupy(String address, int count) throws IOException {
    TestPeer peer = server.peer(address);
    for (int i = 0; i < count; i++) {
      open.add(peer.connect());
    }
  }

  private void awaitAnswer(String address) throws IOException {
    long deadline = System.nanoTime() + TestPeer.PATIENCE.toNanos();
    while (!isAnswered(address)) {
      assertThat(System.nanoTime()).as("no place became free").isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  /** Whether a request from the address is answered, or else refused a connection. */
  private boolean isAnswered(String address) throws IOException {
    return isAnswered(server.peer(address));
  }

  private static boolean isAnswered(TestPeer peer) throws IOException {
    try (Socket socket = peer.connect()) {
      socket.getOutputStream().write(Frames.request("", 4, ""));
      return socket.getInputStream().readAllBytes().length > 0;
    } catch (SocketException e) {
      return false;
    }
  }

  @Test
  void theServerStillAnswersAfterManyShortConnections() throws IOException {
    for (int i = 0; i < 2 * Acceptor.BOUNDS.placesOfNetwork(); i++) {
      server.peer().connect().close();
    }

    awaitAnswer("127.0.0.1");
    assertThat(server.peer().request(new Request.Rooms()).status()).isEqualTo(Status.OK);
  }
}
