package chat.tcrp.server.base;

/**
 * Where the server takes the time from: monotonic, so that nobody expires because a wall clock was
 * set.
 */
@FunctionalInterface
public interface Ticker {
  /** The machine's monotonic clock. */
  Ticker SYSTEM = System::nanoTime;

  /**
   * The time since some fixed moment.
   *
   * @return nanoseconds; only differences mean something
   */
  long nanos();
}
