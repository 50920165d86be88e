package chat.tcrp.client.face;

import chat.tcrp.client.session.ServerAddress;
import chat.tcrp.client.session.SessionConfig;
import chat.tcrp.protocol.Username;

/**
 * Where one is, and as whom, as a face shows it.
 *
 * @param server the server
 * @param name the room's name, or "lobby"
 * @param username our name
 */
public record Place(ServerAddress server, String name, Username username) {
  public static Place of(SessionConfig config) {
    return new Place(config.server(), config.room().value(), config.username());
  }

  public static Place lobby(ServerAddress server, Username username) {
    return new Place(server, "lobby", username);
  }
}
