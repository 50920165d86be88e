package chat.tcrp.client.session;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.protocol.ClientDatagram;
import chat.tcrp.protocol.Credentials;
import chat.tcrp.protocol.ProtocolException;
import chat.tcrp.protocol.Request;
import chat.tcrp.protocol.RoomName;
import chat.tcrp.protocol.ServerDatagram;
import chat.tcrp.protocol.Status;
import chat.tcrp.protocol.Token;
import chat.tcrp.protocol.Username;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The session against a scripted server, its time moved by hand. */
class SessionMachineTest {
  private static final ServerAddress SERVER = ServerAddress.parse("chat.example");
  private static final Username ANN = new Username("ann");
  private static final RoomName TEA = new RoomName("tea");
  private static final Token FIRST = token("first");
  private static final Token SECOND = token("second");

  private final Script server = new Script();
  private SessionMachine machine = machine(false);

  /** Some moment; a monotonic clock may be anywhere, so it is close to where it wraps around. */
  private long now = Long.MAX_VALUE - Duration.ofSeconds(20).toNanos();

  @BeforeEach
  void enter() {
    machine.admitted(admission(FIRST), now);
  }

  @Test
  void isJoinedOnlyWhenTheFirstKeepaliveCameBack() throws ProtocolException {
    assertThat(server.events).isEmpty();
    assertThat(server.keepalives()).isEqualTo(1);

    after(Duration.ofMillis(3));
    receive(new ServerDatagram.Ack());

    assertThat(server.events)
        .containsExactly(new SessionEvent.Joined(Duration.ofMillis(3), SERVER));
  }

  @Test
  void repeatsTheFirstKeepaliveEveryQuarterOfASecondUntilItIsAnswered() throws ProtocolException {
    runFor(Duration.ofMillis(1100));
    assertThat(server.keepalives()).isEqualTo(5);

    receive(new ServerDatagram.Ack());
    runFor(Duration.ofSeconds(4));
    assertThat(server.keepalives()).isEqualTo(5);
  }

  @Test
  void saysThatUdpIsBlockedAndThenThatItWorks() throws ProtocolException {
    runFor(Duration.ofSeconds(10));
    assertThat(server.events).containsExactly(new SessionEvent.UdpBlocked(SERVER));

    receive(new ServerDatagram.Ack());
    assertThat(server.events).hasSize(2).last().isInstanceOf(SessionEvent.Joined.class);
  }

  @Test
  void saysAtOnceThatUdpIsBlockedWhenThePortAnswersUnreachable() {
    machine.unreachable(now);
    machine.unreachable(now);
    assertThat(server.events).containsExactly(new SessionEvent.UdpBlocked(SERVER));
    assertThat(server.handshakes).isEmpty();
  }

  @Test
  void makesANewHandshakeWhenUdpStaysBlockedForLongAndSaysNothingMoreOfIt() {
    runFor(Duration.ofSeconds(31));
    assertThat(server.handshakes).hasSize(1);
    assertThat(server.events).containsExactly(new SessionEvent.UdpBlocked(SERVER));
  }

  @Test
  void sendsAKeepaliveEveryFiveSecondsAlsoWhenMessagesArriveAllTheTime() throws ProtocolException {
    goLive();
    int before = server.keepalives();
    server.answersKeepalives = true;
    for (int i = 0; i < 300; i++) {
      runFor(Duration.ofMillis(100));
      receive(new ServerDatagram.Text("bob", "hi " + i));
    }
    assertThat(server.keepalives() - before).isEqualTo(6);
    assertThat(server.handshakes).isEmpty();
  }

  @Test
  void noticesWithinEightSecondsThatTheServerIsGone() throws ProtocolException {
    goLive();
    runFor(Duration.ofMillis(7900));
    assertThat(server.events).isEmpty();

    runFor(Duration.ofMillis(200));
    assertThat(server.events)
        .containsExactly(new SessionEvent.ConnectionLost("no answer from the server for 8 s"));
  }

  @Test
  void survivesTheLossOfTwoKeepalivesInARow() throws ProtocolException {
    goLive();
    runFor(Duration.ofMillis(7500));
    receive(new ServerDatagram.Ack());
    server.answersKeepalives = true;
    runFor(Duration.ofSeconds(60));

    assertThat(server.events).isEmpty();
    assertThat(server.handshakes).isEmpty();
  }

  @Test
  void takesAnyDatagramForASignOfLife() throws ProtocolException {
    goLive();
    runFor(Duration.ofMillis(7500));
    receive(new ServerDatagram.Text("bob", "the ack got lost"));
    runFor(Duration.ofMillis(700));

    assertThat(server.events).containsExactly(new SessionEvent.Message("bob", "the ack got lost"));
  }

  @Test
  void rejoinsAtOnceWhenThePortIsUnreachable() throws ProtocolException {
    goLive();
    machine.unreachable(now);
    machine.unreachable(now);
    assertThat(server.events).hasSize(1).first().isInstanceOf(SessionEvent.ConnectionLost.class);

    runFor(SessionMachine.MIN_BACKOFF);
    assertThat(server.handshakes).hasSize(1);
  }

  @Test
  void asksForWhatWasSaidSinceTheLastLineThatItHasHad() throws ProtocolException {
    receive(new ServerDatagram.Progress(41, 41));
    receive(new ServerDatagram.Text("bob", "one"));
    machine.unreachable(now);
    runFor(SessionMachine.MIN_BACKOFF);
    assertThat(server.handshakes).containsExactly(new Request.Join(TEA, returning(FIRST, 41)));

    machine.admitted(admission(SECOND), now);
    server.events.clear();
    receive(new ServerDatagram.Progress(41, 44));
    receive(new ServerDatagram.Text("bob", "one"));
    receive(new ServerDatagram.Text("bob", "two"));
    assertThat(server.events)
        .filteredOn(e -> !(e instanceof SessionEvent.Rejoined))
        .containsExactly(
            new SessionEvent.Missed(true, Optional.of(2L), 0),
            new SessionEvent.Message("bob", "two"));

    int before = server.keepalives();
    runFor(SessionMachine.REGISTER_INTERVAL);
    assertThat(server.keepalives()).as("asks soon how much is left").isEqualTo(before + 1);
    receive(new ServerDatagram.Text("bob", "three"));
    receive(new ServerDatagram.Progress(44, 44));
    before = server.keepalives();
    runFor(SessionMachine.KEEPALIVE_INTERVAL.minusMillis(300));
    assertThat(server.keepalives()).isEqualTo(before);
  }

  @Test
  void fromAServerThatDoesNotNumberLinesSomethingMayBeMissing() throws ProtocolException {
    loseTheServer();
    runFor(SessionMachine.MIN_BACKOFF);
    machine.admitted(admission(SECOND), now);
    server.events.clear();

    receive(new ServerDatagram.Ack());

    assertThat(server.events).last().isEqualTo(new SessionEvent.Missed(true, Optional.empty(), 0));
  }

  private static Credentials returning(Token token, long since) {
    return new Credentials(
        ANN, Optional.empty(), Optional.of(token), true, Optional.of(since), false);
  }

  @Test
  void rejoinsWithItsTokenSoThatTheServerTakesTheSessionOver() throws ProtocolException {
    loseTheServer();
    runFor(SessionMachine.MIN_BACKOFF);

    assertThat(server.handshakes).containsExactly(new Request.Join(TEA, returning(FIRST, 0)));

    machine.admitted(admission(SECOND), now);
    receive(new ServerDatagram.Progress(0, 0));
    assertThat(server.events).last().isInstanceOf(SessionEvent.Rejoined.class);
    assertThat(machine.send("hello again")).isTrue();
    assertThat(server.lastSent()).isEqualTo(new ClientDatagram(TEA, SECOND, "hello again"));
  }

  @Test
  void saysThatItIsElsewhereWhenItIs() throws ProtocolException {
    goLive();
    ServerAddress other = ServerAddress.parse("other.example:9011");
    comeBackAs(admission(SECOND, other, "192.0.2.1"));
    assertThat(server.events).contains(new SessionEvent.Rejoined(Duration.ZERO, other, true));

    comeBackAs(admission(FIRST, other, "192.0.2.1"));
    assertThat(server.events).contains(new SessionEvent.Rejoined(Duration.ZERO, other, false));

    comeBackAs(admission(SECOND, other, "192.0.2.2"));
    assertThat(server.events)
        .as("of one name")
        .contains(
            new SessionEvent.Rejoined(Duration.ZERO, ServerAddress.parse("192.0.2.2:9011"), true));
  }

  private void comeBackAs(TcrpClient.Admission admission) throws ProtocolException {
    loseTheServer();
    runFor(SessionMachine.MIN_BACKOFF);
    server.events.clear();
    machine.admitted(admission, now);
    receive(new ServerDatagram.Progress(0, 0));
  }

  @Test
  void beginsElsewhereWhenTheServerStopsOrUdpStaysBlocked() throws ProtocolException {
    runFor(Duration.ofSeconds(31));
    machine.admitted(admission(SECOND), now);
    receive(new ServerDatagram.Ack());
    machine.unreachable(now);
    runFor(SessionMachine.MIN_BACKOFF);
    machine.admitted(admission(FIRST), now);
    receive(new ServerDatagram.Ack());
    receive(new ServerDatagram.End("server stopping"));
    runFor(SessionMachine.MIN_BACKOFF);
    machine.handshakeFailed(true, now);
    runFor(SessionMachine.MIN_BACKOFF.multipliedBy(2));

    assertThat(server.order).containsExactly(true, false, true, true);
  }

  /** The other servers are not those that they were, but this one is only being started again. */
  @Test
  void ofSeveralServersOneMayBeStartingAgain() throws ProtocolException {
    machine =
        new SessionMachine(
            config(false).at(List.of(SERVER, ServerAddress.parse("other.example"))),
            server,
            new Random(7));
    enter();
    loseTheServer();
    runFor(SessionMachine.MIN_BACKOFF);
    server.events.clear();
    machine.distrust("the key is another", now);
    assertThat(server.events).isEmpty();

    runFor(SessionMachine.RESTART_TIME);
    machine.distrust("the key is another", now);
    assertThat(server.events)
        .containsExactly(
            new SessionEvent.Ended("the key is another", SessionEvent.Cause.UNTRUSTED));
  }

  @Test
  void aFormerHostCreatesNoRoom() throws ProtocolException {
    machine = machine(true);
    enter();
    machine.host(false);
    loseTheServer();
    runFor(SessionMachine.MIN_BACKOFF);

    assertThat(server.handshakes).containsExactly(new Request.Join(TEA, returning(FIRST, 0)));
  }

  @Test
  void aHostWhoWasSucceededMeanwhileJoins() throws ProtocolException {
    machine =
        new SessionMachine(
            config(true).with(new RoomRules(false, false, true)), server, new Random(7));
    enter();
    loseTheServer();
    runFor(SessionMachine.MIN_BACKOFF);
    server.events.clear();

    machine.handshakeRefused(Status.ROOM_EXISTS, now);
    runFor(SessionMachine.MIN_BACKOFF);

    assertThat(server.events).isEmpty();
    assertThat(server.handshakes.getLast()).isEqualTo(new Request.Join(TEA, returning(FIRST, 0)));
  }

  @Test
  void tellsWhatIsForUsAloneApart() throws ProtocolException {
    goLive();
    receive(new ServerDatagram.Private("bob", "psst"));

    assertThat(server.events).containsExactly(new SessionEvent.Private("bob", "psst"));
  }

  @Test
  void aHostCreatesItsRoomAgain() throws ProtocolException {
    machine = machine(true);
    enter();
    loseTheServer();
    runFor(SessionMachine.MIN_BACKOFF);

    assertThat(server.handshakes).containsExactly(new Request.Create(TEA, returning(FIRST, 0)));
  }

  @Test
  void backsOffFromHalfASecondDoubledToFifteenWithJitter() throws ProtocolException {
    loseTheServer();
    List<Duration> waits = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      long from = now;
      int before = server.handshakes.size();
      while (server.handshakes.size() == before) {
        runFor(Duration.ofMillis(10));
      }
      waits.add(Duration.ofNanos(now - from));
      machine.handshakeFailed(false, now);
    }
    Duration expected = Duration.ofMillis(500);
    for (Duration wait : waits) {
      assertThat(wait).isBetween(expected.dividedBy(2), expected.plusMillis(20));
      expected = expected.multipliedBy(2);
      if (expected.compareTo(Duration.ofSeconds(15)) > 0) {
        expected = Duration.ofSeconds(15);
      }
    }
  }

  @Test
  void twoClientsDoNotComeBackInTheSameMoment() throws ProtocolException {
    Script other = new Script();
    SessionMachine second = new SessionMachine(config(false), other, new Random(99));
    second.admitted(admission(FIRST), now);
    second.received(new ServerDatagram.Ack().encode(), now);
    loseTheServer();
    second.unreachable(now);

    assertThat(second.due()).isNotEqualTo(machine.due());
  }

  @Test
  void goesOnTryingForAsLongAsItRuns() throws ProtocolException {
    loseTheServer();
    for (int i = 0; i < 1000; i++) {
      runFor(Duration.ofSeconds(16));
      assertThat(server.handshakes).hasSize(i + 1);
      machine.handshakeFailed(false, now);
    }
    assertThat(machine.ended()).isFalse();
  }

  @Test
  void waitsForTheRoomAndSaysSoOnce() throws ProtocolException {
    loseTheServer();
    for (int i = 0; i < 5; i++) {
      runFor(Duration.ofSeconds(16));
      machine.handshakeRefused(Status.NO_SUCH_ROOM, now);
    }
    assertThat(server.events)
        .filteredOn(SessionEvent.Waiting.class::isInstance)
        .containsExactly(new SessionEvent.Waiting(Status.NO_SUCH_ROOM));

    runFor(Duration.ofSeconds(16));
    machine.admitted(admission(SECOND), now);
    receive(new ServerDatagram.Ack());
    assertThat(machine.live()).isTrue();
  }

  @Test
  void triesQuicklyAgainOnceTheServerIsBackButTheRoomIsNot() throws ProtocolException {
    loseTheServer();
    for (int i = 0; i < 8; i++) {
      runFor(Duration.ofSeconds(16));
      machine.handshakeFailed(false, now);
    }
    runFor(Duration.ofSeconds(16));
    int before = server.handshakes.size();
    machine.handshakeRefused(Status.NO_SUCH_ROOM, now);

    runFor(SessionMachine.MIN_BACKOFF);
    assertThat(server.handshakes).hasSize(before + 1);
  }

  @ParameterizedTest
  @EnumSource(
      value = Status.class,
      names = {"WRONG_PASSWORD", "INVALID_USERNAME", "INVALID_ROOM_NAME", "MALFORMED"})
  void endsWhenTheServerWillNeverTakeItBack(Status status) throws ProtocolException {
    loseTheServer();
    runFor(SessionMachine.MIN_BACKOFF);
    machine.handshakeRefused(status, now);

    assertThat(server.events)
        .last()
        .isEqualTo(new SessionEvent.Ended(status.text(), SessionEvent.Cause.REFUSED));
  }

  @Test
  void whoWasBannedWhileAwayIsToldSo() throws ProtocolException {
    loseTheServer();
    runFor(SessionMachine.MIN_BACKOFF);
    machine.handshakeRefused(Status.NOT_AUTHORISED, now);

    assertThat(server.events)
        .last()
        .isEqualTo(new SessionEvent.Ended("the host has banned you", SessionEvent.Cause.REFUSED));
  }

  @ParameterizedTest
  @ValueSource(strings = {"12 members timed out", "4,899 members left", "12 members joined"})
  void aNoticeThatCountsOneselfTooEndsNothing(String notice) throws ProtocolException {
    goLive();
    receive(new ServerDatagram.Notice(notice));

    assertThat(server.events).containsExactly(new SessionEvent.Notice(notice));
    assertThat(machine.live()).isTrue();
  }

  @Test
  void aClosedRoomEndsItForGood() throws ProtocolException {
    goLive();
    receive(new ServerDatagram.End("room closed: bob (host) left"));
    runFor(Duration.ofMinutes(10));

    assertThat(server.events)
        .containsExactly(
            new SessionEvent.Ended("room closed: bob (host) left", SessionEvent.Cause.ROOM_CLOSED));
    assertThat(server.handshakes).isEmpty();
  }

  @Test
  void aRemovalEndsItForGood() throws ProtocolException {
    goLive();
    receive(new ServerDatagram.End("ann was removed by bob"));
    receive(new ServerDatagram.Text("bob", "too late"));
    runFor(Duration.ofMinutes(10));

    assertThat(server.events)
        .containsExactly(
            new SessionEvent.Ended("ann was removed by bob", SessionEvent.Cause.REMOVED));
    assertThat(server.handshakes).isEmpty();
  }

  @Test
  void looksEachSecondForAServerThatStoppedButSparesOneThatIsThere() throws ProtocolException {
    goLive();
    receive(new ServerDatagram.End("server stopping"));
    for (int tries = 1; tries <= 9; tries++) {
      runFor(SessionMachine.MAX_RESTART_BACKOFF);
      assertThat(server.handshakes).as("within ten seconds").hasSizeGreaterThanOrEqualTo(tries);
      machine.handshakeFailed(true, now);
    }

    int before = server.handshakes.size();
    runFor(SessionMachine.MAX_RESTART_BACKOFF);
    machine.handshakeFailed(false, now);
    runFor(SessionMachine.MAX_RESTART_BACKOFF.multipliedBy(2));
    machine.handshakeFailed(false, now);
    runFor(SessionMachine.MAX_RESTART_BACKOFF.multipliedBy(2));
    assertThat(server.handshakes).hasSize(before + 2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"server stopping", "ann timed out"})
  void comesBackAfterARestartAndAfterSilence(String reason) throws ProtocolException {
    goLive();
    receive(new ServerDatagram.End(reason));
    runFor(SessionMachine.MIN_BACKOFF);

    assertThat(server.events).containsExactly(new SessionEvent.ConnectionLost(reason));
    assertThat(server.handshakes).hasSize(1);
  }

  @Test
  void anEndThatArrivesWhileRejoiningIsHeeded() throws ProtocolException {
    loseTheServer();
    receive(new ServerDatagram.End("room closed: bob (host) left"));
    runFor(Duration.ofMinutes(1));
    assertThat(server.handshakes).isEmpty();
    assertThat(machine.ended()).isTrue();
  }

  @Test
  void passesWhatArrivesTwiceOnTwiceAndWhatArrivesInOneDatagramInOrder() throws ProtocolException {
    goLive();
    byte[] packed = "bob: one\n* cem joined\nbob: two".getBytes(StandardCharsets.UTF_8);
    machine.received(packed, now);
    machine.received(packed, now);

    List<SessionEvent> once =
        List.of(
            new SessionEvent.Message("bob", "one"),
            new SessionEvent.Notice("cem joined"),
            new SessionEvent.Message("bob", "two"));
    assertThat(server.events).hasSize(6);
    assertThat(server.events.subList(0, 3)).isEqualTo(once);
    assertThat(server.events.subList(3, 6)).isEqualTo(once);
  }

  @Test
  void duplicateAcknowledgementsChangeNothing() throws ProtocolException {
    goLive();
    receive(new ServerDatagram.Ack());
    receive(new ServerDatagram.Ack());
    assertThat(server.events).isEmpty();
  }

  @Test
  void aDelayedAnswerToARefusedTryDoesNotReviveAnEndedSession() throws ProtocolException {
    loseTheServer();
    runFor(SessionMachine.MIN_BACKOFF);
    machine.leave();
    machine.admitted(admission(SECOND), now);
    runFor(Duration.ofMinutes(1));

    assertThat(machine.ended()).isTrue();
    assertThat(server.events)
        .last()
        .isEqualTo(new SessionEvent.Ended("you left", SessionEvent.Cause.LEFT));
  }

  @Test
  void sendsNothingWhileThereIsNoConnection() throws ProtocolException {
    assertThat(machine.send("too early")).isFalse();
    loseTheServer();
    assertThat(machine.send("too late")).isFalse();
    assertThat(machine.ping(now)).isFalse();
  }

  @Test
  void measuresThePing() throws ProtocolException {
    goLive();
    assertThat(machine.ping(now)).isTrue();
    after(Duration.ofMillis(7));
    receive(new ServerDatagram.Ack());
    assertThat(server.events).containsExactly(new SessionEvent.Pong(Duration.ofMillis(7)));
  }

  @Test
  void pingsInQuickSuccessionHideNoLoss() throws ProtocolException {
    goLive();
    for (int i = 0; i < 35; i++) {
      machine.ping(now);
      runFor(Duration.ofMillis(100));
    }
    assertThat(server.events)
        .containsExactly(new SessionEvent.ConnectionLost("no answer from the server for 3 s"));
  }

  @Test
  void pingsInQuickSuccessionAreNotTakenForUnansweredQuestions() throws ProtocolException {
    goLive();
    for (int i = 0; i < 10; i++) {
      machine.ping(now);
    }
    runFor(Duration.ofMillis(2900));
    assertThat(server.events).isEmpty();
    receive(new ServerDatagram.Ack());
    server.answersKeepalives = true;
    runFor(Duration.ofSeconds(30));
    assertThat(server.events).noneMatch(SessionEvent.ConnectionLost.class::isInstance);
  }

  @Test
  void aLateAcknowledgementOfAnEarlierKeepaliveDoesNotAnswerAPing() throws ProtocolException {
    goLive();
    runFor(SessionMachine.KEEPALIVE_INTERVAL);
    machine.ping(now);
    after(Duration.ofMillis(3));
    receive(new ServerDatagram.Ack());
    assertThat(server.events).isEmpty();

    after(Duration.ofMillis(4));
    receive(new ServerDatagram.Ack());
    assertThat(server.events).containsExactly(new SessionEvent.Pong(Duration.ofMillis(7)));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aPingIsAnsweredThoughKeepalivesBeforeItOrItselfWereLost(boolean someBefore)
      throws ProtocolException {
    goLive();
    if (someBefore) {
      runFor(SessionMachine.KEEPALIVE_INTERVAL);
      machine.ping(now);
      receive(new ServerDatagram.Ack());
    } else {
      machine.ping(now);
    }
    assertThat(server.events).isEmpty();
    server.answered = server.sent.size();
    server.answersKeepalives = true;
    runFor(Duration.ofMillis(1100));
    assertThat(server.events).hasOnlyElementsOfType(SessionEvent.Pong.class).hasSize(1);
  }

  @Test
  void aLostKeepaliveDelaysNoMoreThanOnePing() throws ProtocolException {
    goLive();
    machine.ping(now); // its acknowledgement gets lost
    server.answered = server.sent.size();
    server.answersKeepalives = true;
    runFor(Duration.ofSeconds(1));
    server.events.clear();
    for (int i = 0; i < 5; i++) {
      machine.ping(now);
      runFor(Duration.ofMillis(20));
    }
    assertThat(server.events).hasOnlyElementsOfType(SessionEvent.Pong.class).hasSize(5);
  }

  @Test
  void aMinuteOfDelayedAnswersIsNoLoss() throws ProtocolException {
    goLive();
    for (int i = 0; i < 12; i++) {
      runFor(SessionMachine.KEEPALIVE_INTERVAL.plusMillis(900));
      receive(new ServerDatagram.Ack());
    }
    assertThat(server.events).isEmpty();
    assertThat(server.handshakes).isEmpty();
  }

  @Test
  void anAcknowledgementThatArrivesAfterTheLossWasDeclaredDoesNotStopTheRejoin()
      throws ProtocolException {
    loseTheServer();
    server.events.clear();
    receive(new ServerDatagram.Ack());
    assertThat(machine.live()).isFalse();
    runFor(SessionMachine.MIN_BACKOFF);

    assertThat(server.handshakes).hasSize(1);
    assertThat(server.events).isEmpty();
  }

  @Test
  void whatStillArrivesWhileRejoiningIsShown() throws ProtocolException {
    loseTheServer();
    receive(new ServerDatagram.Text("bob", "before the door closed"));
    assertThat(server.events)
        .last()
        .isEqualTo(new SessionEvent.Message("bob", "before the door closed"));
  }

  @Test
  void sendsNothingUntilTheNewAddressIsRegistered() throws ProtocolException {
    loseTheServer();
    runFor(SessionMachine.MIN_BACKOFF);
    machine.admitted(admission(SECOND), now);
    assertThat(machine.send("too early")).isFalse();
    assertThat(server.lastSent().message()).isEmpty();

    receive(new ServerDatagram.Ack());
    assertThat(machine.send("now")).isTrue();
  }

  @Test
  void afterAnAddressChangeRejoinsWithItsTokenAndRegistersTheNewAddressWithTheNewOne()
      throws ProtocolException {
    goLive();
    // The server drops what comes from another address, so nothing is answered any more.
    runFor(Duration.ofSeconds(9));
    assertThat(server.handshakes).containsExactly(new Request.Join(TEA, returning(FIRST, 0)));
    machine.admitted(admission(SECOND), now);

    assertThat(server.lastSent()).isEqualTo(new ClientDatagram(TEA, SECOND, ""));
    receive(new ServerDatagram.Progress(0, 0));
    assertThat(server.events)
        .hasSize(2)
        .last()
        .isEqualTo(new SessionEvent.Rejoined(Duration.ZERO, SERVER, false));
  }

  @Test
  void theNextRejoinUsesTheTokenOfTheLastOne() throws ProtocolException {
    loseTheServer();
    runFor(SessionMachine.MIN_BACKOFF);
    machine.admitted(admission(SECOND), now);
    receive(new ServerDatagram.Ack());
    machine.unreachable(now);
    runFor(SessionMachine.MIN_BACKOFF);
    assertThat(server.handshakes).last().isEqualTo(new Request.Join(TEA, returning(SECOND, 0)));
  }

  @Test
  void onlyOneHandshakeIsUnderWayHoweverLongItTakes() throws ProtocolException {
    loseTheServer();
    runFor(Duration.ofMinutes(1));
    machine.unreachable(now);
    assertThat(server.handshakes).hasSize(1);
    assertThat(machine.due()).isEmpty();
  }

  @Test
  void aHostWhoseRoomSomebodyElseHasMadeWaitsForItToClose() throws ProtocolException {
    machine = machine(true);
    enter();
    loseTheServer();
    for (int i = 0; i < 3; i++) {
      runFor(Duration.ofSeconds(16));
      machine.handshakeRefused(Status.ROOM_EXISTS, now);
    }
    assertThat(server.events)
        .filteredOn(SessionEvent.Waiting.class::isInstance)
        .containsExactly(new SessionEvent.Waiting(Status.ROOM_EXISTS));

    runFor(Duration.ofSeconds(16));
    assertThat(server.handshakes)
        .hasSize(4)
        .last()
        .isInstanceOf(Request.Create.class)
        .extracting(request -> ((Request.Create) request).credentials().token())
        .isEqualTo(Optional.of(FIRST));
    machine.admitted(admission(SECOND), now);
    receive(new ServerDatagram.Ack());
    assertThat(machine.live()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(
      value = Status.class,
      names = {"USERNAME_TAKEN", "ROOM_FULL", "SERVER_FULL", "TOO_MANY_ATTEMPTS"})
  void waitsForWhatPasses(Status status) throws ProtocolException {
    loseTheServer();
    runFor(SessionMachine.MIN_BACKOFF);
    machine.handshakeRefused(status, now);
    assertThat(server.events).last().isEqualTo(new SessionEvent.Waiting(status));
    runFor(SessionMachine.MIN_BACKOFF);
    assertThat(server.handshakes).hasSize(2);
  }

  @Test
  void aRefusalThatArrivesAfterTheEndChangesNothing() throws ProtocolException {
    loseTheServer();
    runFor(SessionMachine.MIN_BACKOFF);
    receive(new ServerDatagram.End("room closed: bob (host) left"));
    server.events.clear();
    machine.handshakeRefused(Status.NO_SUCH_ROOM, now);
    machine.handshakeFailed(false, now);
    runFor(Duration.ofMinutes(1));
    assertThat(server.events).isEmpty();
    assertThat(server.handshakes).hasSize(1);
  }

  @Test
  void anEndIsNoProofOfBeingJoined() throws ProtocolException {
    receive(new ServerDatagram.End("room closed: bob (host) left"));
    assertThat(server.events)
        .containsExactly(
            new SessionEvent.Ended("room closed: bob (host) left", SessionEvent.Cause.ROOM_CLOSED));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "room closed was removed by bob",
        "ann was removed by bob timed out",
        "bob timed out",
        "ann was removed by server stopping",
        ""
      })
  void noNameMakesARemovalLookLikeSomethingElse(String reason) throws ProtocolException {
    goLive();
    receive(new ServerDatagram.End(reason));
    assertThat(server.events)
        .containsExactly(new SessionEvent.Ended(reason, SessionEvent.Cause.REMOVED));
  }

  @Test
  void staysSilentAboutABlockedPortThatStaysBlockedAndSpeaksOfTheNextTime()
      throws ProtocolException {
    for (int i = 0; i < 4; i++) {
      runFor(Duration.ofSeconds(31));
      machine.admitted(admission(SECOND), now);
    }
    assertThat(server.events).containsExactly(new SessionEvent.UdpBlocked(SERVER));

    receive(new ServerDatagram.Ack());
    machine.unreachable(now);
    runFor(SessionMachine.MIN_BACKOFF);
    server.events.clear();
    machine.admitted(admission(FIRST), now);
    runFor(Duration.ofSeconds(4));
    assertThat(server.events).containsExactly(new SessionEvent.UdpBlocked(SERVER));
  }

  @Test
  void aMessageOfTheGreatestSizeFitsBothDirections() throws ProtocolException {
    goLive();
    String longest = "x".repeat(machine.maxMessageBytes());
    assertThat(machine.send(longest)).isTrue();
    assertThat(server.lastSent().message()).isEqualTo(longest);
    assertThat(new ServerDatagram.Text("ann", longest).encode())
        .hasSizeLessThanOrEqualTo(ServerDatagram.MAX_BYTES);
    boolean fullToServer = server.lastSent().encode().length == ClientDatagram.MAX_BYTES;
    boolean fullToOthers =
        new ServerDatagram.Text("ann", longest).encode().length == ServerDatagram.MAX_BYTES;
    assertThat(fullToServer || fullToOthers).isTrue();
  }

  private void goLive() throws ProtocolException {
    receive(new ServerDatagram.Ack());
    server.events.clear();
  }

  private void loseTheServer() throws ProtocolException {
    goLive();
    machine.unreachable(now);
  }

  private void receive(ServerDatagram datagram) throws ProtocolException {
    machine.received(datagram.encode(), now);
  }

  private void after(Duration time) {
    now += time.toNanos();
  }

  /** Lets the time pass in steps of 10 ms. */
  private void runFor(Duration time) {
    long end = now + time.toNanos();
    while (now - end < 0) {
      after(Duration.ofMillis(10));
      machine.tick(now);
      server.answer(machine, now);
    }
  }

  private SessionMachine machine(boolean create) {
    return new SessionMachine(config(create), server, new Random(7));
  }

  private static SessionConfig config(boolean create) {
    return new SessionConfig(SERVER, TEA, ANN, Optional.empty(), create);
  }

  private static TcrpClient.Admission admission(Token token) {
    return admission(token, SERVER, "192.0.2.1");
  }

  private static TcrpClient.Admission admission(Token token, ServerAddress server, String address) {
    try {
      return new TcrpClient.Admission(
          token, server, InetAddress.getByName(address), Optional.empty());
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private static Token token(String text) {
    try {
      return Token.decode(text.getBytes(StandardCharsets.UTF_8));
    } catch (ProtocolException e) {
      throw new AssertionError(e);
    }
  }

  /** Records what the machine does, and answers keepalives if told to. */
  private static final class Script implements SessionMachine.Actions {
    private final List<byte[]> sent = new ArrayList<>();
    private final List<Request> handshakes = new ArrayList<>();

    /** Of each handshake, whether it was to begin at other servers. */
    private final List<Boolean> order = new ArrayList<>();

    private final List<SessionEvent> events = new ArrayList<>();
    private boolean answersKeepalives;
    private int answered;

    @Override
    public void transmit(ClientDatagram datagram) throws ProtocolException {
      sent.add(datagram.encode());
    }

    @Override
    public void handshake(Request request, boolean elsewhereFirst) {
      handshakes.add(request);
      order.add(elsewhereFirst);
    }

    @Override
    public void emit(SessionEvent event) {
      if (!(event instanceof SessionEvent.Message message && message.text().startsWith("hi "))) {
        events.add(event);
      }
    }

    ClientDatagram lastSent() throws ProtocolException {
      return ClientDatagram.decode(sent.getLast());
    }

    int keepalives() {
      return (int) sent.stream().filter(Script::isKeepalive).count();
    }

    void answer(SessionMachine machine, long now) {
      for (; answered < sent.size(); answered++) {
        if (answersKeepalives && isKeepalive(sent.get(answered))) {
          machine.received(new byte[] {ServerDatagram.ACK}, now);
        }
      }
    }

    private static boolean isKeepalive(byte[] datagram) {
      try {
        return ClientDatagram.decode(datagram).message().isEmpty();
      } catch (ProtocolException e) {
        throw new AssertionError(e);
      }
    }
  }
}
