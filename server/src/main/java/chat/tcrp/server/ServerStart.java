package chat.tcrp.server;

import chat.tcrp.server.base.Addresses;
import chat.tcrp.server.base.EventLog;
import chat.tcrp.server.base.Ticker;
import chat.tcrp.server.cluster.Cluster;
import chat.tcrp.server.cluster.Engine;
import chat.tcrp.server.handshake.Acceptor;
import chat.tcrp.server.handshake.Identities;
import chat.tcrp.server.handshake.Identity;
import chat.tcrp.server.handshake.Sealing;
import chat.tcrp.server.lobby.LobbyConfig;
import chat.tcrp.server.lobby.LobbyRelay;
import chat.tcrp.server.metrics.Figure;
import chat.tcrp.server.metrics.HandshakeMetrics;
import chat.tcrp.server.metrics.LoopMetrics;
import chat.tcrp.server.metrics.Metrics;
import chat.tcrp.server.metrics.ProcessMetrics;
import chat.tcrp.server.monitor.Monitoring;
import chat.tcrp.server.net.DatagramIo;
import chat.tcrp.server.net.IoMode;
import chat.tcrp.server.net.SocketBuffers;
import chat.tcrp.server.relay.RelayLoop;
import chat.tcrp.server.relay.RoomRelays;
import chat.tcrp.server.rooms.Elsewhere;
import chat.tcrp.server.rooms.Requests;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;

/** Binds the sockets of a server and starts its threads; what fails leaves none of them. */
final class ServerStart {
  /** How often another pair of free ports is tried when the one after a free TCP port is taken. */
  private static final int FREE_PORT_TRIES = 50;

  /** So long a start waits to be known to the other nodes of a cluster. */
  private static final Duration LEASE_PATIENCE = Duration.ofSeconds(5);

  private static final int MAX_PORT = 65535;

  private final ServerConfig config;
  private final Ticker ticker;
  private final RandomGenerator random;
  private final Optional<Handover> handover;
  private final Optional<ClusterJoin> join;
  private final EventLog log = new EventLog();

  /**
   * A server that does not run yet.
   *
   * @param handover rooms from the server before, for the one after
   * @param join the cluster of which it is a node
   */
  ServerStart(
      ServerConfig config,
      Ticker ticker,
      RandomGenerator random,
      Optional<Handover> handover,
      Optional<ClusterJoin> join) {
    this.join = join;
    this.config = config;
    this.ticker = ticker;
    this.random = random;
    this.handover = handover;
  }

  /** When this returns, the server can be reached. */
  ChatServer start() throws IOException {
    log.start();
    try {
      Monitoring monitoring = bindMonitoring();
      try {
        return start(new Identities(log).open(config.sealing()), monitoring);
      } catch (IOException | RuntimeException e) {
        monitoring.close();
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      log.close();
      throw e;
    }
  }

  private ChatServer start(Sealing sealing, Monitoring monitoring) throws IOException {
    boolean pairOfFreePorts = config.port() == 0 && config.udpPort().isEmpty();
    for (int tries = 1; ; tries++) {
      ServerSocket listener = listen();
      if (pairOfFreePorts && listener.getLocalPort() == MAX_PORT) {
        listener.close();
        continue;
      }
      try {
        int udpPort = config.udpPort().orElse(listener.getLocalPort() + 1);
        List<DatagramIo> sockets = bindUdp("udp", address(udpPort), config.relayThreads());
        return start(sealing, monitoring, listener, sockets);
      } catch (IOException e) {
        listener.close();
        if (!pairOfFreePorts || tries == FREE_PORT_TRIES) {
          throw e;
        }
      }
    }
  }

  private ChatServer start(
      Sealing sealing, Monitoring monitoring, ServerSocket listener, List<DatagramIo> sockets)
      throws IOException {
    Optional<RelayLoop> lobby = Optional.empty();
    if (config.lobby().isPresent()) {
      try {
        lobby = Optional.of(lobby(config.lobby().get()));
      } catch (IOException e) {
        for (DatagramIo socket : sockets) {
          socket.close();
        }
        throw e;
      }
    }
    Optional<Node> node = node(sockets.size());
    RoomRelays relays =
        new RoomRelays(
            config.limits(),
            sockets,
            ticker,
            random,
            log,
            loop -> node.map(n -> n.cluster().elsewhere(loop)).orElse(Elsewhere.NOWHERE));
    Requests requests = node.<Requests>map(Node::cluster).orElse(relays);
    HandshakeMetrics handshakes = new HandshakeMetrics();
    Acceptor acceptor =
        new Acceptor(listener, config.handshakes(), sealing, requests, handshakes, log);
    List<Metrics.Source> sources = new ArrayList<>();
    relays.loops().forEach(loop -> sources.add(loop.metrics()));
    lobby.ifPresent(loop -> sources.add(loop.metrics()));
    sources.add(node.<Metrics.Source>map(Node::cluster).orElse(ServerStart::isAlone));
    sources.add(handshakes);
    sources.add(new ProcessMetrics(Main.VERSION));
    // Not before the ports are ours: the server that has them may still be leaving its rooms.
    handover.ifPresent(from -> from.take(relays, log));
    lobby.ifPresent(RelayLoop::start);
    relays.start();
    node.ifPresent(n -> begin(n, relays));
    acceptor.start();
    ChatServer server =
        new ChatServer(
            new ChatServer.Parts(
                log,
                relays,
                acceptor,
                lobby,
                sealing.identity().map(Identity::fingerprint),
                handover,
                node,
                List.copyOf(sources),
                monitoring));
    server.show();
    return server;
  }

  private static void isAlone(Metrics.Builder metrics) {
    metrics.add(Figure.NODES, 1);
    metrics.add(Figure.LEASE_HELD, 1);
  }

  private Optional<Node> node(int loops) throws IOException {
    if (join.isEmpty()) {
      return Optional.empty();
    }
    ClusterJoin how = join.get();
    Engine engine = how.engine().to(log);
    // Leases are a matter of real time, whatever the rooms' clock says.
    Cluster cluster =
        new Cluster(engine, how.key().bytes(), how.about(), loops, random, Ticker.SYSTEM, log);
    return Optional.of(new Node(engine, cluster));
  }

  /** Has the others know the node before clients do. */
  private void begin(Node node, RoomRelays relays) {
    node.cluster().start(relays, relays);
    long end = System.nanoTime() + LEASE_PATIENCE.toNanos();
    while (!node.cluster().mayDecide() && System.nanoTime() - end < 0) {
      LockSupport.parkNanos(1_000_000);
    }
    log.event(
        node.cluster().mayDecide() ? Level.INFO : Level.WARNING,
        "cluster-joined",
        "node",
        node.cluster().name(),
        "nodes",
        node.cluster().size());
  }

  /** The lobby has a loop of its own: a flood of strangers there must not hold up the rooms. */
  private RelayLoop lobby(LobbyConfig lobby) throws IOException {
    DatagramIo io = bindUdp("lobby", address(lobby.port()), 1).getFirst();
    LoopMetrics metrics = LoopMetrics.ofLobby();
    LobbyRelay relay = new LobbyRelay(lobby, io, metrics, ticker, log);
    return new RelayLoop(metrics, io, relay, lobby.idleTimeout(), ticker, log);
  }

  private Monitoring bindMonitoring() throws IOException {
    try {
      return Monitoring.bind(config.monitoring(), log);
    } catch (IOException e) {
      throw new BindFailedException("metrics", config.monitoring().page().orElseThrow(), e);
    }
  }

  private ServerSocket listen() throws IOException {
    InetSocketAddress address = address(config.port());
    try {
      return Acceptor.bind(address);
    } catch (IOException e) {
      throw new BindFailedException("tcp", address, e);
    }
  }

  private List<DatagramIo> bindUdp(String what, InetSocketAddress address, int sockets)
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

  private InetSocketAddress address(int port) {
    return new InetSocketAddress(config.host().orElseGet(Addresses::all), port);
  }
}
