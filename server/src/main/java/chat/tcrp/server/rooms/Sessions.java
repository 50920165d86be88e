package chat.tcrp.server.rooms;

import chat.tcrp.protocol.Credentials;
import chat.tcrp.protocol.ProtocolException;
import chat.tcrp.protocol.Token;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Which token is whose: the present ones, and for a while those from which one may come back. */
final class Sessions {
  /** Who was lost may come back within this time and be sent what was said meanwhile. */
  static final Duration RETURN_TIME = Duration.ofMinutes(10);

  private static final int MAX_DEPARTURES = 10_000;

  /** So many tokens of a member are good for a rejoin, besides the present one. */
  private static final int MAX_EARLIER = 4;

  /** A membership that has ended against its member's will. */
  private record Departure(Room room, InetAddress ip, boolean sealed, long at) {}

  private final RandomGenerator random;
  private final SealedIds sealedIds;
  private final Elsewhere elsewhere;
  private final TokenTable present = new TokenTable();
  private final SealedTable sealed = new SealedTable();

  /**
   * Members by the token with which they rejoined, which lets them rejoin again until the token
   * that they got for it is used.
   */
  private final Map<TokenHash, Member> replaced = new HashMap<>();

  /** Members whose tokens another server gave, until they show them. */
  private final Map<TokenHash, Member> awaited = new HashMap<>();

  /** In a cluster, members of rooms that are at home here by their tokens, wherever those are. */
  private final Map<TokenHash, Member> atHome = new HashMap<>();

  /** How many sessions other nodes have. */
  private int away;

  /** Who was lost not long ago, by token. */
  private final Map<TokenHash, Departure> departures =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<TokenHash, Departure> eldest) {
          return size() > MAX_DEPARTURES;
        }
      };

  /**
   * Knows of none yet.
   *
   * @param random where tokens come from
   * @param sealedIds hears which sealed sessions there are
   * @param elsewhere where other sessions are
   */
  Sessions(RandomGenerator random, SealedIds sealedIds, Elsewhere elsewhere) {
    this.elsewhere = elsewhere;
    this.random = random;
    this.sealedIds = sealedIds;
  }

  /** The member whose token lies in the buffer, or null: this is asked for every datagram. */
  Member get(ByteBuffer buffer, int tokenAt, int tokenSize) {
    Member member = present.get(buffer, tokenAt, tokenSize);
    if (member != null || awaited.isEmpty() || tokenSize == 0) {
      return member;
    }
    byte[] bytes = new byte[tokenSize];
    buffer.get(tokenAt, bytes);
    try {
      return comeBack(Token.decode(bytes));
    } catch (ProtocolException e) {
      return null;
    }
  }

  /** The member whose sealed session has this id, or null. */
  Member get(long sessionId) {
    return sealed.get(sessionId);
  }

  /** The member with the token that somebody shows, or null. */
  private Member get(Token token, Caller caller) {
    if (caller.via().isPresent()) {
      return atHome.get(hash(token, caller));
    }
    Member member = present.get(token);
    if (member == null && !awaited.isEmpty()) {
      member = comeBack(token);
    }
    return member != null || atHome.isEmpty() ? member : atHome.get(TokenHash.of(token));
  }

  /** What is kept of a token that somebody shows. */
  private static TokenHash hash(Token token, Caller caller) {
    return caller.via().isEmpty()
        ? TokenHash.of(token)
        : new TokenHash(new String(token.encode(), StandardCharsets.US_ASCII));
  }

  /** The member whose token this is, which another server gave; from now on it is known. */
  private Member comeBack(Token token) {
    Member member = awaited.remove(TokenHash.of(token));
    if (member != null) {
      present.remove(member.token());
      member.hasComeBackWith(token);
      present.put(member);
    }
    return member;
  }

  /** The node that has the session of a member at home here is no more. */
  void loseEdge(Member member, long now) {
    away--;
    member.loseEdge(now);
    awaited.put(member.tokenHash(), member);
  }

  /** The node that had the session of a member at home here has it still. */
  void regainEdge(Member member, String node) {
    away++;
    member.regainEdge(node);
    awaited.remove(member.tokenHash());
  }

  /** A member goes on with the session that it had as a guest. */
  void continueAs(Member member, Member guest) {
    // It was expected with the guest's token, and known by one that nobody has.
    present.remove(member.token());
    awaited.remove(member.tokenHash(), member);
    away -= member.isElsewhere() ? 1 : 0;
    present.remove(guest.token());
    if (guest.isSealed()) {
      sealed.remove(guest.sessionId());
    }
    member.continueAs(guest);
    present.put(member);
    if (member.isSealed() && member.opener() != null) {
      sealed.put(member.sessionId(), member);
    }
  }

  /** Expects a member that was another server's to come back with its token. */
  void await(Member member, MemberState state, long now) {
    member.restore(state, Token.random(random), now);
    present.put(member);
    if (member.isElsewhere()) {
      away++;
    } else {
      awaited.put(state.token(), member);
    }
    if (elsewhere.isSomewhere()) {
      atHome.put(state.token(), member);
    }
    state.earlier().forEach(earlier -> replaced.put(earlier.token(), member));
  }

  /** How many sealed sessions there are. */
  int sealed() {
    return sealed.size();
  }

  /** How many others there are here. */
  int plain() {
    return present.size() - sealed.size() - away;
  }

  /** Whether the membership goes on. */
  boolean isPresent(Member member) {
    return present.get(member.token()) == member;
  }

  /** Begins a member's session with a new token. */
  Token begin(Member member, Credentials credentials, Caller caller, long now) {
    return begin(member, credentials, caller, Token.random(random), now);
  }

  /** Begins a member's session with a token that has been drawn. */
  Token begin(Member member, Credentials credentials, Caller caller, Token token, long now) {
    member.begin(token, caller, credentials.batch(), now);
    present.put(member);
    away += member.isElsewhere() ? 1 : 0;
    if (member.opener() != null) {
      sealed.put(member.sessionId(), member);
      sealedIds.began(member.sessionId());
    }
    if (elsewhere.isSomewhere() && !member.room().isGuest()) {
      atHome.put(member.tokenHash(), member);
    }
    return token;
  }

  /** Draws a token for somebody whom another node may let in. */
  Token draw() {
    return Token.random(random);
  }

  /** Begins another session of a member, in place of the one that a token names. */
  Token replace(Member member, Credentials credentials, Caller caller, long now) {
    // Any number of answers may be lost, or requests come late: what stays good is the token that
    // the client has shown, and what it may have got since.
    TokenHash held = hash(credentials.token().orElseThrow(), caller);
    List<MemberState.Earlier> tokens = new ArrayList<>(member.earlier());
    tokens.add(new MemberState.Earlier(member.tokenHash(), member.isSealed()));
    if (tokens.size() > MAX_EARLIER) {
      tokens.remove(tokens.getFirst().token().equals(held) ? 1 : 0);
    }
    String edge = member.edge();
    end(member);
    Token token = begin(member, credentials, caller, now);
    if (edge != null && !edge.equals(member.edge())) {
      elsewhere.sessionEnded(member, edge);
    }
    member.mayHold(tokens);
    tokens.forEach(earlier -> replaced.put(earlier.token(), member));
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
                Optional.ofNullable(get(token, caller))
                    .or(() -> replaced(hash(token, caller)))
                    .filter(
                        member ->
                            member.room() == room && mayTake(hash(token, caller), member, caller)));
  }

  /** Whether nobody else can have seen a token, which is the present or an earlier one. */
  private static boolean isSealed(Member member, TokenHash token) {
    return member.earlier().stream()
        .filter(earlier -> earlier.token().equals(token))
        .findFirst()
        .map(MemberState.Earlier::sealed)
        .orElseGet(member::isSealed);
  }

  private static boolean mayTake(TokenHash token, Member member, Caller caller) {
    return isSealed(member, token)
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
    Member member = get(token, caller);
    return member != null && isAt(member, caller) && mayAct(member, caller) ? member : null;
  }

  private Optional<Member> replaced(TokenHash hash) {
    return Optional.ofNullable(replaced.get(hash))
        .filter(
            member -> member.earlier().stream().anyMatch(before -> before.token().equals(hash)));
  }

  /** The member's token has been used: those before it are dead now. */
  void used(Member member) {
    member.earlier().forEach(earlier -> replaced.remove(earlier.token()));
  }

  /** Makes a member's tokens worthless. */
  void end(Member member) {
    present.remove(member.token());
    away -= member.isElsewhere() ? 1 : 0;
    if (member.opener() != null) {
      sealed.remove(member.sessionId());
      sealedIds.ended(member.sessionId());
    }
    if (!atHome.isEmpty()) {
      atHome.remove(member.tokenHash(), member);
    }
    member.earlier().forEach(earlier -> replaced.remove(earlier.token()));
    if (!awaited.isEmpty()) {
      awaited.remove(member.tokenHash());
    }
  }

  /** Remembers who is about to be lost. */
  void lost(Member member, long now) {
    departures.put(
        member.tokenHash(), new Departure(member.room(), member.ip(), member.isSealed(), now));
  }

  /** Whether somebody was lost a while ago, and has now come back. */
  boolean hasReturned(Room room, Credentials credentials, Caller caller, long now) {
    return credentials
        .token()
        .map(token -> departures.remove(hash(token, caller)))
        .filter(departure -> departure.room() == room)
        .filter(
            departure ->
                departure.sealed() ? caller.isSealed() : departure.ip().equals(caller.ip()))
        .filter(departure -> now - departure.at() <= RETURN_TIME.toNanos())
        .isPresent();
  }
}
