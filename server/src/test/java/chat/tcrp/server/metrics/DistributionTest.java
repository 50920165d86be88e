package chat.tcrp.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import chat.tcrp.server.metrics.Distribution.Bucket;
import java.util.List;
import org.junit.jupiter.api.Test;

class DistributionTest {
  private final Histogram histogram = new Histogram(1e-3, 1, 2, 10, 2500);

  @Test
  void aValueIsInTheFirstBucketThatTakesIt() {
    for (long value : new long[] {0, 1, 2, 3, 10, 2500, 2501}) {
      histogram.record(value);
    }

    assertThat(histogram.distribution())
        .isEqualTo(
            new Distribution(
                List.of(
                    new Bucket(0.001, 2),
                    new Bucket(0.002, 3),
                    new Bucket(0.01, 5),
                    new Bucket(2.5, 6),
                    new Bucket(Double.POSITIVE_INFINITY, 7)),
                5.017));
  }

  @Test
  void aQuantileIsWithinItsBucket() {
    for (int i = 0; i < 90; i++) {
      histogram.record(1);
    }
    for (int i = 0; i < 10; i++) {
      histogram.record(5);
    }
    Distribution distribution = histogram.distribution();

    assertThat(distribution.quantile(0.45)).isCloseTo(0.0005, within(1e-9));
    assertThat(distribution.quantile(0.95)).isCloseTo(0.006, within(1e-9));
    assertThat(distribution.quantile(1)).isCloseTo(0.01, within(1e-9));
  }

  @Test
  void whatIsBeyondTheBoundsIsTakenToBeAtTheLast() {
    histogram.record(1_000_000);

    assertThat(histogram.distribution().quantile(0.5)).isEqualTo(2.5);
  }

  @Test
  void noValuesHaveNoQuantile() {
    assertThat(histogram.distribution().quantile(0.99)).isZero();
  }

  @Test
  void onlyWhatCameSinceIsLeftAfterwards() {
    histogram.record(1);
    Distribution before = histogram.distribution();
    histogram.record(2);

    Distribution since = histogram.distribution().minus(before);
    assertThat(since.count()).isEqualTo(1);
    assertThat(since.sum()).isCloseTo(0.002, within(1e-12));
    assertThat(since.plus(before)).isEqualTo(histogram.distribution());
  }
}
