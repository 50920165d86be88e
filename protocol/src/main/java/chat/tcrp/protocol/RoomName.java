package chat.tcrp.protocol;

import chat.tcrp.protocol.ProtocolException.Reason;
import java.nio.charset.StandardCharsets;

/**
 * The name of a room: 1 to 28 bytes of valid UTF-8 without control characters. Names are compared
 * byte for byte, so {@code Tea} and {@code tea} are two rooms.
 *
 * @param value the name as text
 */
public record RoomName(String value) {
  /** The greatest size in bytes. */
  public static final int MAX_BYTES = 28;

  /**
   * Checks the name.
   *
   * @throws IllegalArgumentException when it breaks a rule, saying which
   */
  public RoomName {
    byte[] bytes =
        Utf8.encode(value)
            .orElseThrow(
                () -> new IllegalArgumentException("a room name must be valid Unicode text"));
    if (bytes.length == 0) {
      throw new IllegalArgumentException("a room name must not be empty");
    }
    if (bytes.length > MAX_BYTES) {
      throw new IllegalArgumentException(
          "a room name has at most " + MAX_BYTES + " bytes of UTF-8, this one has " + bytes.length);
    }
    if (Utf8.hasControl(value)) {
      throw new IllegalArgumentException("a room name must not have control characters");
    }
  }

  /**
   * Reads a name from the wire.
   *
   * @param bytes all bytes of the name
   * @return the name
   * @throws ProtocolException with {@link Reason#INVALID_ROOM_NAME} when the bytes break a rule
   */
  public static RoomName decode(byte[] bytes) throws ProtocolException {
    String text =
        Utf8.decode(bytes)
            .orElseThrow(
                () ->
                    new ProtocolException(
                        Reason.INVALID_ROOM_NAME, "the room name is not valid UTF-8"));
    try {
      return new RoomName(text);
    } catch (IllegalArgumentException e) {
      throw new ProtocolException(Reason.INVALID_ROOM_NAME, e.getMessage());
    }
  }

  /**
   * The name on the wire.
   *
   * @return 1 to 28 bytes, a new array each time
   */
  public byte[] encode() {
    return value.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return value;
  }
}
