package chat.tcrp.server.base;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The server's log: one line an event, first what happened, then the facts as {@code key=value}.
 * Lines are written by a thread of their own, so that a terminal that has stopped scrolling cannot
 * stop the relay; what it is too slow for is counted, not kept. Nothing secret is ever passed in.
 */
public final class EventLog implements AutoCloseable {
  private static final int CAPACITY = 8192;
  private static final long CLOSE_PATIENCE_MILLIS = 500;

  private record Line(Level level, String text, Throwable cause) {}

  /** Wakes the writer when the log is closed; without it, it would look a little later. */
  private static final Line END = new Line(Level.OFF, "", null);

  private final Logger logger;
  private final BlockingQueue<Line> lines = new ArrayBlockingQueue<>(CAPACITY);
  private final AtomicLong lost = new AtomicLong();
  private final Thread writer = Thread.ofPlatform().name("log").daemon().unstarted(this::write);
  private volatile boolean closed;

  public EventLog() {
    this(System.getLogger("chat-server"));
  }

  /** A log that is written elsewhere. */
  public EventLog(Logger logger) {
    this.logger = logger;
  }

  public void start() {
    writer.start();
  }

  /**
   * Logs an event with its facts: keys and values in turn, values that are empty or null (as the
   * message of an exception may be) left out, others quoted where they need it.
   */
  public void event(Level level, String event, Object... facts) {
    if (!logger.isLoggable(level)) {
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

  /** Logs something that should not have happened, with its stack trace. */
  public void failure(String event, Throwable cause) {
    add(new Line(Level.ERROR, event, cause));
  }

  private void add(Line line) {
    if (!lines.offer(line)) {
      lost.incrementAndGet();
    }
  }

  private void write() {
    try {
      while (true) {
        Line line = lines.poll(1, TimeUnit.SECONDS);
        if (line == null || line.equals(END)) {
          if (closed && lines.isEmpty()) {
            return;
          }
          continue;
        }
        logger.log(line.level(), line.text(), line.cause());
        long missing = lines.isEmpty() ? lost.getAndSet(0) : 0;
        if (missing > 0) {
          logger.log(Level.WARNING, "log-lines-lost count=" + missing);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
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
   * another fact.
   */
  private static String quote(String value) {
    boolean plain =
        value.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '"' && c != '\\' && c != '=');
    return plain ? value : '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
