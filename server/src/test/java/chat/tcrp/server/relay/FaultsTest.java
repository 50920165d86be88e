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
import chat.tcrp.server.metrics.LoopMetrics;
import chat.tcrp.server.net.DatagramIo;
import chat.tcrp.server.net.RelayMemory;
import chat.tcrp.server.net.SendCounts;
import chat.tcrp.server.net.SocketBuffers;
import chat.tcrp.server.relay.FakeIo.Sent;
import chat.tcrp.server.rooms.AttemptLimiter;
import chat.tcrp.server.rooms.BacklogMemory;
import chat.tcrp.server.rooms.Caller;
import chat.tcrp.server.rooms.Elsewhere;
import chat.tcrp.server.rooms.Places;
import chat.tcrp.server.rooms.Reply;
import chat.tcrp.server.rooms.RoomLimits;
import chat.tcrp.server.rooms.Rooms;
import chat.tcrp.server.rooms.SealedIds;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** A defect at any call that the loop makes, one at a time: the loop serves the next datagram. */
class FaultsTest {
  private static final InetSocketAddress ANN = at(1001);
  private static final InetSocketAddress BOB = at(1002);
  private static final InetSocketAddress CAROL = at(1003);
  private static final InetSocketAddress DAVE = at(1004);
  private static final RoomName TEA = new RoomName("tea");
  private static final RoomName COFFEE = new RoomName("coffee");

  @AutoClose private final EventLog log = new EventLog();
  private long now;

  /** A network that fails at one of the calls. */
  private static final class FaultyIo implements DatagramIo {
    private record Arrival(InetSocketAddress from, ByteBuffer datagram) {}

    private final FakeIo io = new FakeIo();
    private final Queue<Arrival> arrivals = new ArrayDeque<>();
    private OptionalInt callsUntilFault = OptionalInt.empty();
    private boolean failed;

    private FakeIo called() {
      if (callsUntilFault.isPresent()) {
        if (callsUntilFault.getAsInt() == 0) {
          callsUntilFault = OptionalInt.empty();
          failed = true;
          throw new IllegalStateException("injected");
        }
        callsUntilFault = OptionalInt.of(callsUntilFault.getAsInt() - 1);
      }
      return io;
    }

    @Override
    public int receive() {
      called();
      Arrival arrival = arrivals.poll();
      if (arrival == null) {
        return 0;
      }
      io.arrive(arrival.from(), arrival.datagram().array());
      return 1;
    }

    @Override
    public RelayMemory relayMemory() {
      return called().relayMemory();
    }

    @Override
    public InetSocketAddress localAddress() {
      return called().localAddress();
    }

    @Override
    public SocketBuffers buffers() {
      return called().buffers();
    }

    @Override
    public long dropped() {
      return called().dropped();
    }

    @Override
    public SendCounts sends() {
      return io.sends();
    }

    @Override
    public void await(long timeoutNanos) {
      called().await(timeoutNanos);
    }

    @Override
    public void wakeup() {
      io.wakeup();
    }

    @Override
    public int place(ByteBuffer datagram, InetSocketAddress source, Optional<InetAddress> local) {
      return called().place(datagram, source, local);
    }

    @Override
    public int size(int slot) {
      return called().size(slot);
    }

    @Override
    public boolean isFrom(int slot, Peer peer) {
      return called().isFrom(slot, peer);
    }

    @Override
    public boolean isToSenderOf(int slot, Peer peer) {
      return called().isToSenderOf(slot, peer);
    }

    @Override
    public InetSocketAddress source(int slot) {
      return called().source(slot);
    }

    @Override
    public Optional<InetAddress> local(int slot) {
      return called().local(slot);
    }

    @Override
    public Peer peer(int slot) {
      return called().peer(slot);
    }

    @Override
    public int sourceHash(int slot) {
      return called().sourceHash(slot);
    }

    @Override
    public int takeRefusal() {
      return called().takeRefusal();
    }

    @Override
    public boolean isPortClosed() {
      return called().isPortClosed();
    }

    @Override
    public void send(Peer to, int offset, int size) {
      called().send(to, offset, size);
    }

    @Override
    public void probe(Peer to, int offset, int size) {
      called().probe(to, offset, size);
    }

    @Override
    public void flush() {
      called().flush();
    }

    @Override
    public void close() {
      io.close();
    }
  }

  @Test
  void theLoopServesTheNextDatagram() throws Exception {
    int faults = 0;
    while (isServedAfterAFaultAt(faults)) {
      faults++;
    }
    assertThat(faults).as("calls at which there was a fault").isGreaterThan(60);
  }

  /** Lets the loop do a bit of everything; false when it was done before so many calls. */
  private boolean isServedAfterAFaultAt(int call) throws Exception {
    FaultyIo io = new FaultyIo();
    LoopMetrics metrics = LoopMetrics.ofRooms("test");
    RoomRelay relay =
        new RoomRelay(
            new Rooms(
                RoomLimits.DEFAULTS,
                new SplittableRandom(1),
                new Places(RoomLimits.DEFAULTS),
                new AttemptLimiter(),
                new BacklogMemory(1 << 20),
                SealedIds.UNHEARD,
                log,
                metrics,
                io,
                Elsewhere.NOWHERE),
            io,
            metrics,
            RoomLimits.DEFAULTS.memberBudget(),
            Optional.empty(),
            Elsewhere.NOWHERE);
    now = 0;
    RelayLoop loop = new RelayLoop(metrics, io, relay, Duration.ofSeconds(10), () -> now, log);
    Token ann = enter(loop, relay, new Request.Create(TEA, credentials("ann")), ANN);
    Token bob = enter(loop, relay, new Request.Join(TEA, credentials("bob")), BOB);
    Token carol = enter(loop, relay, new Request.Create(COFFEE, credentials("carol")), CAROL);
    Token dave = enter(loop, relay, new Request.Join(COFFEE, credentials("dave")), DAVE);
    for (var each :
        List.of(
            say(ANN, TEA, ann, ""),
            say(BOB, TEA, bob, ""),
            say(CAROL, COFFEE, carol, ""),
            say(DAVE, COFFEE, dave, ""))) {
      io.arrivals.add(each);
      turn(loop);
    }

    io.callsUntilFault = OptionalInt.of(call);
    io.arrivals.add(say(ANN, TEA, ann, "one"));
    turn(loop);
    io.arrivals.add(say(BOB, TEA, bob, "\u001b"));
    io.arrivals.add(say(ANN, TEA, ann, "x".repeat(4062)));
    turn(loop);
    io.arrivals.add(new FaultyIo.Arrival(BOB, ByteBuffer.wrap(new byte[] {1})));
    turn(loop);
    CompletableFuture<Reply> joined =
        relay.submit(new Request.Join(TEA, credentials("eve")), Caller.plain(BOB.getAddress()));
    turn(loop);
    turn(loop);
    assertThat(joined).as("whoever asks is answered").isDone();
    now += Duration.ofSeconds(11).toNanos();
    io.arrivals.add(say(CAROL, COFFEE, carol, ""));
    turn(loop);

    boolean failed = io.failed;
    io.callsUntilFault = OptionalInt.empty();
    turn(loop);
    io.io.takeSent().forEach(FaultsTest::assertInItsRoom);
    io.arrivals.add(say(ANN, TEA, ann, "two"));
    turn(loop);
    io.arrivals.add(say(DAVE, COFFEE, dave, "three"));
    turn(loop);
    assertThat(io.io.takeSent())
        .as("after a fault at call %d", call)
        .contains(new Sent(BOB, "ann: two"), new Sent(CAROL, "dave: three"))
        .allSatisfy(FaultsTest::assertInItsRoom);
    return failed;
  }

  private static void assertInItsRoom(Sent sent) {
    boolean inTea = sent.to().equals(ANN) || sent.to().equals(BOB);
    if (sent.text().contains(": ")) {
      assertThat(sent.text().startsWith("ann: ") || sent.text().startsWith("bob: "))
          .as("%s", sent)
          .isEqualTo(inTea);
    }
  }

  /** A turn as the loop's thread makes it. */
  private void turn(RelayLoop loop) throws IOException {
    now++;
    try {
      loop.turn(now);
    } catch (IllegalStateException e) {
      assertThat(e).hasMessage("injected");
    }
  }

  private Token enter(RelayLoop loop, RoomRelay relay, Request request, InetSocketAddress from)
      throws Exception {
    CompletableFuture<Reply> reply = relay.submit(request, Caller.plain(from.getAddress()));
    turn(loop);
    return ((Reply.Admitted) reply.get()).token();
  }

  private static FaultyIo.Arrival say(
      InetSocketAddress from, RoomName room, Token token, String text) throws ProtocolException {
    return new FaultyIo.Arrival(
        from, ByteBuffer.wrap(new ClientDatagram(room, token, text).encode()));
  }

  private static Credentials credentials(String username) {
    return Credentials.of(new Username(username));
  }

  private static InetSocketAddress at(int port) {
    return new InetSocketAddress(TestServer.address("192.0.2.1"), port);
  }
}
