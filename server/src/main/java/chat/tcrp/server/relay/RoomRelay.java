package chat.tcrp.server.relay;

import chat.tcrp.protocol.Request;
import chat.tcrp.protocol.RoomInfo;
import chat.tcrp.server.metrics.BusyRooms;
import chat.tcrp.server.metrics.Count;
import chat.tcrp.server.metrics.LoopMetrics;
import chat.tcrp.server.net.DatagramIo;
import chat.tcrp.server.net.RelayMemory;
import chat.tcrp.server.net.Steering;
import chat.tcrp.server.rooms.Caller;
import chat.tcrp.server.rooms.Elsewhere;
import chat.tcrp.server.rooms.Reply;
import chat.tcrp.server.rooms.RoomState;
import chat.tcrp.server.rooms.Rooms;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * What a relay loop does for its rooms: carries out the requests that handshakes have queued, and
 * relays datagrams. When there are several loops each has the rooms that {@link Steering} gives it;
 * what reaches the wrong one is handed over.
 */
final class RoomRelay implements RelayLoop.Handler {
  /** How many queued requests are carried out before datagrams have their turn again. */
  private static final int REQUESTS_AT_ONCE = 64;

  /**
   * So many datagrams may be on their way from other loops; more are dropped, as a full socket
   * would.
   */
  private static final int MAX_HANDED_OVER = 4096;

  /** What a loop has heard that may concern another. */
  sealed interface Hearsay {}

  /** A datagram whose token or session is not known where it was received. */
  record Stray(ByteBuffer datagram, InetSocketAddress source, Optional<InetAddress> local)
      implements Hearsay {}

  /** A datagram was sent back; the system tells any of the sockets that share a port. */
  record Refusal(InetSocketAddress destination, boolean portClosed) implements Hearsay {}

  /** What another node of a cluster says. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Arrival(byte[] message) implements Hearsay {}

  /** The other loops, as one sees them. */
  interface Others {
    /** Whether one of them has a sealed session. */
    boolean have(long sessionId);

    /** Takes what may concern one of them. */
    void hear(Hearsay hearsay);
  }

  private final Rooms rooms;
  private final DatagramIo io;
  private final LoopMetrics metrics;
  private final BusyRooms busyRooms = new BusyRooms();
  private final Traffic traffic;
  private final CatchUps catchUps;
  private final Optional<Others> others;
  private final Elsewhere elsewhere;
  private final ConcurrentLinkedQueue<Task<?>> tasks = new ConcurrentLinkedQueue<>();
  private final ArrayBlockingQueue<Hearsay> handedOver = new ArrayBlockingQueue<>(MAX_HANDED_OVER);
  private volatile boolean stopped;

  /**
   * Makes a handler.
   *
   * @param metrics of the loop
   * @param memberBudget how many deliveries a second a member may cause
   * @param others the other loops; empty when there is none
   * @param elsewhere the other nodes
   */
  RoomRelay(
      Rooms rooms,
      DatagramIo io,
      LoopMetrics metrics,
      int memberBudget,
      Optional<Others> others,
      Elsewhere elsewhere) {
    this.elsewhere = elsewhere;
    this.rooms = rooms;
    this.metrics = metrics;
    this.io = io;
    this.catchUps = new CatchUps(io, metrics);
    this.traffic = new Traffic(rooms, io, metrics, memberBudget, catchUps, elsewhere);
    elsewhere.attach(rooms, traffic);
    this.others = others;
  }

  /** What another thread wants done: at a time, with an answer that may come later. */
  private record Task<T>(BiConsumer<Long, Consumer<T>> action, CompletableFuture<T> answer) {
    void carryOut(long now) {
      if (!answer.isCancelled()) {
        try {
          action.accept(now, answer::complete);
        } catch (RuntimeException e) {
          answer.completeExceptionally(e);
        }
      }
    }
  }

  /** Queues a request; the future completes when the loop has carried it out. From any thread. */
  CompletableFuture<Reply> submit(Request request, Caller caller) {
    return submit((now, answer) -> rooms.handle(request, caller, now, answer));
  }

  /** Asks for the rooms of this loop. From any thread. */
  CompletableFuture<List<RoomInfo>> list() {
    return submit((now, answer) -> answer.accept(rooms.list()));
  }

  /** Asks what another server has to know of the rooms of this loop. From any thread. */
  CompletableFuture<List<RoomState>> state() {
    return submit((now, answer) -> answer.accept(rooms.state(now)));
  }

  /** Has everybody told something; completes when it has been. From any thread. */
  CompletableFuture<Boolean> tell(String text) {
    return submit(
        (now, answer) -> {
          rooms.tell(text);
          answer.accept(true);
        });
  }

  /** Has something done, at a time. From any thread. */
  void run(LongConsumer action) {
    var _ =
        submit(
            (now, answer) -> {
              action.accept(now);
              answer.accept(true);
            });
  }

  /** Has a room as another server had it; before the loop runs. */
  int restore(RoomState state, long now) {
    return rooms.restore(state, now);
  }

  private <T> CompletableFuture<T> submit(BiConsumer<Long, Consumer<T>> action) {
    Task<T> task = new Task<>(action, new CompletableFuture<>());
    tasks.add(task);
    if (stopped) {
      refuseTasks();
    }
    io.wakeup();
    return task.answer();
  }

  /** Queues what another loop has heard; false when there is no room for it. From any thread. */
  boolean handOver(Hearsay hearsay) {
    boolean taken = handedOver.offer(hearsay);
    if (taken) {
      io.wakeup();
    }
    return taken;
  }

  /** Its busiest rooms; to be asked from any thread. */
  BusyRooms busyRooms() {
    return busyRooms;
  }

  /** A datagram could not be handed over. */
  void handOverFailed() {
    metrics.add(Count.HANDOVER_FULL);
  }

  @Override
  public boolean hasRoom() {
    return traffic.hasRoom();
  }

  @Override
  public void received(int slot, long now) {
    if (traffic.received(slot, now)) {
      return;
    }
    boolean sealed = traffic.isSealed(slot);
    if (others.isEmpty() || (sealed && !others.get().have(traffic.sessionId(slot)))) {
      // A flood of datagrams that nobody knows must cost next to nothing.
      unknown(sealed);
    } else {
      ByteBuffer copy = ByteBuffer.allocate(io.size(slot));
      copy.put(0, io.memory(), RelayMemory.slotAt(slot), copy.capacity());
      others.get().hear(new Stray(copy, io.source(slot), io.local(slot)));
    }
  }

  /** A datagram is known nowhere. */
  void unknown(boolean sealed) {
    metrics.add(sealed ? Count.UNKNOWN_SESSION : Count.UNKNOWN_TOKEN);
  }

  @Override
  public void refused(int slot, boolean portClosed, long now) {
    InetSocketAddress destination = io.source(slot);
    rooms.refused(destination, portClosed, now);
    others.ifPresent(o -> o.hear(new Refusal(destination, portClosed)));
  }

  @Override
  public void relay() {
    traffic.relay();
  }

  @Override
  public boolean work(long now) {
    takeOver(now);
    rooms.work(now);
    catchUps.work(now);
    boolean more = carryOutTasks(now);
    elsewhere.flush(now);
    return more || !handedOver.isEmpty() || traffic.hasLines();
  }

  /** Carries out what was queued, a bounded number; whether there is more. */
  private boolean carryOutTasks(long now) {
    for (int i = 0; i < REQUESTS_AT_ONCE; i++) {
      Task<?> task = tasks.poll();
      if (task == null) {
        return false;
      }
      task.carryOut(now);
    }
    return true;
  }

  /** Relays what other loops have handed over until now, as what waits in a socket is relayed. */
  private void takeOver(long now) {
    for (int waiting = handedOver.size(); waiting > 0 && traffic.hasRoom(); waiting--) {
      switch (handedOver.remove()) {
        case Stray(ByteBuffer datagram, InetSocketAddress source, Optional<InetAddress> local) -> {
          int slot = io.place(datagram, source, local);
          if (!traffic.received(slot, now)) {
            unknown(traffic.isSealed(slot));
          }
        }
        case Refusal(InetSocketAddress destination, boolean portClosed) ->
            rooms.refused(destination, portClosed, now);
        case Arrival(byte[] message) -> elsewhere.received(message, now);
      }
    }
    traffic.relay();
  }

  @Override
  public long nanosUntilWork(long now) {
    return Math.min(
        elsewhere.nanosUntilWork(now),
        Math.min(rooms.nanosUntilWork(now), catchUps.nanosUntilWork(now)));
  }

  @Override
  public long nanosToRest(long now) {
    return elsewhere.nanosToRest(now);
  }

  @Override
  public boolean expire(long now) {
    busyRooms.update(rooms::busiest);
    boolean more = rooms.expire(now);
    elsewhere.flush(now);
    return more;
  }

  @Override
  public void stop() {
    elsewhere.stop();
    rooms.close();
    stopped = true;
    refuseTasks();
  }

  private void refuseTasks() {
    for (Task<?> task; (task = tasks.poll()) != null; ) {
      task.answer().cancel(false);
    }
  }

  @Override
  public void measure() {
    rooms.measure();
  }
}
