package chat.tcrp.server;

import chat.tcrp.server.base.Addresses;
import chat.tcrp.server.base.EventLog;
import chat.tcrp.server.base.Ticker;
import chat.tcrp.server.handshake.Acceptor;
import chat.tcrp.server.handshake.Identities;
import chat.tcrp.server.handshake.Identity;
import chat.tcrp.server.handshake.Sealing;
import chat.tcrp.server.lobby.LobbyConfig;
import chat.tcrp.server.lobby.LobbyRelay;
import chat.tcrp.server.net.DatagramIo;
import chat.tcrp.server.net.IoMode;
import chat.tcrp.server.net.SocketBuffers;
import chat.tcrp.server.relay.RelayLoop;
import chat.tcrp.server.relay.RoomRelays;
import chat.tcrp.server.rooms.RoomState;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;

/**
 * A running server: the TCP acceptor for handshakes and the UDP relay for messages. Closing it ends
 * every session.
 */
public final class ChatServer implements AutoCloseable {
  /** How often another pair of free ports is tried when the one after a free TCP port is taken. */
  private static final int FREE_PORT_TRIES = 50;

  private static final int MAX_PORT = 65535;

  /** So long the relay loops may take to say what they have. */
  private static final long STATE_PATIENCE_MILLIS = 1000;

  /** And so long to tell their members. */
  private static final long TELLING_PATIENCE_MILLIS = 300;

  private final EventLog log;
  private final RoomRelays relays;
  private final Acceptor acceptor;
  private final Optional<RelayLoop> lobby;
  private final Optional<String> fingerprint;
  private final Optional<Handover> handover;

  private ChatServer(
      EventLog log,
      RoomRelays relays,
      Acceptor acceptor,
      Optional<RelayLoop> lobby,
      Optional<String> fingerprint,
      Optional<Handover> handover) {
    this.handover = handover;
    this.fingerprint = fingerprint;
    this.log = log;
    this.relays = relays;
    this.acceptor = acceptor;
    this.lobby = lobby;
  }

  /**
   * Binds both sockets and starts the threads. When this returns, the server can be reached.
   *
   * @param config how to run
   * @param ticker where the time comes from
   * @param random where tokens and the password key come from; a {@link java.security.SecureRandom}
   *     outside tests
   * @return the running server, to be closed by the caller
   * @throws BindFailedException when a port is in use or an address is not this machine's
   * @throws IOException when a socket cannot be made, or the server's key cannot be used
   */
  public static ChatServer start(ServerConfig config, Ticker ticker, RandomGenerator random)
      throws IOException {
    return start(config, ticker, random, Optional.empty());
  }

  /** The same, with rooms from the server before, for the one after. */
  static ChatServer start(
      ServerConfig config, Ticker ticker, RandomGenerator random, Optional<Handover> handover)
      throws IOException {
    EventLog log = new EventLog();
    log.start();
    try {
      return start(config, ticker, random, handover, log);
    } catch (IOException | RuntimeException e) {
      log.close();
      throw e;
    }
  }

  private static ChatServer start(
      ServerConfig config,
      Ticker ticker,
      RandomGenerator random,
      Optional<Handover> handover,
      EventLog log)
      throws IOException {
    Sealing sealing = new Identities(log).open(config.sealing());
    boolean pairOfFreePorts = config.port() == 0 && config.udpPort().isEmpty();
    for (int tries = 1; ; tries++) {
      ServerSocket listener = listen(config);
      if (pairOfFreePorts && listener.getLocalPort() == MAX_PORT) {
        listener.close();
        continue;
      }
      try {
        int udpPort = config.udpPort().orElse(listener.getLocalPort() + 1);
        List<DatagramIo> sockets =
            bindUdp(config, "udp", address(config, udpPort), config.relayThreads(), log);
        return start(config, ticker, random, handover, sealing, listener, sockets, log);
      } catch (IOException e) {
        listener.close();
        if (!pairOfFreePorts || tries == FREE_PORT_TRIES) {
          throw e;
        }
      }
    }
  }

  private static ChatServer start(
      ServerConfig config,
      Ticker ticker,
      RandomGenerator random,
      Optional<Handover> handover,
      Sealing sealing,
      ServerSocket listener,
      List<DatagramIo> sockets,
      EventLog log)
      throws IOException {
    Optional<RelayLoop> lobby = Optional.empty();
    if (config.lobby().isPresent()) {
      try {
        lobby = Optional.of(lobby(config, config.lobby().get(), ticker, log));
      } catch (IOException e) {
        for (DatagramIo socket : sockets) {
          socket.close();
        }
        throw e;
      }
    }
    RoomRelays relays = new RoomRelays(config.limits(), sockets, ticker, random, log);
    Acceptor acceptor = new Acceptor(listener, config.handshakes(), sealing, relays, log);
    // Not before the ports are ours: the server that has them may still be leaving its rooms.
    handover.ifPresent(from -> from.take(relays, log));
    lobby.ifPresent(RelayLoop::start);
    relays.start();
    acceptor.start();
    return new ChatServer(
        log, relays, acceptor, lobby, sealing.identity().map(Identity::fingerprint), handover);
  }

  /** The lobby has a loop of its own: a flood of strangers there must not hold up the rooms. */
  private static RelayLoop lobby(
      ServerConfig config, LobbyConfig lobby, Ticker ticker, EventLog log) throws IOException {
    DatagramIo io = bindUdp(config, "lobby", address(config, lobby.port()), 1, log).getFirst();
    LobbyRelay relay = new LobbyRelay(lobby, io, ticker, log);
    return new RelayLoop("lobby", io, relay, lobby.idleTimeout(), ticker, log);
  }

  /**
   * Where handshakes are made.
   *
   * @return the bound address and the port really taken
   */
  public InetSocketAddress tcpAddress() {
    return acceptor.localAddress();
  }

  /**
   * Where messages go.
   *
   * @return the bound address and the port really taken
   */
  public InetSocketAddress udpAddress() {
    return relays.localAddress();
  }

  /**
   * Where the lobby is.
   *
   * @return the bound address and the port really taken; empty when there is no lobby
   */
  public Optional<InetSocketAddress> lobbyAddress() {
    return lobby.map(RelayLoop::localAddress);
  }

  /**
   * By what clients know the server's key.
   *
   * @return {@code SHA256:} and base64; empty when the server takes plain connections only
   */
  public Optional<String> fingerprint() {
    return fingerprint;
  }

  /**
   * Waits until the server has ended.
   *
   * @throws IOException when it ended because its UDP socket failed
   * @throws InterruptedException when the waiting thread is interrupted
   */
  public void awaitEnd() throws IOException, InterruptedException {
    try {
      ended().get();
    } catch (ExecutionException e) {
      throw new IOException("the relay has failed: " + e.getCause().getMessage(), e.getCause());
    }
  }

  /**
   * Whether the server has ended, because it was closed or because it has failed.
   *
   * @return true from the end of its first relay loop on
   */
  public boolean hasEnded() {
    return ended().isDone();
  }

  private CompletableFuture<Object> ended() {
    return lobby.isPresent()
        ? CompletableFuture.anyOf(relays.ended(), lobby.get().ended())
        : relays.ended();
  }

  /**
   * Lets nobody in any more, tells every member that the session has ended, closes the sockets and
   * stops the threads.
   */
  @Override
  public void close() throws IOException {
    try (log;
        relays) {
      relays.closeForRooms();
      acceptor.close();
      if (!hasEnded()) {
        handover.ifPresent(this::leaveRooms);
      }
      lobby.ifPresent(RelayLoop::close);
    }
  }

  /** Leaves the rooms to the next server, and tells everybody that there will be one. */
  private void leaveRooms(Handover to) {
    try {
      List<RoomState> rooms = relays.state().get(STATE_PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
      if (to.write(rooms, log)) {
        relays
            .tell("server restarting, come back")
            .get(TELLING_PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
      }
    } catch (ExecutionException | TimeoutException e) {
      log.event(Level.WARNING, "handover-failed", "reason", e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static ServerSocket listen(ServerConfig config) throws IOException {
    InetSocketAddress address = address(config, config.port());
    try {
      return Acceptor.bind(address);
    } catch (IOException e) {
      throw new BindFailedException("tcp", address, e);
    }
  }

  private static List<DatagramIo> bindUdp(
      ServerConfig config, String what, InetSocketAddress address, int sockets, EventLog log)
      throws IOException {
    IoMode io = config.io().resolved();
    List<DatagramIo> bound;
    try {
      bound = io.bind(address, sockets);
    } catch (IOException e) {
      throw new BindFailedException(what, address, e);
    }
    SocketBuffers buffers = bound.getFirst().buffers();
    log.event(
        Level.INFO,
        "udp-ready",
        "for",
        what.equals("lobby") ? what : "rooms",
        "io",
        io.name().toLowerCase(Locale.ROOT),
        "relay-threads",
        sockets,
        "receive-buffer",
        buffers.receive(),
        "send-buffer",
        buffers.send());
    buffers
        .complaints()
        .forEach(complaint -> log.event(Level.WARNING, "udp-buffer-small", complaint));
    return bound;
  }

  private static InetSocketAddress address(ServerConfig config, int port) {
    return new InetSocketAddress(config.host().orElseGet(Addresses::all), port);
  }
}
