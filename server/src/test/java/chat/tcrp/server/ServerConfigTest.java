package chat.tcrp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import chat.tcrp.server.base.Networks;
import chat.tcrp.server.handshake.HandshakeLimits;
import chat.tcrp.server.lobby.LobbyConfig;
import chat.tcrp.server.net.IoMode;
import chat.tcrp.server.rooms.RoomLimits;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ServerConfigTest {
  private static final InetAddress LOOPBACK = TestServer.address("127.0.0.1");

  @Test
  void theDefaultsAreThoseOfTheProgram() {
    ServerConfig config = ServerConfig.defaults();

    assertThat(config.host()).isEmpty();
    assertThat(config.port()).isEqualTo(9001);
    assertThat(config.udpPort()).isEmpty();
    assertThat(config.limits())
        .isEqualTo(
            new RoomLimits(
                Duration.ofMinutes(5),
                Duration.ofSeconds(30),
                10_000,
                5_000,
                100_000,
                100,
                500,
                50_000,
                128,
                64 << 20,
                Networks.LOOPBACK));
    assertThat(config.handshakes())
        .isEqualTo(new HandshakeLimits(Duration.ofSeconds(10), 600, Networks.LOOPBACK));
  }

  @Test
  void eachChangeLeavesTheRestAlone() {
    ServerConfig changed =
        ServerConfig.defaults()
            .listeningOn(LOOPBACK, 1, 2)
            .limitedTo(RoomLimits.DEFAULTS.with().maxRooms(3).maxMembers(4).build())
            .with(HandshakeLimits.DEFAULTS.within(Duration.ofSeconds(5)));

    assertThat(changed.host()).contains(LOOPBACK);
    assertThat(changed.port()).isEqualTo(1);
    assertThat(changed.udpPort()).hasValue(2);
    assertThat(changed.handshakes().timeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(changed.limits())
        .isEqualTo(RoomLimits.DEFAULTS.with().maxRooms(3).maxMembers(4).build());
  }

  static Stream<Arguments> outOfRange() {
    Duration ok = Duration.ofSeconds(1);
    return Stream.of(
        refused("the TCP port must be 0 to 65535, not -1", () -> on(-1, 0)),
        refused("the TCP port must be 0 to 65535, not 65536", () -> on(65536, 0)),
        refused("the UDP port must be 0 to 65535, not -1", () -> on(0, -1)),
        refused("the UDP port must be 0 to 65535, not 65536", () -> on(0, 65536)),
        refused(
            "after TCP port 65535 there is none for UDP; name one with --udp-port",
            () ->
                new ServerConfig(
                    Optional.empty(),
                    65535,
                    OptionalInt.empty(),
                    RoomLimits.DEFAULTS,
                    HandshakeLimits.DEFAULTS,
                    IoMode.AUTO,
                    1,
                    Optional.empty())),
        refused("the idle timeout must be more than nothing", () -> times(Duration.ZERO, ok, ok)),
        refused("the idle timeout must be at most a year", () -> times(days(366), ok, ok)),
        refused(
            "the keepalive timeout must be more than nothing",
            () -> times(ok, Duration.ofNanos(-1), ok)),
        refused("the keepalive timeout must be at most a year", () -> times(ok, days(366), ok)),
        refused(
            "the handshake timeout must be more than nothing", () -> times(ok, ok, Duration.ZERO)),
        refused(
            "the number of rooms must be at least 1, not 0",
            () -> RoomLimits.DEFAULTS.with().maxRooms(0).build()),
        refused(
            "the number of members must be at least 1, not -1",
            () -> RoomLimits.DEFAULTS.with().maxMembers(-1).build()),
        refused(
            "the number of relay threads must be 1 to 64, not 0",
            () -> ServerConfig.defaults().relayedBy(IoMode.AUTO, 0)),
        refused(
            "the number of relay threads must be 1 to 64, not 65",
            () -> ServerConfig.defaults().relayedBy(IoMode.AUTO, 65)),
        refused(
            "the lobby port must be 0 to 65535, not 65536",
            () -> ServerConfig.defaults().withLobby(new LobbyConfig(65536, ok, 1, 1))),
        refused(
            "the lobby's idle timeout must be more than nothing",
            () -> ServerConfig.defaults().withLobby(new LobbyConfig(0, Duration.ZERO, 1, 1))),
        refused(
            "the number of members of the lobby must be at least 1, not 0",
            () -> ServerConfig.defaults().withLobby(new LobbyConfig(0, ok, 0, 1))),
        refused(
            "the number of admissions to the lobby must be at least 1, not 0",
            () -> ServerConfig.defaults().withLobby(new LobbyConfig(0, ok, 1, 0))));
  }

  @ParameterizedTest
  @MethodSource("outOfRange")
  void aValueOutOfRangeIsNamed(String message, Supplier<?> config) {
    assertThatIllegalArgumentException().isThrownBy(config::get).withMessage(message);
  }

  @Test
  void theLimitsThemselvesAreInRange() {
    assertThatCode(() -> on(65535, 65535)).doesNotThrowAnyException();
    assertThatCode(() -> times(days(365), Duration.ofNanos(1), Duration.ofNanos(1)))
        .doesNotThrowAnyException();
  }

  private static ServerConfig on(int port, int udpPort) {
    return ServerConfig.defaults().listeningOn(LOOPBACK, port, udpPort);
  }

  private static ServerConfig times(Duration idle, Duration keepalive, Duration handshake) {
    return new ServerConfig(
        Optional.empty(),
        0,
        OptionalInt.of(0),
        RoomLimits.DEFAULTS.with().idleTimeout(idle).keepaliveTimeout(keepalive).build(),
        HandshakeLimits.DEFAULTS.within(handshake),
        IoMode.AUTO,
        1,
        Optional.empty());
  }

  private static Duration days(int days) {
    return Duration.ofDays(days);
  }

  private static Arguments refused(String message, Supplier<?> config) {
    return arguments(message, config);
  }
}
