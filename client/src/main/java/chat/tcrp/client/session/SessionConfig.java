package chat.tcrp.client.session;

import chat.tcrp.protocol.Credentials;
import chat.tcrp.protocol.Password;
import chat.tcrp.protocol.Request;
import chat.tcrp.protocol.RoomName;
import chat.tcrp.protocol.Token;
import chat.tcrp.protocol.Username;
import java.util.Optional;

/**
 * Which room to enter, and as whom.
 *
 * @param server where the server is
 * @param room the room
 * @param username our name in it
 * @param password the room's password
 * @param create whether to make the room and be its host, instead of joining it
 * @param history for a room that we make, whether newcomers are sent what was said lately
 */
public record SessionConfig(
    ServerAddress server,
    RoomName room,
    Username username,
    Optional<Password> password,
    boolean create,
    boolean history) {
  /**
   * A config of a room that sends newcomers nothing of what was said before they came.
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
    this(server, room, username, password, create, false);
  }

  /**
   * To join a room that is there.
   *
   * @param server where the server is
   * @param room the room
   * @param username our name in it
   * @return a config without a password; {@link #with} adds one
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
   * @return a config without a password; {@link #with} adds one
   */
  public static SessionConfig create(ServerAddress server, RoomName room, Username username) {
    return new SessionConfig(server, room, username, Optional.empty(), true);
  }

  /**
   * The request that enters the room, taking the session of an earlier token over if there is one.
   *
   * @param since the number of the last line that we have had
   */
  Request request(Optional<Token> earlier, long since) {
    // Lines may come several in a datagram: it costs us nothing, and spares the server under load.
    Credentials credentials =
        new Credentials(username, password, earlier, true, Optional.of(since), create && history);
    return create ? new Request.Create(room, credentials) : new Request.Join(room, credentials);
  }

  /**
   * The same under another name.
   *
   * @param newUsername the other name
   * @return a config that differs in the name alone
   */
  public SessionConfig as(Username newUsername) {
    return new SessionConfig(server, room, newUsername, password, create, history);
  }

  /**
   * The same with another password.
   *
   * @param newPassword the other password
   * @return a config that differs in the password alone
   */
  public SessionConfig with(Password newPassword) {
    return new SessionConfig(server, room, username, Optional.of(newPassword), create, history);
  }

  /**
   * The same for a room, if we make it, that sends newcomers what was said lately.
   *
   * @return a config that differs in that alone
   */
  public SessionConfig withHistory() {
    return new SessionConfig(server, room, username, password, create, true);
  }
}
