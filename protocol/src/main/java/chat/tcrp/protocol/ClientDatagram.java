package chat.tcrp.protocol;

import chat.tcrp.protocol.ProtocolException.Reason;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * What a client sends over UDP: a message for its room, or, with an empty message, a keepalive. At
 * most {@value #MAX_BYTES} bytes in all. Source: stage 2 specification, "Client to Server Packet".
 *
 * <pre>
 *  0              1              2
 * +--------------+--------------+-----------+-------+---------+
 * | RoomNameSize | TokenSize    | room name | token | message |
 * | 1 byte       | 1 byte       | UTF-8     |       | UTF-8   |
 * +--------------+--------------+-----------+-------+---------+
 * </pre>
 *
 * @param room the sender's room
 * @param token the sender's token
 * @param message the text; empty for a keepalive
 */
public record ClientDatagram(RoomName room, Token token, String message) {
  /** The greatest size of the whole datagram in bytes. */
  public static final int MAX_BYTES = 4096;

  private static final int TOKEN_SIZE_AT = 1;
  private static final int ROOM_AT = TOKEN_SIZE_AT + 1;

  /** Checks that nothing is missing. */
  public ClientDatagram {
    Objects.requireNonNull(room, "room");
    Objects.requireNonNull(token, "token");
    Objects.requireNonNull(message, "message");
  }

  /**
   * How much room a message has.
   *
   * @param room the sender's room
   * @param token the sender's token
   * @return the greatest size of a message in bytes of UTF-8
   */
  public static int maxMessageBytes(RoomName room, Token token) {
    return MAX_BYTES - ROOM_AT - room.encode().length - token.encode().length;
  }

  /**
   * Writes the datagram.
   *
   * @return its bytes
   * @throws ProtocolException with {@link Reason#OVERSIZED_DATAGRAM} when there are more than
   *     {@link #MAX_BYTES}
   */
  public byte[] encode() throws ProtocolException {
    byte[] roomBytes = room.encode();
    byte[] tokenBytes = token.encode();
    byte[] text = message.getBytes(StandardCharsets.UTF_8);
    int size = ROOM_AT + roomBytes.length + tokenBytes.length + text.length;
    checkSize(size);
    return ByteBuffer.allocate(size)
        .put((byte) roomBytes.length)
        .put((byte) tokenBytes.length)
        .put(roomBytes)
        .put(tokenBytes)
        .put(text)
        .array();
  }

  /**
   * Reads a datagram.
   *
   * @param bytes all bytes of it
   * @return the datagram; bytes of the message that are not valid UTF-8 have become U+FFFD
   * @throws ProtocolException when it is oversized or truncated, or its room or token break a rule
   */
  public static ClientDatagram decode(byte[] bytes) throws ProtocolException {
    checkSize(bytes.length);
    View view = new View();
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    if (!view.wrap(buffer, 0, bytes.length)) {
      throw new ProtocolException(
          Reason.TRUNCATED, "the datagram is shorter than its header announces, or names nothing");
    }
    byte[] room = new byte[view.roomSize()];
    byte[] token = new byte[view.tokenSize()];
    buffer.get(view.roomAt(), room).get(view.tokenAt(), token);
    return new ClientDatagram(
        RoomName.decode(room),
        Token.decode(token),
        new String(bytes, view.messageAt(), view.messageSize(), StandardCharsets.UTF_8));
  }

  private static void checkSize(int size) throws ProtocolException {
    if (size > MAX_BYTES) {
      throw new ProtocolException(
          Reason.OVERSIZED_DATAGRAM,
          "a datagram to the server has at most " + MAX_BYTES + " bytes, this one has " + size);
    }
  }

  /**
   * Where the fields of a datagram lie in a buffer, for a relay that reads thousands of them
   * without allocating. One view is used for many datagrams, by one thread.
   */
  public static final class View {
    private int roomAt;
    private int roomSize;
    private int tokenAt;
    private int tokenSize;
    private int messageAt;
    private int messageSize;

    /** Makes a view of nothing yet. */
    public View() {}

    /**
     * Looks at a datagram. The buffer's position is neither used nor changed.
     *
     * @param buffer where the datagram lies, below its limit
     * @param offset index of its first byte
     * @param size its size in bytes
     * @return false, and the view is unusable, when it is over {@link #MAX_BYTES}, truncated, or
     *     has an empty room or token
     */
    public boolean wrap(ByteBuffer buffer, int offset, int size) {
      if (size < ROOM_AT || size > MAX_BYTES) {
        return false;
      }
      roomAt = offset + ROOM_AT;
      roomSize = buffer.get(offset) & 0xff;
      tokenAt = roomAt + roomSize;
      tokenSize = buffer.get(offset + TOKEN_SIZE_AT) & 0xff;
      messageAt = tokenAt + tokenSize;
      messageSize = offset + size - messageAt;
      return roomSize > 0 && tokenSize > 0 && messageSize >= 0;
    }

    /**
     * Looks at a message alone, as a {@link SealedDatagram} carries it: who sends it and where is
     * known. Room and token of the view are then empty.
     *
     * @param offset index of its first byte
     * @param size its size in bytes
     */
    public void wrapMessage(int offset, int size) {
      roomAt = offset;
      roomSize = 0;
      tokenAt = offset;
      tokenSize = 0;
      messageAt = offset;
      messageSize = size;
    }

    /**
     * Index of the room name's first byte.
     *
     * @return an index into the buffer
     */
    public int roomAt() {
      return roomAt;
    }

    /**
     * Size of the room name.
     *
     * @return 1 to 255 bytes
     */
    public int roomSize() {
      return roomSize;
    }

    /**
     * Index of the token's first byte.
     *
     * @return an index into the buffer
     */
    public int tokenAt() {
      return tokenAt;
    }

    /**
     * Size of the token.
     *
     * @return 1 to 255 bytes
     */
    public int tokenSize() {
      return tokenSize;
    }

    /**
     * Index of the message's first byte.
     *
     * @return an index into the buffer, or the datagram's end when the message is empty
     */
    public int messageAt() {
      return messageAt;
    }

    /**
     * Size of the message.
     *
     * @return bytes, 0 for a keepalive
     */
    public int messageSize() {
      return messageSize;
    }
  }
}
