package chat.tcrp.client.bench;

/**
 * Counts durations in buckets, so that any quantile of any number of them can be told from a fixed
 * amount of memory. Below 64 ns a bucket is one value wide; above, each doubling is divided into 32
 * buckets, and the middle of a bucket stands for what is in it, so a quantile is off by at most
 * 1/64 of itself (1.6 %). The greatest value is kept exactly.
 *
 * <pre>
 * value (bits)      bucket
 * 0 to 63           the value itself
 * 1xxxxx y...y      32 * (number of y) + 1xxxxx
 * </pre>
 */
final class LatencyHistogram {
  private static final int SUB_BITS = 5;
  private static final int EXACT = 2 << SUB_BITS;
  private static final int LARGEST_SHIFT = Long.SIZE - 1 - (SUB_BITS + 1);
  private static final int BUCKETS = (LARGEST_SHIFT << SUB_BITS) + EXACT;

  private final long[] counts = new long[BUCKETS];
  private long count;
  private long max;

  /** Counts a duration; a negative one, as clocks of two machines may give, counts as 0. */
  void add(long nanos) {
    long value = Math.max(0, nanos);
    counts[bucket(value)]++;
    count++;
    max = Math.max(max, value);
  }

  long count() {
    return count;
  }

  /** The greatest duration, 0 when there is none. */
  long max() {
    return max;
  }

  /**
   * The duration that a share of all does not exceed.
   *
   * @param share 0 to 1
   * @return nanoseconds, 0 when nothing was counted
   */
  long quantile(double share) {
    long rank = Math.max(1, (long) Math.ceil(share * count));
    long seen = 0;
    for (int i = 0; i < BUCKETS; i++) {
      seen += counts[i];
      if (seen >= rank) {
        return Math.min(max, middle(i));
      }
    }
    return max;
  }

  private static int bucket(long value) {
    int shift = Math.max(0, Long.SIZE - 1 - Long.numberOfLeadingZeros(value | 1) - SUB_BITS);
    return (shift << SUB_BITS) + (int) (value >>> shift);
  }

  private static long middle(int bucket) {
    if (bucket < EXACT) {
      return bucket;
    }
    int shift = (bucket >> SUB_BITS) - 1;
    long lowest = (long) (bucket - (shift << SUB_BITS)) << shift;
    return lowest + (1L << (shift - 1));
  }
}
