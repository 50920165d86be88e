package chat.tcrp.server;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.server.base.Addresses;
import chat.tcrp.server.base.Ticker;
import chat.tcrp.server.handshake.IdentitySource;
import chat.tcrp.server.handshake.PlainPolicy;
import chat.tcrp.server.handshake.SealingConfig;
import chat.tcrp.server.lobby.LobbyConfig;
import chat.tcrp.server.metrics.Figure;
import chat.tcrp.server.metrics.Metrics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * A real server on free ports whose clock the test moves, and the only place where tests decide how
 * a server runs. Closing it closes its peers too, and fails the test when the server has logged a
 * failure.
 */
public final class TestServer implements AutoCloseable {
  private static final InetAddress LOOPBACK = address("127.0.0.1");

  /** Where the programs that tests start keep their identity, since making one takes time. */
  public static final Path STATE = Path.of("target", "state").toAbsolutePath();

  public static final Path IDENTITY = STATE.resolve("chat-server").resolve("identity.p12");

  private static RelayKind relayKind = RelayKind.CHANNEL;

  private final ManualTicker ticker = new ManualTicker();
  private final ChatServer server;
  private final Optional<TestNodes> nodes;
  private int spread;
  private int nudges;
  private boolean stopped;
  private final Deque<TestPeer> peers = new ArrayDeque<>();

  /** Nodes of a cluster, by the machine's clock. */
  private TestServer(ServerConfig config, int count) {
    RecordedLog.clear();
    TestNodes cluster = new TestNodes();
    nodes = Optional.of(cluster);
    try {
      for (int i = 0; i < count; i++) {
        cluster.start(config, Ticker.SYSTEM);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server = cluster.node(0);
  }

  private TestServer(ServerConfig config) {
    this(relayKind.of(config), Optional.empty());
  }

  private TestServer(ServerConfig config, Optional<Ticker> otherClock) {
    this(config, otherClock, Optional.empty());
  }

  private TestServer(
      ServerConfig config, Optional<Ticker> otherClock, Optional<Handover> handover) {
    RecordedLog.clear();
    try {
      Ticker clock = otherClock.orElse(ticker);
      boolean alone = relayKind.nodes() == 1 || otherClock.isPresent() || handover.isPresent();
      nodes = alone ? Optional.empty() : Optional.of(new TestNodes());
      if (nodes.isPresent()) {
        for (int i = 0; i < relayKind.nodes(); i++) {
          nodes.get().start(config, clock);
        }
        server = nodes.get().node(0);
      } else {
        server = ChatServer.start(config, clock, new SecureRandom(), handover, Optional.empty());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static RelayKind relayKind() {
    return relayKind;
  }

  /** How servers relay from now on. */
  static void relayBy(RelayKind kind) {
    relayKind = kind;
  }

  /** A server on 127.0.0.1 with the program's defaults. */
  public static TestServer start() {
    return start(config -> config);
  }

  /** So many nodes of a cluster on 127.0.0.1, which run by the machine's clock. */
  public static TestServer startCluster(int count) {
    return new TestServer(ServerConfig.defaults().listeningOn(LOOPBACK, 0, 0), count);
  }

  /** The cluster of which this is the first node. */
  TestNodes nodes() {
    return nodes.orElseThrow();
  }

  /** A server on 127.0.0.1 with some of the program's defaults changed. */
  public static TestServer start(UnaryOperator<ServerConfig> changes) {
    return new TestServer(changes.apply(ServerConfig.defaults()).listeningOn(LOOPBACK, 0, 0));
  }

  /**
   * A server on 127.0.0.1 that runs as the program does, by the machine's clock and with one relay
   * thread, with some of the program's defaults changed.
   */
  public static TestServer startAsShipped(UnaryOperator<ServerConfig> changes) {
    return new TestServer(
        changes.apply(ServerConfig.defaults()).listeningOn(LOOPBACK, 0, 0),
        Optional.of(Ticker.SYSTEM));
  }

  /**
   * A server on 127.0.0.1 that takes sealed sessions too, has its rooms from the server before, and
   * leaves them to the one after.
   */
  static TestServer start(Handover handover, UnaryOperator<ServerConfig> changes) {
    ServerConfig config =
        changes.apply(
            sealed(ServerConfig.defaults(), PlainPolicy.ALLOW).listeningOn(LOOPBACK, 0, 0));
    return new TestServer(relayKind.of(config), Optional.empty(), Optional.of(handover));
  }

  /** A server on 127.0.0.1 that takes sealed sessions too. */
  public static TestServer startSealed() {
    return startSealed(PlainPolicy.ALLOW);
  }

  /** A server on 127.0.0.1 that takes sealed sessions, and plain ones as it is told. */
  public static TestServer startSealed(PlainPolicy plain) {
    return start(config -> sealed(config, plain));
  }

  /**
   * The same configuration, with the identity that all tests share, since making one takes time.
   */
  public static ServerConfig sealed(ServerConfig config, PlainPolicy plain) {
    return config.sealedBy(
        new SealingConfig(Optional.of(new IdentitySource.Kept(IDENTITY)), plain));
  }

  /** A server with a lobby on a free port, where so many may be, and so many come in a second. */
  public static TestServer startWithLobby(int maxMembers, int admissionsPerSecond) {
    LobbyConfig lobby =
        new LobbyConfig(0, LobbyConfig.DEFAULT_IDLE_TIMEOUT, maxMembers, admissionsPerSecond);
    return start(config -> config.withLobby(lobby));
  }

  /** A server on all addresses of the machine. */
  public static TestServer startOnAllAddresses() {
    return new TestServer(onAllAddresses());
  }

  /** A server on another address than 127.0.0.1. */
  public static TestServer startOn(InetAddress host) {
    return new TestServer(ServerConfig.defaults().listeningOn(host, 0, 0));
  }

  /** The same with a lobby. */
  public static TestServer startWithLobbyOnAllAddresses() {
    return new TestServer(
        onAllAddresses().withLobby(new LobbyConfig(0, LobbyConfig.DEFAULT_IDLE_TIMEOUT, 100, 100)));
  }

  private static ServerConfig onAllAddresses() {
    return ServerConfig.defaults().listeningOn(Addresses.all(), 0, 0);
  }

  /** A server that chooses its TCP port, and takes the next one for UDP. */
  static TestServer startOnNeighbouringPorts() {
    ServerConfig defaults = ServerConfig.defaults();
    return new TestServer(
        new ServerConfig(
            Optional.of(LOOPBACK),
            0,
            OptionalInt.empty(),
            defaults.limits(),
            defaults.handshakes(),
            defaults.io(),
            defaults.relayThreads(),
            defaults.lobby()));
  }

  /** Someone at 127.0.0.1 who is in no room yet. */
  public TestPeer peer() {
    return peer("127.0.0.1");
  }

  /** Someone at another local address. */
  public TestPeer peer(String localAddress) {
    return add(new TestPeer(this, address(localAddress), address(localAddress)));
  }

  /** Someone at one of this machine's addresses who reaches the server at another. */
  public TestPeer peer(String localAddress, String serverAddress) {
    return add(new TestPeer(this, address(localAddress), address(serverAddress)));
  }

  /** Someone at 127.0.0.1 whose requests and messages are sealed. */
  public SealedPeer sealedPeer() {
    return sealedPeer("127.0.0.1");
  }

  /** The same at another local address. */
  public SealedPeer sealedPeer(String localAddress) {
    return add(new SealedPeer(this, address(localAddress)));
  }

  /** Where it shows what it has counted. */
  public URI page(String path) {
    return URI.create("http://" + Addresses.format(server.metricsAddress().orElseThrow()) + path);
  }

  /** What it has counted. */
  public Metrics metrics() {
    return server.metrics();
  }

  /** How many datagrams its nodes have dropped, for any reason. */
  public long dropped() {
    int count = nodes.map(TestNodes::size).orElse(1);
    return IntStream.range(0, count)
        .mapToLong(node -> (long) node(node).metrics().sum(Figure.DROPS))
        .sum();
  }

  /** By what clients know the server. */
  public Optional<String> fingerprint() {
    return server.fingerprint();
  }

  <P extends TestPeer> P add(P peer) {
    peers.push(peer);
    return peer;
  }

  /** At which node the next peer is, from 0 on. */
  int nextNode() {
    return nodes.isPresent() ? spread++ % nodes.get().size() : 0;
  }

  private ChatServer node(int index) {
    return index == 0 ? server : nodes.orElseThrow().node(index);
  }

  /** Where a peer at this address finds the TCP side of a node. */
  InetSocketAddress tcp(InetAddress from, int node) {
    return reachable(node(node).tcpAddress(), from);
  }

  /** Where a peer at this address finds the UDP side of a node. */
  InetSocketAddress udp(InetAddress from, int node) {
    return reachable(node(node).udpAddress(), from);
  }

  /** Where a peer at this address finds the TCP side. */
  public InetSocketAddress tcp(InetAddress from) {
    return reachable(server.tcpAddress(), from);
  }

  /** Where a peer at this address finds the UDP side. */
  public InetSocketAddress udp(InetAddress from) {
    return reachable(server.udpAddress(), from);
  }

  /** Where a peer at this address finds the lobby. */
  public InetSocketAddress lobby(InetAddress from) {
    return reachable(server.lobbyAddress().orElseThrow(), from);
  }

  /**
   * Moves the server's clock, and returns when each of its loops goes by the new time: whatever is
   * sent or asked from then on happens after the move.
   */
  public void advance(Duration time) {
    ticker.advance(time);
    long deadline = System.nanoTime() + TestPeer.PATIENCE.toNanos();
    while (!ticker.seenByAll()) {
      assertThat(System.nanoTime() - deadline).as("a loop is stuck").isNegative();
      nudge();
      LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
    }
  }

  /**
   * Returns when what a node has just shown somebody is known to the others too: whatever is asked
   * from then on at any of them happens after it.
   */
  void settle() {
    if (nodes.isPresent() && !stopped) {
      advance(Duration.ZERO);
      nodes.get().settle();
    }
  }

  /** How many datagrams were sent that mean nothing, to have the server look at its clock. */
  public int nudges() {
    return nudges;
  }

  /**
   * Has the server look at its clock: a datagram that means nothing ends its wait, one for each of
   * two relay threads, and one for the lobby.
   */
  private void nudge() {
    try (DatagramSocket socket = new DatagramSocket()) {
      for (char room : new char[] {'a', 'b'}) {
        byte[] toNobody = {1, 1, (byte) room, 'x'};
        for (int node = 0; node < (nodes.isPresent() ? nodes.get().size() : 1); node++) {
          socket.send(new DatagramPacket(toNobody, toNobody.length, udp(LOOPBACK, node)));
          nudges++;
        }
      }
      if (server.lobbyAddress().isPresent()) {
        socket.send(new DatagramPacket(new byte[0], 0, lobby(LOOPBACK)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Stops the server, while its peers stay. */
  public void stop() {
    try {
      if (nodes.isPresent() && !stopped) {
        nodes.get().close();
      }
      stopped = true;
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    stop();
    peers.forEach(TestPeer::close);
    assertThat(RecordedLog.lines())
        .noneMatch(line -> line.level() == Level.ERROR || line.cause() != null);
  }

  public static InetAddress address(String literal) {
    try {
      return InetAddress.getByName(literal);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InetSocketAddress reachable(InetSocketAddress bound, InetAddress from) {
    InetAddress host = bound.getAddress();
    return new InetSocketAddress(host.isAnyLocalAddress() ? from : host, bound.getPort());
  }
}
