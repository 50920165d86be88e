package chat.tcrp.server.cluster;

import chat.tcrp.protocol.Request;
import chat.tcrp.protocol.RoomName;
import chat.tcrp.server.base.EventLog;
import chat.tcrp.server.metrics.LoopMetrics;
import chat.tcrp.server.relay.HandledLoop;
import chat.tcrp.server.rooms.AttemptLimiter;
import chat.tcrp.server.rooms.BacklogMemory;
import chat.tcrp.server.rooms.Caller;
import chat.tcrp.server.rooms.Member;
import chat.tcrp.server.rooms.Places;
import chat.tcrp.server.rooms.Reply;
import chat.tcrp.server.rooms.Room;
import chat.tcrp.server.rooms.RoomLimits;
import chat.tcrp.server.rooms.Rooms;
import chat.tcrp.server.rooms.SealedIds;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;

/** A server of the simulated cluster: all of it but for its sockets and threads. */
final class SimulatedNode {
  /** Where what it sends to clients goes. */
  interface ToClients {
    void send(SimulatedNode from, InetSocketAddress to, byte[] datagram);
  }

  private static final byte[] KEY =
      "the same for all nodes of a cluster".getBytes(StandardCharsets.UTF_8);

  /** Between two turns of a loop is at least so much: what comes meanwhile is done at once. */
  private static final long TURN_NANOS = Duration.ofMillis(1).toNanos();

  private static final Duration WORK = Duration.ofMillis(200);

  /** A start waits so long for the lease. */
  private static final Duration LEASE_PATIENCE = Duration.ofSeconds(5);

  static final RoomLimits LIMITS =
      RoomLimits.DEFAULTS.with().idleTimeout(Duration.ofSeconds(40)).maxMembers(60).build();

  private final VirtualTime time;
  private final MemoryHub hub;
  private final MemoryEngine engine;
  private final Cluster cluster;
  private final LoopLink link;
  private final SimulatedSocket socket;
  private final Rooms rooms;
  private final HandledLoop loop;
  private final long started;
  private final List<Runnable> waiting = new ArrayList<>();
  private boolean paused;
  private boolean gone;
  private boolean stopping;
  private long pausedAt;
  private long missed;
  private long nextTurn = Long.MAX_VALUE;

  /** Since when it is cut off, or is not any more. */
  private long cutOffAt = Long.MIN_VALUE;

  private long connectedAt;

  /** For how long it has been without the others while these could decide. */
  private long awayNanos;

  SimulatedNode(
      String name,
      VirtualTime time,
      MemoryHub hub,
      RandomGenerator random,
      EventLog log,
      ToClients clients) {
    this.time = time;
    this.hub = hub;
    this.started = time.nanos();
    this.connectedAt = started;
    this.engine = hub.engine(name);
    this.cluster = new Cluster(engine, KEY, "{}", 1, random, time, log);
    this.link = (LoopLink) cluster.elsewhere(0);
    this.socket =
        new SimulatedSocket(this::wakeup, (to, datagram) -> clients.send(this, to, datagram));
    LoopMetrics metrics = LoopMetrics.ofRooms(name);
    this.rooms =
        new Rooms(
            LIMITS,
            random,
            new Places(LIMITS),
            new AttemptLimiter(),
            new BacklogMemory(LIMITS.backlogBytes()),
            SealedIds.UNHEARD,
            log,
            metrics,
            socket,
            link);
    this.loop = new HandledLoop(rooms, socket, metrics, LIMITS, link, started);
    cluster.attach(loop, loop);
    work();
    wakeup();
  }

  private void work() {
    if (!gone) {
      if (!paused) {
        cluster.work();
      }
      time.later(WORK, this::work);
    }
  }

  private void wakeup() {
    turnIn(TURN_NANOS);
  }

  private void turnIn(long nanos) {
    long at = time.nanos() + nanos;
    if (at < nextTurn) {
      nextTurn = at;
      time.later(
          nanos,
          () -> {
            if (nextTurn == at && !paused && !gone) {
              turn();
            }
          });
    }
  }

  private void turn() {
    nextTurn = Long.MAX_VALUE;
    turnIn(Math.max(TURN_NANOS, loop.turn(time.nanos() - missed)));
  }

  /** Whether clients can connect. */
  boolean listens() {
    return !gone
        && !stopping
        && (cluster.mayDecide() || time.nanos() - started > LEASE_PATIENCE.toNanos());
  }

  boolean isRunning() {
    return !gone && !paused;
  }

  boolean isGone() {
    return gone;
  }

  /** Whether it is neither stopped nor being stopped, and does not stand still. */
  boolean isUp() {
    return isRunning() && !stopping;
  }

  /** For how long it can reach the others, and write to the directory; negative while not. */
  long connectedNanos() {
    return cutOffAt > connectedAt || !isRunning()
        ? -1
        : Math.min(time.nanos() - connectedAt, hub.ledNanos());
  }

  /** For how long it cannot; 0 while it can. */
  long cutOffNanos() {
    return cutOffAt > connectedAt ? time.nanos() - cutOffAt : 0;
  }

  /** For how long it has been without the others while these could decide; 0 when it is not. */
  long awayNanos() {
    return awayNanos;
  }

  /** Time has passed, in which others could decide, or nobody could. */
  void passed(Duration length, boolean couldDecide) {
    if (isBack() || gone) {
      awayNanos = 0;
    } else if (couldDecide) {
      awayNanos += length.toNanos();
    }
  }

  /** Whether it has found out by now what has happened while it could not reach the others. */
  boolean isBack() {
    return connectedNanos() >= Simulation.BACK.toNanos();
  }

  void cutOff(boolean off) {
    if (!gone) {
      if (off) {
        cutOffAt = time.nanos();
      } else if (cutOffNanos() > 0) {
        connectedAt = time.nanos();
      }
      hub.cutOff(engine.name(), off);
    }
  }

  /** Makes a request for a client; while the node stands still, it waits. */
  CompletableFuture<Reply> submit(Request request, Caller caller) {
    if (!paused) {
      return cluster.submit(request, caller);
    }
    CompletableFuture<Reply> answer = new CompletableFuture<>();
    waiting.add(
        () -> {
          if (!answer.isCancelled()) {
            var _ = cluster.submit(request, caller).thenAccept(answer::complete);
          }
        });
    return answer;
  }

  /** A datagram of a client arrives. */
  void arrive(InetSocketAddress from, byte[] datagram) {
    if (!gone) {
      socket.arrive(from, datagram);
    }
  }

  /** Stands still. */
  void pause() {
    paused = true;
    pausedAt = time.nanos();
    hub.pause(engine.name());
  }

  /** Goes on, and finds what has come meanwhile, unless that is lost. */
  void goOn(boolean lost) {
    if (!gone) {
      paused = false;
      missed += time.nanos() - pausedAt;
      if (cutOffNanos() == 0) {
        connectedAt = time.nanos();
      }
      hub.goOn(engine.name(), lost);
      waiting.forEach(Runnable::run);
      waiting.clear();
      turn();
    }
  }

  /** Is no more, from one moment to the next. */
  void kill() {
    gone = true;
    engine.close();
  }

  /** Is stopped as an operator stops it. */
  void stop() {
    stopping = true;
    var _ =
        cluster
            .stop()
            .whenComplete(
                (nothing, failure) -> {
                  loop.stop();
                  kill();
                });
  }

  String name() {
    return cluster.name();
  }

  Rooms rooms() {
    return rooms;
  }

  /** Whether it decides about a room that is at home here. */
  boolean decides(Room room) {
    return !link.isHeld(room);
  }

  /** The member of a room by its name, as far as this node knows. */
  Optional<Member> member(RoomName room, String username) {
    return rooms
        .room(room)
        .or(() -> rooms.guests().room(room))
        .flatMap(
            there ->
                there.members().stream()
                    .filter(member -> member.username().value().equals(username))
                    .findFirst());
  }

  /** How much it keeps of rooms, members and what is under way. */
  int size() {
    return link.size() + rooms.rooms().size() + rooms.guests().rooms().size();
  }

  /** What it hears besides what is said to itself and to all. */
  long roomSubjects() {
    return engine.subjects().stream().filter(subject -> subject.startsWith("room.")).count();
  }
}
