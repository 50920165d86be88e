package chat.tcrp.client;

import chat.tcrp.client.session.ServerAddress;
import chat.tcrp.server.ChatServer;
import chat.tcrp.server.ServerConfig;
import chat.tcrp.server.base.Ticker;
import chat.tcrp.server.handshake.HandshakeLimits;
import chat.tcrp.server.handshake.IdentitySource;
import chat.tcrp.server.handshake.PlainPolicy;
import chat.tcrp.server.handshake.SealingConfig;
import chat.tcrp.server.lobby.LobbyConfig;
import chat.tcrp.server.rooms.RoomLimits;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;

/** A real server in this process, on free ports. */
public final class RunningServer implements AutoCloseable {
  /** The key that all servers of the tests share, since making one takes time. */
  private static final IdentitySource IDENTITY =
      IdentitySource.usual(System.getenv(), Path.of("target"));

  private final ServerConfig config;
  private final ServerAddress address;
  private ChatServer server;

  private RunningServer(ServerConfig config) throws IOException {
    this.config = config;
    this.server = ChatServer.start(config, Ticker.SYSTEM, new SecureRandom());
    this.address =
        new ServerAddress(
            InetAddress.getLoopbackAddress().getHostAddress(),
            server.tcpAddress().getPort(),
            server.udpAddress().getPort());
  }

  public static RunningServer start() throws IOException {
    return new RunningServer(
        onFreePorts(ServerConfig.defaults())
            .with(HandshakeLimits.DEFAULTS.within(Duration.ofSeconds(5))));
  }

  /** A server with its own patience with those who fall silent. */
  public static RunningServer start(Duration keepaliveTimeout) throws IOException {
    return new RunningServer(
        onFreePorts(ServerConfig.defaults())
            .limitedTo(RoomLimits.DEFAULTS.with().keepaliveTimeout(keepaliveTimeout).build()));
  }

  /** A server whose lobby is open. */
  public static RunningServer startWithLobby() throws IOException {
    return new RunningServer(
        onFreePorts(ServerConfig.defaults())
            .withLobby(new LobbyConfig(0, LobbyConfig.DEFAULT_IDLE_TIMEOUT, 100, 100)));
  }

  /** Ports that are still free when the server is started again. */
  private static ServerConfig onFreePorts(ServerConfig config) {
    ServerAddress free = Programs.freePorts();
    return config
        .listeningOn(InetAddress.getLoopbackAddress(), free.port(), free.udpPort())
        .sealedBy(new SealingConfig(Optional.of(IDENTITY), PlainPolicy.ALLOW));
  }

  /** Where the lobby is; its port stands for the TCP port. */
  public ServerAddress lobbyAddress() {
    return new ServerAddress(address.host(), server.lobbyAddress().orElseThrow().getPort(), 1);
  }

  public ServerAddress address() {
    return address;
  }

  /** Stops the server and starts one that knows nothing of the former, on the same ports. */
  public void restart() throws IOException {
    stop();
    startAgain();
  }

  public void stop() throws IOException {
    server.close();
  }

  public void startAgain() throws IOException {
    server =
        ChatServer.start(
            config.listeningOn(InetAddress.getLoopbackAddress(), address.port(), address.udpPort()),
            Ticker.SYSTEM,
            new SecureRandom());
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
