package chat.tcrp.protocol;

import java.util.Optional;

/** The one byte that answers a request (payload of a state 1 frame). */
public enum Status {
  /** The request was carried out; for every operation a state 2 frame follows. */
  OK(0, "ok"),
  /** Create: a room of this name is there already. */
  ROOM_EXISTS(1, "room already exists"),
  /** There is no room of this name. */
  NO_SUCH_ROOM(2, "no such room"),
  /** The password is wrong, or the room has one and none was sent. */
  WRONG_PASSWORD(3, "wrong password"),
  /** The room name breaks a rule of {@link RoomName}. */
  INVALID_ROOM_NAME(4, "invalid room name"),
  /**
   * The username breaks a rule of {@link Username}; for kick, ban, unban and host also: it can be
   * done to nobody of that name.
   */
  INVALID_USERNAME(5, "invalid username"),
  /** Somebody in the room has this username, or one that looks like it: {@link Username#key}. */
  USERNAME_TAKEN(6, "username taken in this room"),
  /** The room has as many members as the server allows. */
  ROOM_FULL(7, "room is full"),
  /** The server has as many rooms as it allows. */
  SERVER_FULL(8, "server is full"),
  /** The request could not be understood. */
  MALFORMED(9, "malformed request"),
  /** The server does not know this operation. */
  UNSUPPORTED_OPERATION(10, "unsupported operation"),
  /** Too many failed attempts, rooms, members or lists of this address; try again later. */
  TOO_MANY_ATTEMPTS(11, "too many attempts, try later"),
  /**
   * The token is unknown, of another room or address, or not the host's where the host's is needed.
   */
  NOT_AUTHORISED(12, "not authorised"),
  /** The payload is larger than the server accepts for this operation. */
  PAYLOAD_TOO_LARGE(13, "payload too large"),
  /** The room, or the server, takes sealed sessions only: ask again inside TLS. */
  SEALED_SESSION_REQUIRED(14, "sealed session required");

  private static final Status[] BY_CODE = values();

  private final int code;
  private final String text;

  Status(int code, String text) {
    this.code = code;
    this.text = text;
  }

  /**
   * The byte on the wire.
   *
   * @return 0 to 14
   */
  public int code() {
    return code;
  }

  /**
   * A few words for a person.
   *
   * @return lower case, without a full stop
   */
  public String text() {
    return text;
  }

  /**
   * Finds a status by its byte.
   *
   * @param code the unsigned byte, 0 to 255
   * @return empty when the code is not one of this protocol
   */
  public static Optional<Status> ofCode(int code) {
    return code >= 0 && code < BY_CODE.length ? Optional.of(BY_CODE[code]) : Optional.empty();
  }
}
