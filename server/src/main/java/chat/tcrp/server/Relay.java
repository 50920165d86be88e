package chat.tcrp.server;

import chat.tcrp.protocol.Request;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.random.RandomGenerator;

/**
 * The relay loop: one thread that owns the UDP socket, the rooms and everybody in them. It drains
 * what is waiting, decides, sends, carries out the requests that the handshakes have queued, and
 * looks for the expired. Nothing here is locked, because nothing here is shared.
 */
final class Relay implements AutoCloseable {
  /** How many queued requests are carried out before datagrams have their turn again. */
  private static final int REQUESTS_A_CYCLE = 64;

  private static final Duration MIN_SWEEP = Duration.ofMillis(10);
  private static final Duration MAX_SWEEP = Duration.ofSeconds(1);

  private record Task(Request request, InetAddress from, CompletableFuture<Reply> reply) {}

  private final DatagramIo io;
  private final Ticker ticker;
  private final EventLog log;
  private final Counters counters = new Counters();
  private final Rooms rooms;
  private final Traffic traffic;
  private final ConcurrentLinkedQueue<Task> tasks = new ConcurrentLinkedQueue<>();
  private final Thread thread = Thread.ofPlatform().name("relay").unstarted(this::run);
  private final long sweepNanos;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private volatile boolean stopping;

  Relay(ServerConfig config, DatagramIo io, Ticker ticker, RandomGenerator random, EventLog log) {
    this.io = io;
    this.ticker = ticker;
    this.log = log;
    this.rooms = new Rooms(config, random, log, io);
    this.traffic = new Traffic(rooms, io, counters);
    this.sweepNanos = sweepInterval(config).toNanos();
  }

  void start() {
    thread.start();
  }

  InetSocketAddress localAddress() {
    return io.localAddress();
  }

  /** Completes when the loop has ended, exceptionally when it was not asked to. */
  CompletableFuture<Void> ended() {
    return ended;
  }

  /** Queues a request; the future completes when the loop has carried it out. */
  CompletableFuture<Reply> submit(Request request, InetAddress from) {
    Task task = new Task(request, from, new CompletableFuture<>());
    tasks.add(task);
    io.wakeup();
    return task.reply();
  }

  /** Ends every session with a notice, stops the loop and closes the socket. */
  @Override
  public void close() {
    stopping = true;
    io.wakeup();
    try {
      thread.join(Duration.ofSeconds(1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try (io) {
      long nextSweep = ticker.nanos();
      while (!stopping) {
        io.await(sweepNanos);
        long now = ticker.nanos();
        drain(now);
        carryOut(now);
        if (now - nextSweep >= 0) {
          rooms.expire(now);
          nextSweep = now + sweepNanos;
        }
        io.flush();
      }
      rooms.close();
      io.flush();
      log.event(Level.INFO, "relay-stopped", counters.facts());
      ended.complete(null);
    } catch (IOException | RuntimeException e) {
      log.failure("relay-failed", e);
      ended.completeExceptionally(e);
    }
    for (Task task; (task = tasks.poll()) != null; ) {
      task.reply().cancel(false);
    }
  }

  /**
   * Takes in what is waiting, but not for ever: under a flood requests and expiry must have their
   * turn too.
   */
  private void drain(long now) throws IOException {
    int received = io.receive();
    for (int slot = 0; slot < received; slot++) {
      try {
        traffic.received(slot, now);
      } catch (RuntimeException e) {
        log.failure("datagram-failed", e);
      }
    }
    io.flush();
  }

  private void carryOut(long now) {
    for (int i = 0; i < REQUESTS_A_CYCLE; i++) {
      Task task = tasks.poll();
      if (task == null) {
        return;
      }
      if (task.reply().isCancelled()) {
        continue;
      }
      try {
        task.reply().complete(rooms.handle(task.request(), task.from(), now));
      } catch (RuntimeException e) {
        task.reply().completeExceptionally(e);
      }
    }
    io.wakeup();
  }

  /** Often enough that a timeout is kept to a tenth, and never more than a second late. */
  private static Duration sweepInterval(ServerConfig config) {
    Duration shortest =
        config.idleTimeout().compareTo(config.keepaliveTimeout()) < 0
            ? config.idleTimeout()
            : config.keepaliveTimeout();
    Duration tenth = shortest.dividedBy(10);
    if (tenth.compareTo(MIN_SWEEP) < 0) {
      return MIN_SWEEP;
    }
    return tenth.compareTo(MAX_SWEEP) > 0 ? MAX_SWEEP : tenth;
  }
}
