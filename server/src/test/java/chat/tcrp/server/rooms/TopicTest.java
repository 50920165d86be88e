package chat.tcrp.server.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.protocol.Status;
import chat.tcrp.server.EveryRelayTest;
import chat.tcrp.server.Frames;
import chat.tcrp.server.TestPeer;
import chat.tcrp.server.TestPeer.Answer;
import chat.tcrp.server.TestServer;
import java.util.Arrays;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What a room is about. */
class TopicTest extends EveryRelayTest {
  @AutoClose private final TestServer server = TestServer.start();
  private final TestPeer ann = server.peer().create("tea", "ann").keepalive();
  private final TestPeer bob = server.peer().join("tea", "bob").keepalive();

  TopicTest() {
    ann.expect("* bob joined");
  }

  @Test
  void theHostSetsItAndEverybodySeesIt() {
    assertThat(bob.topic()).isEqualTo(new Answer(Status.OK, "{\"topic\":\"\"}"));

    assertThat(ann.topic("c\u00e4ke: \"now\""))
        .isEqualTo(new Answer(Status.OK, "{\"topic\":\"c\u00e4ke: \\\"now\\\"\"}"));

    ann.expect("* ann set the topic: c\u00e4ke: \"now\"");
    bob.expect("* ann set the topic: c\u00e4ke: \"now\"");
    assertThat(bob.topic())
        .isEqualTo(new Answer(Status.OK, "{\"topic\":\"c\u00e4ke: \\\"now\\\"\"}"));
  }

  @Test
  void theHostRemovesIt() {
    ann.topic("cake");
    bob.expect("* ann set the topic: cake");

    assertThat(ann.topic("")).isEqualTo(new Answer(Status.OK, "{\"topic\":\"\"}"));
    bob.expect("* ann removed the topic");
    ann.topic(" ");
    bob.expectNothing();
  }

  @Test
  void nobodyElseSetsIt() {
    Answer refused = Answer.refused(Status.NOT_AUTHORISED);

    assertThat(bob.topic("mine")).isEqualTo(refused);
    assertThat(bob.withSameTokenAt("127.0.0.2").topic()).isEqualTo(refused);
    assertThat(bob.withSameTokenFor("cocoa").topic())
        .isEqualTo(Answer.refused(Status.NO_SUCH_ROOM));
    assertThat(bob.topic().result()).isEqualTo("{\"topic\":\"\"}");
    ann.expectNothing();
  }

  @Test
  void whoComesIsToldItAloneAndOnce() {
    ann.topic("cake");
    ann.expect("* ann set the topic: cake");
    bob.expect("* ann set the topic: cake");

    TestPeer carol = server.peer().join("tea", "carol").keepalive();
    carol.expect("* topic: cake");
    ann.expect("* carol joined");
    bob.expect("* carol joined");
    carol.rejoin().keepalive();

    carol.expectNothing();
    ann.expectNothing();
    bob.expectNothing();
  }

  @Test
  void aTopicThatIsTooLongOrNotCleanIsRefused() {
    assertThat(raw("x".repeat(401))).isEqualTo(Status.PAYLOAD_TOO_LARGE);
    assertThat(raw("x\\u0007")).isEqualTo(Status.MALFORMED);
    bob.expectNothing();
    assertThat(raw("x".repeat(400))).isEqualTo(Status.OK);
    bob.expect("* ann set the topic: " + "x".repeat(400));
  }

  private Status raw(String topic) {
    String payload =
        "{\"token\":\"" + ann.token().text().orElseThrow() + "\",\"topic\":\"" + topic + "\"}";
    byte[] reply = ann.exchange(Frames.request("tea", 9, payload), false);
    return Status.ofCode(Arrays.copyOf(reply, 36)[35]).orElseThrow();
  }
}
