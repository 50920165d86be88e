package chat.tcrp.server.hostile;

import chat.tcrp.server.EveryRelayTest;
import chat.tcrp.server.TestPeer;
import chat.tcrp.server.TestServer;
import org.junit.jupiter.api.Test;

/** A network address translator may choose another port for every datagram. */
class PortChangesTest extends EveryRelayTest {
  @Test
  void nothingIsLostWhenEachMessageComesFromAnotherPort() {
    int messages = Scale.of(100, 5_000);
    try (TestServer server = TestServer.startOnAllAddresses()) {
      TestPeer ann = server.peer().create("tea", "ann").keepalive();
      TestPeer bob = server.peer().join("tea", "bob");

      for (int i = 0; i < messages; i++) {
        try (TestPeer moved = bob.withSameTokenAt(Door.HERE)) {
          if (i % 3 == 0) {
            moved.keepalive();
          }
          moved.send("message " + i);
          if (i == 0) {
            ann.expect("* bob joined");
          }
          ann.expect("bob: message " + i);
          ann.send("answer " + i);
          moved.expect("ann: answer " + i);
          moved.expectNothing();
        }
      }

      ann.expectNothing();
      Scale.report(
          "port changes, %s: %,d ports, as many messages and answers, none lost"
              .formatted(relayKind, messages));
    }
  }
}
