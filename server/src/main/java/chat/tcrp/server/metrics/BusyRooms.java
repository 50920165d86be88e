package chat.tcrp.server.metrics;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleFunction;

/**
 * Which rooms of a loop have the most traffic. The loop finds out once a second, but only while
 * somebody asks, since it looks at all rooms for that.
 */
public final class BusyRooms {
  /** Of how many rooms is told. */
  public static final int MAX_ROOMS = 50;

  private static final Duration INTERVAL = Duration.ofSeconds(1);

  /** Who asks again within this time finds what is known already. */
  private static final Duration WANTED = Duration.ofSeconds(10);

  /** The most deliveries first. */
  public static final Comparator<Row> BUSIEST_FIRST =
      Comparator.comparingDouble(Row::deliveriesPerSecond)
          .thenComparingDouble(Row::messagesPerSecond)
          .thenComparingInt(Row::members)
          .reversed()
          .thenComparing(Row::name);

  /**
   * A room.
   *
   * @param name as its host has called it: anything but control characters
   * @param messages since it was made
   * @param messagesPerSecond in the last seconds
   */
  public record Row(
      String name,
      int members,
      long messages,
      double messagesPerSecond,
      double deliveriesPerSecond) {}

  private record Found(List<Row> rows, long at) {}

  private volatile long wantedUntil = System.nanoTime();
  private volatile Optional<Found> found = Optional.empty();

  /** When the loop looked last; used by it alone. */
  private long lookedAt = wantedUntil - WANTED.toNanos();

  /**
   * Looks at the rooms, if it is time to and somebody wants it. For the loop.
   *
   * @param look finds the busiest, given the seconds since it was done last
   */
  public void update(DoubleFunction<List<Row>> look) {
    long now = System.nanoTime();
    long since = now - lookedAt;
    if (now - wantedUntil >= 0 || since < INTERVAL.toNanos() * 9 / 10) {
      return;
    }
    lookedAt = now;
    List<Row> rows = look.apply(since / 1e9);
    // What was long ago is only what the next look is compared with.
    if (since < 5 * INTERVAL.toNanos()) {
      found = Optional.of(new Found(rows, now));
    }
  }

  /**
   * Asks for the rooms; from any thread.
   *
   * @return empty when nothing is known yet: it will be within two seconds
   */
  public Optional<List<Row>> ask() {
    long now = System.nanoTime();
    wantedUntil = now + WANTED.toNanos();
    return found.filter(f -> now - f.at() < 3 * INTERVAL.toNanos()).map(Found::rows);
  }
}
