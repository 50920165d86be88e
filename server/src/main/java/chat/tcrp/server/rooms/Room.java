package chat.tcrp.server.rooms;

import chat.tcrp.protocol.ClientDatagram;
import chat.tcrp.protocol.Credentials;
import chat.tcrp.protocol.RoomName;
import chat.tcrp.protocol.RoomTopic;
import chat.tcrp.protocol.Username;
import chat.tcrp.server.base.Peer;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;

/** A room: who is in it, and who hosts it. */
public final class Room {
  /** So many bits of a member's number count the members of one reign. */
  private static final int EPOCH_SHIFT = 24;

  private final RoomName name;
  private final byte[] nameBytes;
  private final Optional<PasswordHash> password;
  private Member[] members = new Member[4];

  /**
   * Where the members' datagrams go, at the same places: a delivery then looks at nothing else of a
   * member, most of whom are in no cache by the time of the room's next message.
   */
  private Peer[] peers = new Peer[4];

  private int size;
  private final Map<String, Member> byName = new HashMap<>();
  private Member host;
  private final InetAddress placeOf;

  /** The node that decides about the room; empty when this one does. */
  private String home = "";

  /** Of which reign of a home the numbers of members are; each has a greater one. */
  private long epoch;

  private int admissions;

  /** How many members other nodes have: of a room that is at home here, or of another. */
  private int elsewhere;

  private final boolean history;
  private final boolean sealed;
  private final boolean stays;
  private final Bans bans = new Bans();
  private RoomTopic topic = RoomTopic.NONE;

  /** Null as long as nobody wants one. */
  private Backlog backlog;

  /** The members as they were listed last, when, and whether they still are the same. */
  private Listing listing;

  private long listed;
  private boolean listingIsCurrent;
  private int batchMembers;
  private int busyIndex = -1;

  /** How many messages have been taken in for it, and sent to its members, so far. */
  private long messages;

  private long deliveries;
  private final RoomTraffic traffic = new RoomTraffic();

  /** Whether anybody had said anything before another server left it to us. */
  private boolean spokenInBefore;

  /**
   * Makes a room with its host.
   *
   * @param founder what the host says of itself and the room
   * @param placeOf the address that the room is counted for
   * @param epoch of the reign in which it is made
   */
  Room(
      RoomName name,
      Optional<PasswordHash> password,
      Credentials founder,
      InetAddress placeOf,
      long epoch) {
    this.epoch = epoch;
    this.history = founder.history();
    this.sealed = founder.sealed();
    this.stays = founder.stay();
    this.placeOf = placeOf;
    this.name = name;
    this.nameBytes = name.encode();
    this.password = password;
    this.host = enter(founder.username());
  }

  /** Makes a room as another server had it; who its members are is told by {@link #enter}. */
  Room(RoomState state) {
    this.history = state.history();
    this.sealed = state.sealed();
    this.stays = state.stays();
    this.placeOf = state.placeOf();
    this.name = state.name();
    this.nameBytes = name.encode();
    this.password = state.password();
    this.topic = state.topic();
    this.spokenInBefore = state.spokenIn();
    state.bans().forEach(ban -> bans.add(ban.key(), ban.network()));
  }

  /** Makes a room that is at home at another node, for members that are guests here. */
  Room(RoomName name, String home, long epoch) {
    this.history = false;
    this.sealed = false;
    this.stays = false;
    this.placeOf = InetAddress.getLoopbackAddress();
    this.name = name;
    this.nameBytes = name.encode();
    this.password = Optional.empty();
    this.home = home;
    this.epoch = epoch;
  }

  /** Whether another node decides about the room, and its members here are guests. */
  public boolean isGuest() {
    return !home.isEmpty();
  }

  /** The node that decides about the room; empty when this one does. */
  public String home() {
    return home;
  }

  /** Which reign of a home this is: each has a greater number than the one before. */
  public long epoch() {
    return epoch;
  }

  /** Another reign begins. */
  public void epoch(long newEpoch) {
    epoch = newEpoch;
    admissions = 0;
  }

  /** Another node decides about the room from now on. */
  public void home(String newHome, long newEpoch) {
    home = newHome;
    epoch(newEpoch);
  }

  /** How many members other nodes have. */
  public int elsewhere() {
    return elsewhere;
  }

  /** Of a guest room: how many members other nodes have. */
  public void elsewhere(int count) {
    elsewhere = count;
  }

  void countElsewhere(int difference) {
    elsewhere += difference;
  }

  /** How many hear what a member says. */
  public int audience() {
    return size - 1 + (isGuest() ? elsewhere : 0);
  }

  /** What another server has to know of it, but for the members besides its host. */
  public RoomState stateOfHost(long now) {
    return state(List.of(host.state(now)), 0);
  }

  /** What another server has to know of it. */
  RoomState state(long now) {
    return state(
        members().stream().map(member -> member.state(now)).toList(), members().indexOf(host));
  }

  private RoomState state(List<MemberState> of, int hostAt) {
    return new RoomState(
        name,
        password,
        placeOf,
        history,
        sealed,
        stays,
        isSpokenIn(),
        topic,
        backlog == null ? OptionalLong.empty() : OptionalLong.of(backlog.last()),
        bans.state(),
        of,
        hostAt);
  }

  /** Whether a datagram is for this room. */
  boolean isNamedIn(ClientDatagram.View datagram, ByteBuffer memory) {
    if (nameBytes.length != datagram.roomSize()) {
      return false;
    }
    int at = datagram.roomAt();
    for (int i = 0; i < nameBytes.length; i++) {
      if (memory.get(at + i) != nameBytes[i]) {
        return false;
      }
    }
    return true;
  }

  public RoomName name() {
    return name;
  }

  /** The name on the wire; not to be changed. */
  public byte[] nameBytes() {
    return nameBytes;
  }

  Optional<PasswordHash> password() {
    return password;
  }

  /** The address that the room is counted for. */
  InetAddress placeOf() {
    return placeOf;
  }

  /** Whom the host does not let in. */
  Bans bans() {
    return bans;
  }

  /** Whether newcomers may be sent what was said before they came. */
  boolean hasHistory() {
    return history;
  }

  /** Whether it takes sealed sessions only. */
  boolean isSealed() {
    return sealed;
  }

  /** Whether it goes on when its host leaves. */
  boolean stays() {
    return stays;
  }

  RoomTopic topic() {
    return topic;
  }

  void topic(RoomTopic newTopic) {
    topic = newTopic;
  }

  /** What was said last, for those who come back; null when nothing is kept. */
  public Backlog backlog() {
    return backlog;
  }

  /** Keeps what is said from now on. */
  void keep(Backlog newBacklog) {
    backlog = newBacklog;
  }

  /** The members for those who ask: as they are, or, when they are many, as they just were. */
  Listing listing(long now) {
    boolean isFresh =
        listing != null
            && now - listed < Listing.INTERVAL.toNanos()
            && (listingIsCurrent || listing.isLong());
    if (!isFresh) {
      listing =
          Listing.ofMembers(
              members().stream().map(m -> m.info(now)).toList(),
              members().stream().mapToInt(Member::infoBytes).sum());
      listed = now;
      listingIsCurrent = true;
    }
    return listing;
  }

  /** Something has changed of what is listed. */
  void membersChanged() {
    listingIsCurrent = false;
  }

  public Member host() {
    return host;
  }

  void host(Member newHost) {
    host = newHost;
    membersChanged();
  }

  /** The members in the order in which they came; a view that ends with the next change. */
  public List<Member> members() {
    return Collections.unmodifiableList(Arrays.asList(members).subList(0, size));
  }

  public int size() {
    return size;
  }

  /** The members as the relay wants them: the first {@link #size()} elements, not to be changed. */
  public Member[] memberArray() {
    return members;
  }

  /** Where to send to, member by member; null for who has not registered. Not to be changed. */
  public Peer[] peerArray() {
    return peers;
  }

  /** Keeps where a member's datagrams go from now on; null for nowhere. */
  void peer(Member member, Peer peer) {
    peers[Arrays.asList(members).indexOf(member)] = peer;
  }

  /** How many members accept batches. */
  public int batchMembers() {
    return batchMembers;
  }

  void countBatchMember(int difference) {
    batchMembers += difference;
  }

  /** The place of this room in the relay's present drain, or -1. */
  public int busyIndex() {
    return busyIndex;
  }

  public void busyIndex(int index) {
    busyIndex = index;
  }

  /** Somebody says something. */
  public void spoken() {
    messages++;
  }

  /** What was said has been sent to members so many times. */
  public void delivered(int times) {
    deliveries += times;
  }

  /** How many messages have been taken in for it. */
  long messages() {
    return messages;
  }

  RoomTraffic traffic() {
    return traffic;
  }

  /** How many times a message has been sent to a member. */
  long deliveries() {
    return deliveries;
  }

  /** Whether anybody has ever said anything. */
  boolean isSpokenIn() {
    return spokenInBefore || messages > 0;
  }

  /** The member of this name, or of one that looks like it. */
  public Optional<Member> member(Username username) {
    return Optional.ofNullable(byName.get(username.key()));
  }

  /** Adds a member whose name is free. */
  Member enter(Username username) {
    return enter(epoch << EPOCH_SHIFT | admissions++, username);
  }

  /** Adds a member that has been numbered before. */
  Member enter(long id, Username username) {
    Member member = new Member(this, id, username);
    if (byName.putIfAbsent(member.key(), member) != null) {
      throw new IllegalStateException("username taken");
    }
    if (size == members.length) {
      members = Arrays.copyOf(members, size * 2);
      peers = Arrays.copyOf(peers, size * 2);
    }
    members[size++] = member;
    membersChanged();
    return member;
  }

  /** Takes members out, those that a condition holds for, in one pass. */
  void removeIf(Predicate<Member> condition) {
    int kept = 0;
    for (int i = 0; i < size; i++) {
      Member member = members[i];
      if (condition.test(member)) {
        batchMembers -= member.batch() ? 1 : 0;
        elsewhere -= member.isElsewhere() ? 1 : 0;
        byName.remove(member.key(), member);
      } else {
        members[kept] = member;
        peers[kept] = peers[i];
        kept++;
      }
    }
    membersChanged();
    Arrays.fill(members, kept, size, null);
    Arrays.fill(peers, kept, size, null);
    size = kept;
  }
}
