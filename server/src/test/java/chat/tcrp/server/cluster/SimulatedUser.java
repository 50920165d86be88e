package chat.tcrp.server.cluster;

import chat.tcrp.protocol.ClientDatagram;
import chat.tcrp.protocol.Credentials;
import chat.tcrp.protocol.ProtocolException;
import chat.tcrp.protocol.Request;
import chat.tcrp.protocol.ServerDatagram;
import chat.tcrp.protocol.Status;
import chat.tcrp.protocol.Token;
import chat.tcrp.protocol.Username;
import chat.tcrp.server.rooms.Caller;
import chat.tcrp.server.rooms.Reply;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * A client of the simulated cluster, which keeps its session alive and comes back as {@code
 * chat-client} does, but to any node; and who says what it has seen that must not be.
 */
final class SimulatedUser {
  /** What it is going to do. */
  enum Plan {
    STAY,
    LEAVE,
    VANISH
  }

  private enum State {
    CONNECTING,
    REGISTERING,
    LIVE,
    ENDED
  }

  private static final Duration HANDSHAKE_PATIENCE = Duration.ofSeconds(10);
  private static final Duration REGISTER_INTERVAL = Duration.ofMillis(250);
  private static final Duration REGISTER_PATIENCE = Duration.ofSeconds(30);
  private static final Duration KEEPALIVE_INTERVAL = Duration.ofSeconds(5);
  private static final Duration ANSWER_PATIENCE = Duration.ofSeconds(1);
  private static final int MAX_UNANSWERED = 3;
  private static final Duration MIN_BACKOFF = Duration.ofMillis(500);
  private static final Duration MAX_BACKOFF = Duration.ofSeconds(3);

  /** A notice may be so late when the node that passes it on has stood still. */
  private static final Duration LATE = Duration.ofSeconds(20);

  /**
   * Who has had no answer for so long may be taken for gone: it may have been heard before that.
   */
  private static final Duration UNHEARD = Duration.ofSeconds(22);

  /** So often a name is tried that seems to be taken by an attempt of ours that came to nothing. */
  private static final int TRIES = 3;

  private final Simulation simulation;
  private final VirtualTime time;
  private final int number;
  private final SimulatedRoom room;
  private final Plan plan;
  private final InetAddress ip;

  /** The lines that it has heard, in their order. */
  final Ints heard = new Ints();

  private State state = State.CONNECTING;
  private String name;
  private int names = 1;
  private boolean creates;
  private SimulatedNode node;
  private InetSocketAddress address;
  private int ports = 1024;
  private Optional<Token> token = Optional.empty();
  private long memberId = -1;

  /** When it was let in as a newcomer. */
  private long entered;

  private boolean going;
  private boolean excused;

  /** Which node has let it in and not written that down yet; null for none. */
  private SimulatedNode unsavedBy;

  /** Since when. */
  private long unsavedSince;

  private int attempt;
  private int refusals;
  private Duration backoff = MIN_BACKOFF;
  private long timer;
  private long due;
  private long since;
  private long sent;

  /** When the server was heard last. */
  private long answered;

  private int unanswered;

  SimulatedUser(Simulation simulation, int number, SimulatedRoom room, Plan plan) {
    this.simulation = simulation;
    this.time = simulation.time();
    this.number = number;
    this.room = room;
    this.plan = plan;
    try {
      this.ip =
          InetAddress.getByAddress(
              new byte[] {10, (byte) (number >> 16), (byte) (number >> 8), (byte) number});
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes are an address", e);
    }
    rename();
    room.users.add(this);
  }

  private void rename() {
    name = "u" + number + (names == 1 ? "" : "x" + names);
    names++;
    room.names.put(name, this);
  }

  String name() {
    return name;
  }

  SimulatedNode node() {
    return node;
  }

  SimulatedRoom room() {
    return room;
  }

  Plan plan() {
    return plan;
  }

  long memberId() {
    return memberId;
  }

  Token token() {
    return token.orElseThrow();
  }

  InetSocketAddress address() {
    return address;
  }

  /** Whether it has been let in, and has neither gone nor been put out. */
  boolean isMember() {
    return memberId >= 0 && !going && state != State.ENDED;
  }

  boolean isLive() {
    return state == State.LIVE && !going;
  }

  /**
   * Whether what its node answers outlasts that node: one that is cut off goes on with rooms that
   * nobody else has, and loses them when they are missed.
   */
  boolean isSure() {
    return node.isBack();
  }

  /** Whether it is to be a member all the time, by this name. */
  boolean behaves(String as) {
    return isMember() && !excused && unsavedBy == null && name.equals(as);
  }

  /** The same by the name that it has. */
  boolean behaves() {
    return behaves(name);
  }

  /** The design does not promise that its membership goes on: the room may be another by now. */
  private void excuse() {
    excused |= isMember();
  }

  private boolean isUnheard() {
    return time.nanos() - answered > UNHEARD.toNanos();
  }

  boolean isExcused() {
    return excused;
  }

  @Override
  public String toString() {
    return name
        + " of "
        + room.name
        + " ("
        + plan
        + " "
        + state
        + (going ? " going" : "")
        + (excused ? " excused" : "")
        + (node == null ? "" : " at " + node.name())
        + ")";
  }

  // How it comes and goes.

  void start() {
    creates = room.mayBeClosed();
    if (plan != Plan.STAY) {
      time.later(Duration.ofSeconds(simulation.random(20, 240)), this::go);
    }
    time.later(simulation.random(0, 20_000_000_000L), this::talk);
    handshake();
  }

  /** Is not a member any longer, by its plan. */
  private void go() {
    if (state == State.ENDED || going || simulation.isCalm()) {
      return;
    }
    if (plan == Plan.VANISH || state != State.LIVE) {
      vanish();
    } else {
      leave();
    }
  }

  /** Is there no more, without a word. */
  void vanish() {
    gone();
    end();
  }

  private void gone() {
    going = true;
    simulation.trace(this, number, "goes");
    boolean mayBeHost = room.host.isEmpty() || room.host.get() == this;
    room.mayBeClosed |=
        (mayBeHost && !room.stays) || room.users.stream().noneMatch(SimulatedUser::behaves);
    if (mayBeHost) {
      room.host = Optional.empty();
    }
  }

  /** Leaves, and says so until that is known. */
  void leave() {
    if (!going) {
      gone();
    }
    if (state == State.ENDED) {
      return;
    }
    if (!node.listens()) {
      node = simulation.pick().orElse(node);
    }
    request(
        new Request.Leave(room.name, token.orElseThrow()),
        reply -> {
          if (reply instanceof Reply.Done
              || (reply instanceof Reply.Refused(Status status, String _)
                  && status != Status.SERVER_FULL)) {
            end();
          } else {
            time.later(Duration.ofSeconds(1), this::leave);
          }
        });
  }

  private void end() {
    state = State.ENDED;
    timer++;
    simulation.unregister(this);
  }

  // Handshakes.

  private Request entry() {
    Credentials who =
        new Credentials(
            new Username(name),
            room.password,
            token,
            number % 2 == 0,
            Optional.empty(),
            false,
            false,
            room.stays);
    return creates ? new Request.Create(room.name, who) : new Request.Join(room.name, who);
  }

  private void handshake() {
    if (going) {
      return;
    }
    state = State.CONNECTING;
    int mine = ++attempt;
    Optional<SimulatedNode> chosen = simulation.pick();
    if (chosen.isEmpty()) {
      failed(mine, false);
      return;
    }
    node = chosen.get();
    Request request = entry();
    if (creates && token.isEmpty()) {
      room.forget();
    }
    ask(node, request, reply -> answered(mine, reply), () -> failed(mine, true));
  }

  /** Asks the node with which the session is. */
  void request(Request request, Consumer<Reply> answer) {
    ask(
        node,
        request,
        answer,
        () -> answer.accept(new Reply.Refused(Status.SERVER_FULL, "no answer")));
  }

  private void ask(SimulatedNode to, Request request, Consumer<Reply> answer, Runnable nothing) {
    boolean[] done = {false};
    time.later(
        simulation.random(1, 5_000_000),
        () -> {
          if (!to.listens()) {
            nothing.run();
            return;
          }
          CompletableFuture<Reply> reply = to.submit(request, Caller.plain(ip));
          var _ =
              reply.whenComplete(
                  (given, failure) -> {
                    if (!done[0]) {
                      done[0] = true;
                      if (failure != null || to.isGone()) {
                        nothing.run();
                      } else {
                        answer.accept(given);
                      }
                    }
                  });
          waitFor(to, reply, done, nothing, time.nanos() + HANDSHAKE_PATIENCE.toNanos());
        });
  }

  /** A server that is no more is noticed at once, one that stands still is waited for. */
  private void waitFor(
      SimulatedNode to,
      CompletableFuture<Reply> reply,
      boolean[] done,
      Runnable nothing,
      long until) {
    time.later(
        Duration.ofMillis(500),
        () -> {
          if (done[0]) {
            return;
          }
          if (to.isGone() || time.nanos() >= until) {
            done[0] = true;
            reply.cancel(false);
            nothing.run();
          } else {
            waitFor(to, reply, done, nothing, until);
          }
        });
  }

  private void failed(int mine, boolean mayHaveEntered) {
    if (mine != attempt || state == State.ENDED) {
      return;
    }
    if (mayHaveEntered && token.isEmpty()) {
      // Somebody of our name may be there now: it is to be another.
      rename();
    }
    backOff();
  }

  private void backOff() {
    state = State.CONNECTING;
    long half = backoff.toNanos() / 2;
    backoff = backoff.multipliedBy(2);
    if (backoff.compareTo(MAX_BACKOFF) > 0) {
      backoff = MAX_BACKOFF;
    }
    at(time.nanos() + half + simulation.random(0, half), this::handshake);
  }

  private void answered(int mine, Reply reply) {
    simulation.trace(
        this, number, reply instanceof Reply.Refused r ? r.status() : reply.getClass());
    if (mine != attempt || state == State.ENDED) {
      return;
    }
    switch (reply) {
      case Reply.Admitted(Token given, boolean rejoined) -> admitted(given, rejoined);
      case Reply.Refused(Status status, String detail) -> refused(status, detail);
      default -> simulation.fail(this + " was answered " + reply);
    }
  }

  private void admitted(Token given, boolean rejoined) {
    refusals = 0;
    backoff = MIN_BACKOFF;
    simulation.admitted();
    // A node that is cut off, or has been, may have let it into a second room of the name.
    excused |= memberId >= 0 && !rejoined && (unsavedBy != null || !node.isBack() || isUnheard());
    boolean mayBeMade = room.mayBeClosed();
    if (memberId >= 0 && !rejoined && !excused && !going) {
      simulation.fail(this + " came back with its token, and was a newcomer");
    }
    if (!node.isRunning()) {
      simulation.fail(this + " was admitted by a node that does not run");
    }
    long id = node.member(room.name, name).map(member -> member.id()).orElse(-1L);
    if (!rejoined) {
      entered = time.nanos();
    }
    if (memberId < 0 || excused) {
      memberId = Math.max(id, 0);
    } else if (id >= 0 && id != memberId && !going) {
      simulation.fail(this + " came back as another: " + id + ", not " + memberId);
    }
    if (creates && !rejoined) {
      if (!mayBeMade && !excused) {
        simulation.fail(this + " has made a room that was there");
      }
      room.users.stream().filter(user -> user != this).forEach(SimulatedUser::excuse);
      room.mayBeClosed = false;
      room.forget();
      if (!excused && node.cutOffNanos() == 0) {
        room.host = Optional.of(this);
      }
    }
    if (!creates && room.stays && room.mayBeClosed) {
      // Whoever was in it before may have been in another of the name.
      room.users.stream().filter(user -> user != this).forEach(SimulatedUser::excuse);
      room.mayBeClosed = false;
    }
    token = Optional.of(given);
    unsavedBy = simulation.knows(this) ? null : node;
    unsavedSince = time.nanos();
    simulation.unregister(this);
    address = new InetSocketAddress(ip, ports++);
    simulation.register(this);
    state = State.REGISTERING;
    since = time.nanos();
    answered = since;
    keepalive();
    at(time.nanos() + REGISTER_INTERVAL.toNanos(), this::register);
  }

  private void refused(Status status, String detail) {
    switch (status) {
      case ROOM_EXISTS -> {
        creates = false;
        backoff = MIN_BACKOFF;
      }
      case NO_SUCH_ROOM -> {
        if (memberId >= 0 && !excused && !room.mayBeClosed()) {
          simulation.fail(this + " was told that there is no such room");
        }
        if (memberId >= 0) {
          vanish();
          return;
        }
        creates = true;
      }
      case USERNAME_TAKEN -> {
        if (token.isEmpty()) {
          rename();
        } else if (behaves() && !isUnheard()) {
          simulation.fail(this + " is not known by its token");
        }
      }
      case ROOM_FULL -> {
        refusals++;
        if (memberId < 0 && refusals > TRIES) {
          vanish();
          return;
        }
      }
      case SERVER_FULL -> {
        if (token.isEmpty()) {
          rename();
        }
      }
      default -> {
        simulation.fail(this + " was refused: " + status + " " + detail);
        vanish();
        return;
      }
    }
    backOff();
  }

  // The session.

  private void at(long when, Runnable action) {
    due = when;
    long mine = ++timer;
    time.later(Math.max(0, when - time.nanos()), () -> ring(mine, action));
  }

  private void ring(long mine, Runnable action) {
    if (mine != timer) {
      return;
    }
    if (time.nanos() < due) {
      time.later(due - time.nanos(), () -> ring(mine, action));
    } else {
      action.run();
    }
  }

  private void register() {
    if (time.nanos() - since >= REGISTER_PATIENCE.toNanos()) {
      backoff = MIN_BACKOFF;
      handshake();
    } else {
      keepalive();
      at(time.nanos() + REGISTER_INTERVAL.toNanos(), this::register);
    }
  }

  private void stayAlive() {
    if (unanswered >= MAX_UNANSWERED) {
      lose();
    } else {
      unanswered++;
      keepalive();
      at(time.nanos() + ANSWER_PATIENCE.toNanos(), this::stayAlive);
    }
  }

  private void keepalive() {
    sent = time.nanos();
    transmit("");
  }

  private void transmit(String message) {
    try {
      simulation.toNode(
          node, this, new ClientDatagram(room.name, token.orElseThrow(), message).encode());
    } catch (ProtocolException e) {
      throw new IllegalStateException("it is short", e);
    }
  }

  private void lose() {
    unanswered = 0;
    backoff = MIN_BACKOFF;
    backOff();
  }

  private void talk() {
    if (state == State.ENDED) {
      return;
    }
    if (isLive()) {
      transmit("line " + room.number + " " + room.lines++);
    }
    time.later(simulation.random(0, 40_000_000_000L), this::talk);
  }

  /** A datagram has come to the port that it has now. */
  void received(SimulatedNode from, byte[] bytes) {
    if (from != node || state == State.ENDED || state == State.CONNECTING) {
      return;
    }
    for (ServerDatagram datagram : ServerDatagram.decode(bytes)) {
      if (datagram instanceof ServerDatagram.End(String reason)) {
        ended(reason);
        return;
      }
      if (state == State.REGISTERING) {
        state = State.LIVE;
        at(sent + KEEPALIVE_INTERVAL.toNanos(), this::stayAlive);
      }
      unanswered = 0;
      answered = time.nanos();
      due = sent + KEEPALIVE_INTERVAL.toNanos();
      switch (datagram) {
        case ServerDatagram.Text(String _, String text) -> heard(text);
        case ServerDatagram.Notice(String text) -> noticed(text);
        default -> {}
      }
    }
  }

  private void heard(String text) {
    simulation.trace(this, number, text);
    String[] words = text.split(" ", -1);
    if (Integer.parseInt(words[1]) != room.number) {
      simulation.fail(this + " heard what was said in another room: " + text);
    }
    heard.add(Integer.parseInt(words[2]));
    simulation.delivered();
  }

  private void noticed(String text) {
    simulation.trace(this, number, text);
    String[] words = text.split(" ", -1);
    SimulatedUser who = room.names.get(words[0]);
    if (who == null || going || excused) {
      return;
    }
    String what = text.substring(words[0].length() + 1);
    switch (what) {
      case "joined" -> {
        if (time.nanos() - who.entered > LATE.toNanos()) {
          if (who.isUnheard() || room.mayBeClosed()) {
            who.excuse();
          }
          if (who.behaves(words[0])) {
            simulation.fail(this + " was told again that " + who + " joined");
          }
        }
      }
      case "left", "timed out", "could not be reached" -> {
        if (who.isUnheard()) {
          who.excuse();
        }
        if (who.behaves(words[0])) {
          simulation.fail(this + " was told: " + text + ", of " + who);
        }
      }
      default -> {}
    }
  }

  private void ended(String reason) {
    simulation.trace(this, number, reason);
    if (reason.equals("server stopping")) {
      excused |= unsavedBy != null;
      lose();
      return;
    }
    boolean isRight = going || excused;
    if (reason.startsWith("room closed: ")) {
      String host = reason.split("[: ]+", -1)[2];
      isRight |=
          room.mayBeClosed()
              || (room.names.containsKey(host) && !room.names.get(host).behaves(host));
    }
    if (!isRight) {
      simulation.fail(this + " was put out: " + reason);
    }
    if (reason.equals(name + " timed out")) {
      lose();
    } else {
      vanish();
    }
  }

  /** What the last node to let it in could not write down has been written down by now. */
  void look() {
    if (!isMember() || node == null) {
      return;
    }
    if (unsavedBy != null) {
      lookWhetherSaved();
    }
    if (node.awayNanos() > Simulation.LONG_CUT.toNanos()) {
      excused = true;
    }
  }

  private void lookWhetherSaved() {
    if (simulation.knows(this)) {
      unsavedBy = null;
    } else if (unsavedBy.isGone()) {
      excused = true;
      unsavedBy = null;
    } else if (time.nanos() - unsavedSince > 2 * Simulation.BACK.toNanos()) {
      if (simulation.couldKnow(this)) {
        simulation.fail(this + " is a member, and that is not written down");
      }
      excused = true;
      unsavedBy = null;
    }
  }
}
