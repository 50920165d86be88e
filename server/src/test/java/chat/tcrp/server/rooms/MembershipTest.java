package chat.tcrp.server.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.protocol.MemberInfo;
import chat.tcrp.protocol.ProtocolException;
import chat.tcrp.protocol.Request;
import chat.tcrp.protocol.RoomInfo;
import chat.tcrp.protocol.RoomName;
import chat.tcrp.protocol.Status;
import chat.tcrp.protocol.Token;
import chat.tcrp.protocol.Username;
import chat.tcrp.server.EveryRelayTest;
import chat.tcrp.server.Frames;
import chat.tcrp.server.OneServer;
import chat.tcrp.server.TestPeer;
import chat.tcrp.server.TestPeer.Answer;
import chat.tcrp.server.TestServer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How memberships end, and who may ask for what. */
class MembershipTest extends EveryRelayTest {
  private static final Duration KEEPALIVE_TIMEOUT = RoomLimits.DEFAULTS.keepaliveTimeout();
  private static final Duration IDLE_TIMEOUT = RoomLimits.DEFAULTS.idleTimeout();

  /** The server looks for the expired so often. */
  private static final Duration MOMENT = Duration.ofSeconds(1);

  @AutoClose private final TestServer server = TestServer.start();
  private final TestPeer ann = server.peer().create("tea", "ann").cadence();
  private final TestPeer bob = server.peer().join("tea", "bob").cadence();

  MembershipTest() {
    ann.expect("* bob joined");
  }

  @Test
  void theRoomIsToldWhoLeavesAndTheTokenIsDead() {
    TestPeer carol = server.peer().join("tea", "carol").keepalive();
    ann.expect("* carol joined");
    bob.expect("* carol joined");

    assertThat(bob.leave()).isEqualTo(Answer.DONE);

    ann.expect("* bob left");
    carol.expect("* bob left");
    assertDead(bob);
    ann.expectNothing();
    carol.expectNothing();
  }

  @Test
  void whenTheHostLeavesTheRoomIsClosedForEverybody() {
    assertThat(ann.leave()).isEqualTo(Answer.DONE);

    bob.expectEnd("room closed: ann (host) left");
    assertThat(server.peer().tryJoin("tea", TestPeer.credentials("carol")))
        .isEqualTo(Answer.refused(Status.NO_SUCH_ROOM));
    TestPeer carol = server.peer().create("tea", "carol").keepalive();
    ann.send("a ghost");
    bob.send("another");
    carol.expectNothing();
    ann.expectNothingReceived();
    bob.expectNothingReceived();
  }

  @Test
  void whoIsKickedIsToldAndCannotGoOn() {
    TestPeer carol = server.peer().join("tea", "carol").keepalive();
    ann.expect("* carol joined");
    bob.expect("* carol joined");

    assertThat(ann.kick("BOB")).as("a name counts in every case").isEqualTo(Answer.DONE);

    bob.expectEnd("bob was removed by ann");
    ann.expect("* bob was removed by ann");
    carol.expect("* bob was removed by ann");
    assertDead(bob);
    assertThat(bob.tryJoin("tea", bob.returning()).status())
        .as("an ordinary join")
        .isEqualTo(Status.OK);
    ann.expect("* another joined");
  }

  @Test
  void onlyTheHostKicks() {
    assertThat(bob.kick("ann")).isEqualTo(Answer.refused(Status.NOT_AUTHORISED));
    assertThat(bob.kick("bob")).isEqualTo(Answer.refused(Status.NOT_AUTHORISED));

    ann.expectNothing();
    bob.expectNothing();
  }

  @ParameterizedTest
  @ValueSource(strings = {"nobody", "ann"})
  void thereMustBeSomebodyElseToKick(String username) {
    assertThat(ann.kick(username)).isEqualTo(Answer.refused(Status.INVALID_USERNAME));

    bob.expectNothing();
  }

  @Test
  void aTokenCountsFromItsOwnAddressAndForItsOwnRoomOnly() {
    server.peer().create("coffee", "carol");
    Answer refused = Answer.refused(Status.NOT_AUTHORISED);
    for (TestPeer thief :
        List.of(ann.withSameTokenAt("127.0.0.2"), ann.withSameTokenFor("coffee"))) {
      assertThat(thief.leave()).isEqualTo(refused);
      assertThat(thief.members()).isEqualTo(refused);
      assertThat(thief.kick("bob")).isEqualTo(refused);
    }
    assertThat(
            ann.request(
                new Request.Members(ann.room(), Token.random(RandomGenerator.getDefault()))))
        .isEqualTo(refused);
    assertThat(ann.withSameTokenFor("cocoa").leave())
        .isEqualTo(Answer.refused(Status.NO_SUCH_ROOM));

    bob.expectNothing();
    assertThat(ann.members().status()).isEqualTo(Status.OK);
  }

  private static MemberInfo listed(String name, boolean host) {
    return new MemberInfo(
        new Username(name), host, false, Optional.of(Duration.ZERO), Optional.empty());
  }

  @Test
  void membersAreListedForMembersAndRoomsForAnyone() throws ProtocolException {
    server.peer().create("cocoa", "carol", "secret");

    assertThat(MemberInfo.decode(Frames.utf8(bob.members().result())))
        .containsExactly(listed("ann", true), listed("bob", false));
    assertThat(
            RoomInfo.decode(
                Frames.utf8(server.peer("127.0.0.2").request(new Request.Rooms()).result())))
        .containsExactlyInAnyOrder(
            new RoomInfo(new RoomName("tea"), 2, false),
            new RoomInfo(new RoomName("cocoa"), 1, true));
  }

  @Test
  void whoseKeepalivesStopIsRemoved() {
    server.advance(KEEPALIVE_TIMEOUT);
    ann.expectNothing();
    server.advance(MOMENT);

    bob.expectEnd("bob timed out");
    ann.expect("* bob timed out");
    assertDead(bob);
    ann.expectNothing();
  }

  @Test
  void aMessageIsAsGoodAsAKeepalive() {
    server.advance(KEEPALIVE_TIMEOUT);
    bob.send("still here");
    ann.expect("bob: still here");
    ann.expectNothing();
    server.advance(KEEPALIVE_TIMEOUT);

    ann.expectNothing();
    bob.expectNothing();
  }

  @Test
  void whenTheHostTimesOutTheRoomIsClosed() {
    server.advance(KEEPALIVE_TIMEOUT);
    bob.expectNothing();
    server.advance(MOMENT);

    ann.expectEnd("ann timed out");
    bob.expectEnd("room closed: ann (host) timed out");
    assertDead(ann);
    assertDead(bob);
  }

  @Test
  void whoNeverSentKeepalivesMayBeSilentForTheIdleTimeout() {
    TestPeer carol = server.peer().join("tea", "carol");
    ann.expect("* carol joined");
    carol.send("hello");
    ann.expect("carol: hello");
    Duration passed = KEEPALIVE_TIMEOUT;
    server.advance(passed);
    ann.expectNothing();
    server.advance(MOMENT);
    ann.expect("* bob timed out");
    carol.expect("* bob timed out");

    for (passed = passed.plus(MOMENT);
        passed.compareTo(IDLE_TIMEOUT) < 0;
        passed = passed.plus(MOMENT)) {
      server.advance(MOMENT);
      ann.expectNothing();
    }
    ann.send("the whole time");
    carol.expect("ann: the whole time");

    server.advance(MOMENT);
    carol.expectEnd("carol timed out");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aFewEmptyMessagesAreNoCadence(int emptyMessages) {
    TestPeer carol = server.peer().join("tea", "carol");
    ann.expect("* carol joined");
    bob.expect("* carol joined");
    carol.send("hello");
    ann.expect("carol: hello");
    bob.expect("carol: hello");
    for (int i = 0; i < emptyMessages; i++) {
      carol.keepalive();
    }

    advance(IDLE_TIMEOUT.minus(MOMENT));
    ann.send("still here?");
    carol.expect("ann: still here?");
    advance(MOMENT.multipliedBy(2));
    carol.expectEnd("carol timed out");
  }

  @Test
  void keepalivesThatComeSeldomAreNoCadence() {
    TestPeer carol = server.peer().join("tea", "carol");
    ann.expect("* carol joined");
    for (int i = 0; i < 6; i++) {
      carol.keepalive();
      advance(Duration.ofSeconds(16));
    }

    advance(KEEPALIVE_TIMEOUT);
    ann.send("still here?");
    carol.expect("ann: still here?");
  }

  @Test
  void whoGoesOverToMessagesKeepsNoCadenceAnyMore() {
    TestPeer carol = server.peer().join("tea", "carol").cadence();
    ann.expect("* carol joined");
    advance(Duration.ofSeconds(16));
    carol.send("no more keepalives from me");
    ann.expect("carol: no more keepalives from me");

    advance(KEEPALIVE_TIMEOUT.plus(MOMENT));
    ann.send("still here?");
    carol.expect("ann: still here?");
  }

  @Test
  void aCadenceMayBeAsSlowAsOneKeepaliveIn15Seconds() {
    TestPeer carol = server.peer().join("tea", "carol").keepalive();
    ann.expect("* carol joined");
    for (int i = 0; i < 2; i++) {
      advance(Duration.ofSeconds(15));
      carol.keepalive();
    }

    advance(KEEPALIVE_TIMEOUT.plus(MOMENT));
    carol.expectEnd("carol timed out");
  }

  /** Lets time pass in which ann and bob go on sending keepalives. */
  private void advance(Duration time) {
    Duration step = Duration.ofSeconds(5);
    for (Duration left = time; left.isPositive(); left = left.minus(step)) {
      server.advance(left.compareTo(step) < 0 ? left : step);
      ann.drainedKeepalive();
      bob.drainedKeepalive();
    }
  }

  @Test
  @OneServer("who goes first of two nodes is not said")
  void whoNeverSentAnythingTimesOutToo() {
    server.peer().join("tea", "carol");
    ann.expect("* carol joined");

    server.advance(IDLE_TIMEOUT.plus(MOMENT));

    ann.expectEnd("ann timed out");
    assertThat(server.peer().request(new Request.Rooms()).result()).isEqualTo("[]");
  }

  @Test
  void aLostAnswerToARejoinDoesNotHoldTheNameForLong() {
    bob.withSameTokenAt("127.0.0.1").rejoin();
    server.advance(KEEPALIVE_TIMEOUT);
    ann.expectNothing();
    server.advance(MOMENT);

    ann.expect("* bob timed out");
  }

  /** The member's token is worth nothing, over UDP or TCP, and nothing more comes. */
  private void assertDead(TestPeer member) {
    member.send("a ghost");
    member.send("");
    assertThat(member.leave().status()).isIn(Status.NOT_AUTHORISED, Status.NO_SUCH_ROOM);
    // The server has dealt with the datagrams when it answers somebody who sent later.
    server.peer().create("proof", "proof").keepalive().leave();
    member.expectNothingReceived();
  }
}
