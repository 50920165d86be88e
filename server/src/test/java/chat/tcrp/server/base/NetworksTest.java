package chat.tcrp.server.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import chat.tcrp.server.TestServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworksTest {
  @ParameterizedTest
  @CsvSource({
    "'127.0.0.0/8,::1', 127.1.2.3, true",
    "'127.0.0.0/8,::1', 128.0.0.1, false",
    "'127.0.0.0/8,::1', ::1, true",
    "'127.0.0.0/8, ::1', ::2, false",
    "192.0.2.128/25, 192.0.2.127, false",
    "192.0.2.128/25, 192.0.2.255, true",
    "192.0.2.7, 192.0.2.7, true",
    "192.0.2.7, 192.0.2.6, false",
    "0.0.0.0/0, 8.8.8.8, true",
    "0.0.0.0/0, ::1, false",
    "2001:db8::/33, 2001:db8:7fff::1, true",
    "2001:db8::/33, 2001:db8:8000::1, false",
    "none, 127.0.0.1, false"
  })
  void anAddressIsInItOrNot(String networks, String address, boolean contained) {
    assertThat(Networks.parse(networks).contains(TestServer.address(address))).isEqualTo(contained);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "localhost",
        "127.0.0.1/33",
        "127.0.0.1/",
        "127.0.0.1/-1",
        "1.2.3",
        "::1/129",
        "1.2.3.4,",
        "256.1.1.1",
        "none,127.0.0.1"
      })
  void whatIsNoNetworkIsNamed(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Networks.parse(text))
        .withMessageEndingWith("is not a network; write it like 127.0.0.0/8 or fd00::/8, or none");
  }

  @Test
  void itIsShownAsItIsWritten() {
    assertThat(Networks.LOOPBACK).hasToString("127.0.0.0/8,::1");
    assertThat(Networks.NONE).hasToString("none");
  }
}
