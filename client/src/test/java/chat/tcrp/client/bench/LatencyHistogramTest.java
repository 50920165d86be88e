package chat.tcrp.client.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.Arrays;
import java.util.Random;
import java.util.function.IntToLongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LatencyHistogramTest {
  private static final double GREATEST_ERROR_PERCENT = 100.0 / 64;

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.1, 0.5, 0.9, 0.99, 0.999, 1})
  void quantilesAreThoseOfTheSortedValues(double share) {
    Random random = new Random(7);
    assertQuantile(share, i -> random.nextLong(1_000_000));
    assertQuantile(share, i -> (long) (Math.exp(random.nextGaussian() * 3) * 100_000));
    assertQuantile(share, i -> 1L << random.nextInt(62));
    assertQuantile(share, i -> random.nextLong(64));
  }

  private static void assertQuantile(double share, IntToLongFunction source) {
    LatencyHistogram histogram = new LatencyHistogram();
    long[] values = new long[10_001];
    Arrays.setAll(values, source);
    for (long value : values) {
      histogram.add(value);
    }
    Arrays.sort(values);
    long exact = values[Math.max(0, (int) Math.ceil(share * values.length) - 1)];
    assertThat(histogram.quantile(share))
        .isCloseTo(exact, withinPercentage(GREATEST_ERROR_PERCENT));
    assertThat(histogram.max()).isEqualTo(values[values.length - 1]);
    assertThat(histogram.count()).isEqualTo(values.length);
  }

  @Test
  void everyPowerOfTwoAndItsNeighboursStayWithinTheError() {
    for (int bit = 0; bit < Long.SIZE - 1; bit++) {
      for (long value : new long[] {(1L << bit) - 1, 1L << bit, (1L << bit) + 1}) {
        LatencyHistogram histogram = new LatencyHistogram();
        histogram.add(value);
        histogram.add(Long.MAX_VALUE);
        assertThat(histogram.quantile(0.5))
            .isCloseTo(value, withinPercentage(GREATEST_ERROR_PERCENT));
        assertThat(histogram.max()).isEqualTo(Long.MAX_VALUE);
      }
    }
  }

  @Test
  void smallValuesAreExact() {
    for (int value = 0; value < 64; value++) {
      LatencyHistogram histogram = new LatencyHistogram();
      histogram.add(value);
      histogram.add(1000);
      assertThat(histogram.quantile(0.5)).isEqualTo(value);
    }
  }

  @Test
  void aQuantileNeverExceedsTheMaximum() {
    LatencyHistogram histogram = new LatencyHistogram();
    histogram.add(1 << 20);
    assertThat(histogram.quantile(0.999)).isEqualTo(1 << 20);
  }

  @Test
  void withoutValuesEverythingIsZero() {
    assertThat(new LatencyHistogram().quantile(0.5)).isZero();
    assertThat(new LatencyHistogram().max()).isZero();
  }

  @Test
  void aNegativeDurationCountsAsNone() {
    LatencyHistogram histogram = new LatencyHistogram();
    histogram.add(-5);
    assertThat(histogram.quantile(1)).isZero();
    assertThat(histogram.count()).isOne();
  }
}
