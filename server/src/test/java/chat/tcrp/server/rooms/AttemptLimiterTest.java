package chat.tcrp.server.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.protocol.RoomName;
import chat.tcrp.server.TestServer;
import java.net.InetAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AttemptLimiterTest {
  private static final long REFILL = AttemptLimiter.REFILL.toNanos();
  private static final RoomName TEA = new RoomName("tea");
  private static final InetAddress ANN = TestServer.address("192.0.2.1");

  private final AttemptLimiter limiter = new AttemptLimiter();

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MIN_VALUE, Long.MAX_VALUE - 1_000_000_000L})
  void afterSomeFailuresEachFurtherOneCostsAPauseTwiceAsLong(long start) {
    fail(ANN, AttemptLimiter.BURST, start);

    long now = start;
    for (long pause = REFILL; pause <= 64 * REFILL; pause *= 2) {
      assertThat(limiter.mustWait(ANN, TEA, now)).isTrue();
      assertThat(limiter.mustWait(ANN, TEA, now + pause - 1)).isTrue();
      now += pause;
      assertThat(limiter.mustWait(ANN, TEA, now)).isFalse();
      limiter.failed(ANN, TEA, now);
    }
  }

  @Test
  void noPauseIsLongerThanTenMinutes() {
    fail(ANN, AttemptLimiter.BURST, 0);
    long now = 0;
    for (int i = 0; i < 40; i++) {
      long pause = Math.min(REFILL << Math.min(i, 20), AttemptLimiter.MAX_PAUSE.toNanos());
      assertThat(limiter.mustWait(ANN, TEA, now + pause - 1)).isTrue();
      now += pause;
      assertThat(limiter.mustWait(ANN, TEA, now)).isFalse();
      limiter.failed(ANN, TEA, now);
    }
  }

  @Test
  void oneFailureIsForgivenWithEachRefill() {
    for (int i = 0; i < 100; i++) {
      assertThat(limiter.mustWait(ANN, TEA, i * REFILL)).isFalse();
      limiter.failed(ANN, TEA, i * REFILL);
    }
  }

  @Test
  void afterALongTimeEverythingIsForgotten() {
    fail(ANN, 2 * AttemptLimiter.BURST, 0, false);

    fail(ANN, AttemptLimiter.BURST, Duration.ofDays(1).toNanos());

    assertThat(limiter.mustWait(ANN, TEA, Duration.ofDays(1).toNanos() + REFILL - 1)).isTrue();
    assertThat(limiter.mustWait(ANN, TEA, Duration.ofDays(1).toNanos() + REFILL)).isFalse();
  }

  @Test
  void addressesAndRoomsAreCountedApart() {
    fail(ANN, AttemptLimiter.BURST, 0);

    assertThat(limiter.mustWait(TestServer.address("192.0.2.2"), TEA, 0)).isFalse();
    assertThat(limiter.mustWait(ANN, new RoomName("coffee"), 0)).isFalse();
    assertThat(limiter.mustWait(ANN, TEA, 0)).isTrue();
  }

  @Test
  void anIpv6NetworkBearsTheFirstGuesserAndNotManyAddresses() {
    fail(TestServer.address("2001:db8::1"), AttemptLimiter.BURST, 0);
    InetAddress neighbour = TestServer.address("2001:db8::ffff:ffff:ffff:ffff");
    assertThat(limiter.mustWait(TestServer.address("2001:db8::1"), TEA, 0)).isTrue();
    assertThat(limiter.mustWait(neighbour, TEA, 0)).isFalse();

    for (int i = 2; i <= 91; i++) {
      limiter.failed(TestServer.address("2001:db8::" + i), TEA, 0);
    }
    assertThat(limiter.mustWait(neighbour, TEA, 0)).isTrue();
    assertThat(limiter.mustWait(TestServer.address("2001:db8:0:1::1"), TEA, 0)).isFalse();
  }

  @Test
  void whoFailedLongestAgoIsForgottenFirstWhenThereAreTooMany() {
    fail(ANN, AttemptLimiter.BURST, 0);
    InetAddress bob = TestServer.address("192.0.2.2");
    fail(bob, AttemptLimiter.BURST, 0);
    for (int i = 0; i < 9_999; i++) {
      limiter.failed(TestServer.address("10.0." + i / 256 + "." + i % 256), TEA, 0);
    }

    assertThat(limiter.mustWait(ANN, TEA, 0)).isFalse();
    assertThat(limiter.mustWait(bob, TEA, 0)).isTrue();
  }

  private void fail(InetAddress address, int times, long now) {
    fail(address, times, now, true);
  }

  private void fail(InetAddress address, int times, long now, boolean allowed) {
    for (int i = 0; i < times; i++) {
      assertThat(limiter.mustWait(address, TEA, now))
          .isEqualTo(!allowed && i >= AttemptLimiter.BURST);
      limiter.failed(address, TEA, now);
    }
  }
}
