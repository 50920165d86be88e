package chat.tcrp.client.session;

import chat.tcrp.protocol.CleanText;
import chat.tcrp.protocol.LobbyDatagram;
import chat.tcrp.protocol.ProtocolException;
import chat.tcrp.protocol.Username;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * A stay in the lobby: datagrams out, datagrams in, and a keepalive now and then. The lobby never
 * answers, so all that can be known of it is when the system says that nobody listens there.
 */
public final class LobbySession implements Conversation {
  /** Well within the 60 s after which the lobby forgets an address. */
  static final Duration KEEPALIVE_INTERVAL = Duration.ofSeconds(5);

  /**
   * How soon the network is expected to say that nobody listens; also how often one tries again
   * then.
   */
  private static final Duration REFUSAL_PATIENCE = Duration.ofMillis(300);

  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(1);

  /** Between bursts of messages: nothing tells when the lobby is done with the last one. */
  private static final Duration PAUSE = Duration.ofMillis(5);

  private final ServerAddress server;
  private final Username username;
  private final EventDelivery delivery;
  private final DatagramChannel channel;
  private final Selector selector;
  private final Thread thread = Thread.ofPlatform().name("lobby").daemon().unstarted(this::run);
  private volatile boolean live = true;
  private volatile boolean over;
  private volatile SessionEvent.Ended last =
      new SessionEvent.Ended("you left", SessionEvent.Cause.LEFT);
  private final AtomicInteger losses = new AtomicInteger();

  /**
   * When the last thing was sent; only for the session's own thread and those that send, and none
   * of them minds much.
   */
  private volatile long lastSent;

  private LobbySession(
      ServerAddress server,
      Username username,
      Consumer<SessionEvent> listener,
      DatagramChannel channel,
      Selector selector) {
    this.server = server;
    this.username = username;
    this.delivery = new EventDelivery(listener, this::fail);
    this.channel = channel;
    this.selector = selector;
  }

  /**
   * Enters the lobby, at the first of the host's addresses where nobody says that it is not there.
   *
   * @param server where it is; its port is the lobby's UDP port
   * @param username our name, which nobody checks
   * @param listener is told what happens, one event after the other, on a thread of its own; it may
   *     take its time, and call the session
   * @return the session, to be closed by the caller
   * @throws IOException when the host is not known, or says at once that nobody listens there
   */
  public static LobbySession open(
      ServerAddress server, Username username, Consumer<SessionEvent> listener) throws IOException {
    Deque<InetAddress> addresses = new ArrayDeque<>(Connector.addresses(server.host()));
    while (true) {
      InetSocketAddress lobby = new InetSocketAddress(addresses.remove(), server.port());
      try {
        return open(server, lobby, username, listener);
      } catch (IOException e) {
        if (addresses.isEmpty()) {
          throw e;
        }
        debug("nobody there; trying the next address", e);
      }
    }
  }

  private static LobbySession open(
      ServerAddress server,
      InetSocketAddress lobby,
      Username username,
      Consumer<SessionEvent> listener)
      throws IOException {
    Selector selector = Selector.open();
    DatagramChannel channel = DatagramChannel.open();
    try {
      channel.configureBlocking(false);
      channel.connect(lobby);
      channel.register(selector, SelectionKey.OP_READ);
      LobbySession session = new LobbySession(server, username, listener, channel, selector);
      session.transmit("");
      LockSupport.parkNanos(REFUSAL_PATIENCE.toNanos());
      // A connected socket tells of a refusal with the next call.
      session.transmit("");
      session.thread.start();
      session.delivery.start();
      return session;
    } catch (IOException | RuntimeException e) {
      channel.close();
      selector.close();
      throw e;
    }
  }

  @Override
  public boolean send(String text) {
    if (!live || over) {
      return false;
    }
    try {
      // The lobby drops what it may not change, and other control characters it would not pass on.
      String clean = CleanText.of(text);
      for (String part : MessageSplitter.split(clean, LobbyDatagram.maxMessageBytes(username))) {
        transmit(part);
      }
      return true;
    } catch (IOException e) {
      // Told to the person by the session's thread, which meets the same.
      return false;
    }
  }

  @Override
  public boolean live() {
    return live && !over;
  }

  @Override
  public ServerAddress server() {
    return server;
  }

  @Override
  public boolean over() {
    return over;
  }

  @Override
  public int losses() {
    return losses.get();
  }

  @Override
  public boolean flush(Duration patience) {
    LockSupport.parkNanos(Math.min(PAUSE.toNanos(), patience.toNanos()));
    return live();
  }

  @Override
  public CompletableFuture<SessionEvent.Ended> ended() {
    return delivery.ended();
  }

  @Override
  public void close() {
    over = true;
    selector.wakeup();
    try {
      thread.join(CLOSE_PATIENCE);
      delivery.join(CLOSE_PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    ByteBuffer buffer = ByteBuffer.allocateDirect(LobbyDatagram.MAX_BYTES + 1);
    try (selector;
        channel) {
      delivery.add(new SessionEvent.Joined(Duration.ZERO, server));
      while (!over) {
        attend(buffer);
      }
    } catch (IOException | RuntimeException e) {
      fail(e);
    }
    delivery.add(last);
  }

  private void fail(Exception e) {
    if (!over) {
      last = new SessionEvent.Ended(e.toString(), SessionEvent.Cause.FAILED);
      over = true;
      selector.wakeup();
    }
  }

  private void attend(ByteBuffer buffer) throws IOException {
    Duration interval = live ? KEEPALIVE_INTERVAL : REFUSAL_PATIENCE;
    long due = lastSent + interval.toNanos() - System.nanoTime();
    selector.select(Math.max(1, TimeUnit.NANOSECONDS.toMillis(due) + 1));
    selector.selectedKeys().clear();
    try {
      receive(buffer);
      if (System.nanoTime() - lastSent >= interval.toNanos()) {
        if (!live) {
          // Nothing came back since the last try.
          live = true;
          delivery.add(new SessionEvent.Rejoined(Duration.ZERO, server, false));
        }
        transmit("");
      }
    } catch (IOException e) {
      lose();
    }
  }

  private void receive(ByteBuffer buffer) throws IOException {
    while (!over && channel.read(buffer.clear()) > 0) {
      byte[] bytes = new byte[buffer.flip().remaining()];
      buffer.get(bytes);
      show(bytes);
    }
  }

  private void show(byte[] bytes) {
    try {
      LobbyDatagram datagram = LobbyDatagram.decode(bytes);
      if (!datagram.message().isEmpty()) {
        delivery.add(new SessionEvent.Message(datagram.username(), datagram.message()));
      }
    } catch (ProtocolException e) {
      // What a stranger has sent through the lobby need not make sense.
      debug("no sense", e);
    }
  }

  private void lose() {
    if (live) {
      live = false;
      losses.incrementAndGet();
      delivery.add(new SessionEvent.ConnectionLost("nobody answers in the lobby"));
    }
  }

  private void transmit(String message) throws IOException {
    lastSent = System.nanoTime();
    try {
      channel.write(ByteBuffer.wrap(new LobbyDatagram(username.value(), message).encode()));
    } catch (ProtocolException e) {
      throw new IllegalStateException("a part of a message always fits", e);
    }
  }

  private static void debug(String message, Exception cause) {
    System.getLogger(LobbySession.class.getName()).log(System.Logger.Level.DEBUG, message, cause);
  }
}
