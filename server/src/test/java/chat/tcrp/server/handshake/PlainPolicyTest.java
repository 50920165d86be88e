package chat.tcrp.server.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.server.TestServer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlainPolicyTest {
  @ParameterizedTest
  @CsvSource({
    "ALLOW, 127.0.0.1, true",
    "ALLOW, 192.0.2.1, true",
    "LOCAL, 127.0.0.1, true",
    "LOCAL, 127.9.8.7, true",
    "LOCAL, ::1, true",
    "LOCAL, ::ffff:127.0.0.1, true",
    "LOCAL, 192.0.2.1, false",
    "LOCAL, 2001:db8::1, false",
    "REFUSE, 127.0.0.1, false",
    "REFUSE, 192.0.2.1, false"
  })
  void admits(PlainPolicy policy, String address, boolean admitted) {
    assertThat(policy.admits(TestServer.address(address))).isEqualTo(admitted);
  }
}
