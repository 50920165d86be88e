package chat.tcrp.protocol;

import chat.tcrp.protocol.ProtocolException.Reason;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * A datagram of the lobby, the same in both directions: who and what, at most {@value #MAX_BYTES}
 * bytes in all. An empty message is a keepalive. Source: stage 1 requirements.
 *
 * <pre>
 *  0              1
 * +--------------+----------+---------+
 * | UsernameSize | username | message |
 * | 1 byte       | UTF-8    | UTF-8   |
 * +--------------+----------+---------+
 * </pre>
 *
 * @param username the sender's name, 0 to 255 bytes of UTF-8; nobody has checked it, and it is
 *     shown to people only after cleaning
 * @param message the text; empty for a keepalive
 */
public record LobbyDatagram(String username, String message) {
  /** The greatest size of the whole datagram in bytes. */
  public static final int MAX_BYTES = 4096;

  private static final int USERNAME_AT = 1;

  /** Checks that nothing is missing. */
  public LobbyDatagram {
    Objects.requireNonNull(username, "username");
    Objects.requireNonNull(message, "message");
  }

  /**
   * How much room a message has.
   *
   * @param username the sender
   * @return the greatest size of a message in bytes of UTF-8
   */
  public static int maxMessageBytes(Username username) {
    return MAX_BYTES - USERNAME_AT - username.encode().length;
  }

  /**
   * Whether bytes are a datagram of the lobby: not empty, not over {@link #MAX_BYTES}, and not
   * shorter than the username that they announce. A relay forwards such bytes as they are, if they
   * are {@linkplain #isClean clean}.
   *
   * @param buffer where the datagram lies, below its limit; the position is neither used nor
   *     changed
   * @param offset index of its first byte
   * @param size its size in bytes
   * @return the size of the message in bytes, or -1 when the bytes are not a datagram of the lobby
   */
  public static int messageSize(ByteBuffer buffer, int offset, int size) {
    if (size < USERNAME_AT || size > MAX_BYTES) {
      return -1;
    }
    return Math.max(-1, size - USERNAME_AT - (buffer.get(offset) & 0xff));
  }

  /**
   * Whether a relay may forward a datagram: name and text are valid UTF-8 without control
   * characters, but for TAB, LF and CR in the text. One that is not would end the receiving thread
   * of many clients for good, or act on their terminals.
   *
   * @param buffer where the datagram lies, below its limit; the position is neither used nor
   *     changed
   * @param offset index of its first byte
   * @param messageSize what {@link #messageSize} has answered, not -1
   * @return false when it is to be dropped
   */
  public static boolean isClean(ByteBuffer buffer, int offset, int messageSize) {
    int usernameSize = buffer.get(offset) & 0xff;
    int usernameAt = offset + USERNAME_AT;
    return CleanText.isClean(buffer, usernameAt, usernameSize, false)
        && CleanText.isClean(buffer, usernameAt + usernameSize, messageSize, true);
  }

  /**
   * Writes the datagram.
   *
   * @return its bytes
   * @throws ProtocolException with {@link Reason#INVALID_USERNAME} when the name has more than 255
   *     bytes, with {@link Reason#OVERSIZED_DATAGRAM} when the whole has more than {@link
   *     #MAX_BYTES}
   */
  public byte[] encode() throws ProtocolException {
    byte[] name = username.getBytes(StandardCharsets.UTF_8);
    byte[] text = message.getBytes(StandardCharsets.UTF_8);
    if (name.length > 255) {
      throw new ProtocolException(
          Reason.INVALID_USERNAME, "a username has at most 255 bytes, this one has " + name.length);
    }
    int size = USERNAME_AT + name.length + text.length;
    checkSize(size);
    return ByteBuffer.allocate(size).put((byte) name.length).put(name).put(text).array();
  }

  /**
   * Reads a datagram.
   *
   * @param bytes all bytes of it
   * @return the datagram; bytes that are not valid UTF-8 have become U+FFFD
   * @throws ProtocolException when it is oversized, or shorter than the username that it announces
   */
  public static LobbyDatagram decode(byte[] bytes) throws ProtocolException {
    checkSize(bytes.length);
    int messageSize = messageSize(ByteBuffer.wrap(bytes), 0, bytes.length);
    if (messageSize < 0) {
      throw new ProtocolException(
          Reason.TRUNCATED, "the datagram is shorter than the username that it announces");
    }
    int messageAt = bytes.length - messageSize;
    return new LobbyDatagram(
        new String(bytes, USERNAME_AT, messageAt - USERNAME_AT, StandardCharsets.UTF_8),
        new String(bytes, messageAt, messageSize, StandardCharsets.UTF_8));
  }

  private static void checkSize(int size) throws ProtocolException {
    if (size > MAX_BYTES) {
      throw new ProtocolException(
          Reason.OVERSIZED_DATAGRAM,
          "a lobby datagram has at most " + MAX_BYTES + " bytes, this one has " + size);
    }
  }
}
