package chat.tcrp.server.rooms;

import chat.tcrp.protocol.ServerDatagram;
import chat.tcrp.protocol.Token;
import chat.tcrp.protocol.Username;
import chat.tcrp.server.base.Peer;
import java.net.InetAddress;
import java.time.Duration;
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
  private final Username username;
  private final byte[] prefix;
  private Token token;
  private Token earlierToken;
  private InetAddress ip;
  private boolean batch;
  private Peer peer;
  private long lastHeard;

  /** How many keepalives came in a row, none of them long after the one before; at most CADENCE. */
  private int keepalives;

  private long lastKeepalive;

  Member(Room room, Username username) {
    this.room = room;
    this.username = username;
    this.prefix = ServerDatagram.textPrefix(username);
  }

  /**
   * Begins a session. Where an earlier one sent to is forgotten, but not that it kept a cadence: if
   * the answer to a rejoin is lost, nobody uses the new session, and it must not hold the name for
   * long.
   */
  void begin(Token newToken, InetAddress newIp, boolean acceptsBatches, long now) {
    earlierToken = null;
    token = newToken;
    ip = newIp;
    if (batch != acceptsBatches) {
      room.countBatchMember(acceptsBatches ? 1 : -1);
      batch = acceptsBatches;
    }
    setPeer(null);
    lastHeard = now;
  }

  public Room room() {
    return room;
  }

  Username username() {
    return username;
  }

  /** What stands before the member's messages. */
  public byte[] prefix() {
    return prefix;
  }

  Token token() {
    return token;
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

  /** Remembers the token that this session was begun with, in case the answer is lost. */
  void rejoinedWith(Token held) {
    earlierToken = held;
  }

  /** The token before this one, as long as this one has not been used. */
  Optional<Token> earlierToken() {
    return Optional.ofNullable(earlierToken);
  }

  /** Sends to this address from now on; the token has been proven from there. */
  void register(Peer newPeer) {
    setPeer(newPeer);
    earlierToken = null;
  }

  private void setPeer(Peer newPeer) {
    peer = newPeer;
    room.peer(this, newPeer);
  }

  public void heard(long now, boolean keepalive) {
    lastHeard = now;
    if (now - lastKeepalive > CADENCE_GAP_NANOS) {
      keepalives = 0;
    }
    if (keepalive) {
      keepalives = Math.min(CADENCE, keepalives + 1);
      lastKeepalive = now;
    }
    peer.heard();
  }

  /** For how long the member has sent nothing, in nanoseconds. */
  long silence(long now) {
    return now - lastHeard;
  }

  /** Whether the member sends keepalives steadily, so that missing ones mean something. */
  boolean keepsCadence() {
    return keepalives == CADENCE;
  }
}
