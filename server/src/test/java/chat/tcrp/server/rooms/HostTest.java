package chat.tcrp.server.rooms;

import static chat.tcrp.server.TestPeer.credentials;
import static chat.tcrp.server.TestPeer.staying;
import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.protocol.Request;
import chat.tcrp.protocol.RoomName;
import chat.tcrp.protocol.Status;
import chat.tcrp.server.EveryRelayTest;
import chat.tcrp.server.OneServer;
import chat.tcrp.server.TestPeer;
import chat.tcrp.server.TestPeer.Answer;
import chat.tcrp.server.TestServer;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Who hosts a room after the one who made it. */
class HostTest extends EveryRelayTest {
  private static final Answer NOT_THE_HOST = Answer.refused(Status.NOT_AUTHORISED);
  private static final RoomName TEA = new RoomName("tea");

  @AutoClose private final TestServer server = TestServer.start();

  private TestPeer guest(String name, TestPeer... others) {
    TestPeer guest = server.peer().join("tea", name).keepalive();
    for (TestPeer other : others) {
      other.expect("* " + name + " joined");
    }
    return guest;
  }

  private TestPeer stayingHost() {
    return server.peer().enter(new Request.Create(TEA, staying("ann"))).keepalive();
  }

  private static void expect(String text, TestPeer... peers) {
    for (TestPeer peer : peers) {
      peer.expect(text);
    }
  }

  /** A room that closes when its host leaves. */
  @Nested
  class Handing {
    private final TestPeer ann = server.peer().create("tea", "ann").keepalive();
    private final TestPeer bob = guest("bob", ann);
    private final TestPeer carol = guest("carol", ann, bob);

    @Test
    void aRoomThatWasHandedOverOutlivesItsMaker() {
      assertThat(ann.handOver("Bob")).isEqualTo(Answer.DONE);

      expect("* bob was made host by ann", ann, bob, carol);
      assertThat(bob.members().result())
          .contains("\"ann\",\"host\":false", "\"bob\",\"host\":true");
      assertThat(ann.kick("carol")).isEqualTo(NOT_THE_HOST);
      assertThat(ann.leave()).isEqualTo(Answer.DONE);
      expect("* ann left", bob, carol);
      assertThat(bob.kick("carol")).isEqualTo(Answer.DONE);
      carol.expectEnd("carol was removed by bob");
      TestPeer dave = guest("dave");
      assertThat(bob.leave()).isEqualTo(Answer.DONE);
      dave.expectEnd("room closed: bob (host) left");
    }

    @Test
    void onlyTheHostHandsItOverAndOnlyToSomebodyElse() {
      assertThat(bob.handOver("carol")).isEqualTo(NOT_THE_HOST);
      assertThat(ann.handOver("ann")).isEqualTo(Answer.refused(Status.INVALID_USERNAME));
      assertThat(ann.handOver("dave")).isEqualTo(Answer.refused(Status.INVALID_USERNAME));
      carol.expectNothing();
    }

    @Test
    void theNewHostTakesTheRoomUpAgainAndTheFormerOneItsPlace() {
      ann.handOver("bob");
      expect("* bob was made host by ann", ann, bob, carol);

      assertThat(ann.request(new Request.Create(TEA, ann.returning())))
          .isEqualTo(Answer.refused(Status.ROOM_EXISTS));
      ann.rejoin().keepalive();
      bob.enter(new Request.Create(TEA, bob.returning())).keepalive();

      assertThat(ann.kick("carol")).isEqualTo(NOT_THE_HOST);
      assertThat(bob.kick("carol")).isEqualTo(Answer.DONE);
    }
  }

  @Test
  void aRoomThatStaysGoesToWhoHasBeenThereLongest() {
    TestPeer ann = stayingHost();
    TestPeer bob = guest("bob", ann);
    TestPeer carol = guest("carol", ann, bob);
    ann.topic("cake");
    expect("* ann set the topic: cake", ann, bob, carol);
    ann.ban("mallory");

    assertThat(ann.leave()).isEqualTo(Answer.DONE);
    expect("* ann left", bob, carol);
    expect("* bob is the host now", bob, carol);
    assertThat(bob.leave()).isEqualTo(Answer.DONE);
    carol.expect("* bob left");
    carol.expect("* carol is the host now");

    assertThat(carol.topic().result()).isEqualTo("{\"topic\":\"cake\"}");
    assertThat(server.peer("127.0.0.2").tryJoin("tea", credentials("mallory")))
        .isEqualTo(NOT_THE_HOST);
    assertThat(carol.leave()).isEqualTo(Answer.DONE);
    assertThat(server.peer().tryJoin("tea", credentials("ann")))
        .as("nobody is left")
        .isEqualTo(Answer.refused(Status.NO_SUCH_ROOM));
  }

  @Test
  void whoWasNeverHeardHostsOnlyIfThereIsNobodyElse() {
    TestPeer ann = stayingHost();
    TestPeer bob = server.peer().join("tea", "bob");
    ann.expect("* bob joined");
    TestPeer carol = guest("carol", ann);

    ann.leave();
    expect("* ann left", carol);
    expect("* carol is the host now", carol);
    carol.leave();

    assertThat(bob.kick("ann"))
        .as("the host, who finds nobody of that name")
        .isEqualTo(Answer.refused(Status.INVALID_USERNAME));
  }

  @Test
  void aRoomThatStaysOutlivesAHostThatTimesOut() {
    TestPeer ann = stayingHost();
    ann.cadence();
    TestPeer bob = guest("bob", ann);

    server.advance(RoomLimits.DEFAULTS.keepaliveTimeout().plus(Duration.ofSeconds(2)));

    bob.expect("* ann timed out");
    bob.expect("* bob is the host now");
    bob.expectNothing();
    assertThat(ann.request(new Request.Create(TEA, ann.returning())))
        .isEqualTo(Answer.refused(Status.ROOM_EXISTS));
    assertThat(server.peer().join("tea", "ann").keepalive().kick("bob")).isEqualTo(NOT_THE_HOST);
  }

  @Test
  @OneServer("who goes first of two nodes is not said")
  void allOfARoomThatStaysMayGoAtOnce() {
    TestPeer ann = stayingHost();
    ann.cadence();
    TestPeer bob = guest("bob", ann);
    bob.cadence();

    server.advance(RoomLimits.DEFAULTS.keepaliveTimeout().plus(Duration.ofSeconds(2)));

    bob.expectEnd("bob timed out");
    assertThat(server.peer().create("tea", "dave").keepalive().leave()).isEqualTo(Answer.DONE);
  }
}
