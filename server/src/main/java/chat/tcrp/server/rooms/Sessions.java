package chat.tcrp.server.rooms;

import chat.tcrp.protocol.Credentials;
import chat.tcrp.protocol.Token;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Which token is whose: the present ones, and for a while those from which one may come back. */
final class Sessions {
  /** Who was lost may come back within this time and be sent what was said meanwhile. */
  static final Duration RETURN_TIME = Duration.ofMinutes(10);

  private static final int MAX_DEPARTURES = 10_000;

  /** A membership that has ended against its member's will. */
  private record Departure(Room room, InetAddress ip, boolean sealed, long at) {}

  private final RandomGenerator random;
  private final SealedIds sealedIds;
  private final TokenTable present = new TokenTable();
  private final SealedTable sealed = new SealedTable();

  /**
   * Members by the token with which they rejoined, which lets them rejoin again until the token
   * that they got for it is used.
   */
  private final Map<Token, Member> replaced = new HashMap<>();

  /** Who was lost not long ago, by token. */
  private final Map<Token, Departure> departures =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Token, Departure> eldest) {
          return size() > MAX_DEPARTURES;
        }
      };

  /**
   * Knows of none yet.
   *
   * @param random where tokens come from
   * @param sealedIds hears which sealed sessions there are
   */
  Sessions(RandomGenerator random, SealedIds sealedIds) {
    this.random = random;
    this.sealedIds = sealedIds;
  }

  /** The member whose token lies in the buffer, or null: this is asked for every datagram. */
  Member get(ByteBuffer buffer, int tokenAt, int tokenSize) {
    return present.get(buffer, tokenAt, tokenSize);
  }

  /** The member whose sealed session has this id, or null. */
  Member get(long sessionId) {
    return sealed.get(sessionId);
  }

  /** The member with this token, or null. */
  Member get(Token token) {
    return present.get(token);
  }

  /** Whether the membership goes on. */
  boolean isPresent(Member member) {
    return get(member.token()) == member;
  }

  /** Begins a member's session with a new token. */
  Token begin(Member member, Credentials credentials, Caller caller, long now) {
    Token token = Token.random(random);
    member.begin(token, caller, credentials.batch(), now);
    present.put(member);
    if (member.isSealed()) {
      sealed.put(member.sessionId(), member);
      sealedIds.began(member.sessionId());
    }
    return token;
  }

  /** Begins another session of a member, in place of the one that a token names. */
  Token replace(Member member, Credentials credentials, Caller caller, long now) {
    // Any number of answers may be lost, so what stays good is the token that the client holds, not
    // one that it may never have got.
    Token held = credentials.token().orElseThrow();
    boolean wasSealed = member.isSealed(held);
    end(member);
    Token token = begin(member, credentials, caller, now);
    member.rejoinedWith(held, wasSealed);
    replaced.put(held, member);
    return token;
  }

  /**
   * The member whose session a token takes over. A plain session's token only from the address that
   * it is bound to, since every datagram shows it to whoever listens; a sealed session's from
   * anywhere, but only where nobody listens.
   */
  Optional<Member> earlier(Room room, Credentials credentials, Caller caller) {
    return credentials
        .token()
        .flatMap(
            token ->
                Optional.ofNullable(get(token))
                    .or(() -> replaced(token))
                    .filter(member -> member.room() == room && mayTake(token, member, caller)));
  }

  private static boolean mayTake(Token token, Member member, Caller caller) {
    return member.isSealed(token)
        ? caller.isSealed()
        : isAt(member, caller) && mayAct(member, caller);
  }

  private static boolean isAt(Member member, Caller caller) {
    return member.ip().equals(caller.ip());
  }

  /**
   * Whether a connection is good enough for a member: nobody makes a sealed session a plain one.
   */
  private static boolean mayAct(Member member, Caller caller) {
    return caller.isSealed() || !member.isSealed();
  }

  /** The member who asks with a token, or null. */
  Member authorised(Token token, Caller caller) {
    Member member = get(token);
    return member != null && isAt(member, caller) && mayAct(member, caller) ? member : null;
  }

  private Optional<Member> replaced(Token token) {
    return Optional.ofNullable(replaced.get(token))
        .filter(member -> member.earlierToken().filter(token::equals).isPresent());
  }

  /** The member's token has been used: the one before it is dead now. */
  void used(Member member) {
    member.earlierToken().ifPresent(replaced::remove);
  }

  /** Makes a member's tokens worthless. */
  void end(Member member) {
    present.remove(member.token());
    if (member.isSealed()) {
      sealed.remove(member.sessionId());
      sealedIds.ended(member.sessionId());
    }
    member.earlierToken().ifPresent(replaced::remove);
  }

  /** Remembers who is about to be lost. */
  void lost(Member member, long now) {
    departures.put(
        member.token(), new Departure(member.room(), member.ip(), member.isSealed(), now));
  }

  /** Whether somebody was lost a while ago, and has now come back. */
  boolean hasReturned(Room room, Credentials credentials, Caller caller, long now) {
    return credentials
        .token()
        .map(departures::remove)
        .filter(departure -> departure.room() == room)
        .filter(
            departure ->
                departure.sealed() ? caller.isSealed() : departure.ip().equals(caller.ip()))
        .filter(departure -> now - departure.at() <= RETURN_TIME.toNanos())
        .isPresent();
  }
}
