package chat.tcrp.server.relay;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.protocol.Credentials;
import chat.tcrp.protocol.Request;
import chat.tcrp.protocol.RoomName;
import chat.tcrp.protocol.ServerDatagram;
import chat.tcrp.protocol.Username;
import chat.tcrp.server.EveryRelayTest;
import chat.tcrp.server.TestPeer;
import chat.tcrp.server.TestServer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Members who accept several lines in a datagram, at a real server. */
class BatchTest extends EveryRelayTest {
  @AutoClose private final TestServer server = TestServer.start();
  private final TestPeer ann = server.peer().create("tea", "ann").keepalive();
  private final TestPeer bob = joinAcceptingBatches("bob").keepalive();
  private final TestPeer eve = server.peer().join("tea", "eve").keepalive();

  BatchTest() {
    ann.expect("* bob joined");
    ann.expect("* eve joined");
    bob.expect("* eve joined");
  }

  @Test
  void aLineComesAtOnceAndUnchanged() {
    ann.send("hello");

    bob.expect("ann: hello");
    eve.expect("ann: hello");
    bob.expectNothing();
  }

  @Test
  void aBurstComesWholeInOrderAndWithoutOnesOwnLines() {
    int count = 150;
    for (int i = 0; i < count; i++) {
      (i % 5 == 0 ? bob : ann).send("line " + i);
    }

    List<String> expected =
        IntStream.range(0, count).filter(i -> i % 5 != 0).mapToObj(i -> "ann: line " + i).toList();
    List<String> lines = new ArrayList<>();
    while (lines.size() < expected.size()) {
      byte[] datagram = bob.receive();
      assertThat(datagram).hasSizeLessThanOrEqualTo(ServerDatagram.MAX_BYTES);
      lines.addAll(new String(datagram, StandardCharsets.UTF_8).lines().toList());
    }
    // Only what comes from two sockets may arrive in another order than it was sent in.
    assertThat(lines).isEqualTo(expected);
    bob.expectNothing();
    for (int i = 0; i < count; i++) {
      assertThat(new String(eve.receive(), StandardCharsets.UTF_8)).matches("(ann|bob): line \\d+");
    }
    eve.expectNothing();
  }

  @Test
  void aRejoinWithoutTheWishEndsIt() {
    bob.rejoin().keepalive();
    for (int i = 0; i < 100; i++) {
      ann.send("line " + i);
    }

    for (int i = 0; i < 100; i++) {
      bob.expect("ann: line " + i);
    }
  }

  private TestPeer joinAcceptingBatches(String name) {
    return server
        .peer()
        .enter(
            new Request.Join(
                new RoomName("tea"),
                new Credentials(new Username(name), Optional.empty(), Optional.empty(), true)));
  }
}
