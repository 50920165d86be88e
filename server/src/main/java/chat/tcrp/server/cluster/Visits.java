package chat.tcrp.server.cluster;

import chat.tcrp.protocol.ProtocolException;
import chat.tcrp.protocol.RoomName;
import chat.tcrp.protocol.Username;
import chat.tcrp.server.cluster.Letter.Kind;
import chat.tcrp.server.rooms.Change;
import chat.tcrp.server.rooms.Guests;
import chat.tcrp.server.rooms.Loops;
import chat.tcrp.server.rooms.Member;
import chat.tcrp.server.rooms.Room;
import chat.tcrp.server.rooms.Rooms;
import chat.tcrp.server.rooms.Speech;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The rooms of a relay loop whose homes are other nodes: passes on what their guests here say, and
 * to the guests what the homes say. Used on the loop's thread only.
 */
final class Visits {
  /**
   * A home that has not said for so long who is here is looked for in the directory. That lines
   * come shows nothing: they may come by the room's own subject.
   */
  private static final Duration SILENCE = Homes.ROLL_INTERVAL.multipliedBy(5).dividedBy(2);

  /** And again after so long, until it is heard. */
  private static final Duration LOOK_INTERVAL = Duration.ofSeconds(3);

  /** A home that goes on to see it otherwise is not told more often who is here. */
  private static final Duration PRESENT_INTERVAL = Duration.ofSeconds(1);

  /** A room that has guests here. */
  private static final class Visit {
    private final Room room;
    private final Map<Long, Member> guests = new HashMap<>();

    /** The number of the last record of lines that came. */
    private long sequence = -1;

    /** The number of the last line that was passed on; -1 when lines are not counted. */
    private long lastLine = -1;

    /** When the home was heard last. */
    private long heard;

    /** When it said last that it knows of the guests that are here. */
    private long known;

    /** When it was looked for last. */
    private long looked;

    /** When the home was told last who is here. */
    private long presented;

    /** Whether the home has said that it is none. */
    private boolean doubted;

    /** The subject of the room's own that is heard; empty for none. */
    private String subject = "";

    Visit(Room room, long now) {
      this.room = room;
      this.presented = now - PRESENT_INTERVAL.toNanos();
      this.looked = now - LOOK_INTERVAL.toNanos();
      known(now);
    }

    void known(long now) {
      heard = now;
      known = now;
    }

    /** It is to be looked for as soon as it has not just been. */
    void unknown(long now) {
      known = now - SILENCE.toNanos();
    }

    boolean isToBeLookedFor(Set<String> alive, long now) {
      return now - looked >= LOOK_INTERVAL.toNanos()
          && (now - known >= SILENCE.toNanos() || !alive.contains(room.home()));
    }
  }

  private final Engine engine;
  private final Loops loops;
  private final int loop;
  private final Outgoing outgoing;

  /** Looks in the directory for the home of a room. */
  private final Consumer<RoomName> lookUp;

  private final Runnable missed;
  private Rooms rooms;
  private Guests guests;
  private Speech speech;
  private long now;
  private final Map<RoomName, Visit> visits = new HashMap<>();

  // The record of lines that is being written, about one room.
  private Visit open;
  private Letter.Writer said;

  /**
   * Knows of no guest yet.
   *
   * @param lookUp looks for the home of a room that is not heard any more
   * @param missed is told of lines that have not come
   */
  Visits(
      Engine engine,
      Loops loops,
      int loop,
      Outgoing outgoing,
      Consumer<RoomName> lookUp,
      Runnable missed) {
    this.engine = engine;
    this.loops = loops;
    this.loop = loop;
    this.outgoing = outgoing;
    this.lookUp = lookUp;
    this.missed = missed;
  }

  void attach(Rooms attached, Speech attachedSpeech) {
    rooms = attached;
    guests = attached.guests();
    speech = attachedSpeech;
  }

  void time(long time) {
    now = time;
  }

  // What guests do.

  void said(Member guest, boolean privately, ByteBuffer memory, int at, int size) {
    Visit visit = visits.get(guest.room().name());
    if (privately) {
      close();
      send(
          visit,
          record(Kind.WHISPERED, visit).put(guest.id()).putInt(size).put(memory, at, size).end());
      return;
    }
    if (open != visit) {
      close();
      open = visit;
      said = record(Kind.SAID, visit);
    }
    said.put(guest.id()).putInt(size).put(memory, at, size);
  }

  void heard(Member guest) {
    close();
    Visit visit = visits.get(guest.room().name());
    send(visit, session(Kind.HEARD, visit, guest).end());
  }

  void lost(Member guest, Change how) {
    close();
    Visit visit = visits.get(guest.room().name());
    send(visit, session(Kind.LOST, visit, guest).text(how.name()).end());
  }

  /** Ends the record that is being written. */
  void close() {
    if (open != null) {
      send(open, said.end());
      open = null;
    }
  }

  private static Letter.Writer record(Kind kind, Visit visit) {
    return new Letter.Writer().record(kind, visit.room.nameBytes(), visit.room.epoch());
  }

  /** About one session of a guest: by the time this comes, the guest may have begun another. */
  private static Letter.Writer session(Kind kind, Visit visit, Member guest) {
    return record(kind, visit).put(guest.id()).text(guest.tokenHash().hex());
  }

  private void send(Visit visit, Letter.Writer record) {
    send(visit.room.name(), visit.room.home(), record);
  }

  private void send(RoomName room, String home, Letter.Writer record) {
    NodeId node = new NodeId(home);
    outgoing.add(node.subject(loops.of(room, node.loops())), record);
  }

  // What homes say.

  /**
   * Has somebody whom a home has let in: reads what {@link Homes#admission} has written.
   *
   * @return whether it is a session that goes on
   */
  boolean admitted(Letter.Received answer, Asks.Ask ask) throws ProtocolException {
    long id = answer.body().getLong();
    Username username = new Username(answer.text());
    boolean rejoined = answer.flag();
    long epoch = answer.body().getLong();
    long sequence = answer.body().getLong();
    int size = answer.body().getInt();
    long since = answer.body().getLong();
    long lastLine = answer.body().getLong();
    int count = answer.body().getInt();
    RoomName name = answer.name();
    Visit visit = visits.get(name);
    if (visit != null && visit.room.epoch() < epoch) {
      move(visit, answer.sender().text(), epoch);
    }
    boolean isNew = visit == null;
    if (isNew) {
      visit = new Visit(guests.open(name, answer.sender().text(), epoch), now);
      visit.sequence = sequence;
      visit.lastLine = lastLine;
      visits.put(name, visit);
    }
    Room room = visit.room;
    visit.known(now);
    Member guest =
        guests.admit(room, id, username, ask.credentials(), ask.caller(), ask.token(), now);
    visit.guests.values().removeIf(Member::isGone);
    visit.guests.put(id, guest);
    room.elsewhere(size - room.size());
    if (lastLine >= 0 && room.backlog() == null) {
      speech.settle(room);
      visit.lastLine = lastLine;
      guests.count(room, lastLine - count);
      for (int i = 0; i < count; i++) {
        long sender = answer.body().getLong();
        byte[] line = answer.block();
        if (room.backlog() != null) {
          room.backlog().add(ByteBuffer.wrap(line), 0, line.length, sender);
        }
      }
    }
    if (since >= 0) {
      guests.follow(guest, since);
    }
    return rejoined;
  }

  /** Deals with a record that is for guests of a room. */
  void received(Letter.Received record) throws ProtocolException {
    Visit visit = visits.get(record.name());
    if (visit == null) {
      if (record.kind() == Kind.ROLL) {
        // The answer was lost that would have had somebody here.
        byte[] name = record.name().encode();
        Letter.Writer nobody = new Letter.Writer().record(Kind.PRESENT, name, record.epoch());
        send(record.name(), record.sender().text(), nobody.end());
      }
      return;
    }
    if (record.kind() == Kind.MOVED) {
      if (visit.room.home().equals(record.sender().text())) {
        visit.unknown(now);
      }
      return;
    }
    if (record.epoch() < visit.room.epoch()) {
      return;
    }
    if (record.epoch() > visit.room.epoch()) {
      move(visit, record.sender().text(), record.epoch());
    }
    visit.heard = now;
    visit.doubted = false;
    ByteBuffer body = record.body();
    switch (record.kind()) {
      case LINES -> lines(visit, record);
      case SEND -> {
        List<Member> to = new ArrayList<>();
        for (int i = body.getInt(); i > 0; i--) {
          Optional.ofNullable(visit.guests.get(body.getLong())).ifPresent(to::add);
        }
        speech.settle(visit.room);
        guests.send(to, record.block());
      }
      case GONE -> Optional.ofNullable(visit.guests.get(body.getLong())).ifPresent(this::remove);
      case PROBE ->
          Optional.ofNullable(visit.guests.get(body.getLong()))
              .filter(guest -> !guests.probe(guest, now))
              .ifPresent(guest -> send(visit, record(Kind.HERE, visit).put(guest.id()).end()));
      case ROLL -> roll(visit, record);
      case SHARE -> share(visit, record.text());
      default -> throw new IllegalArgumentException("not for guests: " + record.kind());
    }
  }

  /** Another node is the home from now on. */
  private void move(Visit visit, String home, long epoch) {
    close();
    visit.room.home(home, epoch);
    visit.sequence = -1;
    unshare(visit);
    present(visit);
  }

  private void lines(Visit visit, Letter.Received record) {
    ByteBuffer body = record.body();
    long sequence = body.getLong();
    int size = body.getInt();
    long number = body.getLong();
    if (sequence <= visit.sequence) {
      return;
    }
    if (visit.sequence >= 0 && sequence > visit.sequence + 1) {
      missed.run();
    }
    visit.sequence = sequence;
    Room room = visit.room;
    room.elsewhere(size - room.size());
    if (number > 0 && (room.backlog() == null || visit.lastLine != number - 1)) {
      speech.settle(room);
      guests.countFrom(room, number - 1);
    }
    while (body.hasRemaining()) {
      long sender = body.getLong();
      byte[] line = record.block();
      speech.line(room, visit.guests.get(sender), sender, line, 0, line.length);
      if (number > 0) {
        visit.lastLine = number++;
      }
    }
  }

  private void remove(Member guest) {
    Visit visit = visits.get(guest.room().name());
    speech.settle(guest.room());
    visit.guests.remove(guest.id());
    guests.remove(guest);
    if (visit.guests.isEmpty()) {
      end(visit);
    }
  }

  private void end(Visit visit) {
    close();
    unshare(visit);
    visits.remove(visit.room.name());
  }

  /** Compares who is here with who should be. */
  private void roll(Visit visit, Letter.Received record) throws ProtocolException {
    ByteBuffer body = record.body();
    long sequence = body.getLong();
    int size = body.getInt();
    body.getLong();
    if (visit.sequence >= 0 && sequence > visit.sequence) {
      missed.run();
    }
    // Lines of the same moment may have come before, by the room's own subject.
    visit.sequence = Math.max(visit.sequence, sequence);
    Set<Long> known = new HashSet<>();
    while (body.hasRemaining()) {
      long id = body.getLong();
      known.add(id);
      Member guest = visit.guests.get(id);
      if (!record.flag() && guest != null && guest.peer() != null) {
        heard(guest);
      }
    }
    visit.room.elsewhere(Math.max(0, size - visit.room.size()));
    if (known.equals(visit.guests.keySet())) {
      visit.known(now);
    } else if (now - visit.presented > PRESENT_INTERVAL.toNanos()) {
      present(visit);
      visit.looked = now;
      visit.unknown(now);
    }
  }

  /** Looks for all homes: they may have taken this node for gone, or be others by now. */
  void lookForAll() {
    visits
        .values()
        .forEach(
            visit -> {
              visit.looked = now - LOOK_INTERVAL.toNanos();
              visit.unknown(now);
            });
  }

  private void present(Visit visit) {
    present(visit, visit.room.home());
  }

  private void present(Visit visit, String home) {
    close();
    visit.presented = now;
    Letter.Writer record = record(Kind.PRESENT, visit);
    visit.guests.forEach(
        (id, guest) ->
            record.put(id).block(guest.tokenHash().hex().getBytes(StandardCharsets.US_ASCII)));
    send(visit.room.name(), home, record.end());
  }

  private void share(Visit visit, String subject) {
    if (!visit.subject.equals(subject)) {
      unshare(visit);
      visit.subject = subject;
      engine.subscribe(subject, message -> loops.arrived(loop, message));
    }
    send(visit, record(Kind.SHARING, visit).end());
  }

  private void unshare(Visit visit) {
    if (!visit.subject.isEmpty()) {
      engine.unsubscribe(visit.subject);
      visit.subject = "";
    }
  }

  /**
   * Looks for homes that have not been heard for long, or are no more.
   *
   * @param alive which nodes there are, as was seen last
   */
  void work(Set<String> alive) {
    for (Visit visit : visits.values()) {
      if (visit.isToBeLookedFor(alive, now)) {
        visit.looked = now;
        lookUp.accept(visit.room.name());
      }
    }
  }

  /**
   * The directory says which other node is the home: it is told who is here. When there is none,
   * and none is heard, the room is no more.
   */
  void found(RoomName name, Optional<String> home) {
    Visit visit = visits.get(name);
    if (visit == null) {
      return;
    }
    if (home.isEmpty() && now - visit.heard > SILENCE.toNanos()) {
      over(name);
    } else {
      present(visit, home.orElse(visit.room.home()));
    }
  }

  /** The room is at home here from now on, or nowhere. */
  void left(RoomName name) {
    Visit visit = visits.get(name);
    if (visit != null) {
      speech.settle(visit.room);
      end(visit);
    }
  }

  /** The rooms whose home is a node. */
  List<RoomName> at(String home) {
    return visits.values().stream()
        .map(visit -> visit.room)
        .filter(room -> room.home().equals(home))
        .map(Room::name)
        .toList();
  }

  /** A node is not the home of a room any more: the directory knows who is. */
  void forsaken(RoomName name, String home) {
    Visit visit = visits.get(name);
    if (visit != null && visit.room.home().equals(home)) {
      visit.doubted = true;
    }
  }

  /** The home of a room that has guests here, unless that is in doubt. */
  Optional<String> home(RoomName name) {
    return Optional.ofNullable(visits.get(name))
        .filter(visit -> !visit.doubted)
        .map(visit -> visit.room.home());
  }

  /** There is no such room any more: its guests are told. */
  void over(RoomName name) {
    rooms
        .guests()
        .room(name)
        .ifPresent(
            room -> {
              left(name);
              guests.end(room, "room closed: its home is no more");
            });
  }

  /** How many rooms have guests here. */
  int size() {
    return visits.size();
  }
}
