package chat.tcrp.server.relay;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.protocol.ClientDatagram;
import chat.tcrp.protocol.Credentials;
import chat.tcrp.protocol.ProtocolException;
import chat.tcrp.protocol.Request;
import chat.tcrp.protocol.RoomName;
import chat.tcrp.protocol.Token;
import chat.tcrp.protocol.Username;
import chat.tcrp.server.TestServer;
import chat.tcrp.server.base.EventLog;
import chat.tcrp.server.base.Peer;
import chat.tcrp.server.metrics.Count;
import chat.tcrp.server.metrics.LoopMetrics;
import chat.tcrp.server.relay.FakeIo.Sent;
import chat.tcrp.server.rooms.Elsewhere;
import chat.tcrp.server.rooms.Reply;
import chat.tcrp.server.rooms.RoomLimits;
import chat.tcrp.server.rooms.Rooms;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Rooms and traffic over a network in memory, where sends can fail. */
class TrafficTest {
  private static final RoomName TEA = new RoomName("tea");
  private static final InetSocketAddress ANN = at("192.0.2.1", 1000);
  private static final InetSocketAddress BOB = at("192.0.2.2", 2000);

  /** So long somebody may be unreachable before being given up. */
  private static final Duration UNREACHABLE_SILENCE = Duration.ofSeconds(10);

  private static final long LATER = UNREACHABLE_SILENCE.plusSeconds(1).toNanos();

  private final FakeIo io = new FakeIo();
  private final LoopMetrics metrics = LoopMetrics.ofRooms("test");
  @AutoClose private final EventLog log = new EventLog();
  private final Rooms rooms = io.rooms(log);
  private final Traffic traffic =
      new Traffic(
          rooms,
          io,
          metrics,
          RoomLimits.DEFAULTS.memberBudget(),
          new CatchUps(io, metrics),
          Elsewhere.NOWHERE);
  private int strays;
  private final Token ann = enter(new Request.Create(TEA, credentials("ann")), ANN);
  private final Token bob = enter(new Request.Join(TEA, credentials("bob")), BOB);

  TrafficTest() throws ProtocolException {
    log.start();
    say(ANN, ann, "");
    say(BOB, bob, "");
    io.takeSent();
  }

  @Test
  void aMemberToWhomSeveralSendsInARowFailedIsRemoved() throws ProtocolException {
    io.kill(BOB);
    for (int i = 0; i < Peer.MAX_FAILURES - 1; i++) {
      say(ANN, ann, "are you there?");
    }
    rooms.expire(LATER);
    assertThat(io.takeSent()).isEmpty();

    say(ANN, ann, "hello?");
    rooms.expire(LATER);

    assertThat(io.takeSent()).containsExactly(new Sent(ANN, "* bob could not be reached"));
    say(BOB, bob, "I am here");
    assertThat(io.takeSent()).isEmpty();
    assertThat(strays).isEqualTo(1);
    assertThat(metrics.get(Count.MESSAGES)).isEqualTo(5);
    assertThat(metrics.get(Count.DELIVERIES)).isEqualTo(5);
    assertThat(metrics.facts()).doesNotContain("malformed", "unknown-token");
  }

  @Test
  void whoWasHeardOfNotLongAgoIsNotGivenUp() throws ProtocolException {
    io.kill(BOB);
    for (int i = 0; i < 3 * Peer.MAX_FAILURES; i++) {
      say(ANN, ann, "the network is down for a moment");
    }
    rooms.expire(UNREACHABLE_SILENCE.toNanos());
    io.revive(BOB);
    say(ANN, ann, "it is back");

    assertThat(io.takeSent()).containsExactly(new Sent(BOB, "ann: it is back"));
  }

  @Test
  void oneSendThatSucceedsMakesUpForThoseThatFailed() throws ProtocolException {
    for (int round = 0; round < 3; round++) {
      io.kill(BOB);
      for (int i = 0; i < Peer.MAX_FAILURES - 1; i++) {
        say(ANN, ann, "lost");
      }
      io.revive(BOB);
      say(ANN, ann, "heard");
      rooms.expire(LATER);

      assertThat(io.takeSent()).containsExactly(new Sent(BOB, "ann: heard"));
    }
  }

  @Test
  void whenTheHostCannotBeReachedTheRoomIsClosed() throws ProtocolException {
    io.kill(ANN);
    for (int i = 0; i < Peer.MAX_FAILURES; i++) {
      say(BOB, bob, "are you there?");
    }

    rooms.expire(LATER);

    assertThat(io.takeSent())
        .containsExactly(new Sent(BOB, "\u0004* room closed: ann (host) could not be reached"));
  }

  @Test
  void aNewAddressBeginsWithAGoodName() throws ProtocolException {
    io.kill(BOB);
    for (int i = 0; i < Peer.MAX_FAILURES; i++) {
      say(ANN, ann, "are you there?");
    }
    InetSocketAddress moved = at("192.0.2.2", 2001);
    say(moved, bob, "now I am");
    rooms.expire(LATER);

    assertThat(io.takeSent()).containsExactly(new Sent(ANN, "bob: now I am"));
  }

  @Test
  void whoExceedsTheBudgetIsToldNowAndThenAndTheOthersAreSpared() throws ProtocolException {
    say(ANN, ann, "");
    say(BOB, bob, "");
    io.takeSent();
    // One delivery a message, 50,000 a second, and as many at once.
    int burst = RoomLimits.DEFAULTS.memberBudget();
    for (int i = 0; i < burst + 100; i++) {
      say(ANN, ann, "x");
    }

    assertThat(io.takeSent())
        .hasSize(burst + 2)
        .filteredOn(s -> s.to().equals(ANN))
        .containsExactly(
            new Sent(ANN, "* not all you send is relayed: it is more than one member may"));
    say(BOB, bob, "calm down");
    assertThat(io.takeSent()).containsExactly(new Sent(ANN, "bob: calm down"));
    say(ANN, ann, "sorry", Duration.ofSeconds(1).toNanos());
    assertThat(io.takeSent()).containsExactly(new Sent(BOB, "ann: sorry"));
  }

  @Test
  void aPrivateMessageCostsOneDelivery() throws ProtocolException {
    int burst = RoomLimits.DEFAULTS.memberBudget();
    for (int i = 0; i < burst + 100; i++) {
      say(ANN, ann, "\002bob: x");
    }

    assertThat(io.takeSent())
        .hasSize(burst + 2)
        .filteredOn(s -> s.to().equals(ANN))
        .containsExactly(
            new Sent(ANN, "* not all you send is relayed: it is more than one member may"));
  }

  private void say(InetSocketAddress from, Token token, String text) throws ProtocolException {
    say(from, token, text, 0);
  }

  private void say(InetSocketAddress from, Token token, String text, long now)
      throws ProtocolException {
    io.arrive(from, new ClientDatagram(TEA, token, text).encode());
    if (!traffic.received(0, now)) {
      strays++;
    }
    traffic.relay();
  }

  private Token enter(Request request, InetSocketAddress from) {
    return ((Reply.Admitted) FakeIo.answer(rooms, request, from.getAddress())).token();
  }

  private static Credentials credentials(String username) {
    return Credentials.of(new Username(username));
  }

  private static InetSocketAddress at(String address, int port) {
    return new InetSocketAddress(TestServer.address(address), port);
  }
}
