package chat.tcrp.protocol;

import java.util.List;
import java.util.Objects;

/**
 * One room in the answer to {@link Request.Rooms}.
 *
 * @param room its name
 * @param members how many members it has, 0 or more
 * @param isProtected whether it has a password
 * @param isSealed whether it takes sealed sessions only
 */
public record RoomInfo(RoomName room, int members, boolean isProtected, boolean isSealed) {
  /**
   * Checks that nothing is missing.
   *
   * @throws IllegalArgumentException when the number of members is negative
   */
  public RoomInfo {
    Objects.requireNonNull(room, "room");
    if (members < 0) {
      throw new IllegalArgumentException("a room cannot have " + members + " members");
    }
  }

  /**
   * A room that takes plain sessions too.
   *
   * @param room its name
   * @param members how many members it has, 0 or more
   * @param isProtected whether it has a password
   * @throws IllegalArgumentException when the number of members is negative
   */
  public RoomInfo(RoomName room, int members, boolean isProtected) {
    this(room, members, isProtected, false);
  }

  /**
   * Writes the completion payload: a JSON array of <code>{"room","members","protected"}</code>,
   * with <code>"sealed"</code> for those that take sealed sessions only.
   *
   * @param rooms the rooms, in the order to send
   * @return UTF-8 JSON
   */
  public static byte[] encode(List<RoomInfo> rooms) {
    return JsonReplies.writeRooms(rooms);
  }

  /**
   * Reads a completion payload.
   *
   * @param payload UTF-8 JSON
   * @return the rooms, in the order received
   * @throws ProtocolException when it is not such an array
   */
  public static List<RoomInfo> decode(byte[] payload) throws ProtocolException {
    return JsonReplies.readRooms(payload);
  }
}
