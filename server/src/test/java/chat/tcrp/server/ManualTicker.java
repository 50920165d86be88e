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

  /** How often it has been moved, or was to be looked at. */
  private final AtomicLong moves = new AtomicLong();

  /** After how many moves each thread that looks at the clock did so last. */
  private final Map<Thread, Long> seen = new ConcurrentHashMap<>();

  @Override
  public long nanos() {
    // In this order: who has seen the last move has seen its time.
    long move = moves.get();
    long time = now.get();
    seen.put(Thread.currentThread(), move);
    return time;
  }

  public void advance(Duration time) {
    now.addAndGet(time.toNanos());
    moves.incrementAndGet();
  }

  /** Whether every other thread that goes by this clock has looked at it since it was moved. */
  boolean seenByAll() {
    long move = moves.get();
    return seen.entrySet().stream()
        .filter(entry -> entry.getKey().isAlive() && !entry.getKey().equals(Thread.currentThread()))
        .allMatch(entry -> entry.getValue() == move);
  }
}
