package chat.tcrp.server.metrics;

import java.util.List;
import java.util.stream.IntStream;

/**
 * How often values were how large, at some moment.
 *
 * @param buckets rising; the last one's bound is infinite
 * @param sum of all values
 */
public record Distribution(List<Bucket> buckets, double sum) {
  /**
   * A bound.
   *
   * @param count how many values were not greater than it
   */
  public record Bucket(double atMost, long count) {}

  public Distribution {
    buckets = List.copyOf(buckets);
    if (buckets.isEmpty() || buckets.getLast().atMost() != Double.POSITIVE_INFINITY) {
      throw new IllegalArgumentException("the last bucket must take everything");
    }
  }

  /** How many values there were. */
  public long count() {
    return buckets.getLast().count();
  }

  /** The values of both; they must have the same bounds. */
  public Distribution plus(Distribution other) {
    return with(other, 1);
  }

  /** The values since an earlier moment. */
  public Distribution minus(Distribution earlier) {
    return with(earlier, -1);
  }

  private Distribution with(Distribution other, int factor) {
    if (!bounds().equals(other.bounds())) {
      throw new IllegalArgumentException("the buckets are not the same");
    }
    return new Distribution(
        IntStream.range(0, buckets.size())
            .mapToObj(
                i ->
                    new Bucket(
                        buckets.get(i).atMost(),
                        buckets.get(i).count() + factor * other.buckets.get(i).count()))
            .toList(),
        sum + factor * other.sum);
  }

  private List<Double> bounds() {
    return buckets.stream().map(Bucket::atMost).toList();
  }

  /**
   * Below what a share of the values lies, about: within a bucket they are taken to be spread
   * evenly. What is beyond the last finite bound is taken to be at it.
   *
   * @param share 0 to 1
   * @return 0 when there are no values
   */
  public double quantile(double share) {
    double rank = share * count();
    double from = 0;
    long before = 0;
    for (Bucket bucket : buckets) {
      if (bucket.count() > before && bucket.count() >= rank) {
        double inBucket = (rank - before) / (bucket.count() - before);
        return bucket.atMost() == Double.POSITIVE_INFINITY
            ? from
            : from + (bucket.atMost() - from) * Math.max(0, inBucket);
      }
      before = bucket.count();
      from = bucket.atMost() == Double.POSITIVE_INFINITY ? from : bucket.atMost();
    }
    return 0;
  }
}
