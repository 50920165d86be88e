package chat.tcrp.server.rooms;

import chat.tcrp.protocol.Credentials;
import chat.tcrp.protocol.RoomName;
import chat.tcrp.protocol.ServerDatagram;
import chat.tcrp.protocol.Token;
import chat.tcrp.protocol.Username;
import chat.tcrp.server.base.Outbox;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Members of rooms that are at home at other nodes, whose sessions are here: who they are is
 * decided there, what they send and whether they are still there is found out here.
 */
public final class Guests {
  private static final byte[] ACK = {ServerDatagram.ACK};

  private final RoomLimits limits;
  private final Sessions sessions;
  private final Places places;
  private final Expiry expiry;
  private final BacklogMemory backlogMemory;
  private final Elsewhere elsewhere;
  private final Outbox outbox;
  private final Map<RoomName, Room> rooms = new LinkedHashMap<>();

  /** Who has been asked for at an address since the last look at all. */
  private final Map<InetSocketAddress, Member> probed = new HashMap<>();

  Guests(
      RoomLimits limits,
      Sessions sessions,
      Places places,
      Expiry expiry,
      BacklogMemory backlogMemory,
      Elsewhere elsewhere,
      Outbox outbox) {
    this.limits = limits;
    this.sessions = sessions;
    this.places = places;
    this.expiry = expiry;
    this.backlogMemory = backlogMemory;
    this.elsewhere = elsewhere;
    this.outbox = outbox;
  }

  /** The rooms that have guests here; a view. */
  public Collection<Room> rooms() {
    return Collections.unmodifiableCollection(rooms.values());
  }

  /** The room of this name, if it has guests here. */
  public Optional<Room> room(RoomName name) {
    return Optional.ofNullable(rooms.get(name));
  }

  private static Optional<Member> guest(Room room, long id) {
    return room.members().stream().filter(member -> member.id() == id).findFirst();
  }

  /** Draws a token for somebody whom a home may let in. */
  public Token draw() {
    return sessions.draw();
  }

  /** Takes a place for somebody whom a home may let in, or says why there is none. */
  public Optional<Reply> reserve(InetAddress from) {
    return places.takeSession(from).map(Rooms::noPlaceForSession);
  }

  /** The place is not needed. */
  public void giveBack(InetAddress from) {
    places.giveSessionBack(from, false);
  }

  /** Has a room whose home has let the first guest in. */
  public Room open(RoomName name, String home, long epoch) {
    Room room = new Room(name, home, epoch);
    rooms.put(name, room);
    return room;
  }

  /** Counts the lines of a room from here on, whatever it has counted before. */
  public void countFrom(Room room, long lastLine) {
    if (room.backlog() != null) {
      room.backlog().close();
      room.keep(null);
    }
    count(room, lastLine);
  }

  /** Counts the lines of a room from here on, if it does not yet. */
  public void count(Room room, long lastLine) {
    if (room.backlog() == null) {
      Backlog.open(limits.backlogLines(), backlogMemory)
          .ifPresent(
              backlog -> {
                backlog.startAfter(lastLine);
                room.keep(backlog);
              });
    }
  }

  /** Has somebody whom the home has let in, or lets in again; the place is taken. */
  public Member admit(
      Room room,
      long id,
      Username username,
      Credentials credentials,
      Caller caller,
      Token token,
      long now) {
    room.member(username)
        .filter(other -> other.id() != id)
        .ifPresent(
            gone -> {
              // The word of its end was lost.
              room.removeIf(member -> member == gone);
              forget(gone);
            });
    Optional<Member> earlier = guest(room, id);
    earlier.ifPresent(sessions::end);
    Member guest = earlier.orElseGet(() -> room.enter(id, username));
    if (earlier.isPresent()) {
      giveBack(caller.ip());
    } else {
      guest.takesPlaceOf(caller.ip(), now);
    }
    sessions.begin(guest, credentials, caller, token, now);
    return guest;
  }

  /** Has a guest sent the lines of its room after one. */
  public void follow(Member guest, long since) {
    Backlog backlog = guest.room().backlog();
    if (backlog != null) {
      guest.follow(Math.min(since, backlog.last()));
    }
  }

  /** Somebody is no member any more, or its session is elsewhere now. */
  public void remove(Member guest) {
    Room room = guest.room();
    room.removeIf(member -> member == guest);
    forget(guest);
    if (room.size() == 0) {
      close(room);
    }
  }

  /** Nobody here is in a room any more. */
  public void close(Room room) {
    rooms.remove(room.name(), room);
    if (room.backlog() != null) {
      room.backlog().close();
    }
    room.members().forEach(this::forget);
  }

  /** Sends a datagram to guests. */
  public void send(Collection<Member> guests, byte[] datagram) {
    int at = outbox.stage(datagram);
    for (Member guest : guests) {
      if (guest.peer() != null) {
        outbox.send(guest.peer(), at, datagram.length);
      }
    }
  }

  /** Ends the sessions of a room's guests, and tells them why. */
  public void end(Room room, String reason) {
    send(
        room.members(),
        ((char) ServerDatagram.EOT + "" + ServerDatagram.NOTICE_MARK + reason)
            .getBytes(StandardCharsets.UTF_8));
    close(room);
  }

  private void forget(Member guest) {
    guest.end();
    sessions.end(guest);
    places.giveSessionBack(guest.placeOf(), guest.isRegistered());
  }

  /** The guests whose sessions are those of members, by number; the others' are ended. */
  Map<Long, Member> thoseOf(Room before, List<MemberState> members) {
    Map<Long, TokenHash> tokens = new HashMap<>();
    members.forEach(member -> tokens.put(member.id(), member.token()));
    Map<Long, Member> going = new HashMap<>();
    for (Member guest : before.members()) {
      if (guest.tokenHash().equals(tokens.get(guest.id()))) {
        going.put(guest.id(), guest);
      } else {
        forget(guest);
      }
    }
    return going;
  }

  /** Has a guest's room at home here from now on: takes it over with its guests. */
  Optional<Room> takeOver(RoomName name) {
    return Optional.ofNullable(rooms.remove(name));
  }

  /** Asks the network whether somebody is still there; false when that is known already. */
  public boolean probe(Member guest, long now) {
    boolean mayBeGone = Ghosts.mayBe(guest, guest.ip(), now);
    if (mayBeGone) {
      probed.put(guest.peer().address(), guest);
      outbox.probe(guest.peer(), outbox.stage(ACK), ACK.length);
    }
    return mayBeGone;
  }

  /** Nobody listens at an address. */
  void portClosed(InetSocketAddress address, long now) {
    Member guest = probed.remove(address);
    if (guest != null && !guest.isGone() && Ghosts.mayBe(guest, guest.ip(), now)) {
      elsewhere.lost(guest, Change.LEFT);
    }
  }

  /** Tells the homes who is not there any more. */
  void expire(long now) {
    probed.clear();
    for (Room room : List.copyOf(rooms.values())) {
      if (elsewhere.isHeld(room)) {
        // They cannot come back at the moment: they are given time.
        room.members().forEach(guest -> guest.waitAnew(now));
        continue;
      }
      for (Member guest : List.copyOf(room.members())) {
        if (expiry.isSilent(guest, now)) {
          elsewhere.lost(guest, Change.TIMED_OUT);
        } else if (expiry.isUnreachable(guest, now)) {
          elsewhere.lost(guest, Change.UNREACHABLE);
        }
      }
    }
  }
}
