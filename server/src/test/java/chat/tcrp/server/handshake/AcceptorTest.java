package chat.tcrp.server.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.protocol.Request;
import chat.tcrp.protocol.Status;
import chat.tcrp.server.EveryRelayTest;
import chat.tcrp.server.Frames;
import chat.tcrp.server.TestPeer;
import chat.tcrp.server.TestServer;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** How many handshakes may be in progress. */
class AcceptorTest extends EveryRelayTest {
  @AutoClose private final TestServer server = TestServer.start();
  private final List<Socket> open = new ArrayList<>();

  @AfterEach
  void closeConnections() throws IOException {
    for (Socket socket : open) {
      socket.close();
    }
  }

  @Test
  void oneAddressCannotTakeAllPlaces() throws IOException {
    occupy("127.0.0.1", Acceptor.MAX_PER_NETWORK);

    assertThat(isAnswered("127.0.0.1")).isFalse();
    assertThat(isAnswered("127.0.0.1")).as("a refusal frees nothing").isFalse();
    assertThat(isAnswered("127.0.0.2")).isTrue();
  }

  @Test
  void anAbandonedHandshakeFreesItsPlace() throws IOException {
    occupy("127.0.0.1", Acceptor.MAX_PER_NETWORK);
    assertThat(isAnswered("127.0.0.1")).isFalse();

    open.getFirst().close();

    awaitAnswer("127.0.0.1");
    // And so does the one that was answered.
    awaitAnswer("127.0.0.1");
  }

  @Test
  void thePlacesOfAllAddressesTogetherAreLimited() throws IOException {
    int addresses = Acceptor.MAX_IN_PROGRESS / Acceptor.MAX_PER_NETWORK;
    for (int i = 1; i <= addresses; i++) {
      occupy("127.0.0." + i, Acceptor.MAX_PER_NETWORK);
    }

    assertThat(isAnswered("127.0.0.99")).isFalse();
    for (int i = 0; i < 3; i++) {
      assertThat(isAnswered("127.0.0.1")).isFalse();
    }
    open.getLast().close();
    awaitAnswer("127.0.0.99");
    assertThat(isAnswered("127.0.0.1")).as("still has as many as one may have").isFalse();
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
    try (Socket socket = server.peer(address).connect()) {
      socket.getOutputStream().write(Frames.request("", 4, ""));
      return socket.getInputStream().readAllBytes().length > 0;
    } catch (SocketException e) {
      return false;
    }
  }

  @Test
  void theServerStillAnswersAfterManyShortConnections() throws IOException {
    for (int i = 0; i < 2 * Acceptor.MAX_PER_NETWORK; i++) {
      server.peer().connect().close();
    }

    awaitAnswer("127.0.0.1");
    assertThat(server.peer().request(new Request.Rooms()).status()).isEqualTo(Status.OK);
  }
}
