package chat.tcrp.server.cluster;

import chat.tcrp.server.base.Ticker;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;

/** A time that passes when nothing is left to be done at the present moment. */
final class VirtualTime implements MemoryHub.Time, Ticker {
  private record Event(long at, long number, Runnable action) {}

  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::number));
  private long now;
  private long number;

  @Override
  public long nanos() {
    return now;
  }

  @Override
  public void later(long nanos, Runnable action) {
    events.add(new Event(now + nanos, number++, action));
  }

  void later(Duration time, Runnable action) {
    later(time.toNanos(), action);
  }

  /** How many things have been done, or are to be. */
  long events() {
    return number;
  }

  /**
   * Has everything happen that happens until a time, which is then.
   *
   * @param look is done after each thing
   */
  void runUntil(long end, Runnable look) {
    while (!events.isEmpty() && events.peek().at() <= end) {
      Event next = events.remove();
      now = next.at();
      next.action().run();
      look.run();
    }
    now = end;
  }

  @Override
  public String toString() {
    return "%.3f s".formatted(now / 1e9);
  }
}
