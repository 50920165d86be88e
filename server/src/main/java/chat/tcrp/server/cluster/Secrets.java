package chat.tcrp.server.cluster;

import chat.tcrp.protocol.Credentials;
import chat.tcrp.protocol.Password;
import chat.tcrp.protocol.ProtocolException;
import chat.tcrp.protocol.Request;
import chat.tcrp.protocol.RoomName;
import chat.tcrp.protocol.Token;
import chat.tcrp.server.rooms.TokenHash;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.UnaryOperator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Keeps what clients alone shall know from other nodes, and from who can read what nodes say: a
 * password is replaced by its HMAC under the key that the nodes of the cluster share and the room's
 * name, a token by its hash.
 */
final class Secrets {
  private static final String ALGORITHM = "HmacSHA256";

  private final SecretKeySpec key;

  /**
   * Takes the key.
   *
   * @param key which all nodes of the cluster have, and nobody else; at least 32 bytes
   */
  Secrets(byte[] key) {
    this.key = new SecretKeySpec(key, ALGORITHM);
  }

  /** The request with no password in it. */
  Request withoutPassword(Request request) {
    return switch (request) {
      case Request.Create(RoomName room, Credentials who) ->
          new Request.Create(room, with(who, hidden(room, who.password()), who.token()));
      case Request.Join(RoomName room, Credentials who) ->
          new Request.Join(room, with(who, hidden(room, who.password()), who.token()));
      default -> request;
    };
  }

  private Optional<Password> hidden(RoomName room, Optional<Password> password) {
    return password.map(
        given -> {
          try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            byte[] name = room.encode();
            mac.update((byte) name.length);
            mac.update(name);
            return new Password(HexFormat.of().formatHex(mac.doFinal(given.encode())));
          } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime has " + ALGORITHM, e);
          }
        });
  }

  private static Credentials with(
      Credentials who, Optional<Password> password, Optional<Token> token) {
    return new Credentials(
        who.username(),
        password,
        token,
        who.batch(),
        who.since(),
        who.history(),
        who.sealed(),
        who.stay());
  }

  /** The request with the hash of its token in the token's place. */
  static Request withoutToken(Request request) {
    UnaryOperator<Token> hash = Secrets::hash;
    return switch (request) {
      case Request.Create(RoomName room, Credentials who) ->
          new Request.Create(room, with(who, who.password(), who.token().map(hash)));
      case Request.Join(RoomName room, Credentials who) ->
          new Request.Join(room, with(who, who.password(), who.token().map(hash)));
      case Request.Leave r -> new Request.Leave(r.room(), hash(r.token()));
      case Request.Members r -> new Request.Members(r.room(), hash(r.token()));
      case Request.Kick r -> new Request.Kick(r.room(), hash(r.token()), r.username());
      case Request.Ban r -> new Request.Ban(r.room(), hash(r.token()), r.username());
      case Request.Unban r -> new Request.Unban(r.room(), hash(r.token()), r.username());
      case Request.Topic r -> new Request.Topic(r.room(), hash(r.token()), r.topic());
      case Request.Host r -> new Request.Host(r.room(), hash(r.token()), r.username());
      case Request.Away r -> new Request.Away(r.room(), hash(r.token()), r.text());
      case Request.Rooms r -> r;
    };
  }

  private static Token hash(Token token) {
    try {
      return Token.decode(TokenHash.of(token).hex().getBytes(StandardCharsets.US_ASCII));
    } catch (ProtocolException e) {
      throw new IllegalStateException("64 bytes are a token", e);
    }
  }
}
