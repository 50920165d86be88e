package chat.tcrp.server.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.server.TestServer;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AttemptLimiterTest {
  private static final long REFILL = AttemptLimiter.REFILL.toNanos();
  private static final InetAddress ANN = TestServer.address("192.0.2.1");

  private final AttemptLimiter limiter = new AttemptLimiter();

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MIN_VALUE, Long.MAX_VALUE - 1_000_000_000L})
  void anAddressMayFailSomeTimesAndThenOnceMoreAfterEachRefill(long start) {
    fail(ANN, AttemptLimiter.BURST, start);

    assertThat(limiter.exhausted(ANN, start)).isTrue();
    assertThat(limiter.exhausted(ANN, start + REFILL - 1)).isTrue();
    assertThat(limiter.exhausted(ANN, start + REFILL)).isFalse();
    limiter.failed(ANN, start + REFILL);
    assertThat(limiter.exhausted(ANN, start + REFILL)).isTrue();
    assertThat(limiter.exhausted(ANN, start + 2 * REFILL)).isFalse();
  }

  @Test
  void afterALongTimeEverythingIsForgotten() {
    fail(ANN, AttemptLimiter.BURST, 0);

    fail(ANN, AttemptLimiter.BURST, 100 * REFILL);

    assertThat(limiter.exhausted(ANN, 100 * REFILL)).isTrue();
    assertThat(limiter.exhausted(ANN, 101 * REFILL)).isFalse();
  }

  @Test
  void addressesAreCountedApartButIpv6NetworksTogether() {
    fail(ANN, AttemptLimiter.BURST, 0);
    fail(TestServer.address("2001:db8::1"), AttemptLimiter.BURST, 0);

    assertThat(limiter.exhausted(TestServer.address("192.0.2.2"), 0)).isFalse();
    assertThat(limiter.exhausted(TestServer.address("2001:db8::ffff:ffff:ffff:ffff"), 0)).isTrue();
    assertThat(limiter.exhausted(TestServer.address("2001:db8:0:1::1"), 0)).isFalse();
  }

  @Test
  void whoFailedLongestAgoIsForgottenFirstWhenThereAreTooMany() {
    fail(ANN, AttemptLimiter.BURST, 0);
    InetAddress bob = TestServer.address("192.0.2.2");
    fail(bob, AttemptLimiter.BURST, 0);
    for (int i = 0; i < 9_999; i++) {
      limiter.failed(TestServer.address("10.0." + i / 256 + "." + i % 256), 0);
    }

    assertThat(limiter.exhausted(ANN, 0)).isFalse();
    assertThat(limiter.exhausted(bob, 0)).isTrue();
  }

  private void fail(InetAddress address, int times, long now) {
    for (int i = 0; i < times; i++) {
      assertThat(limiter.exhausted(address, now)).isFalse();
      limiter.failed(address, now);
    }
  }
}
