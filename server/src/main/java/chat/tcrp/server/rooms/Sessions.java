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
  private record Departure(Room room, InetAddress ip, long at) {}

  private final RandomGenerator random;
  private final TokenTable present = new TokenTable();

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

  Sessions(RandomGenerator random) {
    this.random = random;
  }

  /** The member whose token lies in the buffer, or null: this is asked for every datagram. */
  Member get(ByteBuffer buffer, int tokenAt, int tokenSize) {
    return present.get(buffer, tokenAt, tokenSize);
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
  Token begin(Member member, Credentials credentials, InetAddress from, long now) {
    Token token = Token.random(random);
    member.begin(token, from, credentials.batch(), now);
    present.put(member);
    return token;
  }

  /** Begins another session of a member, in place of the one that a token names. */
  Token replace(Member member, Credentials credentials, InetAddress from, long now) {
    // Any number of answers may be lost, so what stays good is the token that the client holds, not
    // one that it may never have got.
    Token held = credentials.token().orElseThrow();
    end(member);
    Token token = begin(member, credentials, from, now);
    member.rejoinedWith(held);
    replaced.put(held, member);
    return token;
  }

  /**
   * The member whose session a token takes over: only from the address that it is bound to, since
   * every datagram shows it to whoever listens.
   */
  Optional<Member> earlier(Room room, Credentials credentials, InetAddress from) {
    return credentials
        .token()
        .flatMap(token -> Optional.ofNullable(get(token)).or(() -> replaced(token)))
        .filter(member -> member.room() == room && member.ip().equals(from));
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
    member.earlierToken().ifPresent(replaced::remove);
  }

  /** Remembers who is about to be lost. */
  void lost(Member member, long now) {
    departures.put(member.token(), new Departure(member.room(), member.ip(), now));
  }

  /** Whether somebody was lost a while ago, and has now come back. */
  boolean hasReturned(Room room, Credentials credentials, InetAddress from, long now) {
    return credentials
        .token()
        .map(departures::remove)
        .filter(departure -> departure.room() == room && departure.ip().equals(from))
        .filter(departure -> now - departure.at() <= RETURN_TIME.toNanos())
        .isPresent();
  }
}
