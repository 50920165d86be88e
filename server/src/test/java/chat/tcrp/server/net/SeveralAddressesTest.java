package chat.tcrp.server.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import chat.tcrp.server.EveryRelayTest;
import chat.tcrp.server.RelayKind;
import chat.tcrp.server.TestPeer;
import chat.tcrp.server.TestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A server on all addresses answers from the one that was asked. The peers here hear nothing from
 * any other, as a NAT or a firewall on the way would have it.
 */
class SeveralAddressesTest extends EveryRelayTest {
  /** The machine's own addresses, and one that is its own without being listed. */
  static Stream<String> addresses() throws IOException {
    return Stream.concat(
        Stream.of("127.0.0.5"),
        NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .map(InetAddress::getHostAddress));
  }

  @ParameterizedTest
  @MethodSource("addresses")
  void everythingComesFromTheAddressThatWasAsked(String address) {
    assumeTrue(isBatched() || !address.equals("127.0.0.5"), "channels do not tell of it");
    try (TestServer server = TestServer.startOnAllAddresses()) {
      TestPeer ann = peer(server, address).create("tea", "ann").connected().keepalive();
      TestPeer bob = peer(server, address).join("tea", "bob").connected().keepalive();

      ann.expect("* bob joined");
      ann.send("hello");
      bob.expect("ann: hello");
      bob.send("x".repeat(4052));
      ann.expect("bob: " + "x".repeat(4052));
      assertThat(ann.kick("bob")).isEqualTo(TestPeer.Answer.DONE);
      bob.expectEnd("bob was removed by ann");
      ann.expect("* bob was removed by ann");
    }
  }

  @ParameterizedTest
  @MethodSource("addresses")
  void soDoesTheLobby(String address) {
    assumeTrue(isBatched() || !address.equals("127.0.0.5"), "channels do not tell of it");
    try (TestServer server = TestServer.startWithLobbyOnAllAddresses()) {
      TestPeer ann = peer(server, address).connectedToLobby();
      TestPeer bob = peer(server, address).connectedToLobby();
      bob.say("bob", "");
      bob.say("bob", "");

      ann.say("ann", "hello");
      bob.expectSaid("ann", "hello");
    }
  }

  @Test
  void whoGoesOverToAnotherAddressIsAnsweredFromThere() {
    assumeTrue(isBatched(), "channels do not tell of it");
    try (TestServer server = TestServer.startOnAllAddresses()) {
      TestPeer ann = server.peer("127.0.0.1", "127.0.0.5").create("tea", "ann").keepalive();

      TestPeer elsewhere = ann.reaching("127.0.0.6");
      elsewhere.connected().keepalive();
      TestPeer bob = server.peer().join("tea", "bob").keepalive();
      elsewhere.expect("* bob joined");
      bob.send("hello");
      elsewhere.expect("bob: hello");
    }
  }

  private boolean isBatched() {
    return relayKind == RelayKind.BATCHED || relayKind == RelayKind.BATCHED_TWO_THREADS;
  }

  /** Someone at an address of the same kind who reaches the server there. */
  private static TestPeer peer(TestServer server, String address) {
    return server.peer(address.equals("127.0.0.5") ? "127.0.0.1" : address, address);
  }
}
