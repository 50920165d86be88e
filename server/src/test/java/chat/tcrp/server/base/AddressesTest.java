package chat.tcrp.server.base;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.server.TestServer;
import java.net.InetSocketAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressesTest {
  @ParameterizedTest
  @CsvSource({
    "192.0.2.1, 192.0.2.1",
    "::ffff:192.0.2.1, 192.0.2.1",
    "::1, [::1]",
    "::, [::]",
    "1::, [1::]",
    "2001:DB8:0:0:0:0:0:1, [2001:db8::1]",
    "2001:db8:0:1:1:1:1:1, [2001:db8:0:1:1:1:1:1]",
    "2001:0:0:1:0:0:0:1, [2001:0:0:1::1]",
    "2001:db8:0:0:1:0:0:1, [2001:db8::1:0:0:1]",
    "1:2:3:4:5:6:7:8, [1:2:3:4:5:6:7:8]",
    "1:2:3:4:5:6:0:0, [1:2:3:4:5:6::]",
    "0:0:3:4:5:6:7:8, [::3:4:5:6:7:8]",
  })
  void areWrittenAsPeopleWriteThem(String address, String expected) {
    assertThat(Addresses.format(TestServer.address(address))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, 127.0.0.1:9001",
    "::1, [::1]:9001",
    "0.0.0.0, 0.0.0.0:9001",
    "::, [::]:9001",
  })
  void haveTheirPortBehindThem(String address, String expected) {
    assertThat(Addresses.format(new InetSocketAddress(TestServer.address(address), 9001)))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.1, 192.0.2.1",
    "::ffff:192.0.2.1, 192.0.2.1",
    "::1, ::",
    "2001:db8:1:2:3:4:5:6, 2001:db8:1:2::",
  })
  void countAsOneWithinTheNetworkOfAHost(String address, String expected) {
    assertThat(Addresses.network(TestServer.address(address)))
        .isEqualTo(TestServer.address(expected));
  }
}
