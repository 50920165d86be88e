package chat.tcrp.server.cluster;

import chat.tcrp.protocol.ProtocolException;
import chat.tcrp.protocol.RoomName;
import chat.tcrp.server.cluster.Engine.Bucket;
import chat.tcrp.server.cluster.Letter.Kind;
import chat.tcrp.server.rooms.Change;
import chat.tcrp.server.rooms.Loops;
import chat.tcrp.server.rooms.Member;
import chat.tcrp.server.rooms.Room;
import chat.tcrp.server.rooms.Rooms;
import chat.tcrp.server.rooms.Speech;
import chat.tcrp.server.rooms.TokenHash;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The rooms of a relay loop that are at home here: keeps the directory as they are, sends their
 * members at other nodes what these are to have, and hears what those say. Used on the loop's
 * thread only.
 */
final class Homes {
  /** How often other nodes are told who is there, in case that was lost. */
  static final Duration ROLL_INTERVAL = Duration.ofSeconds(10);

  /** So long the answer may take by which a node has somebody whom this one has let in. */
  private static final Duration ANSWER_PATIENCE = Duration.ofSeconds(5);

  /** A room with members at more nodes than this has a subject of its own. */
  static final int FEW_NODES = 8;

  /** A room that is at home here. */
  private static final class Home {
    private final Room room;
    private final String key;
    private final Map<Long, Member> members = new HashMap<>();

    /** How many members each node has; null when that is to be counted again. */
    private Map<String, Integer> edges;

    /** How many records of lines have been sent. */
    private long sequence;

    private long nextRoll;

    /** Which nodes have been asked to hear the room's subject, and which do. */
    private final Set<String> asked = new HashSet<>();

    private final Set<String> sharing = new HashSet<>();

    Home(Room room, String key) {
      this.room = room;
      this.key = key;
    }

    Map<String, Integer> edges() {
      if (edges == null) {
        edges = new LinkedHashMap<>();
        for (Member member : room.members()) {
          if (member.isElsewhere()) {
            edges.merge(member.edge(), 1, Integer::sum);
          }
        }
        sharing.retainAll(edges.keySet());
        asked.retainAll(edges.keySet());
      }
      return edges;
    }
  }

  private final NodeId self;
  private final Loops loops;
  private final Keeper keeper;
  private final Outgoing outgoing;
  private Rooms rooms;
  private Speech speech;
  private long now;
  private final Map<RoomName, Home> homes = new HashMap<>();

  /** Names that were taken in the directory for rooms that are being made, and the revisions. */
  private final Map<RoomName, Long> claims = new HashMap<>();

  // The record that is being written, about one room: lines, or one datagram for several members.
  private Home open;
  private Letter.Writer lines;
  private byte[] datagram;
  private final Map<String, List<Long>> recipients = new LinkedHashMap<>();

  Homes(NodeId self, Loops loops, Keeper keeper, Outgoing outgoing) {
    this.self = self;
    this.loops = loops;
    this.keeper = keeper;
    this.outgoing = outgoing;
  }

  void attach(Rooms attached, Speech attachedSpeech) {
    rooms = attached;
    speech = attachedSpeech;
  }

  void time(long time) {
    now = time;
  }

  /**
   * A name is being taken, or has been, for a room that is about to be made.
   *
   * @param revision of the entry; absent as long as it is not there
   */
  void claim(RoomName name, long revision) {
    claims.put(name, revision);
  }

  /** The name is not needed; answers whether the room has been made. */
  boolean unclaim(RoomName name) {
    return claims.remove(name) == null;
  }

  /** Whether the name has been taken for a room that is about to be made. */
  boolean isClaimed(RoomName name) {
    return claims.containsKey(name);
  }

  long epoch(RoomName name) {
    return claims.getOrDefault(name, 0L);
  }

  /** The rooms that are at home here; a copy. */
  List<Room> rooms() {
    return homes.values().stream().map(home -> home.room).toList();
  }

  void changed(Room room) {
    Home home = homes.get(room.name());
    if (home == null) {
      home = new Home(room, DirectoryJson.key(room.name()));
      homes.put(room.name(), home);
      Long claimed = claims.remove(room.name());
      if (claimed != null) {
        keeper.has(Bucket.ROOMS, home.key, claimed);
      }
    }
    String key = home.key;
    keeper.save(Bucket.ROOMS, key, () -> DirectoryJson.room(self.text(), room, now));
  }

  /** A room is at home here whose entries are in the directory already. */
  void adopted(Room room) {
    Home home = new Home(room, DirectoryJson.key(room.name()));
    homes.put(room.name(), home);
    room.members().forEach(member -> home.members.put(member.id(), member));
  }

  void ended(Room room) {
    Home home = homes.get(room.name());
    if (home != null && home.room == room) {
      close();
      keeper.end(home.key, DirectoryJson.claim(self.text()));
      room.members().forEach(this::gone);
      homes.remove(room.name());
    }
  }

  /** Keeps a room no more: another node does. */
  void forget(Room room) {
    close();
    Home home = homes.remove(room.name());
    if (home != null) {
      home.edges().keySet().forEach(edge -> send(edge, room, record(Kind.MOVED, room).end()));
      keeper.forgetRoom(home.key);
    }
  }

  void changed(Member member) {
    Home home = homes.get(member.room().name());
    if (home != null && home.room == member.room() && !member.isGone()) {
      home.members.put(member.id(), member);
      home.edges = null;
      save(home, member);
    }
  }

  private void save(Home home, Member member) {
    keeper.save(
        Bucket.MEMBERS,
        DirectoryJson.key(home.key, member.id()),
        () -> DirectoryJson.member(member, now));
  }

  /** Saves a room and its members of which nothing is in the directory. */
  void saveAnew(Room room) {
    Home home = homes.get(room.name());
    if (home != null && home.room == room) {
      keeper.has(Bucket.ROOMS, home.key, Engine.ABSENT);
      changed(room);
      for (Member member : home.members.values()) {
        keeper.has(Bucket.MEMBERS, DirectoryJson.key(home.key, member.id()), Engine.ABSENT);
        save(home, member);
      }
    }
  }

  /** Saves a room and its member again whose entries were written by nobody knows whom. */
  void saveAgain(String key) {
    Home home = homes.get(DirectoryJson.name(DirectoryJson.roomOf(key)));
    if (home == null) {
      return;
    }
    if (!DirectoryJson.isMember(key)) {
      changed(home.room);
    } else {
      home.members.values().stream()
          .filter(member -> DirectoryJson.key(home.key, member.id()).equals(key))
          .findFirst()
          .ifPresentOrElse(member -> save(home, member), () -> keeper.remove(key));
    }
  }

  void gone(Member member) {
    Home home = homes.get(member.room().name());
    if (home != null && home.room == member.room()) {
      if (member.isElsewhere()) {
        sessionEnded(member, member.edge());
      }
      home.members.remove(member.id());
      home.edges = null;
      keeper.remove(DirectoryJson.key(home.key, member.id()));
    }
  }

  void sessionEnded(Member member, String node) {
    Home home = homes.get(member.room().name());
    if (home != null) {
      close();
      send(node, home.room, record(Kind.GONE, home.room).put(member.id()).end());
      home.edges = null;
    }
  }

  void edgesChanged() {
    homes.values().forEach(home -> home.edges = null);
  }

  // What members at other nodes are to have.

  void line(Room room, Member sender, ByteBuffer memory, int at, int size) {
    Home home = homes.get(room.name());
    if (home == null) {
      return;
    }
    if (lines == null || open != home) {
      close();
      open = home;
      home.sequence++;
      lines =
          record(Kind.LINES, room)
              .put(home.sequence)
              .putInt(room.size())
              .put(room.backlog() == null ? -1 : room.backlog().last() + 1);
    }
    lines.put(sender.id()).putInt(size).put(memory, at, size);
  }

  @SuppressWarnings("ReferenceEquality") // the same array for all to whom the same is sent
  void send(Member member, byte[] bytes) {
    Home home = homes.get(member.room().name());
    if (home == null) {
      return;
    }
    if (datagram != bytes || open != home) {
      close();
      open = home;
      datagram = bytes;
    }
    recipients.computeIfAbsent(member.edge(), edge -> new ArrayList<>()).add(member.id());
  }

  /** Ends the record that is being written. */
  void close() {
    if (lines != null) {
      share(open, lines.end());
      lines = null;
    }
    if (datagram != null) {
      recipients.forEach(
          (edge, ids) -> {
            Letter.Writer record = record(Kind.SEND, open.room).putInt(ids.size());
            ids.forEach(record::put);
            send(edge, open.room, record.block(datagram).end());
          });
      recipients.clear();
      datagram = null;
    }
    open = null;
  }

  private void share(Home home, Letter.Writer record) {
    boolean several = home.edges().size() > FEW_NODES;
    boolean shared = false;
    for (String edge : home.edges().keySet()) {
      if (home.sharing.contains(edge)) {
        shared = true;
      } else {
        send(edge, home.room, record);
        if (several && home.asked.add(edge)) {
          send(edge, home.room, record(Kind.SHARE, home.room).text(subject(home)).end());
        }
      }
    }
    if (shared) {
      outgoing.add(subject(home), record);
    }
  }

  private static String subject(Home home) {
    return "room." + home.key + "." + home.room.epoch();
  }

  private static Letter.Writer record(Kind kind, Room room) {
    return new Letter.Writer().record(kind, room.nameBytes(), room.epoch());
  }

  private void send(String node, Room room, Letter.Writer record) {
    send(node, room.name(), record);
  }

  private void send(String node, RoomName room, Letter.Writer record) {
    NodeId to = new NodeId(node);
    outgoing.add(to.subject(loops.of(room, to.loops())), record);
  }

  /**
   * Tells other nodes who is there, when that is due.
   *
   * @param alive which nodes there are, as was seen last
   * @return which nodes have members that are not among these
   */
  Set<String> roll(Set<String> alive) {
    Set<String> others = new LinkedHashSet<>();
    for (Home home : homes.values()) {
      if (home.room.elsewhere() > 0 && now - home.nextRoll >= 0) {
        roll(home);
        home.edges().keySet().stream().filter(edge -> !alive.contains(edge)).forEach(others::add);
      }
    }
    return others;
  }

  /** A node does not have those of its members that are not there, unless they have just come. */
  private void lose(Home home, String edge, Set<Long> there) {
    for (Member member : List.copyOf(home.room.members())) {
      if (edge.equals(member.edge())
          && !there.contains(member.id())
          && member.silence(now) > ANSWER_PATIENCE.toNanos()) {
        rooms.loseEdge(member, now);
        home.edges = null;
      }
    }
  }

  /** Tells other nodes who is there in a room. */
  void roll(Room room) {
    roll(homes.get(room.name()));
  }

  private void roll(Home home) {
    home.nextRoll = now + ROLL_INTERVAL.toNanos();
    home.edges().keySet().forEach(edge -> roll(home, edge));
  }

  private void roll(Home home, String edge) {
    close();
    Room room = home.room;
    Letter.Writer record =
        record(Kind.ROLL, room)
            .put(home.sequence)
            .putInt(room.size())
            .put(room.backlog() == null ? -1 : room.backlog().last());
    for (Member member : room.members()) {
      if (edge.equals(member.edge())) {
        record.put(member.id()).put(member.isReachable());
      }
    }
    send(edge, room, record.end());
  }

  // What other nodes say.

  /** Deals with a record that is for the home of a room. */
  void received(Letter.Received record) throws ProtocolException {
    Home home = homes.get(record.name());
    String from = record.sender().text();
    if (home == null) {
      byte[] name = record.name().encode();
      Letter.Writer moved = new Letter.Writer().record(Kind.MOVED, name, record.epoch());
      send(from, record.name(), moved.end());
      return;
    }
    switch (record.kind()) {
      case SAID -> {
        while (record.body().hasRemaining()) {
          Optional<Member> member = member(home, from, record.body().getLong());
          byte[] line = record.block();
          member.ifPresent(
              sender -> {
                sender.spoke(now);
                speech.line(home.room, sender, sender.id(), line, 0, line.length);
              });
        }
      }
      case WHISPERED -> {
        Optional<Member> member = member(home, from, record.body().getLong());
        byte[] message = record.block();
        member.ifPresent(
            sender -> {
              sender.spoke(now);
              speech.privately(sender, message, 0, message.length);
            });
      }
      case HEARD -> {
        Optional<Member> member = member(home, from, record.body().getLong());
        TokenHash token = new TokenHash(record.text());
        member.filter(there -> there.tokenHash().equals(token)).ifPresent(rooms::heardElsewhere);
      }
      case LOST -> {
        Optional<Member> member = member(home, from, record.body().getLong());
        TokenHash token = new TokenHash(record.text());
        Change how = Change.valueOf(record.text());
        member.ifPresent(lost -> lost(lost, token, how));
      }
      case HERE -> member(home, from, record.body().getLong()).ifPresent(rooms::hereElsewhere);
      case PRESENT -> present(home, from, record);
      case SHARING -> {
        if (home.edges().containsKey(from) && record.epoch() == home.room.epoch()) {
          home.sharing.add(from);
        }
      }
      default -> throw new IllegalArgumentException("not for a home: " + record.kind());
    }
  }

  private static Optional<Member> member(Home home, String edge, long id) {
    return Optional.ofNullable(home.members.get(id)).filter(m -> edge.equals(m.edge()));
  }

  /** A node has lost a member, by a session that need not be the present one. */
  private void lost(Member member, TokenHash token, Change how) {
    if (member.tokenHash().equals(token)) {
      rooms.lostElsewhere(member, how, now);
    } else if (member.silence(now) > ANSWER_PATIENCE.toNanos()) {
      // The answer was lost that would have told the node of the present one.
      loseSession(member);
    }
  }

  /**
   * A node was not told of the session that it has asked for: the member may come back to any.
   *
   * @param token of the session
   */
  void withheld(Member member, TokenHash token) {
    if (!member.isGone() && member.isElsewhere() && member.tokenHash().equals(token)) {
      loseSession(member);
    }
  }

  private void loseSession(Member member) {
    sessionEnded(member, member.edge());
    rooms.loseEdge(member, now);
  }

  /** Compares who is at a node, as it says, with who should be. */
  private void present(Home home, String edge, Letter.Received record) {
    boolean isAnybody = record.body().hasRemaining();
    Set<Long> there = new HashSet<>();
    while (record.body().hasRemaining()) {
      long id = record.body().getLong();
      String token = new String(record.block(), StandardCharsets.US_ASCII);
      Member member = home.members.get(id);
      boolean isSession = member != null && member.tokenHash().hex().equals(token);
      if (isSession && member.isAwaited()) {
        rooms.regainEdge(member, edge);
        home.edges = null;
      }
      if (isSession && edge.equals(member.edge())) {
        there.add(id);
      } else if (member == null || !edge.equals(member.edge())) {
        send(edge, home.room, record(Kind.GONE, home.room).put(id).end());
      }
    }
    lose(home, edge, there);
    if (isAnybody) {
      roll(home, edge);
    }
  }

  /** Asks a member's node whether it is still there. */
  void probe(Member member) {
    close();
    send(member.edge(), member.room(), record(Kind.PROBE, member.room()).put(member.id()).end());
  }

  /** Writes what a node needs to know to have a guest: behind the answer's beginning. */
  void admission(Letter.Writer record, Member member, boolean rejoined) {
    close();
    Home home = homes.get(member.room().name());
    Room room = member.room();
    record
        .put(member.id())
        .text(member.username().value())
        .put(rejoined)
        .put(room.epoch())
        .put(home == null ? 0 : home.sequence)
        .putInt(room.size())
        .put(member.since());
    if (room.backlog() == null) {
      record.put(-1L).putInt(0);
      return;
    }
    long first = room.backlog().first();
    long last = room.backlog().last();
    record.put(last).putInt((int) (last - first + 1));
    for (long number = first; number <= last; number++) {
      byte[] line = new byte[room.backlog().size(number)];
      room.backlog().copy(number, ByteBuffer.wrap(line), 0);
      record.put(room.backlog().sender(number)).block(line);
    }
  }

  /** How many rooms are at home here or being made. */
  int size() {
    return homes.size() + claims.size();
  }
}
