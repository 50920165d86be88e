package chat.tcrp.protocol;

import java.util.Objects;
import java.util.Optional;

/**
 * What someone says of themselves when creating or joining a room (payload of operations 1 and 2).
 *
 * <p>On the wire it is the username alone, in UTF-8, when there is nothing else to say, and
 * otherwise a JSON object:
 *
 * <pre>
 * {"username": "ann", "password": "...", "token": "...", "batch": true, "since": 0, "history": true,
 *  "sealed": true, "stay": true}
 * </pre>
 *
 * @param username who
 * @param password the room's password; for a create, the one that the room shall have
 * @param token the token of an earlier session, to take that session over
 * @param batch whether the client accepts several lines, separated by LF, in one datagram
 * @param since the number of the last line of the room that the client has had, 0 for none, if it
 *     wants to be sent what was said later; also makes the server number its acknowledgements
 * @param history for a create, whether newcomers may be sent what was said before they came
 * @param sealed for a create, whether the room shall take sealed sessions only
 * @param stay for a create, whether the room shall go on when its host leaves, with another host
 */
public record Credentials(
    Username username,
    Optional<Password> password,
    Optional<Token> token,
    boolean batch,
    Optional<Long> since,
    boolean history,
    boolean sealed,
    boolean stay) {
  /** Checks that nothing is missing. */
  public Credentials {
    Objects.requireNonNull(username, "username");
    Objects.requireNonNull(password, "password");
    Objects.requireNonNull(token, "token");
    Objects.requireNonNull(since, "since");
  }

  /**
   * Credentials that do not ask for a room of sealed sessions, nor for one that outlives its host.
   *
   * @param username who
   * @param password the room's password
   * @param token the token of an earlier session
   * @param batch whether the client accepts several lines in one datagram
   * @param since the number of the last line of the room that the client has had
   * @param history whether newcomers may be sent what was said before they came
   */
  public Credentials(
      Username username,
      Optional<Password> password,
      Optional<Token> token,
      boolean batch,
      Optional<Long> since,
      boolean history) {
    this(username, password, token, batch, since, history, false, false);
  }

  /**
   * Credentials of a client that does not want to be sent what was said while it was away.
   *
   * @param username who
   * @param password the room's password
   * @param token the token of an earlier session
   * @param batch whether the client accepts several lines in one datagram
   */
  public Credentials(
      Username username, Optional<Password> password, Optional<Token> token, boolean batch) {
    this(username, password, token, batch, Optional.empty(), false);
  }

  /**
   * Credentials that say only who.
   *
   * @param username who
   * @return credentials without password, token or batching
   */
  public static Credentials of(Username username) {
    return new Credentials(username, Optional.empty(), Optional.empty(), false);
  }

  /**
   * Reads credentials in either form.
   *
   * @param payload the whole operation payload
   * @return the credentials
   * @throws ProtocolException when the username breaks a rule, or the JSON is broken or has a value
   *     of the wrong type
   */
  public static Credentials decode(byte[] payload) throws ProtocolException {
    if (payload.length > 0 && payload[0] == '{') {
      return Json.readCredentials(payload);
    }
    return of(Username.decode(payload));
  }

  /**
   * The credentials on the wire: the plain form when there is nothing but a username to say, else
   * JSON.
   *
   * @return the operation payload
   */
  public byte[] encode() {
    boolean onlyWho = password.isEmpty() && token.isEmpty() && !batch && since.isEmpty();
    if (onlyWho && !history && !sealed && !stay) {
      return username.encode();
    }
    return Json.writeCredentials(this);
  }
}
