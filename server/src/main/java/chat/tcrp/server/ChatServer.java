package chat.tcrp.server;

import chat.tcrp.server.base.EventLog;
import chat.tcrp.server.base.Ticker;
import chat.tcrp.server.handshake.Acceptor;
import chat.tcrp.server.metrics.BusyRooms;
import chat.tcrp.server.metrics.Metrics;
import chat.tcrp.server.monitor.MonitorServer;
import chat.tcrp.server.monitor.Monitoring;
import chat.tcrp.server.relay.RelayLoop;
import chat.tcrp.server.relay.RoomRelays;
import chat.tcrp.server.rooms.RoomState;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * A running server: the TCP acceptor for handshakes and the UDP relay for messages. Closing it ends
 * every session.
 */
public final class ChatServer implements AutoCloseable {
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
  private final Optional<Node> node;
  private final List<Metrics.Source> sources;
  private final Monitoring monitoring;
  private volatile boolean accepting = true;

  /** What it is made of, all of it running but for what shows it. */
  record Parts(
      EventLog log,
      RoomRelays relays,
      Acceptor acceptor,
      Optional<RelayLoop> lobby,
      Optional<String> fingerprint,
      Optional<Handover> handover,
      Optional<Node> node,
      List<Metrics.Source> sources,
      Monitoring monitoring) {}

  ChatServer(Parts parts) {
    this.log = parts.log();
    this.relays = parts.relays();
    this.acceptor = parts.acceptor();
    this.lobby = parts.lobby();
    this.fingerprint = parts.fingerprint();
    this.handover = parts.handover();
    this.node = parts.node();
    this.sources = parts.sources();
    this.monitoring = parts.monitoring();
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
    return start(config, ticker, random, Optional.empty(), Optional.empty());
  }

  /** The same, with rooms from the server before, for the one after, or as a node of a cluster. */
  static ChatServer start(
      ServerConfig config,
      Ticker ticker,
      RandomGenerator random,
      Optional<Handover> handover,
      Optional<ClusterJoin> join)
      throws IOException {
    return new ServerStart(config, ticker, random, handover, join).start();
  }

  /** Shows what it does to those who may see it. */
  void show() {
    monitoring.start(new Seen());
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
   * Where its figures are, by HTTP.
   *
   * @return the bound address and the port really taken; empty when they are not shown
   */
  public Optional<InetSocketAddress> metricsAddress() {
    return monitoring.address();
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
   * What the server has done since its start, and has at the moment.
   *
   * @return all figures
   */
  public Metrics metrics() {
    return Metrics.of(sources);
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
    accepting = false;
    try (log;
        monitoring;
        relays) {
      relays.closeForRooms();
      acceptor.close();
      node.ifPresent(n -> n.leave(log));
      if (!hasEnded()) {
        handover.ifPresent(this::leaveRooms);
      }
      lobby.ifPresent(RelayLoop::close);
    } finally {
      node.ifPresent(n -> n.engine().close());
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

  /** What is to be seen of it. */
  private final class Seen implements MonitorServer.Subject {
    @Override
    public Metrics metrics() {
      return ChatServer.this.metrics();
    }

    @Override
    public List<BusyRooms> rooms() {
      return relays.busyRooms();
    }

    @Override
    public List<String> troubles() {
      return Stream.concat(
              Stream.concat(relays.loops().stream(), lobby.stream()).map(RelayLoop::trouble),
              Stream.of(acceptor.trouble(), log.trouble()))
          .flatMap(Optional::stream)
          .toList();
    }

    @Override
    public boolean isReady() {
      return accepting && node.stream().allMatch(n -> n.cluster().mayDecide());
    }
  }
}
