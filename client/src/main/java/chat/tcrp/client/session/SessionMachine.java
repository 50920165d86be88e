package chat.tcrp.client.session;

import chat.tcrp.protocol.ClientDatagram;
import chat.tcrp.protocol.PrivateText;
import chat.tcrp.protocol.ProtocolException;
import chat.tcrp.protocol.Request;
import chat.tcrp.protocol.ServerDatagram;
import chat.tcrp.protocol.Status;
import chat.tcrp.protocol.Token;
import chat.tcrp.protocol.Username;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;

/**
 * What a session does, without sockets, threads or a clock of its own: it is told what has happened
 * and when, and says what to do through {@link Actions}.
 *
 * <pre>
 *              admitted              first ACK
 *  (handshake) --------> REGISTERING ----------> LIVE
 *       ^                     |                   |  no ACK for three keepalives, port unreachable,
 *       |                     | long without ACK  |  timed out, server stopping
 *       +---- back-off ------ REJOINING <---------+
 *                             |                   |
 *                             +-----> ENDED <-----+  room closed, removed, refused for good, left
 * </pre>
 */
final class SessionMachine {
  /** Until the first answer, the keepalive is repeated quickly: it registers our address. */
  static final Duration REGISTER_INTERVAL = Duration.ofMillis(250);

  /** For so long without an answer, and UDP is called blocked. */
  static final Duration UDP_PATIENCE = Duration.ofSeconds(3);

  /** From then on it is tried more slowly. */
  static final Duration BLOCKED_INTERVAL = Duration.ofSeconds(1);

  /** For so long, and a new handshake is made: the token may be dead by now. */
  static final Duration REGISTER_PATIENCE = Duration.ofSeconds(30);

  static final Duration KEEPALIVE_INTERVAL = Duration.ofSeconds(5);

  /** An unanswered keepalive is repeated after this; so many unanswered, and the server is gone. */
  static final Duration ANSWER_PATIENCE = Duration.ofSeconds(1);

  static final int MAX_UNANSWERED = 3;
  static final Duration MIN_BACKOFF = Duration.ofMillis(500);
  static final Duration MAX_BACKOFF = Duration.ofSeconds(15);

  /** A server that says that it stops is mostly there again soon: for so long it is tried often. */
  static final Duration RESTART_TIME = Duration.ofSeconds(10);

  static final Duration MAX_RESTART_BACKOFF = Duration.ofSeconds(1);

  private static final String STOPPING = "server stopping";

  /** What the machine wants done. */
  interface Actions {
    /** Sends a datagram to the server. */
    void transmit(ClientDatagram datagram) throws ProtocolException;

    /**
     * Begins a handshake; its outcome is told by {@link #admitted} or one of the {@code handshake}
     * methods.
     *
     * @param elsewhereFirst whether the server where we were is to be tried after the others
     */
    void handshake(Request request, boolean elsewhereFirst);

    /** Tells whoever uses the session. */
    void emit(SessionEvent event);
  }

  private enum State {
    REGISTERING,
    LIVE,
    REJOINING,
    ENDED
  }

  private final SessionConfig config;
  private final Actions actions;
  private final RandomGenerator random;

  private final SeenLines seen = new SeenLines();
  private State state = State.REJOINING;
  private Optional<TcrpClient.Admission> admission = Optional.empty();

  /** The admission with which messages got through last. */
  private Optional<TcrpClient.Admission> joined = Optional.empty();

  /** Whether the room is ours, as far as we know. */
  private boolean host;

  private boolean handshaking = true;
  private Duration backoff = MIN_BACKOFF;

  /** When the connection was lost, and whether because the server stopped. */
  private long lost;

  private boolean restarting;

  /** Whether where we were is not where we are likely to be taken back. */
  private boolean elsewhereFirst;

  private Optional<Status> waitingFor = Optional.empty();

  /** When the next timed thing is due, and since when the present state lasts. */
  private long due;

  private long since;
  private boolean saidBlocked;
  private int unanswered;
  private long keepaliveSent;
  private long lastHeard;

  /**
   * Keepalives are numbered as they are sent, and answers counted against the oldest that is still
   * open: one acknowledgement looks like the other, and a late one must not pass for the answer to
   * a ping that has only just been sent.
   */
  private long sentKeepalives;

  private long answeredKeepalives;

  /** The keepalive that is the ping; 0 while there is none. */
  private long ping;

  SessionMachine(SessionConfig config, Actions actions, RandomGenerator random) {
    this.config = config;
    this.host = config.create();
    this.actions = actions;
    this.random = random;
  }

  boolean ended() {
    return state == State.ENDED;
  }

  boolean live() {
    return state == State.LIVE;
  }

  boolean isHost() {
    return host;
  }

  /** Whether the room is ours has become known. */
  void host(boolean isHost) {
    host = isHost;
  }

  Optional<Token> token() {
    return admission.map(TcrpClient.Admission::token);
  }

  /**
   * When {@link #tick} wants to be called; empty while only something from outside can change
   * anything.
   */
  OptionalLong due() {
    return handshaking || state == State.ENDED ? OptionalLong.empty() : OptionalLong.of(due);
  }

  /** A handshake has succeeded. */
  void admitted(TcrpClient.Admission newAdmission, long now) {
    handshaking = false;
    if (state == State.ENDED) {
      return;
    }
    admission = Optional.of(newAdmission);
    elsewhereFirst = false;
    state = State.REGISTERING;
    since = now;
    seen.begins(joined.isPresent());
    answeredKeepalives = sentKeepalives;
    waitingFor = Optional.empty();
    sendKeepalive(now);
    due = now + REGISTER_INTERVAL.toNanos();
  }

  /** A rejoin was refused. */
  void handshakeRefused(Status status, long now) {
    handshaking = false;
    if (state == State.ENDED) {
      return;
    }
    if (status == Status.ROOM_EXISTS && host && mayHaveBeenSucceeded()) {
      host = false;
      backoff = MIN_BACKOFF;
      backOff(now);
      return;
    }
    switch (status) {
      case NO_SUCH_ROOM, ROOM_EXISTS, USERNAME_TAKEN, ROOM_FULL, SERVER_FULL, TOO_MANY_ATTEMPTS -> {
        if (!waitingFor.equals(Optional.of(status))) {
          waitingFor = Optional.of(status);
          // The server answers, so what is waited for may come soon.
          backoff = MIN_BACKOFF;
          actions.emit(new SessionEvent.Waiting(status));
        }
        backOff(now);
      }
      // It can mean nothing else: a token that is worth nothing is ignored.
      case NOT_AUTHORISED -> end("the host has banned you", SessionEvent.Cause.REFUSED);
      default -> end(status.text(), SessionEvent.Cause.REFUSED);
    }
  }

  /** Whether the room may have got another host while we were away, instead of being closed. */
  private boolean mayHaveBeenSucceeded() {
    return config.rules().stayOpen() || !config.create();
  }

  /**
   * A rejoin could not reach the server, or its answer made no sense.
   *
   * @param nobodyListens whether the machine said that there is no server at the moment
   */
  void handshakeFailed(boolean nobodyListens, long now) {
    handshaking = false;
    if (state == State.ENDED) {
      return;
    }
    waitingFor = Optional.empty();
    if (nobodyListens && restarting && now - lost < RESTART_TIME.toNanos()) {
      // To ask again costs nobody anything. A server that is there, and has much to do, is spared.
      backoff = backoff.compareTo(MAX_RESTART_BACKOFF) > 0 ? MAX_RESTART_BACKOFF : backoff;
    }
    backOff(now);
  }

  /** A datagram has arrived, from the server that the session is with. */
  void received(byte[] bytes, long now) {
    if (state == State.ENDED) {
      return;
    }
    for (ServerDatagram datagram : ServerDatagram.decode(bytes)) {
      if (!(datagram instanceof ServerDatagram.End)) {
        heard(now);
      }
      switch (datagram) {
        case ServerDatagram.Text text -> {
          if (seen.isNew(text)) {
            actions.emit(new SessionEvent.Message(text.from(), text.message()));
          }
        }
        case ServerDatagram.Private(String from, String text) ->
            actions.emit(new SessionEvent.Private(from, text));
        case ServerDatagram.Notice(String text) -> actions.emit(new SessionEvent.Notice(text));
        case ServerDatagram.Ack() -> {
          if (seen.notNumbered()) {
            actions.emit(new SessionEvent.Missed(true, Optional.empty(), 0));
          }
          acknowledged(now);
        }
        case ServerDatagram.Progress(long sent, long last) -> {
          seen.told(sent, last).ifPresent(actions::emit);
          schedule();
          acknowledged(now);
        }
        case ServerDatagram.End(String reason) -> endedByServer(reason, now);
      }
    }
  }

  /**
   * The system says that nobody listens at the server's UDP port, or that there is no way to it.
   */
  void unreachable(long now) {
    if (state == State.LIVE) {
      lose("nobody answers on the server's UDP port", now);
    } else if (state == State.REGISTERING) {
      sayBlocked();
    }
  }

  /** Does what is due. */
  void tick(long now) {
    if (due().isEmpty() || now - due < 0) {
      return;
    }
    switch (state) {
      case REGISTERING -> register(now);
      case LIVE -> keepAlive(now);
      case REJOINING -> {
        handshaking = true;
        actions.handshake(config.request(token(), seen.number(), host), elsewhereFirst);
      }
      case ENDED -> {}
    }
  }

  /**
   * Sends a message.
   *
   * @return false, and nothing was sent, while there is no live session
   */
  boolean send(String message) throws ProtocolException {
    if (state != State.LIVE) {
      return false;
    }
    actions.transmit(new ClientDatagram(config.room(), token().orElseThrow(), message));
    seen.said();
    return true;
  }

  /**
   * Sends a message to one member.
   *
   * @return false, and nothing was sent, while there is no live session
   */
  boolean send(PrivateText message) throws ProtocolException {
    if (state != State.LIVE) {
      return false;
    }
    actions.transmit(new ClientDatagram(config.room(), token().orElseThrow(), message.message()));
    return true;
  }

  /** How many bytes a message to one member may have. */
  int maxPrivateBytes(Username to) {
    return PrivateText.maxTextBytes(config.username(), to, maxMessageBytes());
  }

  /**
   * Sends a keepalive now; its answer is told as {@link SessionEvent.Pong}.
   *
   * @return false, and nothing was sent, while there is no live session
   */
  boolean ping(long now) {
    if (state != State.LIVE) {
      return false;
    }
    if (unanswered == 0) {
      askForAnswer(now);
    } else {
      // An answer is being waited for already. The ping may not delay the next question for it, nor
      // count as one: pings in quick succession would hide a loss, or be taken for one.
      sendKeepalive(now);
    }
    ping = sentKeepalives;
    return true;
  }

  /** Ends the session because we want to. */
  void leave() {
    end("you left", SessionEvent.Cause.LEFT);
  }

  /**
   * All servers that could be reached at the moment are not those that they were. Ends the session,
   * unless one of the others may only be starting again.
   */
  void distrust(String reason, long now) {
    handshaking = false;
    if (state == State.ENDED) {
      return;
    }
    if (config.servers().size() > 1 && now - lost < RESTART_TIME.toNanos()) {
      backOff(now);
    } else {
      end(reason, SessionEvent.Cause.UNTRUSTED);
    }
  }

  /** Ends the session because the program cannot go on. */
  void fail(String reason) {
    end(reason, SessionEvent.Cause.FAILED);
  }

  /**
   * How many bytes a message may have: it must fit a datagram to the server, and with our name a
   * datagram to the others.
   */
  int maxMessageBytes() {
    Username username = config.username();
    int toOthers = ServerDatagram.MAX_BYTES - ServerDatagram.textPrefix(username).length;
    return token()
        .map(t -> Math.min(toOthers, ClientDatagram.maxMessageBytes(config.room(), t)))
        .orElse(toOthers);
  }

  private void register(long now) {
    if (now - since >= REGISTER_PATIENCE.toNanos()) {
      state = State.REJOINING;
      backoff = MIN_BACKOFF;
      elsewhereFirst = true;
      lost = now;
      due = now;
      tick(now);
      return;
    }
    boolean blocked = now - since >= UDP_PATIENCE.toNanos();
    if (blocked) {
      sayBlocked();
    }
    sendKeepalive(now);
    due = now + (blocked ? BLOCKED_INTERVAL : REGISTER_INTERVAL).toNanos();
  }

  private void keepAlive(long now) {
    if (unanswered >= MAX_UNANSWERED) {
      long silence = Duration.ofNanos(now - lastHeard).plusMillis(500).toSeconds();
      lose("no answer from the server for " + silence + " s", now);
    } else {
      askForAnswer(now);
    }
  }

  private void askForAnswer(long now) {
    unanswered++;
    sendKeepalive(now);
    due = now + ANSWER_PATIENCE.toNanos();
  }

  /**
   * Whatever the server sends shows that it is there and knows our address, even if an
   * acknowledgement got lost.
   */
  private void heard(long now) {
    if (state == State.REGISTERING) {
      state = State.LIVE;
      saidBlocked = false;
      actions.emit(entered(Duration.ofNanos(now - keepaliveSent)));
      joined = admission;
    }
    lastHeard = now;
    if (state == State.LIVE) {
      unanswered = 0;
      schedule();
    }
  }

  private SessionEvent entered(Duration roundTrip) {
    ServerAddress server = server();
    if (joined.isEmpty()) {
      return new SessionEvent.Joined(roundTrip, server);
    }
    InetAddress address = admission.orElseThrow().address();
    if (!joined.get().server().equals(server)) {
      return new SessionEvent.Rejoined(roundTrip, server, true);
    }
    return joined.get().address().equals(address)
        ? new SessionEvent.Rejoined(roundTrip, server, false)
        : new SessionEvent.Rejoined(
            roundTrip,
            new ServerAddress(address.getHostAddress(), server.port(), server.udpPort()),
            true);
  }

  /** Where the session is, or was last. */
  private ServerAddress server() {
    return admission.orElseThrow().server();
  }

  /**
   * The next keepalive is due; sooner while the answer to a ping may have got lost, and while lines
   * are on their way, of which its answer tells how many are left.
   */
  private void schedule() {
    Duration interval =
        seen.isCatchingUp() ? REGISTER_INTERVAL : ping > 0 ? ANSWER_PATIENCE : KEEPALIVE_INTERVAL;
    due = keepaliveSent + interval.toNanos();
  }

  private void acknowledged(long now) {
    if (answeredKeepalives < sentKeepalives) {
      answeredKeepalives++;
    }
    if (state == State.LIVE && ping > 0 && answeredKeepalives >= ping) {
      ping = 0;
      schedule();
      actions.emit(new SessionEvent.Pong(Duration.ofNanos(now - keepaliveSent)));
    }
  }

  private void sayBlocked() {
    if (!saidBlocked) {
      saidBlocked = true;
      actions.emit(new SessionEvent.UdpBlocked(server()));
    }
  }

  private void endedByServer(String reason, long now) {
    // Compared in full: people choose their names, and no name has a colon.
    if (reason.startsWith("room closed: ")) {
      end(reason, SessionEvent.Cause.ROOM_CLOSED);
    } else if (reason.equals(config.username() + " timed out") || reason.equals(STOPPING)) {
      // Silence and restarts are what one comes back from.
      if (state != State.REJOINING) {
        lose(reason, now);
      }
    } else {
      end(reason, SessionEvent.Cause.REMOVED);
    }
  }

  private void lose(String reason, long now) {
    state = State.REJOINING;
    backoff = MIN_BACKOFF;
    restarting = reason.equals(STOPPING);
    elsewhereFirst = restarting;
    lost = now;
    saidBlocked = false;
    ping = 0;
    unanswered = 0;
    actions.emit(new SessionEvent.ConnectionLost(reason));
    backOff(now);
  }

  private void backOff(long now) {
    state = State.REJOINING;
    // Half fixed, half random: a thousand clients must not come back in the same moment.
    long half = backoff.toNanos() / 2;
    due = now + half + random.nextLong(half + 1);
    Duration doubled = backoff.multipliedBy(2);
    backoff = doubled.compareTo(MAX_BACKOFF) > 0 ? MAX_BACKOFF : doubled;
  }

  private void end(String reason, SessionEvent.Cause cause) {
    if (state != State.ENDED) {
      state = State.ENDED;
      actions.emit(new SessionEvent.Ended(reason, cause));
    }
  }

  private void sendKeepalive(long now) {
    if (now - keepaliveSent >= ANSWER_PATIENCE.toNanos()) {
      // What was not answered by now counts as lost, so that the next answer is this one's.
      answeredKeepalives = sentKeepalives;
    }
    keepaliveSent = now;
    sentKeepalives++;
    try {
      actions.transmit(new ClientDatagram(config.room(), token().orElseThrow(), ""));
    } catch (ProtocolException e) {
      throw new IllegalStateException("a keepalive always fits", e);
    }
  }
}
