package chat.tcrp.server;

import java.net.InetAddress;
import java.time.Duration;
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
 * @param idleTimeout a member that has sent nothing for so long is removed
 * @param keepaliveTimeout a member that has sent keepalives, and then nothing for so long, is
 *     removed
 * @param maxRooms how many rooms there may be at once
 * @param maxMembers how many members a room may have
 * @param handshakeTimeout the deadline of a whole TCP exchange
 * @param io how datagrams are received and sent
 * @param relayThreads how many threads relay messages, 1 to {@value #MAX_RELAY_THREADS}
 * @param lobby how the lobby is to run; empty for none
 */
public record ServerConfig(
    Optional<InetAddress> host,
    int port,
    OptionalInt udpPort,
    Duration idleTimeout,
    Duration keepaliveTimeout,
    int maxRooms,
    int maxMembers,
    Duration handshakeTimeout,
    IoMode io,
    int relayThreads,
    Optional<LobbyConfig> lobby) {
  /** The greatest number of relay threads. */
  public static final int MAX_RELAY_THREADS = 64;

  /** The TCP port when nothing else is said. */
  public static final int DEFAULT_PORT = 9001;

  /** More than anyone waits, and far from where nanoseconds overflow. */
  private static final Duration MAX_TIMEOUT = Duration.ofDays(365);

  /**
   * Checks every value.
   *
   * @throws IllegalArgumentException naming the first that is out of range
   */
  public ServerConfig {
    Objects.requireNonNull(host, "host");
    checkPort("TCP port", port);
    udpPort.ifPresent(p -> checkPort("UDP port", p));
    if (udpPort.isEmpty() && port == 65535) {
      throw new IllegalArgumentException(
          "after TCP port 65535 there is none for UDP; name one with --udp-port");
    }
    checkPositive("idle timeout", idleTimeout);
    checkPositive("keepalive timeout", keepaliveTimeout);
    checkPositive("handshake timeout", handshakeTimeout);
    checkPositive("number of rooms", maxRooms);
    checkPositive("number of members", maxMembers);
    Objects.requireNonNull(io, "io");
    Objects.requireNonNull(lobby, "lobby");
    if (relayThreads < 1 || relayThreads > MAX_RELAY_THREADS) {
      throw new IllegalArgumentException(
          "the number of relay threads must be 1 to "
              + MAX_RELAY_THREADS
              + ", not "
              + relayThreads);
    }
  }

  /**
   * The defaults of the program.
   *
   * @return TCP 9001 and UDP 9002 on all addresses, 5 minutes, 30 seconds, 10,000 rooms of 5,000
   *     members, 10 seconds
   */
  public static ServerConfig defaults() {
    return new ServerConfig(
        Optional.empty(),
        DEFAULT_PORT,
        OptionalInt.empty(),
        Duration.ofMinutes(5),
        Duration.ofSeconds(30),
        10_000,
        5_000,
        Duration.ofSeconds(10),
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
   * @param newMaxRooms how many rooms
   * @param newMaxMembers how many members a room
   * @return a changed copy
   */
  public ServerConfig limitedTo(int newMaxRooms, int newMaxMembers) {
    return changed(
        c -> {
          c.maxRooms = newMaxRooms;
          c.maxMembers = newMaxMembers;
        });
  }

  /**
   * The same with another deadline for the TCP exchange.
   *
   * @param newHandshakeTimeout the deadline
   * @return a changed copy
   */
  public ServerConfig withHandshakeTimeout(Duration newHandshakeTimeout) {
    return changed(c -> c.handshakeTimeout = newHandshakeTimeout);
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
    private final Duration idleTimeout;
    private final Duration keepaliveTimeout;
    private int maxRooms;
    private int maxMembers;
    private Duration handshakeTimeout;
    private IoMode io;
    private int relayThreads;
    private Optional<LobbyConfig> lobby;

    Copy(ServerConfig config) {
      host = config.host;
      port = config.port;
      udpPort = config.udpPort;
      idleTimeout = config.idleTimeout;
      keepaliveTimeout = config.keepaliveTimeout;
      maxRooms = config.maxRooms;
      maxMembers = config.maxMembers;
      handshakeTimeout = config.handshakeTimeout;
      io = config.io;
      relayThreads = config.relayThreads;
      lobby = config.lobby;
    }

    ServerConfig config() {
      return new ServerConfig(
          host,
          port,
          udpPort,
          idleTimeout,
          keepaliveTimeout,
          maxRooms,
          maxMembers,
          handshakeTimeout,
          io,
          relayThreads,
          lobby);
    }
  }

  static void checkPort(String what, int port) {
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("the " + what + " must be 0 to 65535, not " + port);
    }
  }

  static void checkPositive(String what, Duration duration) {
    if (duration.isNegative() || duration.isZero()) {
      throw new IllegalArgumentException("the " + what + " must be more than nothing");
    }
    if (duration.compareTo(MAX_TIMEOUT) > 0) {
      throw new IllegalArgumentException("the " + what + " must be at most a year");
    }
  }

  static void checkPositive(String what, int number) {
    if (number < 1) {
      throw new IllegalArgumentException("the " + what + " must be at least 1, not " + number);
    }
  }
}
