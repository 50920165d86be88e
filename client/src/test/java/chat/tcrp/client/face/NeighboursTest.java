package chat.tcrp.client.face;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.client.session.ServerAddress;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which address of this machine is named to others. */
class NeighboursTest {
  @ParameterizedTest
  @CsvSource({
    "127.0.0.1 ::1 192.0.2.7, 192.0.2.7",
    "127.0.0.1 ::1 fe80::1 192.0.2.7 2001:db8::7, 192.0.2.7",
    "127.0.0.1 ::1 fe80::1 2001:db8::7, 2001:db8::7",
    "127.0.0.1 192.0.2.7 172.17.0.1,",
    "::1 2001:db8::7 2001:db8::8,",
    "127.0.0.1 ::1 fe80::1,",
  })
  void theOnlyOneThatOthersCanReachIsNamed(String own, String named) {
    assertThat(Neighbours.only(Arrays.stream(own.split(" ", -1)).map(NeighboursTest::ip).toList()))
        .isEqualTo(Optional.ofNullable(named).map(NeighboursTest::ip));
  }

  @Test
  void aServerElsewhereIsNamedAsItWasReached() {
    assertThat(Neighbours.hostFor(new ServerAddress("chat.example.org", 9001, 9002)))
        .isEqualTo("chat.example.org");
    assertThat(Neighbours.hostFor(new ServerAddress("2001:db8::7", 9001, 9002)))
        .isEqualTo("[2001:db8::7]");
  }

  @Test
  void aServerThatOnlyThisMachineReachesIsLeftToThePerson() throws Exception {
    try (ServerSocket listener = new ServerSocket(0, 1, ip("127.0.0.1"))) {
      int port = listener.getLocalPort();
      assertThat(Neighbours.hostFor(new ServerAddress("127.0.0.1", port, 1))).isEqualTo("HOST");
      assertThat(Neighbours.hostFor(new ServerAddress("localhost", port, 1))).isEqualTo("HOST");
    }
  }

  @Test
  void aServerOnAllAddressesIsNamedByTheOneOfThisMachineIfThereIsOne() throws Exception {
    String expected =
        Neighbours.only(Neighbours.own())
            .map(address -> new ServerAddress(address.getHostAddress(), 1, 1).shownHost())
            .orElse("HOST");
    try (ServerSocket listener = new ServerSocket(0)) {
      ServerAddress local = new ServerAddress("localhost", listener.getLocalPort(), 1);
      assertThat(Neighbours.hostFor(local)).isEqualTo(expected);
    }
  }

  private static InetAddress ip(String literal) {
    try {
      return InetAddress.getByName(literal);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(literal, e);
    }
  }
}
