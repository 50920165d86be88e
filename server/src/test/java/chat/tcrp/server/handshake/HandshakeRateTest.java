package chat.tcrp.server.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.server.TestServer;
import chat.tcrp.server.base.Networks;
import java.net.InetAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HandshakeRateTest {
  private static final InetAddress ANN = TestServer.address("192.0.2.1");
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final HandshakeRate rate =
      new HandshakeRate(
          new HandshakeLimits(Duration.ofSeconds(10), 60, Networks.parse("192.0.2.128/25")));

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MAX_VALUE - 5_000_000_000L})
  void aMinutesWorthAtOnceAndThenAsTheTimeAllows(long start) {
    for (int i = 0; i < 60; i++) {
      assertThat(rate.mayMakeOne(ANN, start)).isTrue();
    }
    for (int i = 0; i < 1000; i++) {
      assertThat(rate.mayMakeOne(ANN, start)).as("a refusal costs nothing more").isFalse();
    }
    for (int i = 1; i < 100; i++) {
      assertThat(rate.mayMakeOne(ANN, start + i * SECOND)).isTrue();
      assertThat(rate.mayMakeOne(ANN, start + i * SECOND)).isFalse();
    }
  }

  @Test
  void addressesAreCountedApartIpv6NetworksTogetherAndTheTrustedNotAtAll() {
    for (int i = 0; i < 60; i++) {
      rate.mayMakeOne(ANN, 0);
      rate.mayMakeOne(TestServer.address("2001:db8::" + i), 0);
    }

    assertThat(rate.mayMakeOne(TestServer.address("192.0.2.2"), 0)).isTrue();
    assertThat(rate.mayMakeOne(TestServer.address("2001:db8::99"), 0)).isFalse();
    assertThat(rate.mayMakeOne(TestServer.address("2001:db8:0:1::99"), 0)).isTrue();
    for (int i = 0; i < 1000; i++) {
      assertThat(rate.mayMakeOne(TestServer.address("192.0.2.200"), 0)).isTrue();
    }
  }

  @Test
  void theBookkeepingIsBoundedAndTheLatestAreRemembered() {
    for (int i = 0; i < 60; i++) {
      rate.mayMakeOne(ANN, 0);
    }
    for (int i = 0; i < 9_999; i++) {
      rate.mayMakeOne(TestServer.address("10.0." + i / 256 + "." + i % 256), 0);
    }
    assertThat(rate.mayMakeOne(ANN, 0)).isFalse();
    for (int i = 0; i < 10_000; i++) {
      rate.mayMakeOne(TestServer.address("10.1." + i / 256 + "." + i % 256), 0);
    }
    assertThat(rate.mayMakeOne(ANN, 0)).isTrue();
  }
}
