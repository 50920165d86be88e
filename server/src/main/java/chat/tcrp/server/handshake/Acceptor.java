package chat.tcrp.server.handshake;

import chat.tcrp.server.base.Addresses;
import chat.tcrp.server.base.EventLog;
import chat.tcrp.server.metrics.HandshakeMetrics;
import chat.tcrp.server.rooms.Requests;
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
import java.util.Optional;

/**
 * The blocking TCP acceptor thread: each connection gets a virtual thread and a deadline, and how
 * many may be in progress is bounded, in all and for each address.
 */
public final class Acceptor implements AutoCloseable {
  /**
   * Room for a crowd behind one address, as one without a place takes very little, and no more
   * places than the slow machine of such a crowd can answer at within the stall.
   */
  static final InProgress.Bounds BOUNDS =
      new InProgress.Bounds(4096, 2048, 1024, 128, Duration.ofSeconds(5));

  private static final int BACKLOG = 4096;

  /** After the deadline, an answer that the client does not take is given up. */
  private static final Duration GRACE = Duration.ofSeconds(1);

  /** When no more files can be opened, accepting again at once would only spin. */
  private static final Duration AFTER_FAILURE = Duration.ofMillis(100);

  /** An honest exchange that has begun ends within this time, and somebody waits for the end. */
  private static final Duration LAST_EXCHANGES = Duration.ofMillis(250);

  private final ServerSocket listener;
  private final HandshakeLimits limits;
  private final Sealing sealing;
  private final Requests requests;
  private final ListingBudget listings = new ListingBudget(Runtime.getRuntime().maxMemory());
  private final HandshakeRate rate;
  private final InProgress inProgress;
  private final HandshakeMetrics metrics;
  private final EventLog log;
  private final Thread thread = Thread.ofPlatform().name("acceptor").unstarted(this::run);
  private final Thread deadlines =
      Thread.ofPlatform().name("handshake-deadline").daemon().unstarted(this::closeEnded);

  public Acceptor(
      ServerSocket listener,
      HandshakeLimits limits,
      Sealing sealing,
      Requests requests,
      HandshakeMetrics metrics,
      EventLog log) {
    this.metrics = metrics;
    this.listener = listener;
    this.limits = limits;
    this.sealing = sealing;
    this.requests = requests;
    this.rate = new HandshakeRate(limits);
    this.inProgress = new InProgress(BOUNDS, limits.timeout().plus(GRACE));
    this.log = log;
  }

  public static ServerSocket bind(InetSocketAddress address) throws IOException {
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

  public void start() {
    thread.start();
    deadlines.start();
  }

  public InetSocketAddress localAddress() {
    return (InetSocketAddress) listener.getLocalSocketAddress();
  }

  /** What is wrong with it, if anything; from any thread. */
  public Optional<String> trouble() {
    return thread.isAlive()
        ? Optional.empty()
        : Optional.of("the thread that accepts handshakes has ended");
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
    InetAddress client = socket.getInetAddress();
    long now = System.nanoTime();
    if (!rate.mayMakeOne(client, now)) {
      metrics.tooFrequent();
      refused(client, "too many handshakes a minute");
      socket.close();
      return;
    }
    InProgress.Exchange exchange = inProgress.exchange(socket, Addresses.network(client), now);
    Optional<Socket> victim = inProgress.add(exchange);
    victim.ifPresent(this::makeWay);
    if (victim.isPresent() && victim.get().equals(socket)) {
      return;
    }
    try {
      Thread.ofVirtual().name("handshake").start(() -> handshake(socket, exchange));
    } catch (OutOfMemoryError e) {
      // The system has no thread to give at the moment, which says nothing of our memory.
      inProgress.remove(socket);
      socket.close();
      failed(new IOException(e.getMessage(), e));
    }
  }

  private void makeWay(Socket victim) {
    metrics.tooMany();
    refused(victim.getInetAddress(), "too many handshakes in progress");
    closeQuietly(victim);
  }

  private void refused(InetAddress client, String reason) {
    log.event(
        Level.INFO, "connection-refused", "reason", reason, "address", Addresses.format(client));
  }

  private void handshake(Socket socket, InProgress.Exchange exchange) {
    Handshake handshake =
        new Handshake(socket, exchange, limits.timeout(), sealing, requests, listings, log);
    HandshakeMetrics.Running running = metrics.began();
    try (socket) {
      handshake.run();
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
      running.ended(handshake.kind(), handshake.result());
      inProgress.remove(socket);
    }
  }

  /**
   * After the deadline, an answer that the client does not take is given up; and who lets us wait
   * while others have to wait for that.
   */
  private void closeEnded() {
    try {
      while (true) {
        Optional<InProgress.Ended> ended = inProgress.awaitEnded();
        if (ended.isEmpty()) {
          return;
        }
        Socket socket = ended.get().socket();
        switch (ended.get().reason()) {
          case OVERDUE -> closeQuietly(socket);
          case STALLED -> makeWay(socket);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      log.event(Level.DEBUG, "close-failed", "reason", e.getMessage());
    }
  }

  /** Stops accepting, lets the exchanges in progress end, and breaks off those that do not. */
  @Override
  public void close() throws IOException {
    listener.close();
    try {
      // What it has just accepted must be among the exchanges to break off.
      thread.join(Duration.ofSeconds(1));
      inProgress.awaitNone(LAST_EXCHANGES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    inProgress.close().forEach(this::closeQuietly);
  }
}
