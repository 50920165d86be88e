package chat.tcrp.server.rooms;

import chat.tcrp.protocol.ClientDatagram;
import chat.tcrp.protocol.Credentials;
import chat.tcrp.protocol.MemberInfo;
import chat.tcrp.protocol.Request;
import chat.tcrp.protocol.RoomInfo;
import chat.tcrp.protocol.RoomName;
import chat.tcrp.protocol.ServerDatagram;
import chat.tcrp.protocol.Status;
import chat.tcrp.protocol.Token;
import chat.tcrp.protocol.Username;
import chat.tcrp.server.base.Addresses;
import chat.tcrp.server.base.EventLog;
import chat.tcrp.server.base.Outbox;
import chat.tcrp.server.base.Peer;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * The rooms and who is in them: what each request leads to, who has expired, and what the room is
 * told of it. Knows no socket and no thread; one relay loop owns it and passes the time in.
 */
public final class Rooms {
  private static final int MAX_REFUSALS = 10_000;

  /**
   * Who cannot be reached is given up only after this silence: a network that is down for some
   * seconds, ours or theirs, must not empty the rooms, and who moves to another address needs a
   * moment to say so.
   */
  public static final Duration UNREACHABLE_SILENCE = Duration.ofSeconds(10);

  /** Who stands in somebody's way must have been silent for so long before the network is asked. */
  static final Duration GHOST_SILENCE = Duration.ofSeconds(10);

  /** How long a request waits for what the network says of whoever stands in its way. */
  static final Duration PROBE_PATIENCE = Duration.ofMillis(300);

  private static final byte[] ACK = {ServerDatagram.ACK};

  /**
   * A request that waits for what the network says of a member.
   *
   * @param ghost whose name, or whose room, the request wants
   * @param refusal the answer unless that member turns out to be gone
   */
  private record Probe(
      Member ghost,
      long deadline,
      Request request,
      InetAddress from,
      Reply refusal,
      Consumer<Reply> answer) {}

  private final RoomLimits limits;
  private final RandomGenerator random;
  private final EventLog log;
  private final Outbox outbox;
  private final PasswordHash.Hasher hasher;
  private final AttemptLimiter attempts;
  private final RoomBudget budget;
  private final Map<RoomName, Room> rooms = new LinkedHashMap<>();

  /** How many datagrams to an address were sent back since members were last looked at. */
  private final Map<InetSocketAddress, Integer> refusals = new HashMap<>();

  private final List<Probe> probes = new ArrayList<>();

  private final TokenTable sessions = new TokenTable();

  /**
   * Members by the token with which they rejoined, which lets them rejoin again until the token
   * that they got for it is used.
   */
  private final Map<Token, Member> replaced = new HashMap<>();

  public Rooms(
      RoomLimits limits,
      RandomGenerator random,
      RoomBudget budget,
      AttemptLimiter attempts,
      EventLog log,
      Outbox outbox) {
    this.limits = limits;
    this.random = random;
    this.budget = budget;
    this.attempts = attempts;
    this.log = log;
    this.outbox = outbox;
    this.hasher = new PasswordHash.Hasher(random);
  }

  /**
   * The member who may send this datagram, or null: the token is known, and it is for this room.
   */
  public Member sender(ClientDatagram.View datagram) {
    Member member = sessions.get(outbox.memory(), datagram.tokenAt(), datagram.tokenSize());
    return member != null && isRoom(member.room(), datagram, outbox.memory()) ? member : null;
  }

  /** The member's token has been proven from a new address: the token before it is dead now. */
  public void register(Member member, Peer peer) {
    member.earlierToken().ifPresent(replaced::remove);
    member.register(peer);
  }

  /**
   * Carries a request out. When somebody who may be gone without a word stands in its way, the
   * answer waits for {@link #refused} or {@link #settleProbes}.
   */
  public void handle(Request request, InetAddress from, long now, Consumer<Reply> answer) {
    Reply reply = carryOut(request, from, now);
    Optional<Member> ghost =
        reply instanceof Reply.Refused refused
            ? inTheWay(request, refused.status()).filter(m -> mayBeGhost(m, from, now))
            : Optional.empty();
    if (ghost.isEmpty()) {
      answer.accept(reply);
      return;
    }
    long deadline = now + PROBE_PATIENCE.toNanos();
    probes.add(new Probe(ghost.get(), deadline, request, from, reply, answer));
    outbox.probe(ghost.get().peer(), outbox.stage(ACK), ACK.length);
  }

  /** The member without whom the request would not have been refused. */
  private Optional<Member> inTheWay(Request request, Status status) {
    return switch (request) {
      case Request.Create(RoomName room, _) when status == Status.ROOM_EXISTS ->
          Optional.of(rooms.get(room).host());
      case Request.Join(RoomName room, Credentials credentials)
          when status == Status.USERNAME_TAKEN ->
          rooms.get(room).member(credentials.username());
      default -> Optional.empty();
    };
  }

  /**
   * Whether a member may have gone without a word, as clients do that know only the original
   * operations; of those who keep a cadence, silence tells soon enough.
   */
  private static boolean mayBeGhost(Member member, InetAddress from, long now) {
    return member.ip().equals(from)
        && member.peer() != null
        && !member.keepsCadence()
        && member.silence(now) >= GHOST_SILENCE.toNanos();
  }

  /** Refuses what has waited long enough: the network has said nothing. */
  public void settleProbes(long now) {
    settle(probe -> now - probe.deadline() >= 0, Probe::refusal);
  }

  /** How long until the next request has waited long enough, in nanoseconds. */
  public long nanosUntilProbeEnds(long now) {
    return probes.stream().mapToLong(p -> p.deadline() - now).min().orElse(Long.MAX_VALUE);
  }

  private void settle(Predicate<Probe> which, Function<Probe, Reply> answer) {
    for (Probe probe : probes.stream().filter(which).toList()) {
      probes.remove(probe);
      probe.answer().accept(answer.apply(probe));
    }
  }

  private Reply carryOut(Request request, InetAddress from, long now) {
    return switch (request) {
      case Request.Create(RoomName room, Credentials credentials) ->
          create(room, credentials, from, now);
      case Request.Join(RoomName room, Credentials credentials) ->
          join(room, credentials, from, now);
      case Request.Leave(RoomName room, Token token) ->
          authorised(room, token, from, now, this::leave);
      case Request.Rooms() -> list();
      case Request.Members(RoomName room, Token token) ->
          authorised(room, token, from, now, member -> list(member.room()));
      case Request.Kick(RoomName room, Token token, Username username) ->
          authorised(room, token, from, now, member -> kick(member, username));
    };
  }

  /**
   * Hears that a datagram was sent back.
   *
   * @param portClosed whether because the program there has ended; else the way is broken
   */
  public void refused(InetSocketAddress address, boolean portClosed, long now) {
    if (refusals.size() < MAX_REFUSALS) {
      refusals.merge(address, 1, Integer::sum);
    }
    if (portClosed) {
      Predicate<Probe> concerned =
          probe -> probe.ghost().peer() != null && probe.ghost().peer().address().equals(address);
      probes.stream()
          .filter(concerned)
          .map(Probe::ghost)
          .distinct()
          .filter(ghost -> isPresent(ghost) && mayBeGhost(ghost, ghost.ip(), now))
          .forEach(this::leave);
      settle(concerned, probe -> carryOut(probe.request(), probe.from(), now));
    }
  }

  /** Removes who has been silent for too long, and who cannot be reached. */
  public void expire(long now) {
    List<Member> silent = new ArrayList<>();
    List<Member> unreachable = new ArrayList<>();
    for (Room room : rooms.values()) {
      for (Member member : room.members()) {
        Peer peer = member.peer();
        if (peer != null && !refusals.isEmpty()) {
          peer.refused(refusals.getOrDefault(peer.address(), 0));
        }
        if (member.silence(now) > limits.idleTimeout().toNanos()
            || (member.keepsCadence()
                && member.silence(now) > limits.keepaliveTimeout().toNanos())) {
          silent.add(member);
        } else if (peer != null
            && peer.unreachable()
            && member.silence(now) > UNREACHABLE_SILENCE.toNanos()) {
          unreachable.add(member);
        }
      }
    }
    refusals.clear();
    for (Member member : silent) {
      if (isPresent(member)) {
        log.event(Level.INFO, "member-timed-out", facts(member, -1));
        remove(member, "timed out", true);
      }
    }
    for (Member member : unreachable) {
      if (isPresent(member)) {
        log.event(Level.INFO, "member-unreachable", facts(member, -1));
        remove(member, "could not be reached", false);
      }
    }
  }

  /** Ends every session: the server is stopping. */
  public void close() {
    for (Room room : List.copyOf(rooms.values())) {
      end(room, "server stopping");
    }
    settle(probe -> true, Probe::refusal);
  }

  private Reply create(RoomName name, Credentials credentials, InetAddress from, long now) {
    Room existing = rooms.get(name);
    if (existing != null) {
      // The host may have lost the connection, not the room.
      Optional<Member> host = earlierSession(existing, credentials).filter(Member::isHost);
      if (host.isEmpty()) {
        return Reply.refused(Status.ROOM_EXISTS);
      }
      return passwordRefusal(existing, credentials, from, now)
          .orElseGet(() -> takeOver(host.get(), credentials, from, now));
    }
    if (!budget.take()) {
      return Reply.refused(Status.SERVER_FULL);
    }
    Room room = new Room(name, credentials.password().map(hasher::hash), credentials.username());
    rooms.put(name, room);
    log.event(
        Level.INFO,
        "room-created",
        "room",
        name,
        "host",
        credentials.username(),
        "rooms",
        budget.used());
    return new Reply.Admitted(admit(room.host(), credentials, from, now), false);
  }

  private Reply join(RoomName name, Credentials credentials, InetAddress from, long now) {
    Room room = rooms.get(name);
    if (room == null) {
      return Reply.refused(Status.NO_SUCH_ROOM);
    }
    Optional<Reply> refusal = passwordRefusal(room, credentials, from, now);
    if (refusal.isPresent()) {
      return refusal.get();
    }
    Optional<Member> earlier = earlierSession(room, credentials);
    if (earlier.isPresent()) {
      return takeOver(earlier.get(), credentials, from, now);
    }
    if (room.size() >= limits.maxMembers()) {
      return Reply.refused(Status.ROOM_FULL);
    }
    if (room.member(credentials.username()).isPresent()) {
      return Reply.refused(Status.USERNAME_TAKEN);
    }
    Member member = room.enter(credentials.username());
    Token token = admit(member, credentials, from, now);
    log.event(Level.INFO, "member-joined", facts(member, 0));
    // The newcomer has no address registered yet, so this reaches everybody else.
    tellRoom(room, member.username() + " joined");
    return new Reply.Admitted(token, false);
  }

  private Optional<Reply> passwordRefusal(
      Room room, Credentials credentials, InetAddress from, long now) {
    if (room.password().isEmpty()) {
      return Optional.empty();
    }
    if (attempts.exhausted(from, now)) {
      return Optional.of(Reply.refused(Status.TOO_MANY_ATTEMPTS));
    }
    if (credentials.password().isEmpty()) {
      return Optional.of(new Reply.Refused(Status.WRONG_PASSWORD, "none given"));
    }
    if (!hasher.hash(credentials.password().get()).matches(room.password().get())) {
      attempts.failed(from, now);
      return Optional.of(Reply.refused(Status.WRONG_PASSWORD));
    }
    return Optional.empty();
  }

  private Optional<Member> earlierSession(Room room, Credentials credentials) {
    return credentials
        .token()
        .flatMap(
            token ->
                Optional.ofNullable(sessions.get(token))
                    .or(
                        () ->
                            Optional.ofNullable(replaced.get(token))
                                .filter(m -> m.earlierToken().filter(token::equals).isPresent())))
        .filter(member -> member.room() == room);
  }

  private Reply takeOver(Member member, Credentials credentials, InetAddress from, long now) {
    // Any number of answers may be lost, so what stays good is the token that the client holds, not
    // one that it may never have got.
    Token held = credentials.token().orElseThrow();
    forget(member);
    Token token = admit(member, credentials, from, now);
    member.rejoinedWith(held);
    replaced.put(held, member);
    log.event(Level.INFO, "member-rejoined", facts(member, 0));
    return new Reply.Admitted(token, true);
  }

  private Token admit(Member member, Credentials credentials, InetAddress from, long now) {
    Token token = Token.random(random);
    member.begin(token, from, credentials.batch(), now);
    sessions.put(member);
    return token;
  }

  @FunctionalInterface
  private interface MemberAction {
    Reply by(Member member);
  }

  /**
   * Does something for which one must be a member, and come from the address that the token is
   * bound to.
   */
  private Reply authorised(
      RoomName name, Token token, InetAddress from, long now, MemberAction action) {
    if (attempts.exhausted(from, now)) {
      return Reply.refused(Status.TOO_MANY_ATTEMPTS);
    }
    Room room = rooms.get(name);
    if (room == null) {
      return Reply.refused(Status.NO_SUCH_ROOM);
    }
    Member member = sessions.get(token);
    if (member == null || member.room() != room || !member.ip().equals(from)) {
      attempts.failed(from, now);
      return Reply.refused(Status.NOT_AUTHORISED);
    }
    return action.by(member);
  }

  private Reply leave(Member member) {
    log.event(Level.INFO, "member-left", facts(member, -1));
    remove(member, "left", false);
    return new Reply.Done();
  }

  private Reply kick(Member host, Username username) {
    if (!host.isHost()) {
      return new Reply.Refused(Status.NOT_AUTHORISED, "not the host");
    }
    Optional<Member> target = host.room().member(username).filter(member -> member != host);
    if (target.isEmpty()) {
      return new Reply.Refused(Status.INVALID_USERNAME, "nobody of that name to remove");
    }
    log.event(Level.INFO, "member-removed", facts(target.get(), -1));
    remove(target.get(), "was removed by " + host.username(), true);
    return new Reply.Done();
  }

  private Reply list() {
    return new Reply.RoomList(
        rooms.values().stream()
            .map(r -> new RoomInfo(r.name(), r.size(), r.password().isPresent()))
            .toList());
  }

  private static Reply list(Room room) {
    return new Reply.MemberList(
        room.members().stream().map(m -> new MemberInfo(m.username(), m.isHost())).toList());
  }

  /**
   * Takes a member out and tells the room; when it is the host, closes the room.
   *
   * @param what what happened: {@code left}
   * @param tell whether the member shall hear of it
   */
  private void remove(Member member, String what, boolean tell) {
    Room room = member.room();
    String notice = member.username() + " " + what;
    forget(member);
    room.remove(member);
    if (tell) {
      send(List.of(member), endingPrefix() + notice);
    }
    if (member.isHost()) {
      end(room, "room closed: " + member.username() + " (host) " + what);
    } else {
      tellRoom(room, notice);
    }
  }

  private void end(Room room, String reason) {
    rooms.remove(room.name());
    budget.giveBack();
    for (Member member : room.members()) {
      forget(member);
    }
    send(room.members(), endingPrefix() + reason);
    log.event(
        Level.INFO, "room-closed", "room", room.name(), "reason", reason, "rooms", budget.used());
  }

  private void tellRoom(Room room, String notice) {
    send(room.members(), ServerDatagram.NOTICE_MARK + notice);
  }

  private void send(List<Member> members, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int at = outbox.stage(bytes);
    for (Member member : members) {
      if (member.peer() != null) {
        outbox.send(member.peer(), at, bytes.length);
      }
    }
  }

  private static String endingPrefix() {
    return (char) ServerDatagram.EOT + ServerDatagram.NOTICE_MARK;
  }

  /** Makes a member's tokens worthless. */
  private void forget(Member member) {
    sessions.remove(member.token());
    member.earlierToken().ifPresent(replaced::remove);
  }

  private boolean isPresent(Member member) {
    return sessions.get(member.token()) == member;
  }

  private static boolean isRoom(Room room, ClientDatagram.View datagram, ByteBuffer memory) {
    byte[] name = room.nameBytes();
    if (name.length != datagram.roomSize()) {
      return false;
    }
    int at = datagram.roomAt();
    for (int i = 0; i < name.length; i++) {
      if (memory.get(at + i) != name[i]) {
        return false;
      }
    }
    return true;
  }

  /** What the log says of a member who comes, or goes and is not counted any more. */
  private static Object[] facts(Member member, int change) {
    return new Object[] {
      "room", member.room().name(),
      "user", member.username(),
      "address", Addresses.format(member.ip()),
      "members", member.room().size() + change
    };
  }
}
