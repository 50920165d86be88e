package chat.tcrp.client.session;

import chat.tcrp.protocol.AwayText;
import chat.tcrp.protocol.CleanText;
import chat.tcrp.protocol.ClientDatagram;
import chat.tcrp.protocol.MemberInfo;
import chat.tcrp.protocol.PrivateText;
import chat.tcrp.protocol.ProtocolException;
import chat.tcrp.protocol.Request;
import chat.tcrp.protocol.RoomInfo;
import chat.tcrp.protocol.RoomTopic;
import chat.tcrp.protocol.Status;
import chat.tcrp.protocol.Username;
import java.io.IOException;
import java.net.ConnectException;
import java.net.PortUnreachableException;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
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
public final class ChatSession implements Conversation {
  private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(10);

  /** Leaving is polite, but nobody waits long for it. */
  private static final Duration LEAVE_TIMEOUT = Duration.ofSeconds(1);

  /** How long leaving waits for the answer to a handshake that is under way. */
  private static final Duration HANDSHAKE_PATIENCE = Duration.ofMillis(400);

  /** How long closing waits for the threads, which have nothing more to do. */
  private static final Duration THREAD_PATIENCE = Duration.ofMillis(250);

  /** A long list of the server's may be almost so old. */
  private static final Duration LIST_AGE = Duration.ofMillis(1100);

  /** After so many datagrams the clock has its turn: a busy room must not stop the keepalives. */
  private static final int RECEIVED_A_CYCLE = 256;

  private final SessionConfig config;
  private final Servers servers;
  private final Selector selector;
  private final ReentrantLock lock = new ReentrantLock();
  private final SessionMachine machine;
  private final EventDelivery delivery;
  private final Thread thread = Thread.ofPlatform().name("session").daemon().unstarted(this::run);

  /** Completes when we have said that we leave, or given up saying so. */
  private final CompletableFuture<Void> gone = new CompletableFuture<>();

  /** Wait for the answer to a keepalive: true when it came, false when the connection was lost. */
  private final List<CompletableFuture<Boolean>> flushes = new ArrayList<>();

  /** Where datagrams come from and go to; empty until the first admission. */
  private Optional<DatagramLink> link = Optional.empty();

  private boolean sendFailed;
  private boolean leaving;
  private int losses;

  /** Whether the server of the last admission knows private messages; empty while unknown. */
  private Optional<Boolean> passesPrivateOn = Optional.empty();

  /** The last handshake that succeeded, until we leave. */
  private Optional<TcrpClient.Admission> admission = Optional.empty();

  /** The rejoin that is under way, or the last one. */
  private CompletableFuture<Void> rejoin = CompletableFuture.completedFuture(null);

  private ChatSession(SessionConfig config, Consumer<SessionEvent> listener, RandomGenerator random)
      throws IOException {
    this.config = config;
    this.delivery = new EventDelivery(listener, this::listenerFailed);
    this.servers =
        new Servers(
            config.servers(),
            config.trust(),
            HANDSHAKE_TIMEOUT,
            why -> delivery.add(new SessionEvent.PassedOver(why)),
            () -> !over(),
            Connector::addresses);
    this.selector = Selector.open();
    this.machine = new SessionMachine(config, new Actions(), random);
  }

  /**
   * Enters a room: makes the handshake, and then leaves everything to threads of its own.
   *
   * @param config which room, and as whom
   * @param listener is told what happens, one event after the other, on a thread of its own; it may
   *     take its time, and call the session
   * @return the session, to be closed by the caller; {@link SessionEvent.Joined} tells when
   *     messages get through
   * @throws RefusedException when the server says no, or would have to: with {@link
   *     chat.tcrp.protocol.Status#PAYLOAD_TOO_LARGE} without asking it when name and password
   *     together are too long
   * @throws ProtocolException when the answer is not TCRP
   * @throws NoServerException when there are several servers, and none lets us in
   * @throws IOException when the server cannot be reached
   */
  public static ChatSession open(SessionConfig config, Consumer<SessionEvent> listener)
      throws IOException, ProtocolException, RefusedException {
    return open(config, listener, RandomGenerator.getDefault());
  }

  /**
   * The same with a source of chance for the intervals of rejoining, which a test may want to fix.
   *
   * @param config which room, and as whom
   * @param listener is told what happens
   * @param random where chance comes from
   * @return the session, to be closed by the caller
   * @throws RefusedException when the server says no, or would have to
   * @throws ProtocolException when the answer is not TCRP
   * @throws IOException when the server cannot be reached
   */
  public static ChatSession open(
      SessionConfig config, Consumer<SessionEvent> listener, RandomGenerator random)
      throws IOException, ProtocolException, RefusedException {
    ChatSession session = new ChatSession(config, listener, random);
    try {
      // What is too long with the longest token would fail at the first rejoin.
      TcrpClient.encode(config.longestRequest());
      session.admitted(
          session.servers.enter(config.request(Optional.empty(), 0, config.create()), false));
      session.thread.start();
      session.delivery.start();
      return session;
    } catch (IOException | ProtocolException | RefusedException | RuntimeException e) {
      session.leaveRoom();
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

  @Override
  public CompletableFuture<SessionEvent.Ended> ended() {
    return delivery.ended();
  }

  @Override
  public boolean send(String text) {
    // What begins with a control character would not be a message to all.
    String clean = CleanText.of(text);
    return locked(() -> sendParts(clean, machine.maxMessageBytes(), machine::send));
  }

  /**
   * Sends a message to one member alone, in as many datagrams as it needs; an empty one is not
   * sent. When nobody is called so, the server says so in a {@link SessionEvent.Notice}. Asks the
   * server who is in the room when it is not known whether it knows such messages.
   *
   * @param to the member's name
   * @param text one line
   * @return false while there is no connection, and what was sent may not have arrived
   * @throws RefusedException with {@link chat.tcrp.protocol.Status#UNSUPPORTED_OPERATION}, and
   *     nothing was sent, when the server is an older one, which would show it to everybody
   * @throws ProtocolException when the answer is not TCRP
   * @throws IOException when the server cannot be reached
   */
  public boolean sendPrivate(Username to, String text)
      throws IOException, ProtocolException, RefusedException {
    if (!live()) {
      return false;
    }
    if (passesPrivateOn().isEmpty()) {
      members();
    }
    if (!passesPrivateOn().orElse(false)) {
      throw new RefusedException(Status.UNSUPPORTED_OPERATION);
    }
    String clean = CleanText.of(text);
    return locked(
        () ->
            sendParts(
                clean,
                machine.maxPrivateBytes(to),
                part -> machine.send(new PrivateText(to, part))));
  }

  /**
   * Whether the server is known to pass on messages to one member alone.
   *
   * @return empty when it is not known yet; {@link #members} finds it out
   */
  public Optional<Boolean> passesPrivateOn() {
    return locked(() -> passesPrivateOn);
  }

  /** Sends a part of a message; answers false when there is no connection. */
  private interface PartSender {
    boolean send(String part) throws ProtocolException;
  }

  private boolean sendParts(String text, int maxBytes, PartSender sender) {
    for (String part : MessageSplitter.split(text, maxBytes)) {
      try {
        if (!sender.send(part)) {
          return false;
        }
        noticeFailedSend();
      } catch (ProtocolException e) {
        throw new IllegalStateException("a part of a message always fits", e);
      }
    }
    return machine.live();
  }

  /**
   * Asks the server for a sign of life; it arrives as {@link SessionEvent.Pong}.
   *
   * @return false, and nothing was sent, while there is no connection
   */
  public boolean ping() {
    return locked(() -> machine.ping(System.nanoTime()));
  }

  @Override
  public boolean flush(Duration patience) throws InterruptedException {
    CompletableFuture<Boolean> answer = new CompletableFuture<>();
    boolean asked =
        locked(
            () -> {
              flushes.add(answer);
              boolean live = machine.ping(System.nanoTime());
              noticeFailedSend();
              return live;
            });
    selector.wakeup();
    try {
      return asked && answer.get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("never completed exceptionally", e);
    } finally {
      answer.complete(false);
      guarded(() -> flushes.removeIf(CompletableFuture::isDone));
    }
  }

  @Override
  public boolean live() {
    return locked(machine::live);
  }

  @Override
  public ServerAddress server() {
    return servers.present();
  }

  @Override
  public boolean over() {
    return locked(machine::ended);
  }

  @Override
  public int losses() {
    return locked(() -> losses);
  }

  /**
   * What the server is known by, for an invitation.
   *
   * @return empty when the session is plain, or over
   */
  public Optional<ServerKey> serverKey() {
    return locked(() -> admission.flatMap(TcrpClient.Admission::seal)).map(TcrpClient.Seal::server);
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
    List<MemberInfo> members = membership().members();
    guarded(
        () -> {
          passesPrivateOn = Optional.of(members.stream().anyMatch(m -> m.idle().isPresent()));
          members.stream()
              .filter(m -> m.username().equals(config.username()))
              .forEach(m -> machine.host(m.host()));
        });
    return members;
  }

  @Override
  public boolean isHost() {
    return locked(machine::isHost);
  }

  @Override
  public boolean isSealed() {
    return config.trust().isPresent();
  }

  /**
   * Makes another member the host; the host may.
   *
   * @param username who
   * @throws RefusedException when the server says no
   * @throws ProtocolException when the answer is not TCRP
   * @throws IOException when the server cannot be reached
   */
  public void handOver(Username username) throws IOException, ProtocolException, RefusedException {
    membership().handOver(username);
    guarded(() -> machine.host(false));
  }

  /**
   * Asks what the room is about.
   *
   * @return the topic as received; empty when there is none
   * @throws RefusedException when the server says no
   * @throws ProtocolException when the answer is not TCRP
   * @throws IOException when the server cannot be reached
   */
  public String topic() throws IOException, ProtocolException, RefusedException {
    return membership().topic(Optional.empty());
  }

  /**
   * Says what the room is about; the host may.
   *
   * @param topic the topic, or none
   * @throws RefusedException when the server says no
   * @throws ProtocolException when the answer is not TCRP
   * @throws IOException when the server cannot be reached
   */
  public void topic(RoomTopic topic) throws IOException, ProtocolException, RefusedException {
    membership().topic(Optional.of(topic));
  }

  /**
   * Says that we are away, or back.
   *
   * @param text what others are told; empty to be back
   * @throws RefusedException when the server says no
   * @throws ProtocolException when the answer is not TCRP
   * @throws IOException when the server cannot be reached
   */
  public void away(Optional<AwayText> text)
      throws IOException, ProtocolException, RefusedException {
    membership().away(text);
  }

  /** Finds out whether the room is ours now, as soon as also a long list says so. */
  private void learnRole() {
    Thread.ofVirtual()
        .name("role")
        .start(
            () -> {
              try {
                Thread.sleep(LIST_AGE);
                members();
              } catch (IOException | ProtocolException | RefusedException e) {
                debug("not known whether we are the host", e);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
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
    return membership().rooms();
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
    membership().kick(username);
  }

  /**
   * Removes somebody from the room, if there, and does not let them in again, by their name, names
   * that look like it, and their address; the host may.
   *
   * @param username who
   * @throws RefusedException when the server says no
   * @throws ProtocolException when the answer is not TCRP
   * @throws IOException when the server cannot be reached
   */
  public void ban(Username username) throws IOException, ProtocolException, RefusedException {
    membership().ban(username);
  }

  /**
   * Lets somebody in again who was banned; the host may.
   *
   * @param username who
   * @throws RefusedException when the server says no
   * @throws ProtocolException when the answer is not TCRP
   * @throws IOException when the server cannot be reached
   */
  public void unban(Username username) throws IOException, ProtocolException, RefusedException {
    membership().unban(username);
  }

  /**
   * Leaves the room and ends the session; closes the room when we host it. Takes less than two
   * seconds even when the server is gone, and little when the session is over.
   */
  @Override
  public void close() {
    boolean first =
        locked(
            () -> {
              boolean alive = !machine.ended();
              leaving |= alive;
              machine.leave();
              return alive;
            });
    selector.wakeup();
    try {
      if (first) {
        sayGoodbye();
      } else if (locked(() -> leaving)) {
        // Another thread is about to say it; the process must not end before.
        await(gone, HANDSHAKE_PATIENCE.plus(LEAVE_TIMEOUT));
      }
      thread.join(THREAD_PATIENCE);
      delivery.join(THREAD_PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void sayGoodbye() throws InterruptedException {
    try {
      // Leaving with a token that is being replaced would be in vain.
      await(locked(() -> rejoin), HANDSHAKE_PATIENCE);
      leaveRoom();
    } finally {
      gone.complete(null);
    }
  }

  /** Tells the server that we are no longer there, once for each admission. */
  private void leaveRoom() {
    Optional<TcrpClient.Admission> left =
        locked(
            () -> {
              Optional<TcrpClient.Admission> present = admission;
              admission = Optional.empty();
              return present;
            });
    if (left.isEmpty()) {
      return;
    }
    try {
      new Membership(config.room(), left.get(), config.trust(), LEAVE_TIMEOUT).leave();
    } catch (IOException | ProtocolException | RefusedException e) {
      // The server is gone or has forgotten us; either way we are no longer in the room, or will
      // not be for long.
      debug("leaving failed", e);
    }
  }

  private Membership membership() throws IOException {
    TcrpClient.Admission present =
        locked(() -> admission).orElseThrow(() -> new IOException("the session is over"));
    return new Membership(config.room(), present, config.trust(), HANDSHAKE_TIMEOUT);
  }

  private static void await(CompletableFuture<Void> future, Duration patience)
      throws InterruptedException {
    try {
      future.get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      debug("not waiting any longer", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("never completed exceptionally", e);
    }
  }

  private void run() {
    try {
      while (!locked(machine::ended)) {
        await();
        guarded(
            () -> {
              receive();
              machine.tick(System.nanoTime());
              noticeFailedSend();
            });
      }
    } catch (IOException | RuntimeException e) {
      fail(e);
    }
    closeSockets();
  }

  private void fail(Exception e) {
    debug("the session failed", e);
    guarded(() -> machine.fail(e.toString()));
    leaveRoom();
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

  private void receive() {
    DatagramLink from = link.orElseThrow();
    for (int i = 0; i < RECEIVED_A_CYCLE && !machine.ended(); i++) {
      try {
        Optional<byte[]> datagram = from.receive();
        if (datagram.isEmpty()) {
          return;
        }
        machine.received(datagram.get(), System.nanoTime());
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

  private void listenerFailed(RuntimeException e) {
    fail(e);
    selector.wakeup();
  }

  /** A handshake has succeeded: from now on datagrams take a way of their own. */
  private void admitted(TcrpClient.Admission newAdmission) throws IOException {
    lock.lock();
    try {
      admission = Optional.of(newAdmission);
      if (machine.ended()) {
        return;
      }
      DatagramLink fresh = DatagramLink.open(newAdmission, selector);
      closeLink();
      link = Optional.of(fresh);
      passesPrivateOn = Optional.empty();
      machine.admitted(newAdmission, System.nanoTime());
      noticeFailedSend();
    } finally {
      lock.unlock();
    }
  }

  private void handshake(Request request, boolean elsewhereFirst) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    rejoin = done;
    Thread.ofVirtual()
        .name("rejoin")
        .start(
            () -> {
              try {
                admitted(servers.enter(request, elsewhereFirst));
                if (locked(machine::ended)) {
                  // It came too late, but the server counts us in.
                  leaveRoom();
                }
              } catch (IOException | ProtocolException | RefusedException e) {
                debug("rejoining failed", e);
                Exception why = e instanceof NoServerException none ? none.telling() : e;
                guarded(() -> notAdmitted(why, System.nanoTime()));
              } catch (RuntimeException e) {
                fail(e);
              } finally {
                done.complete(null);
                selector.wakeup();
              }
            });
  }

  private void notAdmitted(Exception why, long now) {
    switch (why) {
      case RefusedException no -> machine.handshakeRefused(no.status(), now);
      case UntrustedException other -> machine.distrust(other.getMessage(), now);
      default -> machine.handshakeFailed(why instanceof ConnectException, now);
    }
  }

  private final class Actions implements SessionMachine.Actions {
    @Override
    public void transmit(ClientDatagram datagram) throws ProtocolException {
      try {
        link.orElseThrow().send(datagram);
      } catch (IOException e) {
        sendFailed = true;
        selector.wakeup();
      }
    }

    @Override
    public void handshake(Request request, boolean elsewhereFirst) {
      ChatSession.this.handshake(request, elsewhereFirst);
    }

    @Override
    public void emit(SessionEvent event) {
      switch (event) {
        case SessionEvent.Pong pong -> flushes.forEach(flush -> flush.complete(true));
        case SessionEvent.ConnectionLost lost -> {
          losses++;
          flushes.forEach(flush -> flush.complete(false));
        }
        case SessionEvent.Notice(String text) when mayMakeUsHost(text) -> learnRole();
        case SessionEvent.Ended last -> flushes.forEach(flush -> flush.complete(false));
        default -> {}
      }
      delivery.add(event);
      selector.wakeup();
    }
  }

  /**
   * Whether a notice may say that the room is ours now; only the server's list says it for sure.
   */
  private boolean mayMakeUsHost(String notice) {
    String us = config.username().value();
    return notice.startsWith(us + " was made host by ") || notice.equals(us + " is the host now");
  }

  private void closeLink() throws IOException {
    if (link.isPresent()) {
      link.get().close();
    }
  }

  private void closeSockets() {
    guarded(
        () -> {
          try (selector) {
            closeLink();
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
