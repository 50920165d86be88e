package chat.tcrp.server.rooms;

import chat.tcrp.protocol.AwayText;
import chat.tcrp.protocol.ClientDatagram;
import chat.tcrp.protocol.Credentials;
import chat.tcrp.protocol.Request;
import chat.tcrp.protocol.RoomInfo;
import chat.tcrp.protocol.RoomName;
import chat.tcrp.protocol.RoomTopic;
import chat.tcrp.protocol.Status;
import chat.tcrp.protocol.Token;
import chat.tcrp.protocol.Username;
import chat.tcrp.server.base.Addresses;
import chat.tcrp.server.base.EventLog;
import chat.tcrp.server.base.Outbox;
import chat.tcrp.server.base.Peer;
import chat.tcrp.server.metrics.BusyRooms;
import chat.tcrp.server.metrics.Count;
import chat.tcrp.server.metrics.LoopMetrics;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * The rooms and who is in them: what each request leads to, who has expired, and what the room is
 * told of it. Knows no socket and no thread; one relay loop owns it and passes the time in.
 */
public final class Rooms {
  /** About so many members are removed before datagrams have their turn again. */
  private static final int REMOVALS_AT_ONCE = 1000;

  private final RoomLimits limits;
  private final EventLog log;
  private final LoopMetrics metrics;
  private final Outbox outbox;
  private final Elsewhere elsewhere;
  private final Guests guests;
  private final Notices notices;
  private final Affairs affairs;
  private final Powers powers;
  private final Ghosts ghosts;
  private final Sessions sessions;
  private final Expiry expiry;
  private final RandomGenerator random;
  private final Passwords passwords;
  private final Places places;
  private final BacklogMemory backlogMemory;
  private final Map<RoomName, Room> rooms = new LinkedHashMap<>();

  /** Is told of a room whose members are about to be fewer. */
  private Consumer<Room> beforeAnybodyGoes = room -> {};

  public Rooms(
      RoomLimits limits,
      RandomGenerator random,
      Places places,
      AttemptLimiter attempts,
      BacklogMemory backlogMemory,
      SealedIds sealedIds,
      EventLog log,
      LoopMetrics metrics,
      Outbox outbox,
      Elsewhere elsewhere) {
    this.elsewhere = elsewhere;
    this.limits = limits;
    this.metrics = metrics;
    this.places = places;
    this.random = random;
    this.passwords = new Passwords(attempts);
    this.backlogMemory = backlogMemory;
    this.log = log;
    this.outbox = outbox;
    this.notices = new Notices(outbox, elsewhere);
    this.affairs = new Affairs(notices, log);
    this.powers = new Powers(this::putOut);
    this.ghosts = new Ghosts(outbox, elsewhere);
    this.sessions = new Sessions(random, sealedIds, elsewhere);
    this.expiry = new Expiry(limits, places);
    this.guests = new Guests(limits, sessions, places, expiry, backlogMemory, elsewhere, outbox);
  }

  /**
   * Has something done with a room before members of it go, or the room itself: lines that wait for
   * them, or are theirs, come before the notice of that.
   *
   * @param action what is done, on the relay loop's thread
   */
  public void beforeAnybodyGoes(Consumer<Room> action) {
    beforeAnybodyGoes = action;
  }

  /**
   * The member who may send this datagram, or null: the token is known, and it is for this room.
   */
  public Member sender(ClientDatagram.View datagram) {
    Member member = sessions.get(outbox.memory(), datagram.tokenAt(), datagram.tokenSize());
    return member != null && member.room().isNamedIn(datagram, outbox.memory()) ? member : null;
  }

  /** The member whose sealed session has this id, or null. */
  public Member sealedSender(long sessionId) {
    return sessions.get(sessionId);
  }

  /** The member's token has been proven from a new address: the token before it is dead now. */
  public void register(Member member, Peer peer) {
    boolean isGuest = member.room().isGuest();
    sessions.used(member);
    if (!member.isRegistered()) {
      places.heard(member.placeOf());
      if (!isGuest) {
        affairs.arrived(member);
      }
    }
    if (isGuest && member.peer() == null) {
      elsewhere.heard(member);
    }
    member.register(peer);
  }

  /** The rooms that are at home at other nodes. */
  public Guests guests() {
    return guests;
  }

  /** The room of this name, if it is at home here. */
  public Optional<Room> room(RoomName name) {
    return Optional.ofNullable(rooms.get(name));
  }

  /** The rooms that are at home here; a view. */
  public Collection<Room> rooms() {
    return Collections.unmodifiableCollection(rooms.values());
  }

  /** A member that is elsewhere has been heard there for the first time in its session. */
  public void heardElsewhere(Member member) {
    sessions.used(member);
    if (!member.isRegistered()) {
      places.heard(member.placeOf());
      affairs.arrived(member);
    }
    member.registerElsewhere();
  }

  /** A member that is elsewhere, and was asked for, is still there. */
  public void hereElsewhere(Member member) {
    ghosts.isHere(member);
  }

  /** A member that is elsewhere is not there any more. */
  public void lostElsewhere(Member member, Change how, long now) {
    List<Ghosts.Waiting> waiting = ghosts.take(member);
    if (how != Change.LEFT) {
      notices.tellEnd(List.of(member), member.username() + " " + how);
    }
    remove(member.room(), List.of(member), how, now);
    for (Ghosts.Waiting request : waiting) {
      request.answer().accept(carryOut(request.request(), request.caller(), now));
    }
  }

  /** A node is no more, for whatever time: the members whose sessions it had may come back. */
  public void loseEdge(String node, long now) {
    for (Room room : rooms.values()) {
      for (Member member : room.members()) {
        if (node.equals(member.edge())) {
          sessions.loseEdge(member, now);
        }
      }
    }
  }

  /** The node that had a member's session has it no more: the member may come back to any. */
  public void loseEdge(Member member, long now) {
    sessions.loseEdge(member, now);
  }

  /** Nobody can come back by another node at the moment: who is waited for has time from now on. */
  public void waitAnew(long now) {
    for (Room room : rooms.values()) {
      room.members().stream().filter(Member::isAwaited).forEach(member -> member.waitAnew(now));
    }
  }

  /** A node has a member's session still. */
  public void regainEdge(Member member, String node) {
    sessions.regainEdge(member, node);
  }

  /** Sends a datagram to a member, wherever it is. */
  public void send(Member member, int at, int size) {
    if (member.peer() != null) {
      outbox.send(member.peer(), at, size);
    } else if (member.isElsewhere()) {
      byte[] datagram = new byte[size];
      outbox.memory().get(at, datagram);
      elsewhere.send(member, datagram);
    }
  }

  /** Tells a member something, wherever it is. */
  public void tell(Member member, String text) {
    notices.tell(member, text);
  }

  /**
   * Carries a request out. When somebody who may be gone without a word stands in its way, the
   * answer waits for {@link #refused} or {@link #work}.
   */
  public void handle(Request request, Caller caller, long now, Consumer<Reply> answer) {
    Reply reply = carryOut(request, caller, now);
    Optional<Member> ghost =
        reply instanceof Reply.Refused refused
            ? inTheWay(request, refused.status()).filter(m -> Ghosts.mayBe(m, caller.ip(), now))
            : Optional.empty();
    if (ghost.isPresent()) {
      ghosts.askFor(ghost.get(), new Ghosts.Waiting(request, caller, answer), reply, now);
    } else {
      answer.accept(reply);
    }
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

  /** Answers what has waited long enough, and tells rooms what has been collected for them. */
  public void work(long now) {
    ghosts.settle(now);
    notices.tellDue(now);
    affairs.tellNewcomers();
  }

  /** How long until {@link #work} has something to do, in nanoseconds. */
  public long nanosUntilWork(long now) {
    if (affairs.hasNewcomers()) {
      return 0;
    }
    return Math.min(ghosts.nanosUntilDue(now), notices.nanosUntilDue(now));
  }

  private Reply carryOut(Request request, Caller caller, long now) {
    return switch (request) {
      case Request.Create(RoomName room, Credentials credentials) ->
          create(room, credentials, caller, now);
      case Request.Join(RoomName room, Credentials credentials) ->
          join(room, credentials, caller, now);
      case Request.Leave(RoomName room, Token token) ->
          authorised(room, token, caller, now, member -> leave(member, now));
      case Request.Rooms() -> new Reply.Listed(Listing.ofRooms(list()));
      case Request.Members(RoomName room, Token token) ->
          authorised(
              room, token, caller, now, member -> new Reply.Listed(member.room().listing(now)));
      case Request.Kick(RoomName room, Token token, Username username) ->
          authorised(room, token, caller, now, asHost(host -> powers.kick(host, username)));
      case Request.Ban(RoomName room, Token token, Username username) ->
          authorised(
              room, token, caller, now, asHost(host -> changing(host, powers.ban(host, username))));
      case Request.Unban(RoomName room, Token token, Username username) ->
          authorised(
              room,
              token,
              caller,
              now,
              asHost(host -> changing(host, powers.unban(host, username))));
      case Request.Topic(RoomName room, Token token, Optional<RoomTopic> topic) ->
          authorised(
              room,
              token,
              caller,
              now,
              member ->
                  topic.isPresent()
                      ? changing(member, affairs.topic(member, topic))
                      : affairs.topic(member, topic));
      case Request.Host(RoomName room, Token token, Username username) ->
          authorised(
              room,
              token,
              caller,
              now,
              asHost(host -> changing(host, affairs.handOver(host, username))));
      case Request.Away(RoomName room, Token token, Optional<AwayText> text) ->
          authorised(
              room,
              token,
              caller,
              now,
              member -> {
                Reply reply = affairs.away(member, text, now);
                elsewhere.changed(member);
                return reply;
              });
    };
  }

  /** Something has been done that may have changed what is kept of a member's room. */
  private Reply changing(Member member, Reply reply) {
    elsewhere.changed(member.room());
    return reply;
  }

  /**
   * Hears that a datagram was sent back.
   *
   * @param portClosed whether because the program there has ended; else the way is broken
   */
  public void refused(InetSocketAddress address, boolean portClosed, long now) {
    expiry.refused(address);
    if (portClosed) {
      guests.portClosed(address, now);
      for (Member ghost : ghosts.at(address, now)) {
        if (sessions.isPresent(ghost)) {
          leave(ghost, now);
        }
      }
      for (Ghosts.Waiting waiting : ghosts.take(address)) {
        waiting.answer().accept(carryOut(waiting.request(), waiting.caller(), now));
      }
    }
  }

  /**
   * Removes who has been silent for too long, and who cannot be reached; not more than a bounded
   * number of members at once.
   *
   * @return whether there are more
   */
  public boolean expire(long now) {
    expiry.countRefusals(rooms.values());
    guests.expire(now);
    int removed = 0;
    for (Room room : List.copyOf(rooms.values())) {
      removed += expire(room, now);
      if (removed >= REMOVALS_AT_ONCE) {
        return true;
      }
    }
    return false;
  }

  /** Removes the expired of a room; answers how many members are there no more. */
  private int expire(Room room, long now) {
    if (elsewhere.isHeld(room)) {
      // Members cannot come back at the moment: they are given time.
      room.members().stream()
          .filter(member -> !member.isElsewhere())
          .forEach(member -> member.waitAnew(now));
      return 0;
    }
    List<Member> silent = new ArrayList<>();
    List<Member> unreachable = new ArrayList<>();
    for (Member member : room.members()) {
      if (member.isElsewhere()) {
        continue;
      }
      if (expiry.isSilent(member, now)) {
        silent.add(member);
      } else if (expiry.isUnreachable(member, now)) {
        unreachable.add(member);
      }
    }
    int before = room.size();
    if (silent.isEmpty() && unreachable.isEmpty()) {
      if (expiry.isUnused(room, now)) {
        metrics.evicted(Count.ROOM_UNUSED, before);
        end(room, "room closed: nobody has used it");
        return before;
      }
      return 0;
    }
    for (Member member : silent) {
      notices.tellEnd(List.of(member), member.username() + " " + Change.TIMED_OUT);
    }
    remove(room, silent, Change.TIMED_OUT, now);
    if (rooms.get(room.name()) == room) {
      remove(room, unreachable, Change.UNREACHABLE, now);
    }
    return before;
  }

  /** What the server that takes this one's place has to know. */
  public List<RoomState> state(long now) {
    return rooms.values().stream().map(room -> room.state(now)).toList();
  }

  /**
   * Has a room as another server had it, with its members, who are waited for as long as for those
   * whose keepalives have stopped. Members for whom there is no place are left out, the room if
   * there is none for it or its host.
   *
   * @return how many members there are now
   */
  public int restore(RoomState state, long now) {
    MemberState host = state.members().get(state.host());
    if (rooms.containsKey(state.name()) || !places.takeRoomAgain(state.placeOf())) {
      return 0;
    }
    if (!places.takeSessionAgain(host.placeOf(), host.heard())) {
      places.giveRoomBack(state.placeOf());
      return 0;
    }
    Room room = new Room(state);
    rooms.put(room.name(), room);
    if (state.lastLine().isPresent()) {
      keepLines(room);
      if (room.backlog() != null) {
        room.backlog().startAfter(state.lastLine().getAsLong());
      }
    }
    int others = limits.maxMembers() - 1;
    for (int i = 0; i < state.members().size(); i++) {
      MemberState member = state.members().get(i);
      if (i == state.host()) {
        room.host(enter(room, member, now));
      } else if (others > 0 && places.takeSessionAgain(member.placeOf(), member.heard())) {
        enter(room, member, now);
        others--;
      }
    }
    return room.size();
  }

  private Member enter(Room room, MemberState state, long now) {
    Member member = room.enter(state.username());
    sessions.await(member, state, now);
    return member;
  }

  /**
   * Has a room at home here whose home is no more, as that has left it: members whose sessions are
   * here or at other nodes go on with them, the others are waited for. Who has gone to another node
   * while this one did not hear of it has no session here any more.
   *
   * @param epoch of this reign
   */
  public Room adopt(RoomState state, long epoch, long now) {
    Optional<Room> before = guests.takeOver(state.name());
    Map<Long, Member> going =
        before.map(guestRoom -> guests.thoseOf(guestRoom, state.members())).orElse(Map.of());
    Room room = new Room(state);
    room.epoch(epoch);
    rooms.put(room.name(), room);
    places.takeRoomAgain(state.placeOf());
    Optional<Backlog> backlog = before.map(Room::backlog);
    if (backlog.isPresent()) {
      room.keep(backlog.get());
    } else if (state.lastLine().isPresent()) {
      keepLines(room);
      if (room.backlog() != null) {
        room.backlog().startAfter(state.lastLine().getAsLong());
      }
    }
    for (int i = 0; i < state.members().size(); i++) {
      MemberState each = state.members().get(i);
      Optional<Member> guest = Optional.ofNullable(going.get(each.id()));
      if (guest.isEmpty()) {
        places.takeSessionAgain(each.placeOf(), each.heard());
      }
      Member member = room.enter(each.id(), each.username());
      sessions.await(member, each, now);
      guest.ifPresent(has -> sessions.continueAs(member, has));
      if (i == state.host()) {
        room.host(member);
      }
    }
    log.event(
        Level.INFO, "room-adopted", "room", room.name(), "members", room.size(), "epoch", epoch);
    return room;
  }

  /**
   * Gives up a room that is at home elsewhere by now: its members here have to go there. They are
   * told what clients take for a reason to come back.
   */
  public void forsake(Room room) {
    end(room, "server stopping");
  }

  /** Tells everybody in all rooms. */
  public void tell(String text) {
    rooms.values().forEach(room -> notices.tell(room, text));
  }

  /** Ends every session: the server is stopping. */
  public void close() {
    ghosts.close();
    for (Room room : List.copyOf(rooms.values())) {
      end(room, "server stopping");
    }
  }

  private Reply create(RoomName name, Credentials credentials, Caller caller, long now) {
    Room existing = rooms.get(name);
    if (existing != null) {
      // The host may have lost the connection, not the room.
      Optional<Member> host =
          sessions.earlier(existing, credentials, caller).filter(Member::isHost);
      if (host.isEmpty()) {
        return Reply.refused(Status.ROOM_EXISTS);
      }
      return passwords
          .refusal(existing, credentials, caller.ip(), now, true)
          .orElseGet(() -> takeOver(host.get(), credentials, caller, now));
    }
    if (credentials.sealed() && !caller.isSealed()) {
      return Reply.refused(Status.SEALED_SESSION_REQUIRED);
    }
    Optional<Places.Refusal> refusal = places.takeRoom(caller.ip());
    if (refusal.isPresent()) {
      return noPlace(refusal.get(), Status.SERVER_FULL);
    }
    Optional<PasswordHash> password =
        credentials.password().map(given -> PasswordHash.of(given, random));
    Room room = new Room(name, password, credentials, caller.ip(), elsewhere.epoch(name));
    rooms.put(name, room);
    room.host().takesPlaceOf(caller.ip(), now);
    log.event(
        Level.INFO,
        "room-created",
        "room",
        name,
        "host",
        credentials.username(),
        "rooms",
        places.rooms());
    Token token = sessions.begin(room.host(), credentials, caller, now);
    follow(room.host(), credentials, false);
    elsewhere.changed(room);
    return admitted(room.host(), token, false, caller);
  }

  private Reply join(RoomName name, Credentials credentials, Caller caller, long now) {
    Room room = rooms.get(name);
    if (room == null) {
      return Reply.refused(Status.NO_SUCH_ROOM);
    }
    if (room.isSealed() && !caller.isSealed()) {
      return Reply.refused(Status.SEALED_SESSION_REQUIRED);
    }
    Optional<Member> earlier = sessions.earlier(room, credentials, caller);
    Optional<Reply> refusal =
        passwords.refusal(room, credentials, caller.ip(), now, earlier.isPresent());
    if (refusal.isPresent()) {
      return refusal.get();
    }
    if (earlier.isPresent()) {
      return takeOver(earlier.get(), credentials, caller, now);
    }
    if (room.bans().contains(credentials.username().key(), caller.ip())) {
      return new Reply.Refused(Status.NOT_AUTHORISED, "banned");
    }
    if (room.size() >= limits.maxMembers()) {
      return Reply.refused(Status.ROOM_FULL);
    }
    if (room.member(credentials.username()).isPresent()) {
      return Reply.refused(Status.USERNAME_TAKEN);
    }
    Optional<Places.Refusal> noPlace = places.takeSession(caller.ip());
    if (noPlace.isPresent()) {
      return noPlace(noPlace.get(), Status.ROOM_FULL);
    }
    Member member = room.enter(credentials.username());
    member.takesPlaceOf(caller.ip(), now);
    boolean hasReturned = sessions.hasReturned(room, credentials, caller, now);
    Token token = sessions.begin(member, credentials, caller, now);
    follow(member, credentials, room.hasHistory() || hasReturned);
    log.event(Level.INFO, "member-joined", facts(member));
    // The newcomer has no address registered yet, so this reaches everybody else.
    notices.tell(room, Change.JOINED, List.of(member.username()), now);
    return admitted(member, token, false, caller);
  }

  private Reply admitted(Member member, Token token, boolean rejoined, Caller caller) {
    elsewhere.changed(member);
    return caller.via().isPresent()
        ? new Reply.AdmittedElsewhere(member, rejoined)
        : new Reply.Admitted(token, rejoined);
  }

  static Reply noPlaceForSession(Places.Refusal refusal) {
    return noPlace(refusal, Status.ROOM_FULL);
  }

  private static Reply noPlace(Places.Refusal refusal, Status full) {
    return switch (refusal) {
      case NONE_LEFT -> Reply.refused(full);
      case NONE_FOR_ADDRESS ->
          new Reply.Refused(Status.TOO_MANY_ATTEMPTS, "the address has as many as it may");
    };
  }

  private Reply takeOver(Member member, Credentials credentials, Caller caller, long now) {
    Token token = sessions.replace(member, credentials, caller, now);
    follow(member, credentials, true);
    log.event(Level.INFO, "member-rejoined", facts(member));
    return admitted(member, token, true, caller);
  }

  /**
   * Has a member that counts lines sent what is said from now on.
   *
   * @param returns whether also what was said after the last line that it has had
   */
  private void follow(Member member, Credentials credentials, boolean returns) {
    if (credentials.since().isEmpty()) {
      return;
    }
    Room room = member.room();
    keepLines(room);
    if (room.backlog() != null) {
      long last = room.backlog().last();
      member.follow(returns ? Math.min(last, credentials.since().get()) : last);
    }
  }

  /** Keeps what is said in a room from now on, if that is to be, and there is memory for it. */
  private void keepLines(Room room) {
    if (room.backlog() == null) {
      Backlog.open(limits.backlogLines(), backlogMemory).ifPresent(room::keep);
    }
  }

  @FunctionalInterface
  private interface MemberAction {
    Reply by(Member member);
  }

  /**
   * Does something for which one must be a member, and come from the address that the token is
   * bound to, by a sealed connection if the session is sealed.
   */
  private Reply authorised(
      RoomName name, Token token, Caller caller, long now, MemberAction action) {
    Room room = rooms.get(name);
    if (room == null) {
      return Reply.refused(Status.NO_SUCH_ROOM);
    }
    Member member = sessions.authorised(token, caller);
    if (member != null && member.room() == room) {
      return action.by(member);
    }
    return passwords.unknownToken(room, caller.ip(), now);
  }

  private static MemberAction asHost(MemberAction action) {
    return member ->
        member.isHost()
            ? action.by(member)
            : new Reply.Refused(Status.NOT_AUTHORISED, "not the host");
  }

  private Reply leave(Member member, long now) {
    remove(member.room(), List.of(member), Change.LEFT, now);
    return new Reply.Done();
  }

  /** Takes a member out against its will, and tells everybody why. */
  private void putOut(Member member, String why) {
    Room room = member.room();
    String what = member.username() + " " + why;
    notices.tellEnd(List.of(member), what);
    metrics.evicted(Count.REMOVED, 1);
    takeOut(room, List.of(member), "member-removed");
    notices.tell(room, what);
  }

  /** Something else has happened that is counted. */
  public void count(Count what) {
    metrics.add(what);
  }

  /** Sets the figures of what there is now. */
  public void measure() {
    metrics.set(Count.ROOMS, rooms.size());
    metrics.set(Count.GUEST_ROOMS, guests.rooms().size());
    metrics.set(Count.PLAIN, sessions.plain());
    metrics.set(Count.SEALED, sessions.sealed());
  }

  /**
   * The rooms with the most traffic.
   *
   * @param seconds since this was asked last
   */
  public List<BusyRooms.Row> busiest(double seconds) {
    return RoomTraffic.busiest(rooms.values(), seconds);
  }

  /** The rooms of this loop, in the order in which they were made. */
  public List<RoomInfo> list() {
    return rooms.values().stream()
        .map(r -> new RoomInfo(r.name(), r.size(), r.password().isPresent(), r.isSealed()))
        .toList();
  }

  /**
   * Takes members out of a room, and tells it; when its host is among them, closes it, or has
   * another be the host.
   */
  private void remove(Room room, List<Member> members, Change change, long now) {
    if (change != Change.LEFT && room.backlog() != null) {
      members.forEach(member -> sessions.lost(member, now));
    }
    if (!members.isEmpty()) {
      change.eviction().ifPresent(reason -> metrics.evicted(reason, members.size()));
    }
    takeOut(room, members, change.event());
    boolean hostless = members.contains(room.host());
    if (hostless && !(room.stays() && affairs.succeed(room))) {
      end(room, "room closed: " + room.host().username() + " (host) " + change);
    } else if (!members.isEmpty()) {
      notices.tell(room, change, members.stream().map(Member::username).toList(), now);
      if (hostless) {
        affairs.tellSuccession(room);
        elsewhere.changed(room);
      }
    }
  }

  private void takeOut(Room room, List<Member> members, String event) {
    if (!members.isEmpty()) {
      beforeAnybodyGoes.accept(room);
      Set<Member> gone = new HashSet<>(members);
      room.removeIf(gone::contains);
      for (Member member : members) {
        forget(member);
        log.event(Level.INFO, event, facts(member));
      }
    }
  }

  private void end(Room room, String reason) {
    beforeAnybodyGoes.accept(room);
    rooms.remove(room.name());
    places.giveRoomBack(room.placeOf());
    notices.forget(room);
    if (room.backlog() != null) {
      room.backlog().close();
    }
    notices.tellEnd(room.members(), reason);
    elsewhere.ended(room);
    room.members().forEach(this::forget);
    log.event(
        Level.INFO, "room-closed", "room", room.name(), "reason", reason, "rooms", places.rooms());
  }

  /** A member is one no more. */
  private void forget(Member member) {
    member.end();
    elsewhere.gone(member);
    sessions.end(member);
    places.giveSessionBack(member.placeOf(), member.isRegistered());
  }

  /** What the log says of a member who comes or goes. */
  private static Object[] facts(Member member) {
    return new Object[] {
      "room", member.room().name(),
      "user", member.username(),
      "address", Addresses.format(member.ip()),
      "members", member.room().size()
    };
  }
}
