package chat.tcrp.server.relay;

import chat.tcrp.server.base.EventLog;
import chat.tcrp.server.base.Ticker;
import chat.tcrp.server.metrics.Count;
import chat.tcrp.server.metrics.LoopMetrics;
import chat.tcrp.server.net.DatagramIo;
import chat.tcrp.server.net.RelayMemory;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * One thread that owns a UDP socket and everything that its {@link Handler} knows: drains what is
 * waiting, lets the handler decide, sends, and looks for the expired. Nothing in it is locked,
 * because nothing in it is shared.
 */
public final class RelayLoop implements AutoCloseable {
  private static final Duration MIN_SWEEP = Duration.ofMillis(10);
  private static final Duration MAX_SWEEP = Duration.ofSeconds(1);

  private static final Duration DROPS_INTERVAL = Duration.ofSeconds(10);
  private static final int REFUSALS_AT_ONCE = 1024;

  /** A turn that comes so much later than it should shows that the process was stopped. */
  private static final Duration STOPPED = Duration.ofSeconds(2);

  /** A loop turns at least once a second, unless something holds it up. */
  private static final Duration STUCK = Duration.ofSeconds(5);

  /** After so many turns in a row that came to nothing, the loop is broken. */
  private static final int MAX_DEFECTS = 100;

  /** What a loop does with what it receives; called on the loop's thread only. */
  public interface Handler {
    /** Whether a whole round of slots can be taken in before {@link #relay}. */
    boolean hasRoom();

    /** Takes the datagram in a slot in. */
    void received(int slot, long now);

    /**
     * Hears that a datagram to the source of a slot was sent back.
     *
     * @param portClosed whether because nobody listens at its port
     */
    void refused(int slot, boolean portClosed, long now);

    /** Sends what the datagrams since the last call lead to. */
    void relay();

    /**
     * Does what other threads have asked for, a bounded amount at once; true when there is more.
     */
    boolean work(long now);

    /** How many nanoseconds from now {@link #work} is wanted at the latest. */
    long nanosUntilWork(long now);

    /**
     * For how many nanoseconds from now datagrams may wait, since more is gained by taking them
     * together.
     */
    default long nanosToRest(long now) {
      return 0;
    }

    /**
     * Removes who has been silent for too long or cannot be reached, a bounded number at once; true
     * when there are more.
     */
    boolean expire(long now);

    /**
     * Tells everybody that the server is stopping, and refuses what other threads still ask for.
     */
    void stop();

    /** Sets the figures of what there is now; called after every turn. */
    void measure();
  }

  private final String name;
  private final LoopMetrics metrics;
  private final DatagramIo io;
  private final Handler handler;
  private final Ticker ticker;
  private final EventLog log;
  private final long sweepNanos;
  private final Thread thread;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private long now;

  /** When the loop woke up last, by the machine's clock. */
  private long lastAwake;

  /** For how long the process did not run, all in all. */
  private long missed;

  private long nextSweep;
  private long nextLookAtDrops;
  private boolean moreWork;

  /** How many datagrams the present turn has received. */
  private int received;

  private long dropped;
  private volatile boolean stopping;

  /**
   * Makes a loop; it does nothing before {@link #start}.
   *
   * @param metrics of this loop, whose name is in it
   * @param shortestTimeout of those that the handler has; expiry is looked for often enough to keep
   *     it to a tenth
   */
  public RelayLoop(
      LoopMetrics metrics,
      DatagramIo io,
      Handler handler,
      Duration shortestTimeout,
      Ticker ticker,
      EventLog log) {
    this.name = metrics.loop();
    this.metrics = metrics;
    this.io = io;
    this.handler = handler;
    this.ticker = ticker;
    this.log = log;
    this.sweepNanos = sweepInterval(shortestTimeout).toNanos();
    this.thread = Thread.ofPlatform().name(name).unstarted(this::run);
  }

  public void start() {
    thread.start();
  }

  /** What it has done; to be read from any thread. */
  public LoopMetrics metrics() {
    return metrics;
  }

  public InetSocketAddress localAddress() {
    return io.localAddress();
  }

  /** What is wrong with the loop, if anything; from any thread. */
  public Optional<String> trouble() {
    if (!thread.isAlive()) {
      return Optional.of("the loop " + name + " has ended");
    }
    long still = System.nanoTime() - metrics.turnedAt();
    return still > STUCK.toNanos()
        ? Optional.of("the loop %s has not turned for %d s".formatted(name, still / 1_000_000_000))
        : Optional.empty();
  }

  /** Completes when the loop has ended, exceptionally when it was not asked to. */
  public CompletableFuture<Void> ended() {
    return ended;
  }

  /** Has the handler stop, and ends the loop. */
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
      loop();
      handler.stop();
      io.flush();
      tellDrops();
      measure();
      log.event(Level.INFO, "relay-stopped", facts());
      ended.complete(null);
    } catch (IOException | RuntimeException e) {
      log.failure("relay-failed for=" + name, e);
      ended.completeExceptionally(e);
    }
  }

  private void loop() throws IOException {
    now = ticker.nanos();
    lastAwake = System.nanoTime();
    nextSweep = now;
    nextLookAtDrops = now;
    int defects = 0;
    while (!stopping) {
      try {
        awaitAndTurn();
        defects = 0;
      } catch (RuntimeException e) {
        defects++;
        if (defects == MAX_DEFECTS) {
          throw e;
        }
        log.failure("relay-defect for=" + name, e);
        // What else there was to do was not done.
        moreWork = true;
      }
    }
  }

  private void awaitAndTurn() throws IOException {
    long patience = moreWork ? 0 : Math.min(sweepNanos, handler.nanosUntilWork(now));
    if (patience > 0) {
      long rest = handler.nanosToRest(ticker.nanos() - missed);
      if (rest > 0) {
        io.rest(Math.min(rest, patience));
      } else {
        io.await(patience);
      }
    }
    long before = lastAwake;
    lastAwake = System.nanoTime();
    long late = lastAwake - before - patience;
    if (late > STOPPED.toNanos()) {
      // The process was stopped. Nobody was silent in that time: it was us who did not listen.
      log.event(Level.WARNING, "clock-held", "for", name, "seconds", late / 1_000_000_000);
      missed += late;
    }
    received = 0;
    metrics.turns();
    turn(ticker.nanos() - missed);
    measure();
  }

  private void measure() {
    metrics.set(Count.SENT, io.sends().sent());
    metrics.set(Count.SEND_FAILED, io.sends().failed());
    metrics.set(Count.SEND_QUEUE_FULL, io.sends().givenUp());
    handler.measure();
    metrics.turned(lastAwake, System.nanoTime(), received);
  }

  /**
   * Does everything that is to be done at a time; a defect met by one thing does not stop another.
   */
  void turn(long time) throws IOException {
    now = time;
    drain();
    guarded(() -> moreWork = handler.work(now));
    if (now - nextSweep >= 0) {
      nextSweep = now + sweepNanos;
      guarded(this::sweep);
    }
    guarded(io::flush);
  }

  private void sweep() {
    if (handler.expire(now)) {
      moreWork = true;
      nextSweep = now;
    }
    if (now - nextLookAtDrops >= 0) {
      tellDrops();
      nextLookAtDrops = now + DROPS_INTERVAL.toNanos();
    }
  }

  /** A defect met by one datagram or request must not be the end of everybody else. */
  private void guarded(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException e) {
      log.failure("relay-defect for=" + name, e);
    }
  }

  /** Takes in what is waiting, up to what can be relayed at once, and relays it. */
  private void drain() throws IOException {
    int slots;
    do {
      slots = io.receive();
      received += slots;
      metrics.add(Count.RECEIVED, slots);
      for (int slot = 0; slot < slots; slot++) {
        take(slot);
      }
    } while (slots == RelayMemory.SLOTS && handler.hasRoom());
    guarded(handler::relay);
    for (int i = 0; i < REFUSALS_AT_ONCE; i++) {
      int slot = io.takeRefusal();
      if (slot < 0) {
        return;
      }
      guarded(() -> handler.refused(slot, io.isPortClosed(), now));
    }
  }

  private void take(int slot) {
    try {
      handler.received(slot, now);
    } catch (RuntimeException e) {
      log.failure("relay-defect for=" + name, e);
    }
  }

  /** The operator shall see what the system dropped before we could. */
  private void tellDrops() {
    long now = io.dropped();
    if (now != dropped) {
      log.event(
          Level.WARNING, "datagrams-dropped", "for", name, "count", now - dropped, "total", now);
      metrics.set(Count.KERNEL, now);
      dropped = now;
    }
  }

  private Object[] facts() {
    return Stream.concat(Stream.of("for", name), Arrays.stream(metrics.facts())).toArray();
  }

  private static Duration sweepInterval(Duration shortestTimeout) {
    Duration tenth = shortestTimeout.dividedBy(10);
    if (tenth.compareTo(MIN_SWEEP) < 0) {
      return MIN_SWEEP;
    }
    return tenth.compareTo(MAX_SWEEP) > 0 ? MAX_SWEEP : tenth;
  }
}
