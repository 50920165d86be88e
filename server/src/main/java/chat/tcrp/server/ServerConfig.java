package chat.tcrp.server;

import chat.tcrp.server.base.Checks;
import chat.tcrp.server.handshake.HandshakeLimits;
import chat.tcrp.server.handshake.SealingConfig;
import chat.tcrp.server.lobby.LobbyConfig;
import chat.tcrp.server.monitor.MonitoringConfig;
import chat.tcrp.server.net.IoMode;
import chat.tcrp.server.rooms.RoomLimits;
import java.net.InetAddress;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * How a server is to run, checked before anything starts.
 *
 * @param host the address to listen on, {@code 0.0.0.0} for all of IPv4; empty for all, IPv4 and
 *     IPv6
 * @param port the TCP port, 0 to 65535; 0 takes a free one
 * @param udpPort the UDP port, 0 to 65535, 0 takes a free one; empty for the TCP port + 1
 * @param limits what the rooms bear
 * @param handshakes what handshakes may take
 * @param io how datagrams are received and sent
 * @param relayThreads how many threads relay messages, 1 to {@value #MAX_RELAY_THREADS}
 * @param lobby how the lobby is to run; empty for none
 * @param sealing whether and how connections are sealed
 * @param monitoring how it lets see what it does
 */
public record ServerConfig(
    Optional<InetAddress> host,
    int port,
    OptionalInt udpPort,
    RoomLimits limits,
    HandshakeLimits handshakes,
    IoMode io,
    int relayThreads,
    Optional<LobbyConfig> lobby,
    SealingConfig sealing,
    MonitoringConfig monitoring) {
  /** The greatest number of relay threads. */
  public static final int MAX_RELAY_THREADS = 64;

  /** The TCP port when nothing else is said. */
  public static final int DEFAULT_PORT = 9001;

  /**
   * Checks every value.
   *
   * @throws IllegalArgumentException naming the first that is out of range
   */
  public ServerConfig {
    Objects.requireNonNull(host, "host");
    Checks.port("TCP port", port);
    udpPort.ifPresent(p -> Checks.port("UDP port", p));
    if (udpPort.isEmpty() && port == 65535) {
      throw new IllegalArgumentException(
          "after TCP port 65535 there is none for UDP; name one with --udp-port");
    }
    Objects.requireNonNull(limits, "limits");
    Objects.requireNonNull(handshakes, "handshakes");
    Objects.requireNonNull(io, "io");
    Objects.requireNonNull(lobby, "lobby");
    Objects.requireNonNull(sealing, "sealing");
    Objects.requireNonNull(monitoring, "monitoring");
    if (relayThreads < 1 || relayThreads > MAX_RELAY_THREADS) {
      throw new IllegalArgumentException(
          "the number of relay threads must be 1 to "
              + MAX_RELAY_THREADS
              + ", not "
              + relayThreads);
    }
  }

  /**
   * A server that takes plain connections only, and shows nothing of what it does.
   *
   * @param host the address to listen on
   * @param port the TCP port
   * @param udpPort the UDP port
   * @param limits what the rooms bear
   * @param handshakes what handshakes may take
   * @param io how datagrams are received and sent
   * @param relayThreads how many threads relay messages
   * @param lobby how the lobby is to run
   */
  public ServerConfig(
      Optional<InetAddress> host,
      int port,
      OptionalInt udpPort,
      RoomLimits limits,
      HandshakeLimits handshakes,
      IoMode io,
      int relayThreads,
      Optional<LobbyConfig> lobby) {
    this(
        host,
        port,
        udpPort,
        limits,
        handshakes,
        io,
        relayThreads,
        lobby,
        SealingConfig.NONE,
        MonitoringConfig.NONE);
  }

  /**
   * The defaults of the program, but for TLS: a key is a matter of files, which only the program
   * has a place for.
   *
   * @return TCP 9001 and UDP 9002 on all addresses, {@link RoomLimits#DEFAULTS}, {@link
   *     HandshakeLimits#DEFAULTS}
   */
  public static ServerConfig defaults() {
    return new ServerConfig(
        Optional.empty(),
        DEFAULT_PORT,
        OptionalInt.empty(),
        RoomLimits.DEFAULTS,
        HandshakeLimits.DEFAULTS,
        IoMode.AUTO,
        1,
        Optional.empty());
  }

  /**
   * The same on other addresses.
   *
   * @param newHost the address to listen on
   * @param newPort the TCP port
   * @param newUdpPort the UDP port
   * @return a changed copy
   */
  public ServerConfig listeningOn(InetAddress newHost, int newPort, int newUdpPort) {
    return changed(
        c -> {
          c.host = Optional.of(newHost);
          c.port = newPort;
          c.udpPort = OptionalInt.of(newUdpPort);
        });
  }

  /**
   * The same with other limits.
   *
   * @param newLimits what the rooms bear
   * @return a changed copy
   */
  public ServerConfig limitedTo(RoomLimits newLimits) {
    return changed(c -> c.limits = newLimits);
  }

  /**
   * The same with other limits for handshakes.
   *
   * @param newHandshakes what they may take
   * @return a changed copy
   */
  public ServerConfig with(HandshakeLimits newHandshakes) {
    return changed(c -> c.handshakes = newHandshakes);
  }

  /**
   * The same relayed in another way.
   *
   * @param newIo how datagrams are received and sent
   * @param newRelayThreads how many threads relay messages
   * @return a changed copy
   */
  public ServerConfig relayedBy(IoMode newIo, int newRelayThreads) {
    return changed(
        c -> {
          c.io = newIo;
          c.relayThreads = newRelayThreads;
        });
  }

  /**
   * The same with a lobby.
   *
   * @param newLobby how the lobby is to run
   * @return a changed copy
   */
  public ServerConfig withLobby(LobbyConfig newLobby) {
    return changed(c -> c.lobby = Optional.of(newLobby));
  }

  /**
   * The same with other connections.
   *
   * @param newSealing whether and how connections are sealed
   * @return a changed copy
   */
  public ServerConfig sealedBy(SealingConfig newSealing) {
    return changed(c -> c.sealing = newSealing);
  }

  /**
   * The same, seen into in another way.
   *
   * @param newMonitoring how it lets see what it does
   * @return a changed copy
   */
  public ServerConfig monitoredBy(MonitoringConfig newMonitoring) {
    return changed(c -> c.monitoring = newMonitoring);
  }

  private ServerConfig changed(Consumer<Copy> change) {
    Copy copy = new Copy(this);
    change.accept(copy);
    return copy.config();
  }

  /** A copy that can be changed. */
  private static final class Copy {
    private Optional<InetAddress> host;
    private int port;
    private OptionalInt udpPort;
    private RoomLimits limits;
    private HandshakeLimits handshakes;
    private IoMode io;
    private int relayThreads;
    private Optional<LobbyConfig> lobby;
    private SealingConfig sealing;
    private MonitoringConfig monitoring;

    Copy(ServerConfig config) {
      host = config.host;
      port = config.port;
      udpPort = config.udpPort;
      limits = config.limits;
      handshakes = config.handshakes;
      io = config.io;
      relayThreads = config.relayThreads;
      lobby = config.lobby;
      sealing = config.sealing;
      monitoring = config.monitoring;
    }

    ServerConfig config() {
      return new ServerConfig(
          host, port, udpPort, limits, handshakes, io, relayThreads, lobby, sealing, monitoring);
    }
  }
}
