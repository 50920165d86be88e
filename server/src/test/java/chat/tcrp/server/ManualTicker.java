package chat.tcrp.server;

import chat.tcrp.server.base.Ticker;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A clock that only tests move. It starts shortly before the number of nanoseconds overflows, as a
 * monotonic clock may.
 */
public final class ManualTicker implements Ticker {
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - Duration.ofSeconds(20).toNanos());

  /** What each thread that looks at the clock saw last. */
  private final Map<Thread, Long> seen = new ConcurrentHashMap<>();

  @Override
  public long nanos() {
    long time = now.get();
    seen.put(Thread.currentThread(), time);
    return time;
  }

  public void advance(Duration time) {
    now.addAndGet(time.toNanos());
  }

  /** Whether every other thread that goes by this clock has looked at it since it was moved. */
  boolean seenByAll() {
    long time = now.get();
    return seen.entrySet().stream()
        .filter(entry -> entry.getKey().isAlive() && !entry.getKey().equals(Thread.currentThread()))
        .allMatch(entry -> entry.getValue() == time);
  }
}
