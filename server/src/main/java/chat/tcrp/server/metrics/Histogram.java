package chat.tcrp.server.metrics;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;

/**
 * How often values were how large, in a few fixed buckets. One thread writes, any may read: a
 * reader may see a value in a bucket and not yet in the sum.
 */
final class Histogram {
  private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);

  private final long[] bounds;
  private final double unit;

  /** A bucket for each bound, one for what is beyond, and the sum of all values. */
  private final long[] counts;

  /**
   * An empty one.
   *
   * @param unit how much 1 is in the unit that is shown: 1e-9 for nanoseconds as seconds
   * @param bounds the greatest value of each bucket, rising
   */
  Histogram(double unit, long... bounds) {
    this.unit = unit;
    this.bounds = bounds.clone();
    this.counts = new long[bounds.length + 2];
  }

  void record(long value) {
    int bucket = 0;
    while (bucket < bounds.length && value > bounds[bucket]) {
      bucket++;
    }
    add(bucket, 1);
    add(bounds.length + 1, value);
  }

  private void add(int place, long amount) {
    LONGS.setOpaque(counts, place, counts[place] + amount);
  }

  private long get(int place) {
    return (long) LONGS.getOpaque(counts, place);
  }

  Distribution distribution() {
    List<Distribution.Bucket> buckets = new ArrayList<>();
    long upTo = 0;
    for (int i = 0; i <= bounds.length; i++) {
      upTo += get(i);
      // Divided, not multiplied: 0.0025 and not 0.0025000000000000005.
      double atMost =
          i < bounds.length ? bounds[i] / Math.rint(1 / unit) : Double.POSITIVE_INFINITY;
      buckets.add(new Distribution.Bucket(atMost, upTo));
    }
    return new Distribution(buckets, get(bounds.length + 1) * unit);
  }
}
