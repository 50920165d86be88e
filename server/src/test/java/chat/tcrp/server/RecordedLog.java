package chat.tcrp.server;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.ResourceBundle;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/**
 * Every logger of the test JVM: keeps what the server logs at any level, for tests to look at, and
 * prints nothing. The service file in the test resources puts it in place; a service must be
 * public.
 */
public final class RecordedLog extends System.LoggerFinder {
  public record Line(Level level, String text, Throwable cause) {}

  private static final Queue<Line> LINES = new ConcurrentLinkedQueue<>();

  /** What a service provider must have. */
  public RecordedLog() {}

  /** Forgets what earlier tests have logged. */
  static void clear() {
    LINES.clear();
  }

  public static List<Line> lines() {
    return List.copyOf(LINES);
  }

  /** Waits until this line has been logged, or one of these. */
  public static void await(String... texts) {
    await("one of " + List.of(texts), line -> List.of(texts).contains(line.text()));
  }

  /**
   * Waits until a line has been logged.
   *
   * @param what it is called when it does not come
   */
  public static void await(String what, Predicate<Line> wanted) {
    long deadline = System.nanoTime() + TestPeer.PATIENCE.toNanos();
    while (LINES.stream().noneMatch(wanted)) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("not logged: " + what + ", but " + LINES);
      }
      LockSupport.parkNanos(Duration.ofMillis(2).toNanos());
    }
  }

  @Override
  public Logger getLogger(String name, Module module) {
    return new Logger() {
      @Override
      public String getName() {
        return name;
      }

      @Override
      public boolean isLoggable(Level level) {
        return true;
      }

      @Override
      public void log(Level level, ResourceBundle bundle, String text, Throwable cause) {
        if (name.equals("chat-server")) {
          LINES.add(new Line(level, text, cause));
        }
      }

      @Override
      public void log(Level level, ResourceBundle bundle, String format, Object... parameters) {
        log(level, bundle, format, (Throwable) null);
      }
    };
  }
}
