package chat.tcrp.server.base;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * The server's log: one line an event, first what happened, then the facts as {@code key=value}.
 * Lines are written by a thread of their own, so that a terminal that has stopped scrolling cannot
 * stop the relay; what it is too slow for is counted, not kept. Nothing secret is ever passed in.
 *
 * <p>Most events are what strangers do, as often as they like, so each kind of event is told at a
 * bounded rate, and beyond it only counted. Warnings are about the process itself and are always
 * told: whoever logs one sees to it that it cannot come often.
 */
public final class EventLog implements AutoCloseable {
  /** What its logger is called. */
  static final String NAME = "chat-server";

  private static final int CAPACITY = 8192;
  private static final long CLOSE_PATIENCE_MILLIS = 500;

  /** So many events of a kind are told in a row. */
  static final int BURST = 100;

  /** And then one of each kind in this time. */
  static final Duration PACE = Duration.ofMillis(100);

  /** How often it is told how many events were not. */
  static final Duration TELLING_INTERVAL = Duration.ofSeconds(10);

  private record Line(Level level, String text, Throwable cause) {}

  /** Wakes the writer when the log is closed; without it, it would look a little later. */
  private static final Line END = new Line(Level.OFF, "", null);

  /** How often a kind of event is told. */
  private static final class Rate {
    /** When what was told so far will be as if it had come at the pace. */
    private final AtomicLong paidAt;

    private final LongAdder suppressed = new LongAdder();

    Rate(long now) {
      paidAt = new AtomicLong(now);
    }

    /** Counts an event; false when it is not to be told. */
    boolean mayTell(long now) {
      boolean mayTell = mayTell(paidAt.getAndUpdate(paid -> afterEvent(paid, now)), now);
      if (!mayTell) {
        suppressed.increment();
      }
      return mayTell;
    }

    private static long afterEvent(long paid, long now) {
      return mayTell(paid, now) ? (paid - now < 0 ? now : paid) + PACE.toNanos() : paid;
    }

    private static boolean mayTell(long paid, long now) {
      return paid - now <= (BURST - 1) * PACE.toNanos();
    }
  }

  private final Logger logger;
  private final Ticker ticker;

  /** By the kinds of events, of which there are as many as the program has words for. */
  private final Map<String, Rate> rates = new ConcurrentHashMap<>();

  /** When it is told next what was not; used by the writer only. */
  private long nextTelling;

  private final BlockingQueue<Line> lines = new ArrayBlockingQueue<>(CAPACITY);
  private final AtomicLong lost = new AtomicLong();
  private final Thread writer = Thread.ofPlatform().name("log").daemon().unstarted(this::write);
  private volatile boolean closed;

  public EventLog() {
    this(System.getLogger(NAME), Ticker.SYSTEM);
  }

  /** A log that is written elsewhere, at another pace. */
  public EventLog(Logger logger, Ticker ticker) {
    this.logger = logger;
    this.ticker = ticker;
    this.nextTelling = ticker.nanos() + TELLING_INTERVAL.toNanos();
  }

  public void start() {
    writer.start();
  }

  /**
   * Logs an event with its facts: keys and values in turn, values that are empty or null (as the
   * message of an exception may be) left out, others quoted where they need it.
   */
  public void event(Level level, String event, Object... facts) {
    if (!logger.isLoggable(level) || (level != Level.WARNING && !mayTell(event))) {
      return;
    }
    StringBuilder text = new StringBuilder(event);
    for (int i = 0; i + 1 < facts.length; i += 2) {
      String value = Objects.toString(facts[i + 1], "");
      if (!value.isEmpty()) {
        text.append(' ').append(facts[i]).append('=').append(quote(value));
      }
    }
    add(new Line(level, text.toString(), null));
  }

  /**
   * Does something that must not end what called it: a defect that it meets is logged.
   *
   * @param event what the log then says
   */
  public void guard(String event, Runnable action) {
    try {
      action.run();
    } catch (RuntimeException e) {
      failure(event, e);
    }
  }

  /** Logs something that should not have happened, with its stack trace. */
  public void failure(String event, Throwable cause) {
    if (mayTell(event)) {
      add(new Line(Level.ERROR, event, cause));
    }
  }

  /** What is wrong with it, if anything; from any thread. */
  public Optional<String> trouble() {
    return writer.isAlive()
        ? Optional.empty()
        : Optional.of("the thread that writes the log has ended");
  }

  private boolean mayTell(String event) {
    long now = ticker.nanos();
    return rates.computeIfAbsent(event, e -> new Rate(now)).mayTell(now);
  }

  private void add(Line line) {
    if (!lines.offer(line)) {
      lost.incrementAndGet();
    }
  }

  private void write() {
    try {
      boolean ended = false;
      while (!ended) {
        Line line = lines.poll(1, TimeUnit.SECONDS);
        if (line != null && !line.equals(END)) {
          logger.log(line.level(), line.text(), line.cause());
        }
        // In this order: what was logged before the close is then among the lines.
        boolean closing = closed;
        if (lines.isEmpty()) {
          tellLost();
          ended = closing;
        }
        if (ended || nextTelling - ticker.nanos() <= 0) {
          tellSuppressed();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void tellLost() {
    long missing = lost.getAndSet(0);
    if (missing > 0) {
      logger.log(Level.WARNING, "log-lines-lost count=" + missing);
    }
  }

  private void tellSuppressed() {
    nextTelling = ticker.nanos() + TELLING_INTERVAL.toNanos();
    rates.forEach(
        (event, rate) -> {
          long suppressed = rate.suppressed.sumThenReset();
          if (suppressed > 0) {
            logger.log(
                Level.WARNING,
                "log-lines-suppressed event=" + quote(event) + " count=" + suppressed);
          }
        });
  }

  /** Writes what is left, for half a second at most. */
  @Override
  public void close() {
    closed = true;
    lines.offer(END);
    try {
      writer.join(CLOSE_PATIENCE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * A value as it is when it is plain, else in quotes: a name with a space in it cannot pass for
   * another fact. A character that cannot be seen, or that reorders what can, is written as its
   * number in hexadecimal, in braces behind a backslash and a u.
   */
  private static String quote(String value) {
    boolean plain =
        value.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '"' && c != '\\' && c != '=');
    if (plain) {
      return value;
    }
    StringBuilder quoted = new StringBuilder("\"");
    value
        .codePoints()
        .forEach(
            c -> {
              quoted.append(c == '"' || c == '\\' ? "\\" : "");
              Visible.append(quoted, c);
            });
    return quoted.append('"').toString();
  }
}
