package chat.tcrp.server;

import chat.tcrp.protocol.Request;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/**
 * What a relay loop does for its rooms: carries out the requests that handshakes have queued, and
 * relays datagrams. When there are several loops each has the rooms that {@link Steering} gives it;
 * a datagram that reaches the wrong one is handed over.
 */
final class RoomRelay implements RelayLoop.Handler {
  /** How many queued requests are carried out before datagrams have their turn again. */
  private static final int REQUESTS_AT_ONCE = 64;

  /**
   * So many datagrams may be on their way from other loops; more are dropped, as a full socket
   * would.
   */
  private static final int MAX_HANDED_OVER = 4096;

  private record Task(Request request, InetAddress from, CompletableFuture<Reply> reply) {}

  /** A datagram that another loop has received. */
  record Stray(ByteBuffer datagram, InetSocketAddress source) {}

  private final Rooms rooms;
  private final DatagramIo io;
  private final Counters counters = new Counters();
  private final Traffic traffic;
  private final Optional<Consumer<Stray>> strays;
  private final ConcurrentLinkedQueue<Task> tasks = new ConcurrentLinkedQueue<>();
  private final ArrayBlockingQueue<Stray> handedOver = new ArrayBlockingQueue<>(MAX_HANDED_OVER);
  private volatile boolean stopped;

  /**
   * Makes a handler.
   *
   * @param strays takes datagrams whose token is not known here, since another loop may know it;
   *     empty when there is no other
   */
  RoomRelay(Rooms rooms, DatagramIo io, Optional<Consumer<Stray>> strays) {
    this.rooms = rooms;
    this.io = io;
    this.traffic = new Traffic(rooms, io, counters);
    this.strays = strays;
  }

  /** Queues a request; the future completes when the loop has carried it out. From any thread. */
  CompletableFuture<Reply> submit(Request request, InetAddress from) {
    Task task = new Task(request, from, new CompletableFuture<>());
    tasks.add(task);
    if (stopped) {
      refuseTasks();
    }
    io.wakeup();
    return task.reply();
  }

  /** Queues a datagram that another loop has received. From any thread. */
  void handOver(Stray stray) {
    if (handedOver.offer(stray)) {
      io.wakeup();
    }
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
    if (strays.isEmpty()) {
      // A flood of datagrams that nobody knows must cost next to nothing.
      unknown();
    } else {
      ByteBuffer copy = ByteBuffer.allocate(io.size(slot));
      copy.put(0, io.memory(), RelayMemory.slotAt(slot), copy.capacity());
      strays.get().accept(new Stray(copy, io.source(slot)));
    }
  }

  /** A datagram is known nowhere. */
  void unknown() {
    counters.unauthorised();
  }

  @Override
  public void refused(int slot) {
    rooms.refused(io.source(slot));
  }

  @Override
  public void relay() {
    traffic.relay();
  }

  @Override
  public boolean work(long now) {
    takeOver(now);
    for (int i = 0; i < REQUESTS_AT_ONCE; i++) {
      Task task = tasks.poll();
      if (task == null) {
        return !handedOver.isEmpty();
      }
      if (!task.reply().isCancelled()) {
        carryOut(task, now);
      }
    }
    return true;
  }

  /** Relays what other loops have handed over until now, as what waits in a socket is relayed. */
  private void takeOver(long now) {
    for (int waiting = handedOver.size(); waiting > 0 && traffic.hasRoom(); waiting--) {
      Stray stray = handedOver.remove();
      if (!traffic.received(io.place(stray.datagram(), stray.source()), now)) {
        unknown();
      }
    }
    traffic.relay();
  }

  private void carryOut(Task task, long now) {
    try {
      task.reply().complete(rooms.handle(task.request(), task.from(), now));
    } catch (RuntimeException e) {
      task.reply().completeExceptionally(e);
    }
  }

  @Override
  public void expire(long now) {
    rooms.expire(now);
  }

  @Override
  public void stop() {
    rooms.close();
    stopped = true;
    refuseTasks();
  }

  private void refuseTasks() {
    for (Task task; (task = tasks.poll()) != null; ) {
      task.reply().cancel(false);
    }
  }

  @Override
  public Object[] facts() {
    return counters.facts();
  }
}
