package chat.tcrp.server;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The blocking TCP acceptor thread: each connection gets a virtual thread and a deadline, and how
 * many may be in progress is bounded, in all and for each address.
 */
final class Acceptor implements AutoCloseable {
  static final int MAX_IN_PROGRESS = 1024;
  static final int MAX_PER_NETWORK = 256;
  private static final int BACKLOG = 4096;

  /** After the deadline, an answer that the client does not take is given up. */
  private static final Duration GRACE = Duration.ofSeconds(1);

  /** When no more files can be opened, accepting again at once would only spin. */
  private static final Duration AFTER_FAILURE = Duration.ofMillis(100);

  private final ServerSocket listener;
  private final Duration timeout;
  private final RoomRelays relays;
  private final EventLog log;
  private final Map<InetAddress, Integer> perNetwork = new ConcurrentHashMap<>();
  private final Map<Socket, ScheduledFuture<?>> inProgress = new ConcurrentHashMap<>();
  private final ScheduledThreadPoolExecutor deadlines =
      new ScheduledThreadPoolExecutor(
          1, Thread.ofPlatform().name("handshake-deadline").daemon().factory());
  private final Thread thread = Thread.ofPlatform().name("acceptor").unstarted(this::run);

  Acceptor(ServerSocket listener, Duration timeout, RoomRelays relays, EventLog log) {
    this.listener = listener;
    this.timeout = timeout;
    this.relays = relays;
    this.log = log;
    // Most exchanges end long before their deadline.
    deadlines.setRemoveOnCancelPolicy(true);
  }

  static ServerSocket bind(InetSocketAddress address) throws IOException {
    ServerSocket listener = open(address.getAddress());
    try {
      listener.setReuseAddress(true);
      listener.bind(address, BACKLOG);
      return listener;
    } catch (IOException e) {
      listener.close();
      throw e;
    }
  }

  private static ServerSocket open(InetAddress address) throws IOException {
    boolean allOfIpv4 = address.isAnyLocalAddress() && address instanceof Inet4Address;
    // A plain socket would take IPv6 as well.
    return allOfIpv4
        ? ServerSocketChannel.open(StandardProtocolFamily.INET).socket()
        : new ServerSocket();
  }

  void start() {
    thread.start();
  }

  InetSocketAddress localAddress() {
    return (InetSocketAddress) listener.getLocalSocketAddress();
  }

  private void run() {
    while (!listener.isClosed()) {
      try {
        accept(listener.accept());
      } catch (IOException e) {
        if (!listener.isClosed()) {
          failed(e);
        }
      }
    }
  }

  private void failed(IOException e) {
    log.event(Level.WARNING, "accept-failed", "reason", e.getMessage());
    try {
      Thread.sleep(AFTER_FAILURE);
    } catch (InterruptedException interrupt) {
      Thread.currentThread().interrupt();
    }
  }

  private void accept(Socket socket) throws IOException {
    InetAddress network = Addresses.network(socket.getInetAddress());
    if (perNetwork.merge(network, 1, Integer::sum) > MAX_PER_NETWORK
        || inProgress.size() >= MAX_IN_PROGRESS) {
      release(network);
      log.event(
          Level.INFO,
          "connection-refused",
          "reason",
          "too many handshakes in progress",
          "address",
          Addresses.format(socket.getInetAddress()));
      socket.close();
      return;
    }
    inProgress.put(
        socket,
        deadlines.schedule(
            () -> closeQuietly(socket), timeout.plus(GRACE).toMillis(), TimeUnit.MILLISECONDS));
    Thread.ofVirtual().name("handshake").start(() -> handshake(socket, network));
  }

  private void handshake(Socket socket, InetAddress network) {
    try (socket) {
      new Handshake(socket, timeout, relays, log).run();
    } catch (IOException e) {
      log.event(
          Level.DEBUG,
          "connection-lost",
          "reason",
          e.getMessage(),
          "address",
          Addresses.format(socket.getInetAddress()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      log.failure("handshake-failed", e);
    } finally {
      inProgress.remove(socket).cancel(false);
      release(network);
    }
  }

  private void release(InetAddress network) {
    perNetwork.computeIfPresent(network, (n, count) -> count > 1 ? count - 1 : null);
  }

  private void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      log.event(Level.DEBUG, "close-failed", "reason", e.getMessage());
    }
  }

  /** Stops accepting and breaks the exchanges in progress off. */
  @Override
  public void close() throws IOException {
    listener.close();
    try {
      // What it has just accepted must be among the exchanges to break off.
      thread.join(Duration.ofSeconds(1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    deadlines.shutdownNow();
    inProgress.keySet().forEach(this::closeQuietly);
  }
}
