package chat.tcrp.server.relay;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.protocol.Credentials;
import chat.tcrp.protocol.Request;
import chat.tcrp.protocol.RoomName;
import chat.tcrp.protocol.ServerDatagram;
import chat.tcrp.protocol.ServerDatagram.Progress;
import chat.tcrp.protocol.ServerDatagram.Text;
import chat.tcrp.protocol.Status;
import chat.tcrp.protocol.Token;
import chat.tcrp.protocol.Username;
import chat.tcrp.server.EveryRelayTest;
import chat.tcrp.server.TestPeer;
import chat.tcrp.server.TestServer;
import chat.tcrp.server.rooms.RoomLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who comes back is sent what was said meanwhile; at a real server. */
class CatchUpTest extends EveryRelayTest {
  private static final RoomName TEA = new RoomName("tea");

  @AutoClose private final TestServer server = TestServer.start();

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whoRejoinsIsSentWhatWasSaidSinceAndThenGoesOn(boolean batch) {
    TestPeer ann = server.peer().create("tea", "ann").keepalive();
    TestPeer bob = server.peer();
    bob.enter(join("bob", Optional.empty(), batch, Optional.of(0L)));
    assertThat(progress(bob)).isEqualTo(new Progress(0, 0));
    ann.expect("* bob joined");
    say(ann, 1, 3);
    ann.drainedKeepalive();
    bob.send("mine");
    ann.expect("bob: mine");
    awaitUpToDate(bob, 4);

    TestPeer back = bob.withSameTokenAt("127.0.0.1");
    say(ann, 5, 60);
    ann.expectNothing();
    back.enter(join("bob", Optional.of(bob.token()), batch, Optional.of(4L)));
    assertThat(progress(back).last()).isEqualTo(60);

    catchUp(back, "ann", 5, 60);
    assertThat(progress(back)).isEqualTo(new Progress(60, 60));
    say(ann, 61, 61);
    back.expect("ann: line 61");
    awaitUpToDate(back, 61);
  }

  @Test
  void whatIsSaidMeanwhileComesBehind() {
    TestPeer ann = server.peer().create("tea", "ann").keepalive();
    TestPeer bob = server.peer();
    bob.enter(join("bob", Optional.empty(), false, Optional.of(0L)));
    progress(bob);
    ann.expect("* bob joined");
    TestPeer back = bob.withSameTokenAt("127.0.0.1");
    say(ann, 1, 60);
    ann.expectNothing();
    back.enter(join("bob", Optional.of(bob.token()), false, Optional.of(0L)));
    back.send("");
    say(ann, 61, 90);

    catchUp(back, "ann", 1, 90);
  }

  @Test
  void whoWasLostAndComesBackWithinTenMinutesIsSentItToo() {
    TestPeer ann = server.peer().create("tea", "ann").cadence();
    TestPeer bob = server.peer();
    bob.enter(join("bob", Optional.empty(), false, Optional.of(0L)));
    progress(bob);
    progress(bob);
    progress(bob);
    ann.expect("* bob joined");
    advance(RoomLimits.DEFAULTS.keepaliveTimeout().plusSeconds(1), ann);
    assertThat(bob.lastText()).endsWith("bob timed out");
    say(ann, 1, 2);
    advance(Duration.ofMinutes(9), ann);

    TestPeer stranger = server.peer();
    stranger.enter(join("carol", Optional.empty(), false, Optional.of(0L)));
    assertThat(progress(stranger)).as("a newcomer gets nothing").isEqualTo(new Progress(2, 2));
    TestPeer back = server.peer();
    back.enter(join("bob", Optional.of(bob.token()), false, Optional.of(0L)));
    progress(back);
    catchUp(back, "ann", 1, 2);
  }

  @Test
  void afterTenMinutesItIsTooLate() {
    TestPeer ann = server.peer().create("tea", "ann").cadence();
    TestPeer bob = server.peer();
    bob.enter(join("bob", Optional.empty(), false, Optional.of(0L)));
    progress(bob);
    progress(bob);
    progress(bob);
    ann.expect("* bob joined");
    advance(RoomLimits.DEFAULTS.keepaliveTimeout().plusSeconds(1), ann);
    say(ann, 1, 2);
    // Another node may have them a little later.
    advance(Duration.ofMinutes(10).plusSeconds(30), ann);

    TestPeer back = server.peer();
    back.enter(join("bob", Optional.of(bob.token()), false, Optional.of(0L)));
    assertThat(progress(back)).isEqualTo(new Progress(2, 2));
  }

  @Test
  void whatIsNotKeptAnyMoreIsCounted() {
    TestPeer ann = server.peer().create("tea", "ann").keepalive();
    TestPeer bob = server.peer();
    bob.enter(join("bob", Optional.empty(), false, Optional.of(0L)));
    progress(bob);
    ann.expect("* bob joined");
    TestPeer back = bob.withSameTokenAt("127.0.0.1");
    int kept = RoomLimits.DEFAULTS.backlogLines();
    say(ann, 1, kept + 50);
    ann.expectNothing();

    back.enter(join("bob", Optional.of(bob.token()), false, Optional.of(0L)));
    assertThat(progress(back)).isEqualTo(new Progress(50, kept + 50L));
    catchUp(back, "ann", 51, kept + 50);
  }

  @Test
  void aNewcomerIsSentTheHistoryOfARoomThatHasOne() {
    TestPeer ann = server.peer();
    ann.enter(
        new Request.Create(
            TEA,
            new Credentials(
                new Username("ann"),
                Optional.empty(),
                Optional.empty(),
                false,
                Optional.of(0L),
                true)));
    assertThat(progress(ann)).isEqualTo(new Progress(0, 0));
    say(ann, 1, 5);
    awaitUpToDate(ann, 5);

    TestPeer bob = server.peer();
    bob.enter(join("bob", Optional.empty(), false, Optional.of(0L)));
    progress(bob);
    catchUp(bob, "ann", 1, 5);
  }

  @Test
  void whoDoesNotAskNoticesNothing() {
    TestPeer ann = server.peer().create("tea", "ann").keepalive();
    TestPeer bob = server.peer();
    bob.enter(join("bob", Optional.empty(), false, Optional.of(0L)));
    progress(bob);
    ann.expect("* bob joined");
    TestPeer carol = server.peer().join("tea", "carol").keepalive();
    ann.expect("* carol joined");
    TestPeer back = carol.withSameTokenAt("127.0.0.1");
    say(ann, 1, 5);
    ann.expectNothing();

    back.rejoin().keepalive();
    back.expectNothing();
  }

  @ParameterizedTest
  @ValueSource(longs = {6, Long.MAX_VALUE})
  void aNumberThatWasNeverReachedMeansUpToDate(long since) {
    TestPeer ann = server.peer().create("tea", "ann").keepalive();
    TestPeer bob = server.peer();
    bob.enter(join("bob", Optional.empty(), false, Optional.of(0L)));
    progress(bob);
    ann.expect("* bob joined");
    TestPeer back = bob.withSameTokenAt("127.0.0.1");
    say(ann, 1, 5);
    ann.expectNothing();

    back.enter(join("bob", Optional.of(bob.token()), false, Optional.of(since)));
    back.expectUpToDate(5);
  }

  @Test
  void withoutABacklogNobodyIsToldNumbers() {
    try (TestServer forgetful =
        TestServer.start(c -> c.limitedTo(c.limits().with().backlog(0, 1 << 20).build()))) {
      TestPeer ann = forgetful.peer();
      ann.enter(
          new Request.Create(
              TEA,
              new Credentials(
                  new Username("ann"),
                  Optional.empty(),
                  Optional.empty(),
                  false,
                  Optional.of(0L),
                  true)));
      ann.keepalive();
    }
  }

  @Test
  void whoGoesWhileBeingSentSomethingIsForgotten() {
    TestPeer ann = server.peer().create("tea", "ann").keepalive();
    TestPeer bob = server.peer();
    bob.enter(join("bob", Optional.empty(), false, Optional.of(0L)));
    progress(bob);
    ann.expect("* bob joined");
    TestPeer back = bob.withSameTokenAt("127.0.0.1");
    say(ann, 1, 100);
    ann.expectNothing();
    back.enter(join("bob", Optional.of(bob.token()), false, Optional.of(0L)));
    progress(back);

    assertThat(back.leave().status()).isEqualTo(Status.OK);
    ann.expect("* bob left");
    server.advance(CatchUps.INTERVAL.multipliedBy(10));
    ann.expectNothing();
  }

  /** What a keepalive is answered with, passing over lines. */
  private static Progress progress(TestPeer peer) {
    return peer.progress();
  }

  private void catchUp(TestPeer peer, String from, int first, int last) {
    List<ServerDatagram> lines = new ArrayList<>(peer.passedOver());
    for (int i = 0; lines.size() < last - first + 1; i++) {
      assertThat(i).as("turns").isLessThan(1000);
      server.advance(CatchUps.INTERVAL);
      lines.addAll(peer.linesUntilAcknowledged());
    }
    assertThat(lines)
        .isEqualTo(
            IntStream.rangeClosed(first, last)
                .mapToObj(i -> (ServerDatagram) new Text(from, "line " + i))
                .toList());
  }

  private static void say(TestPeer peer, int first, int last) {
    for (int i = first; i <= last; i++) {
      peer.send("line " + i);
    }
  }

  /** Waits until a member has been sent all up to a line. */
  private static void awaitUpToDate(TestPeer peer, long last) {
    long deadline = System.nanoTime() + TestPeer.PATIENCE.toNanos();
    while (!progress(peer).equals(new Progress(last, last))) {
      assertThat(System.nanoTime() - deadline).as("not in time").isNegative();
    }
  }

  private void advance(Duration time, TestPeer steady) {
    Duration step = Duration.ofSeconds(5);
    for (Duration left = time; left.isPositive(); left = left.minus(step)) {
      server.advance(left.compareTo(step) < 0 ? left : step);
      steady.drainedKeepalive();
    }
  }

  private static Request join(
      String name, Optional<Token> token, boolean batch, Optional<Long> since) {
    return new Request.Join(
        TEA, new Credentials(new Username(name), Optional.empty(), token, batch, since, false));
  }
}
