package chat.tcrp.server;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A clock that only tests move. It starts shortly before the number of nanoseconds overflows, as a
 * monotonic clock may.
 */
final class ManualTicker implements Ticker {
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - Duration.ofSeconds(20).toNanos());

  @Override
  public long nanos() {
    return now.get();
  }

  void advance(Duration time) {
    now.addAndGet(time.toNanos());
  }
}
