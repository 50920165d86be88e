package chat.tcrp.server.relay;

import chat.tcrp.protocol.ClientDatagram;
import chat.tcrp.protocol.Request;
import chat.tcrp.protocol.RoomInfo;
import chat.tcrp.protocol.RoomName;
import chat.tcrp.server.base.EventLog;
import chat.tcrp.server.base.Ticker;
import chat.tcrp.server.net.DatagramIo;
import chat.tcrp.server.net.Steering;
import chat.tcrp.server.rooms.AttemptLimiter;
import chat.tcrp.server.rooms.BacklogMemory;
import chat.tcrp.server.rooms.Listing;
import chat.tcrp.server.rooms.Places;
import chat.tcrp.server.rooms.Reply;
import chat.tcrp.server.rooms.RoomLimits;
import chat.tcrp.server.rooms.Rooms;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * The relay loops of the rooms: one or several, each with the rooms whose names {@link Steering}
 * gives it.
 */
public final class RoomRelays implements AutoCloseable {
  private final List<RoomRelay> relays = new ArrayList<>();
  private final List<RelayLoop> loops = new ArrayList<>();
  private final Ticker ticker;

  private final Object listLock = new Object();
  private long listedAt;
  private CompletableFuture<Reply> listed =
      CompletableFuture.failedFuture(new IllegalStateException("nobody has asked yet"));

  /**
   * Makes the loops; they do nothing before {@link #start}.
   *
   * @param sockets one for each loop, bound to the same port
   */
  public RoomRelays(
      RoomLimits limits,
      List<? extends DatagramIo> sockets,
      Ticker ticker,
      RandomGenerator random,
      EventLog log) {
    this.ticker = ticker;
    Places places = new Places(limits);
    AttemptLimiter attempts = new AttemptLimiter();
    BacklogMemory backlogMemory = new BacklogMemory(limits.backlogBytes());
    for (int i = 0; i < sockets.size(); i++) {
      DatagramIo io = sockets.get(i);
      int self = i;
      RoomRelay relay =
          new RoomRelay(
              new Rooms(limits, random, places, attempts, backlogMemory, log, io),
              io,
              limits.memberBudget(),
              sockets.size() == 1
                  ? Optional.empty()
                  : Optional.of(hearsay -> handOver(hearsay, self)));
      relays.add(relay);
      loops.add(
          new RelayLoop(
              sockets.size() == 1 ? "rooms" : "rooms-" + i,
              io,
              relay,
              limits.shortestTimeout(),
              ticker,
              log));
    }
  }

  public void start() {
    loops.forEach(RelayLoop::start);
  }

  public InetSocketAddress localAddress() {
    return loops.getFirst().localAddress();
  }

  /** Completes when the first loop has ended, exceptionally when it was not asked to. */
  public CompletableFuture<Object> ended() {
    return CompletableFuture.anyOf(
        loops.stream().map(RelayLoop::ended).toArray(CompletableFuture<?>[]::new));
  }

  /** Has a request carried out by the loop that it concerns. */
  public CompletableFuture<Reply> submit(Request request, InetAddress from) {
    return switch (request) {
      case Request.Create create -> relayOf(create.room()).submit(request, from);
      case Request.Join join -> relayOf(join.room()).submit(request, from);
      case Request.Leave leave -> relayOf(leave.room()).submit(request, from);
      case Request.Members members -> relayOf(members.room()).submit(request, from);
      case Request.Kick kick -> relayOf(kick.room()).submit(request, from);
      case Request.Ban ban -> relayOf(ban.room()).submit(request, from);
      case Request.Unban unban -> relayOf(unban.room()).submit(request, from);
      case Request.Rooms rooms -> list();
    };
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

  private static List<RoomInfo> together(List<RoomInfo> a, List<RoomInfo> b) {
    return Stream.concat(a.stream(), b.stream()).toList();
  }

  private RoomRelay relayOf(RoomName room) {
    return relays.get(Steering.loopOf(room.encode(), relays.size()));
  }

  /** Takes what a loop has heard to whom it may concern. */
  private void handOver(RoomRelay.Hearsay hearsay, int from) {
    switch (hearsay) {
      case RoomRelay.Stray stray -> handOver(stray, from);
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
    ClientDatagram.View view = new ClientDatagram.View();
    if (!view.wrap(stray.datagram(), 0, stray.datagram().capacity())) {
      throw new IllegalArgumentException("a stray datagram is a valid one");
    }
    byte[] room = new byte[view.roomSize()];
    stray.datagram().get(view.roomAt(), room);
    int owner = Steering.loopOf(room, relays.size());
    if (owner == from) {
      relays.get(from).unknown();
    } else {
      relays.get(owner).handOver(stray);
    }
  }
}
