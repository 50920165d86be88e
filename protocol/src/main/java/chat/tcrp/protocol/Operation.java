package chat.tcrp.protocol;

import java.util.Optional;

/**
 * What a TCRP connection is for. Create and join are the original protocol, the rest extends it.
 */
public enum Operation {
  /** Make a room and become its host. */
  CREATE(1),
  /** Enter a room. */
  JOIN(2),
  /** Give the membership up; the host's leave closes the room. */
  LEAVE(3),
  /** List the server's rooms. */
  ROOMS(4),
  /** List a room's members. */
  MEMBERS(5),
  /** The host removes a member. */
  KICK(6),
  /** The host removes somebody for as long as the room is there. */
  BAN(7),
  /** The host takes a ban back. */
  UNBAN(8),
  /** A member asks for the room's topic; the host sets it. */
  TOPIC(9),
  /** The host hands the room over. */
  HOST(10),
  /** A member says that it is away, or back. */
  AWAY(11);

  private static final Operation[] BY_CODE = values();

  private final int code;

  Operation(int code) {
    this.code = code;
  }

  /**
   * The byte on the wire.
   *
   * @return 1 to 11
   */
  public int code() {
    return code;
  }

  /**
   * Finds an operation by its byte.
   *
   * @param code the unsigned byte, 0 to 255
   * @return empty when the code is not one of this protocol
   */
  public static Optional<Operation> ofCode(int code) {
    return code >= 1 && code <= BY_CODE.length ? Optional.of(BY_CODE[code - 1]) : Optional.empty();
  }
}
