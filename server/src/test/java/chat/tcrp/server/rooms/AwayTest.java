package chat.tcrp.server.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.protocol.Status;
import chat.tcrp.server.EveryRelayTest;
import chat.tcrp.server.TestPeer;
import chat.tcrp.server.TestPeer.Answer;
import chat.tcrp.server.TestServer;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Who is away, and for how long members have said nothing. */
class AwayTest extends EveryRelayTest {
  @AutoClose private final TestServer server = TestServer.start();
  private final TestPeer ann = server.peer().create("tea", "ann").keepalive();
  private final TestPeer bob = server.peer().join("tea", "bob").keepalive();

  AwayTest() {
    ann.expect("* bob joined");
  }

  @Test
  void whoIsAwayIsListedSoUntilBack() {
    assertThat(bob.away("lunch, \"soon\"")).isEqualTo(Answer.DONE);
    assertThat(ann.members().result())
        .endsWith(
            "{\"username\":\"bob\",\"host\":false,\"idle\":0,\"away\":\"lunch, \\\"soon\\\"\"}]");

    bob.rejoin().keepalive();
    assertThat(ann.members().result()).as("after a rejoin").contains("\"away\":\"lunch");

    assertThat(bob.back()).isEqualTo(Answer.DONE);
    assertThat(ann.members().result()).doesNotContain("away");
    ann.expectNothing();
    bob.expectNothing();
  }

  @Test
  void nobodySpeaksForAnother() {
    assertThat(bob.withSameTokenAt("127.0.0.2").away("gone"))
        .isEqualTo(Answer.refused(Status.NOT_AUTHORISED));
    assertThat(bob.withSameTokenFor("cocoa").away("gone"))
        .isEqualTo(Answer.refused(Status.NO_SUCH_ROOM));
    assertThat(ann.members().result()).doesNotContain("away");
  }

  @Test
  void silenceIsCountedFromTheLastThatWasSaid() {
    server.advance(Duration.ofSeconds(75));
    ann.keepalive();
    bob.send("hello");
    ann.expect("bob: hello");
    server.advance(Duration.ofSeconds(10));

    assertThat(ann.members().result())
        .isEqualTo(
            "[{\"username\":\"ann\",\"host\":true,\"idle\":85},"
                + "{\"username\":\"bob\",\"host\":false,\"idle\":10}]");
    bob.rejoin().keepalive();
    bob.send("\002ann: psst");
    ann.expect("\002* privately from bob: psst");
    server.advance(Duration.ofSeconds(2));
    assertThat(ann.members().result()).contains("\"bob\",\"host\":false,\"idle\":2}");
  }
}
