package chat.tcrp.client.face;

import chat.tcrp.client.session.SessionConfig;
import chat.tcrp.protocol.Username;

/**
 * What a face calls where one is, and as whom. At which server that is, the conversation knows.
 *
 * @param name the room's name, or "lobby"
 * @param username our name
 */
public record Place(String name, Username username) {
  public static Place of(SessionConfig config) {
    return new Place(config.room().value(), config.username());
  }

  public static Place lobby(Username username) {
    return new Place("lobby", username);
  }
}
