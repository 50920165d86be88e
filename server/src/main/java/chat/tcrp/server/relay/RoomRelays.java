package chat.tcrp.server.relay;

import chat.tcrp.protocol.ClientDatagram;
import chat.tcrp.protocol.Request;
import chat.tcrp.protocol.RoomName;
import chat.tcrp.protocol.SealedDatagram;
import chat.tcrp.server.base.EventLog;
import chat.tcrp.server.base.Ticker;
import chat.tcrp.server.metrics.BusyRooms;
import chat.tcrp.server.metrics.LoopMetrics;
import chat.tcrp.server.net.DatagramIo;
import chat.tcrp.server.net.Steering;
import chat.tcrp.server.rooms.AttemptLimiter;
import chat.tcrp.server.rooms.BacklogMemory;
import chat.tcrp.server.rooms.Caller;
import chat.tcrp.server.rooms.Elsewhere;
import chat.tcrp.server.rooms.Listing;
import chat.tcrp.server.rooms.Loops;
import chat.tcrp.server.rooms.Places;
import chat.tcrp.server.rooms.Reply;
import chat.tcrp.server.rooms.Requests;
import chat.tcrp.server.rooms.RoomLimits;
import chat.tcrp.server.rooms.RoomState;
import chat.tcrp.server.rooms.Rooms;
import chat.tcrp.server.rooms.SealedIds;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;
import java.util.function.LongConsumer;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * The relay loops of the rooms: one or several, each with the rooms whose names {@link Steering}
 * gives it.
 */
public final class RoomRelays implements Requests, Loops, AutoCloseable {
  private final List<RoomRelay> relays = new ArrayList<>();
  private final List<RelayLoop> loops = new ArrayList<>();
  private final Ticker ticker;
  private final Places places;

  /** Which loop has a sealed session, since its datagrams do not say; unused when there is one. */
  private final Map<Long, Integer> sealed = new ConcurrentHashMap<>();

  private final Object listLock = new Object();
  private long listedAt;
  private CompletableFuture<Reply> listed =
      CompletableFuture.failedFuture(new IllegalStateException("nobody has asked yet"));

  /**
   * Makes the loops; they do nothing before {@link #start}.
   *
   * @param sockets one for each loop, bound to the same port
   * @param elsewhere for each loop, the other nodes of a cluster
   */
  public RoomRelays(
      RoomLimits limits,
      List<? extends DatagramIo> sockets,
      Ticker ticker,
      RandomGenerator random,
      EventLog log,
      IntFunction<Elsewhere> elsewhere) {
    this.ticker = ticker;
    this.places = new Places(limits);
    AttemptLimiter attempts = new AttemptLimiter();
    BacklogMemory backlogMemory = new BacklogMemory(limits.backlogBytes());
    for (int i = 0; i < sockets.size(); i++) {
      DatagramIo io = sockets.get(i);
      LoopMetrics metrics = LoopMetrics.ofRooms(sockets.size() == 1 ? "rooms" : "rooms-" + i);
      Elsewhere others = elsewhere.apply(i);
      RoomRelay relay =
          new RoomRelay(
              new Rooms(
                  limits,
                  random,
                  places,
                  attempts,
                  backlogMemory,
                  sockets.size() == 1 ? SealedIds.UNHEARD : sealedIds(i),
                  log,
                  metrics,
                  io,
                  others),
              io,
              metrics,
              limits.memberBudget(),
              sockets.size() == 1 ? Optional.empty() : Optional.of(others(i)),
              others);
      relays.add(relay);
      loops.add(new RelayLoop(metrics, io, relay, limits.shortestTimeout(), ticker, log));
    }
  }

  private SealedIds sealedIds(int self) {
    return new SealedIds() {
      @Override
      public void began(long sessionId) {
        sealed.put(sessionId, self);
      }

      @Override
      public void ended(long sessionId) {
        sealed.remove(sessionId, self);
      }
    };
  }

  private RoomRelay.Others others(int self) {
    return new RoomRelay.Others() {
      @Override
      public boolean have(long sessionId) {
        return sealed.containsKey(sessionId);
      }

      @Override
      public void hear(RoomRelay.Hearsay hearsay) {
        handOver(hearsay, self);
      }
    };
  }

  /**
   * Has a room as another server had it; before {@link #start}.
   *
   * @return how many members it has; 0 when there is no place for it
   */
  public int restore(RoomState state) {
    return relayOf(state.name()).restore(state, ticker.nanos());
  }

  /** Lets no more rooms be made, while all else goes on. */
  public void closeForRooms() {
    places.closeForRooms();
  }

  /** What another server has to know of all rooms. */
  public CompletableFuture<List<RoomState>> state() {
    return relays.stream()
        .map(RoomRelay::state)
        .reduce((a, b) -> a.thenCombine(b, RoomRelays::together))
        .orElseThrow();
  }

  /** Has everybody in all rooms told something; completes when they have been. */
  public CompletableFuture<Void> tell(String text) {
    return CompletableFuture.allOf(
        relays.stream().map(relay -> relay.tell(text)).toArray(CompletableFuture<?>[]::new));
  }

  public void start() {
    loops.forEach(RelayLoop::start);
  }

  /** One for each; to be read from any thread. */
  public List<RelayLoop> loops() {
    return List.copyOf(loops);
  }

  /** For each loop, its busiest rooms; to be asked from any thread. */
  public List<BusyRooms> busyRooms() {
    return relays.stream().map(RoomRelay::busyRooms).toList();
  }

  public InetSocketAddress localAddress() {
    return loops.getFirst().localAddress();
  }

  /** Completes when the first loop has ended, exceptionally when it was not asked to. */
  public CompletableFuture<Object> ended() {
    return CompletableFuture.anyOf(
        loops.stream().map(RelayLoop::ended).toArray(CompletableFuture<?>[]::new));
  }

  @Override
  public int count() {
    return relays.size();
  }

  @Override
  public int of(RoomName room, int loopsThere) {
    return Steering.loopOf(room.encode(), loopsThere);
  }

  @Override
  public void run(int loop, LongConsumer action) {
    relays.get(loop).run(action);
  }

  @Override
  public boolean arrived(int loop, byte[] message) {
    boolean taken = relays.get(loop).handOver(new RoomRelay.Arrival(message));
    if (!taken) {
      relays.get(loop).handOverFailed();
    }
    return taken;
  }

  /** Has a request carried out by the loop that it concerns. */
  @Override
  public CompletableFuture<Reply> submit(Request request, Caller caller) {
    return Requests.room(request)
        .map(room -> relayOf(room).submit(request, caller))
        .orElseGet(this::list);
  }

  /** The rooms of all loops; who asks while others do, or soon after a long list, shares theirs. */
  private CompletableFuture<Reply> list() {
    synchronized (listLock) {
      long now = ticker.nanos();
      boolean isFresh =
          listed.isDone()
              ? now - listedAt < Listing.INTERVAL.toNanos() && isLong(listed)
              : !listed.isCancelled();
      if (!isFresh) {
        listedAt = now;
        listed =
            relays.stream()
                .map(RoomRelay::list)
                .reduce((a, b) -> a.thenCombine(b, RoomRelays::together))
                .orElseThrow()
                .thenApply(rooms -> new Reply.Listed(Listing.ofRooms(rooms)));
      }
      // A copy: whoever gives up waiting cancels its own.
      return listed.copy();
    }
  }

  private static boolean isLong(CompletableFuture<Reply> listed) {
    return !listed.isCompletedExceptionally()
        && listed.join() instanceof Reply.Listed(Listing listing)
        && listing.isLong();
  }

  @Override
  public void close() {
    loops.forEach(RelayLoop::close);
  }

  private static <T> List<T> together(List<T> a, List<T> b) {
    return Stream.concat(a.stream(), b.stream()).toList();
  }

  private RoomRelay relayOf(RoomName room) {
    return relays.get(of(room, relays.size()));
  }

  /** Takes what a loop has heard to whom it may concern. */
  private void handOver(RoomRelay.Hearsay hearsay, int from) {
    switch (hearsay) {
      case RoomRelay.Stray stray -> handOver(stray, from);
      case RoomRelay.Arrival arrival ->
          throw new IllegalArgumentException("it is for the loop that was given it");
      case RoomRelay.Refusal refusal -> {
        for (int i = 0; i < relays.size(); i++) {
          if (i != from) {
            relays.get(i).handOver(refusal);
          }
        }
      }
    }
  }

  /** Takes a datagram to the loop that has its room, unless it has been there already. */
  private void handOver(RoomRelay.Stray stray, int from) {
    boolean isSealed = stray.datagram().get(0) == SealedDatagram.MARK;
    int owner =
        isSealed
            ? sealed.getOrDefault(stray.datagram().getLong(SealedDatagram.SESSION_AT), from)
            : Steering.loopOf(roomOf(stray.datagram()), relays.size());
    if (owner == from) {
      relays.get(from).unknown(isSealed);
    } else if (!relays.get(owner).handOver(stray)) {
      relays.get(from).handOverFailed();
    }
  }

  private static byte[] roomOf(ByteBuffer datagram) {
    ClientDatagram.View view = new ClientDatagram.View();
    if (!view.wrap(datagram, 0, datagram.capacity())) {
      throw new IllegalArgumentException("a stray datagram is a valid one");
    }
    byte[] room = new byte[view.roomSize()];
    datagram.get(view.roomAt(), room);
    return room;
  }
}
