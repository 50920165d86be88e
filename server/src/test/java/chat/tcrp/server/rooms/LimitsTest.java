package chat.tcrp.server.rooms;

import static chat.tcrp.server.TestPeer.credentials;
import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.protocol.MemberInfo;
import chat.tcrp.protocol.ProtocolException;
import chat.tcrp.protocol.Request;
import chat.tcrp.protocol.RoomName;
import chat.tcrp.protocol.Status;
import chat.tcrp.server.EveryRelayTest;
import chat.tcrp.server.Frames;
import chat.tcrp.server.OneServer;
import chat.tcrp.server.TestPeer;
import chat.tcrp.server.TestPeer.Answer;
import chat.tcrp.server.TestServer;
import chat.tcrp.server.base.Networks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Nobody can take everything, and large rooms are not told everything one by one. */
@OneServer("a server has limits of its own")
class LimitsTest extends EveryRelayTest {
  private static final Duration MOMENT = Duration.ofSeconds(1);

  /** A server whose limits hold for this machine too. */
  private static TestServer start(UnaryOperator<RoomLimits.Builder> limits) {
    return TestServer.start(
        config ->
            config.limitedTo(limits.apply(config.limits().with().trusted(Networks.NONE)).build()));
  }

  @Test
  void anAddressMakesSoManyRoomsAndNoMoreUntilOneIsGone() {
    try (TestServer server = start(limits -> limits.maxRoomsPerAddress(2))) {
      TestPeer ann = server.peer().create("tea", "ann");
      server.peer().create("coffee", "ann");
      Answer refused = Answer.refused(Status.TOO_MANY_ATTEMPTS);

      assertThat(server.peer().request(create("cocoa"))).isEqualTo(refused);
      assertThat(server.peer("127.0.0.2").request(create("cocoa")).status()).isEqualTo(Status.OK);
      assertThat(server.peer("127.0.0.2").tryJoin("tea", credentials("bob")).status())
          .isEqualTo(Status.OK);
      assertThat(ann.leave()).isEqualTo(Answer.DONE);
      assertThat(server.peer().request(create("milk")).status()).isEqualTo(Status.OK);
    }
  }

  @Test
  void anAddressHoldsSoManyMemberships() {
    try (TestServer server = start(limits -> limits.maxSessionsPerAddress(3))) {
      server.peer().create("tea", "ann");
      TestPeer bob = server.peer().join("tea", "bob");
      TestPeer carol = server.peer().create("coffee", "carol");

      assertThat(server.peer().tryJoin("tea", credentials("dave")))
          .isEqualTo(Answer.refused(Status.TOO_MANY_ATTEMPTS));
      assertThat(server.peer().request(create("cocoa")))
          .isEqualTo(Answer.refused(Status.TOO_MANY_ATTEMPTS));
      assertThat(server.peer("127.0.0.2").tryJoin("tea", credentials("dave")).status())
          .isEqualTo(Status.OK);
      assertThat(bob.leave()).isEqualTo(Answer.DONE);
      assertThat(server.peer().tryJoin("tea", credentials("eve")).status()).isEqualTo(Status.OK);
      // With the host go all who were in the room.
      assertThat(carol.leave()).isEqualTo(Answer.DONE);
      assertThat(server.peer().tryJoin("tea", credentials("frank")).status()).isEqualTo(Status.OK);
    }
  }

  @Test
  void whoIsTrustedIsBoundedOnlyByWhatThereIs() {
    try (TestServer server =
        TestServer.start(
            config ->
                config.limitedTo(
                    config
                        .limits()
                        .with()
                        .maxRoomsPerAddress(1)
                        .maxSessionsPerAddress(1)
                        .maxSessions(3)
                        .build()))) {
      server.peer().create("tea", "ann");
      TestPeer bob = server.peer().create("coffee", "bob");
      server.peer().join("tea", "carol");

      assertThat(server.peer().tryJoin("tea", credentials("dave")))
          .isEqualTo(Answer.refused(Status.ROOM_FULL));
      assertThat(server.peer().request(create("cocoa")))
          .isEqualTo(Answer.refused(Status.SERVER_FULL));
      assertThat(bob.leave()).isEqualTo(Answer.DONE);
      assertThat(server.peer().request(create("cocoa")).status()).isEqualTo(Status.OK);
    }
  }

  @Test
  void manyWhoWereNeverHeardGoEarlyAndAFewDoNot() throws ProtocolException {
    try (TestServer server = start(limits -> limits)) {
      TestPeer ann = server.peer().create("tea", "ann").keepalive();
      TestPeer few = server.peer("127.0.0.2").join("tea", "few");
      for (int i = 0; i < 20; i++) {
        server.peer("127.0.0.3").join("tea", "n" + i);
      }

      advance(server, Expiry.UNHEARD_SILENCE, ann);
      assertThat(MemberInfo.decode(Frames.utf8(ann.members().result()))).hasSize(22);
      advance(server, MOMENT, ann);

      assertThat(MemberInfo.decode(Frames.utf8(ann.members().result()))).hasSize(2);
      assertThat(few.keepalive().members().status()).isEqualTo(Status.OK);
    }
  }

  @Test
  void whenRoomsAreShortThoseThatNobodyUsesGoEarly() {
    try (TestServer server =
        start(limits -> limits.maxRooms(10).maxRoomsPerAddress(10).maxSessionsPerAddress(50))) {
      TestPeer spoken = server.peer().create("spoken", "ann").keepalive();
      spoken.send("anybody?");
      TestPeer steady = server.peer().create("steady", "bob").cadence();
      for (int i = 2; i < 10; i++) {
        server.peer().create("r" + i, "n").keepalive();
      }
      assertThat(server.peer("127.0.0.2").request(create("more")))
          .isEqualTo(Answer.refused(Status.SERVER_FULL));

      advance(server, Expiry.UNUSED_SILENCE.plus(MOMENT), steady);

      assertThat(server.peer("127.0.0.2").request(create("more")).status()).isEqualTo(Status.OK);
      spoken.keepalive();
      steady.keepalive();
    }
  }

  @Test
  void aLargeRoomThatFallsSilentIsToldInOneWord() {
    try (TestServer server = TestServer.start()) {
      TestPeer ann = server.peer().create("tea", "ann").keepalive();
      List<TestPeer> silent = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        silent.add(server.peer().join("tea", "n" + i));
      }
      silent.forEach(TestPeer::drainedKeepalive);
      ann.drainedKeepalive();
      advance(server, RoomLimits.DEFAULTS.idleTimeout(), ann);
      server.advance(MOMENT);

      ann.expect("* 200 members timed out");
      ann.expectNothing();
      silent.forEach(peer -> assertThat(peer.lastText()).endsWith("timed out"));
    }
  }

  @Test
  void comingsInQuickSuccessionAreCollectedInALargeRoom() {
    try (TestServer server = TestServer.start()) {
      TestPeer ann = server.peer().create("tea", "ann").keepalive();
      for (int i = 0; i < Notices.LARGE; i++) {
        server.peer().join("tea", "n" + i);
        ann.expect("* n" + i + " joined");
      }
      // The room has just become large, and was told of it.
      IntStream.range(0, 70).forEach(i -> server.peer().join("tea", "more" + i));
      ann.expectNothing();
      server.advance(Notices.INTERVAL);
      ann.expect("* 70 members joined");

      server.peer().join("tea", "x");
      server.peer().join("tea", "y").leave();
      ann.expectNothing();
      server.advance(Notices.INTERVAL);
      ann.expect("* x joined");
      ann.expect("* y joined");
      ann.expect("* y left");

      server.advance(Notices.INTERVAL);
      server.peer().join("tea", "z");
      ann.expect("* z joined");
      ann.expectNothing();
    }
  }

  @Test
  void whoIsListedInALargeRoomMayBeASecondOld() throws ProtocolException {
    try (TestServer server = TestServer.start()) {
      TestPeer ann = server.peer().create("tea", "ann").keepalive();
      for (int i = 0; i < Listing.LONG; i++) {
        server.peer().join("tea", "n" + i);
        assertThat(MemberInfo.decode(Frames.utf8(ann.members().result()))).hasSize(2 + i);
      }
      server.peer().join("tea", "one more");
      assertThat(MemberInfo.decode(Frames.utf8(ann.members().result()))).hasSize(1 + Listing.LONG);
      server.advance(Listing.INTERVAL);
      assertThat(MemberInfo.decode(Frames.utf8(ann.members().result()))).hasSize(2 + Listing.LONG);
    }
  }

  private static Request create(String room) {
    return new Request.Create(new RoomName(room), credentials("somebody"));
  }

  /** Lets time pass in which somebody goes on sending keepalives. */
  private static void advance(TestServer server, Duration time, TestPeer steady) {
    Duration step = Duration.ofSeconds(5);
    for (Duration left = time; left.isPositive(); left = left.minus(step)) {
      server.advance(left.compareTo(step) < 0 ? left : step);
      steady.drainedKeepalive();
    }
  }
}
