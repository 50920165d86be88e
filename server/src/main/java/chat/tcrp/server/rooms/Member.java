package chat.tcrp.server.rooms;

import chat.tcrp.protocol.AwayText;
import chat.tcrp.protocol.ClientDatagram;
import chat.tcrp.protocol.MemberInfo;
import chat.tcrp.protocol.Opener;
import chat.tcrp.protocol.SealKeys;
import chat.tcrp.protocol.Sealer;
import chat.tcrp.protocol.ServerDatagram;
import chat.tcrp.protocol.Token;
import chat.tcrp.protocol.Username;
import chat.tcrp.server.base.Peer;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Someone in a room: the name, which is for good, and the session, which a rejoin replaces. */
public final class Member {
  /**
   * So many keepalives, each soon after the one before, show that their end means something. One or
   * two do not: people press Enter on an empty line, and some clients register with exactly one.
   */
  private static final int CADENCE = 3;

  private static final long CADENCE_GAP_NANOS = Duration.ofSeconds(15).toNanos();

  private final Room room;
  private final long id;
  private final Username username;
  private final String key;
  private final byte[] prefix;
  private InetAddress placeOf;
  private boolean registered;
  private Token token;

  /** The token before this one, as long as this one has not been used; null for none. */
  private List<MemberState.Earlier> earlier = List.of();

  /** Whether it was another server's, and has neither rejoined nor been heard by this one. */
  private boolean awaited;

  /** What is kept of the token that the client holds; null when the token itself is known. */
  private TokenHash held;

  private InetAddress ip;

  /** The node of the cluster that has the session; null when this one has, or nobody. */
  private String edge;

  /** What opens the member's datagrams, and seals those for it; null in a plain session. */
  private Opener opener;

  private Sealer sealer;
  private long sessionId;
  private boolean sealed;
  private boolean batch;
  private Peer peer;
  private long lastHeard;

  /** When the member last said something, or came. */
  private long lastSpoke;

  private Optional<AwayText> away = Optional.empty();

  /** Since when the member is away, or back. */
  private long awaySince;

  /** Who the member was last told to be away, and since when; null for nobody. */
  private Member toldOf;

  private long toldSince;

  /** How many keepalives came in a row, none of them long after the one before; at most CADENCE. */
  private int keepalives;

  private long lastKeepalive;

  private Budget budget;

  /** Whether the client wants to be told the numbers of lines, and sent what it has missed. */
  private boolean follows;

  /** Whether lines are missing, and the number of the last that was sent before them. */
  private boolean behind;

  private long sent;

  private boolean gone;

  Member(Room room, long id, Username username) {
    this.room = room;
    this.id = id;
    this.username = username;
    this.key = username.key();
    this.prefix = ServerDatagram.textPrefix(username);
  }

  /**
   * Begins a session. Where an earlier one sent to is forgotten, but not that it kept a cadence: if
   * the answer to a rejoin is lost, nobody uses the new session, and it must not hold the name for
   * long.
   */
  void begin(Token newToken, Caller caller, boolean acceptsBatches, long now) {
    earlier = List.of();
    awaited = false;
    held = caller.via().map(Caller.Via::token).orElse(null);
    edge(caller.via().map(Caller.Via::node).orElse(null));
    token = newToken;
    ip = caller.ip();
    Optional<SealKeys> keys = caller.keys();
    opener = keys.map(SealKeys::clientOpener).orElse(null);
    sealer = keys.map(SealKeys::serverSealer).orElse(null);
    sessionId = keys.map(SealKeys::sessionId).orElse(0L);
    sealed = caller.isSealed();
    room.membersChanged();
    batch(acceptsBatches);
    follows = false;
    behind = false;
    setPeer(null);
    lastHeard = now;
  }

  private void edge(String node) {
    if ((edge == null) != (node == null)) {
      room.countElsewhere(node == null ? -1 : 1);
    }
    edge = node;
  }

  /** The node that has the session; null when this one has, or nobody. */
  public String edge() {
    return edge;
  }

  /** Whether another node has the session. */
  public boolean isElsewhere() {
    return edge != null;
  }

  /** The node that has the session is no more: the member may come back to any. */
  void loseEdge(long now) {
    edge(null);
    awaited = true;
    lastHeard = now;
  }

  /** Is waited for from now on, and not since it was heard last. */
  void waitAnew(long now) {
    lastHeard = now;
  }

  /** The node that had the session is there again, and has it still. */
  void regainEdge(String node) {
    edge(node);
    awaited = false;
  }

  /** By which the nodes of a cluster call it; nobody else in the room ever has the same. */
  public long id() {
    return id;
  }

  /** Goes on with the session that it had as a guest. */
  void continueAs(Member guest) {
    token = guest.token;
    held = null;
    awaited = false;
    edge(null);
    ip = guest.ip;
    opener = guest.opener;
    sealer = guest.sealer;
    sessionId = guest.sessionId;
    sealed = guest.sealed;
    registered = guest.registered;
    batch(guest.batch);
    lastHeard = guest.lastHeard;
    lastSpoke = guest.lastSpoke;
    keepalives = guest.keepalives;
    lastKeepalive = guest.lastKeepalive;
    budget = guest.budget;
    follows = guest.follows;
    behind = guest.behind;
    sent = guest.sent;
    setPeer(guest.peer);
  }

  private void batch(boolean acceptsBatches) {
    if (batch != acceptsBatches) {
      room.countBatchMember(acceptsBatches ? 1 : -1);
      batch = acceptsBatches;
    }
  }

  /**
   * Is what it was with another server, but for the keys of a sealed session, and that nothing can
   * be sent to it before it has been heard.
   *
   * @param unknown a token that nobody has, in place of the one that the client will show
   */
  void restore(MemberState state, Token unknown, long now) {
    token = unknown;
    edge(state.edge().orElse(null));
    awaited = edge == null;
    held = state.token();
    earlier = state.earlier();
    ip = state.ip();
    sealed = state.sealed();
    registered = state.heard();
    away = state.away();
    awaySince = now;
    lastHeard = now;
    batch(state.batch());
    if (state.follows() && room.backlog() != null) {
      follow(room.backlog().last());
    }
    takesPlaceOf(state.placeOf(), now);
    lastSpoke = now - state.idle().toNanos();
  }

  /** The client has shown the token that it holds. */
  void hasComeBackWith(Token shown) {
    token = shown;
    held = null;
  }

  /** Whether it was another server's, and has neither rejoined nor been heard by this one. */
  public boolean isAwaited() {
    return awaited;
  }

  /** What is kept of the token that the client holds. */
  public TokenHash tokenHash() {
    return held != null ? held : TokenHash.of(token);
  }

  /** What another server has to know of it. */
  public MemberState state(long now) {
    return new MemberState(
        id,
        Optional.ofNullable(edge),
        username,
        ip,
        placeOf,
        tokenHash(),
        earlier(),
        sealed,
        registered,
        batch,
        follows(),
        Duration.ofNanos(now - lastSpoke),
        away);
  }

  /** What is said from the line after this one on is to be sent. */
  void follow(long since) {
    follows = true;
    sent = since;
  }

  /** The number of the line after which lines are to be sent; -1 when none are counted. */
  public long since() {
    return follows() ? sent : -1;
  }

  /** Whether the client wants to be told the numbers of lines. */
  public boolean follows() {
    return follows && room.backlog() != null;
  }

  /** Whether lines are still to be sent that the member has missed. */
  public boolean isBehind() {
    return behind;
  }

  /** The number of the last line that was sent, or is not kept any more. */
  public long sent() {
    return behind ? Math.max(sent, room.backlog().first() - 1) : room.backlog().last();
  }

  /** The lines up to this one have been sent; when there are no more, the member is up to date. */
  public void sent(long number) {
    sent = number;
    if (number == room.backlog().last()) {
      behind = false;
      setPeer(peer);
    }
  }

  /** The membership has ended. */
  void end() {
    gone = true;
  }

  /** Whether the membership has ended. */
  public boolean isGone() {
    return gone;
  }

  /** Remembers whose place the membership takes, see {@link Places}, since when. */
  void takesPlaceOf(InetAddress address, long now) {
    placeOf = address;
    lastSpoke = now;
    budget = new Budget(now);
  }

  /** The address that the membership is counted for. */
  InetAddress placeOf() {
    return placeOf;
  }

  /** Whether a datagram has ever come. */
  boolean isRegistered() {
    return registered;
  }

  /** Whether something can be sent to it. */
  public boolean isReachable() {
    return peer != null || (edge != null && registered);
  }

  /** A datagram has come to the node that has the session. */
  void registerElsewhere() {
    registered = true;
    earlier = List.of();
  }

  public Room room() {
    return room;
  }

  public Username username() {
    return username;
  }

  /** What stands before the member's messages to one other alone. */
  public byte[] privatePrefix() {
    return ServerDatagram.privatePrefix(username);
  }

  /** What stands before the member's messages. */
  public byte[] prefix() {
    return prefix;
  }

  Token token() {
    return token;
  }

  /** Whether the session is sealed. */
  public boolean isSealed() {
    return sealed;
  }

  /** What opens the member's datagrams; null in a plain session, and until a rejoin. */
  public Opener opener() {
    return opener;
  }

  /** The id that the datagrams of a sealed session carry. */
  long sessionId() {
    return sessionId;
  }

  /** The greatest size of a message: what fits in a plain datagram, also in a sealed session. */
  public int maxMessageBytes() {
    return ClientDatagram.MAX_BYTES - 2 - room.nameBytes().length - Token.RANDOM_BYTES;
  }

  /** The address to which the token is bound. */
  public InetAddress ip() {
    return ip;
  }

  /** Whether several lines may be sent in one datagram. */
  public boolean batch() {
    return batch;
  }

  boolean isHost() {
    return room.host() == this;
  }

  /**
   * Where to send to; null until a datagram has proven the token. The relay asks for every
   * delivery.
   */
  public Peer peer() {
    return peer;
  }

  /** Remembers the tokens that the client may hold instead of the present one. */
  void mayHold(List<MemberState.Earlier> tokens) {
    earlier = List.copyOf(tokens);
  }

  /** The tokens before this one that are good for a rejoin, until this one has been used. */
  List<MemberState.Earlier> earlier() {
    return earlier;
  }

  /** Sends to this address from now on; the token has been proven from there. */
  void register(Peer newPeer) {
    registered = true;
    awaited = false;
    if (peer == null && follows()) {
      behind = sent < room.backlog().last();
    }
    newPeer.seal(sealer);
    setPeer(newPeer);
    earlier = List.of();
  }

  private void setPeer(Peer newPeer) {
    peer = newPeer;
    // Lines that are said now come behind those that are missing.
    room.peer(this, behind ? null : newPeer);
  }

  /** Said something by way of another node. */
  public void spoke(long now) {
    lastSpoke = now;
  }

  public void heard(long now, boolean keepalive) {
    lastHeard = now;
    if (now - lastKeepalive > CADENCE_GAP_NANOS) {
      keepalives = 0;
    }
    if (keepalive) {
      keepalives = Math.min(CADENCE, keepalives + 1);
      lastKeepalive = now;
    } else {
      lastSpoke = now;
    }
    peer.heard();
  }

  /** What must be unique in the room, see {@link Username#key}. */
  String key() {
    return key;
  }

  /** What it may still cause. */
  public Budget budget() {
    return budget;
  }

  /** The member is away and says so, or back. */
  void away(Optional<AwayText> text, long now) {
    away = text;
    awaySince = now;
    room.membersChanged();
  }

  /**
   * What another, to whom this member has written, has said about being away; not twice in a row.
   */
  public Optional<AwayText> newsOf(Member other) {
    if (other.away.isEmpty() || (toldOf == other && toldSince == other.awaySince)) {
      return Optional.empty();
    }
    toldOf = other;
    toldSince = other.awaySince;
    return other.away;
  }

  /** The member as it is listed. */
  MemberInfo info(long now) {
    return new MemberInfo(
        username,
        isHost(),
        isSealed(),
        Optional.of(Duration.ofSeconds(Duration.ofNanos(now - lastSpoke).toSeconds())),
        away.map(AwayText::text));
  }

  /** At least the bytes of the texts in that. */
  int infoBytes() {
    return prefix.length + (away.isPresent() ? AwayText.MAX_BYTES : 0);
  }

  /** For how long the member has sent nothing to this node, in nanoseconds. */
  public long silence(long now) {
    return now - lastHeard;
  }

  /** Whether the member sends keepalives steadily, so that missing ones mean something. */
  boolean keepsCadence() {
    return keepalives == CADENCE;
  }
}
