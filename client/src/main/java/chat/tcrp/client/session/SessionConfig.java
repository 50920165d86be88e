package chat.tcrp.client.session;

import chat.tcrp.protocol.Credentials;
import chat.tcrp.protocol.Password;
import chat.tcrp.protocol.ProtocolException;
import chat.tcrp.protocol.Request;
import chat.tcrp.protocol.RoomName;
import chat.tcrp.protocol.Token;
import chat.tcrp.protocol.Username;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Which room to enter, and as whom.
 *
 * @param servers where the server is, or several that act as one, in the order in which they are
 *     tried
 * @param room the room
 * @param username our name in it
 * @param password the room's password
 * @param create whether to make the room and be its host, instead of joining it
 * @param trust decides whether the server is the one that is meant; empty to encrypt nothing
 * @param rules what the room is made with, if it is made
 */
public record SessionConfig(
    List<ServerAddress> servers,
    RoomName room,
    Username username,
    Optional<Password> password,
    boolean create,
    Optional<Trust> trust,
    RoomRules rules) {
  /**
   * Checks the servers.
   *
   * @throws IllegalArgumentException when there is none
   */
  public SessionConfig {
    servers = List.copyOf(servers);
    if (servers.isEmpty()) {
      throw new IllegalArgumentException("a session needs a server");
    }
  }

  /**
   * A config of a session that encrypts nothing.
   *
   * @param server where the server is
   * @param room the room
   * @param username our name in it
   * @param password the room's password
   * @param create whether to make the room and be its host, instead of joining it
   */
  public SessionConfig(
      ServerAddress server,
      RoomName room,
      Username username,
      Optional<Password> password,
      boolean create) {
    this(List.of(server), room, username, password, create, Optional.empty(), RoomRules.USUAL);
  }

  /**
   * To join a room that is there.
   *
   * @param server where the server is
   * @param room the room
   * @param username our name in it
   * @return a config without a password and not encrypted; {@link #with} and {@link #sealed} change
   *     that
   */
  public static SessionConfig join(ServerAddress server, RoomName room, Username username) {
    return new SessionConfig(server, room, username, Optional.empty(), false);
  }

  /**
   * To make a room and be its host.
   *
   * @param server where the server is
   * @param room the room
   * @param username our name in it
   * @return a config without a password and not encrypted; {@link #with} and {@link #sealed} change
   *     that
   */
  public static SessionConfig create(ServerAddress server, RoomName room, Username username) {
    return new SessionConfig(server, room, username, Optional.empty(), true);
  }

  /**
   * The request that enters the room, taking the session of an earlier token over if there is one.
   *
   * @param since the number of the last line that we have had
   * @param host whether the room is ours, and made anew if it is not there
   */
  Request request(Optional<Token> earlier, long since, boolean host) {
    // Lines may come several in a datagram: it costs us nothing, and spares the server under load.
    Credentials credentials =
        new Credentials(
            username,
            password,
            earlier,
            true,
            Optional.of(since),
            host && rules.history(),
            host && rules.sealedOnly(),
            host && rules.stayOpen());
    return host ? new Request.Create(room, credentials) : new Request.Join(room, credentials);
  }

  /** The request that needs most room of all that {@link #request} gives. */
  Request longestRequest() {
    try {
      byte[] token = "x".repeat(Token.MAX_BYTES).getBytes(StandardCharsets.US_ASCII);
      return request(Optional.of(Token.decode(token)), Long.MAX_VALUE, create);
    } catch (ProtocolException e) {
      throw new IllegalStateException("a token may be so long", e);
    }
  }

  /**
   * The same at one of several servers, which have to be nodes of one cluster: when one does not
   * answer any more, the session goes on at another.
   *
   * @param newServers in the order in which they are tried
   * @return a config that differs in the servers alone
   */
  public SessionConfig at(List<ServerAddress> newServers) {
    return new SessionConfig(newServers, room, username, password, create, trust, rules);
  }

  /**
   * The same under another name.
   *
   * @param newUsername the other name
   * @return a config that differs in the name alone
   */
  public SessionConfig as(Username newUsername) {
    return new SessionConfig(servers, room, newUsername, password, create, trust, rules);
  }

  /**
   * The same with another password.
   *
   * @param newPassword the other password
   * @return a config that differs in the password alone
   */
  public SessionConfig with(Password newPassword) {
    return new SessionConfig(
        servers, room, username, Optional.of(newPassword), create, trust, rules);
  }

  /**
   * The same, encrypted.
   *
   * @param newTrust decides whether the server is the one that is meant
   * @return a config that differs in that alone
   */
  public SessionConfig sealed(Trust newTrust) {
    return new SessionConfig(
        servers, room, username, password, create, Optional.of(newTrust), rules);
  }

  /**
   * The same, with a room that is made otherwise.
   *
   * @param newRules what the room is made with
   * @return a config that differs in that alone
   */
  public SessionConfig with(RoomRules newRules) {
    return new SessionConfig(servers, room, username, password, create, trust, newRules);
  }
}
