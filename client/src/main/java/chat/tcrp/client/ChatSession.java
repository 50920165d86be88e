package chat.tcrp.client;

import chat.tcrp.protocol.MemberInfo;
import chat.tcrp.protocol.ProtocolException;
import chat.tcrp.protocol.Request;
import chat.tcrp.protocol.RoomInfo;
import chat.tcrp.protocol.ServerDatagram;
import chat.tcrp.protocol.Token;
import chat.tcrp.protocol.Username;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * A membership of a room that outlives the network: enters over TCP, chats over UDP, keeps itself
 * alive, and rejoins when the server does not answer. Knows no terminal; bots and tests use it as
 * the programs do. Its methods may be called from any thread.
 */
public final class ChatSession implements AutoCloseable {
  private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(10);

  /** Leaving is polite, but nobody waits long for it. */
  private static final Duration LEAVE_TIMEOUT = Duration.ofSeconds(1);

  private static final int RECEIVE_BUFFER = 1 << 20;

  private final SessionConfig config;
  private final Consumer<SessionEvent> listener;
  private final TcrpClient tcrp;
  private final Selector selector;
  private final ReentrantLock lock = new ReentrantLock();
  private final SessionMachine machine;
  private final Queue<SessionEvent> events = new ArrayDeque<>();
  private final Thread thread = Thread.ofPlatform().name("session").daemon().unstarted(this::run);
  private final CompletableFuture<SessionEvent.Ended> ended = new CompletableFuture<>();
  private DatagramChannel channel;
  private boolean sendFailed;
  private CompletableFuture<Void> answered = new CompletableFuture<>();

  private ChatSession(SessionConfig config, Consumer<SessionEvent> listener, RandomGenerator random)
      throws IOException {
    this.config = config;
    this.listener = listener;
    this.tcrp = new TcrpClient(config.server(), HANDSHAKE_TIMEOUT);
    this.selector = Selector.open();
    this.machine = new SessionMachine(config, new Actions(), random);
  }

  /**
   * Enters a room: makes the handshake, and then leaves everything to a thread of its own.
   *
   * @param config which room, and as whom
   * @param listener is told what happens, one event after the other, on the session's thread; it
   *     may call the session
   * @return the session, to be closed by the caller; {@link SessionEvent.Joined} tells when
   *     messages get through
   * @throws RefusedException when the server says no
   * @throws ProtocolException when the answer is not TCRP
   * @throws IOException when the server cannot be reached
   */
  public static ChatSession open(SessionConfig config, Consumer<SessionEvent> listener)
      throws IOException, ProtocolException, RefusedException {
    ChatSession session = new ChatSession(config, listener, RandomGenerator.getDefault());
    try {
      session.admitted(session.tcrp.enter(config.request(Optional.empty())));
      session.thread.start();
      return session;
    } catch (IOException | ProtocolException | RefusedException e) {
      session.closeSockets();
      throw e;
    }
  }

  /**
   * Which room, and as whom.
   *
   * @return as it was opened
   */
  public SessionConfig config() {
    return config;
  }

  /**
   * Completes when the session is over.
   *
   * @return a future of the last event
   */
  public CompletableFuture<SessionEvent.Ended> ended() {
    return ended.copy();
  }

  /**
   * Sends a message to the room, in as many datagrams as it needs; an empty one is not sent.
   * Datagrams may get lost.
   *
   * @param text one line; control characters will arrive as spaces
   * @return false, and nothing was sent, while there is no connection
   */
  public boolean send(String text) {
    return locked(
        () -> {
          for (String part : MessageSplitter.split(text, machine.maxMessageBytes())) {
            try {
              if (!machine.send(part)) {
                return false;
              }
            } catch (ProtocolException e) {
              throw new IllegalStateException("a part of a message always fits", e);
            }
          }
          return machine.live();
        });
  }

  /**
   * Asks the server for a sign of life; it arrives as {@link SessionEvent.Pong}.
   *
   * @return false, and nothing was sent, while there is no connection
   */
  public boolean ping() {
    return locked(() -> machine.ping(System.nanoTime()));
  }

  /**
   * Waits until the server has seen what was sent so far, as far as it was not lost on the way:
   * datagrams are worked off in order, so the answer to a keepalive says so.
   *
   * @param patience how long to wait
   * @return whether the answer came
   * @throws InterruptedException when the waiting thread is interrupted
   */
  public boolean flush(Duration patience) throws InterruptedException {
    CompletableFuture<Void> answer =
        locked(
            () -> {
              answered = new CompletableFuture<>();
              machine.ping(System.nanoTime());
              return answered;
            });
    try {
      answer.get(patience.toNanos(), TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("never completed exceptionally", e);
    }
  }

  /**
   * Whether messages can be sent now.
   *
   * @return false before the first answer, while rejoining, and after the end
   */
  public boolean live() {
    return locked(machine::live);
  }

  /**
   * Asks who is in the room.
   *
   * @return the members, in the order in which they came
   * @throws RefusedException when the server says no
   * @throws ProtocolException when the answer is not TCRP
   * @throws IOException when the server cannot be reached
   */
  public List<MemberInfo> members() throws IOException, ProtocolException, RefusedException {
    return tcrp.members(new Request.Members(config.room(), token()));
  }

  /**
   * Asks for the server's rooms.
   *
   * @return the rooms, in the server's order
   * @throws RefusedException when the server says no
   * @throws ProtocolException when the answer is not TCRP
   * @throws IOException when the server cannot be reached
   */
  public List<RoomInfo> rooms() throws IOException, ProtocolException, RefusedException {
    return tcrp.rooms();
  }

  /**
   * Removes somebody from the room; the host may.
   *
   * @param username who
   * @throws RefusedException when the server says no
   * @throws ProtocolException when the answer is not TCRP
   * @throws IOException when the server cannot be reached
   */
  public void kick(Username username) throws IOException, ProtocolException, RefusedException {
    tcrp.carryOut(new Request.Kick(config.room(), token(), username));
  }

  /**
   * Leaves the room and ends the session; closes the room when we host it. Takes little more than a
   * second even when the server is gone, and does nothing when the session is over.
   */
  @Override
  public void close() {
    boolean wasOver =
        locked(
            () -> {
              boolean over = machine.ended();
              machine.leave();
              return over;
            });
    selector.wakeup();
    if (!wasOver) {
      sayGoodbye();
    }
    try {
      thread.join(LEAVE_TIMEOUT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void sayGoodbye() {
    try {
      new TcrpClient(config.server(), LEAVE_TIMEOUT)
          .carryOut(new Request.Leave(config.room(), token()));
    } catch (IOException | ProtocolException | RefusedException e) {
      // The server is gone or has forgotten us; either way we are no longer in the room, or will
      // not be for long.
      debug("leaving failed", e);
    }
  }

  private Token token() {
    return locked(machine::token).orElseThrow();
  }

  private void run() {
    ByteBuffer buffer = ByteBuffer.allocateDirect(ServerDatagram.MAX_BYTES + 1);
    try {
      while (!locked(machine::ended)) {
        await();
        guarded(
            () -> {
              receive(buffer);
              machine.tick(System.nanoTime());
              noticeFailedSend();
            });
        deliver();
      }
    } catch (IOException | RuntimeException e) {
      guarded(() -> machine.fail(String.valueOf(e.getMessage())));
    }
    deliver();
    closeSockets();
  }

  private void await() throws IOException {
    OptionalLong due = locked(machine::due);
    if (due.isEmpty()) {
      selector.select();
    } else {
      long millis = TimeUnit.NANOSECONDS.toMillis(due.getAsLong() - System.nanoTime()) + 1;
      selector.select(Math.max(1, millis));
    }
    selector.selectedKeys().clear();
  }

  private void receive(ByteBuffer buffer) {
    while (!machine.ended()) {
      try {
        buffer.clear();
        if (channel.read(buffer) <= 0) {
          return;
        }
        byte[] bytes = new byte[buffer.flip().remaining()];
        buffer.get(bytes);
        machine.received(bytes, System.nanoTime());
      } catch (PortUnreachableException e) {
        machine.unreachable(System.nanoTime());
      } catch (IOException e) {
        machine.unreachable(System.nanoTime());
        return;
      }
    }
  }

  /**
   * A send that failed is news of the network, told to the machine when it is not in the middle of
   * something.
   */
  private void noticeFailedSend() {
    if (sendFailed) {
      sendFailed = false;
      machine.unreachable(System.nanoTime());
    }
  }

  private void deliver() {
    SessionEvent event;
    while ((event = locked(events::poll)) != null) {
      if (event instanceof SessionEvent.Pong) {
        locked(() -> answered).complete(null);
      }
      listener.accept(event);
      if (event instanceof SessionEvent.Ended last) {
        ended.complete(last);
      }
    }
  }

  private void admitted(TcrpClient.Admission admission) throws IOException {
    lock.lock();
    try {
      closeChannel();
      channel = DatagramChannel.open();
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER);
      channel.connect(new InetSocketAddress(admission.server(), config.server().udpPort()));
      channel.register(selector, SelectionKey.OP_READ);
      machine.admitted(admission.token(), System.nanoTime());
      noticeFailedSend();
    } finally {
      lock.unlock();
    }
  }

  private void handshake(Request request) {
    Thread.ofVirtual()
        .name("rejoin")
        .start(
            () -> {
              try {
                admitted(tcrp.enter(request));
              } catch (RefusedException e) {
                guarded(() -> machine.handshakeRefused(e.status(), System.nanoTime()));
              } catch (IOException | ProtocolException e) {
                guarded(() -> machine.handshakeFailed(System.nanoTime()));
              }
              selector.wakeup();
            });
  }

  private final class Actions implements SessionMachine.Actions {
    @Override
    public void transmit(byte[] datagram) {
      try {
        channel.write(ByteBuffer.wrap(datagram));
      } catch (IOException e) {
        sendFailed = true;
        selector.wakeup();
      }
    }

    @Override
    public void handshake(Request request) {
      ChatSession.this.handshake(request);
    }

    @Override
    public void emit(SessionEvent event) {
      events.add(event);
      selector.wakeup();
    }
  }

  private void closeChannel() throws IOException {
    if (channel != null) {
      channel.close();
    }
  }

  private void closeSockets() {
    guarded(
        () -> {
          try (selector) {
            closeChannel();
          } catch (IOException e) {
            debug("closing failed", e);
          }
        });
  }

  private static void debug(String message, Exception cause) {
    System.getLogger(ChatSession.class.getName()).log(System.Logger.Level.DEBUG, message, cause);
  }

  private void guarded(Runnable action) {
    lock.lock();
    try {
      action.run();
    } finally {
      lock.unlock();
    }
  }

  private <T> T locked(Supplier<T> action) {
    lock.lock();
    try {
      return action.get();
    } finally {
      lock.unlock();
    }
  }
}
