package chat.tcrp.server.cluster;

import chat.tcrp.protocol.ProtocolException;
import chat.tcrp.protocol.RoomName;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A message between nodes: who sends it, and records, each about a room. Numbers are big-endian.
 *
 * <pre>
 * version (1)  size of the sender (1)  sender  record...
 * record:      kind (1)  size of the room's name (1)  name  epoch (8)  size of the body (4)  body
 * </pre>
 *
 * <p>A kind that a node does not know is passed over, so that nodes of two versions can be in one
 * cluster while it is being upgraded.
 */
final class Letter {
  private static final byte VERSION = 1;

  /** What a record says; how its body looks stands where it is written. */
  enum Kind {
    /** To the home: a client here asks for something. */
    ASK,
    /** From the home: the answer. */
    ANSWER,
    /** To the home: guests have said something. */
    SAID,
    /** To the home: a guest has said something to one member alone. */
    WHISPERED,
    /** To the home: a guest has been heard for the first time in its session. */
    HEARD,
    /** To the home: a guest is not there any more. */
    LOST,
    /** From the home: whether a guest is still there. */
    PROBE,
    /** From the home: lines, in their order. */
    LINES,
    /** From the home: a datagram for guests. */
    SEND,
    /** From the home: a guest's session has ended. */
    GONE,
    /** From the home, now and then: who is there, in its view. */
    ROLL,
    /** To the home: who is here. */
    PRESENT,
    /** From the home: lines will come by the room's own subject, once that is heard. */
    SHARE,
    /** To the home: the room's own subject is heard. */
    SHARING,
    /** To a node: which rooms are at home there. */
    LIST,
    /** From a node: these. */
    LISTED,
    /** To all nodes: this one is leaving, and has given its lease back. */
    BYE,
    /** To the home: a guest for whom it has asked is still there, or has not been silent. */
    HERE,
    /** From a node that is not the home, or not any more. */
    MOVED
  }

  private static final Kind[] KINDS = Kind.values();

  private Letter() {}

  /** Bytes that grow. */
  static final class Writer {
    private ByteBuffer buffer = ByteBuffer.allocate(256);
    private int bodyAt;

    /** Begins a letter. */
    Writer letter(String sender) {
      return put(VERSION).shortText(sender);
    }

    /** Begins a record. */
    @SuppressWarnings("EnumOrdinal") // kinds are only ever added at the end
    Writer record(Kind kind, byte[] room, long epoch) {
      put((byte) kind.ordinal());
      put((byte) room.length).put(room, 0, room.length).put(epoch);
      putInt(0);
      bodyAt = buffer.position();
      return this;
    }

    /** Ends the record that was begun last. */
    Writer end() {
      buffer.putInt(bodyAt - Integer.BYTES, buffer.position() - bodyAt);
      return this;
    }

    Writer put(byte value) {
      room(1);
      buffer.put(value);
      return this;
    }

    Writer put(boolean value) {
      return put((byte) (value ? 1 : 0));
    }

    Writer put(long value) {
      room(Long.BYTES);
      buffer.putLong(value);
      return this;
    }

    Writer putInt(int value) {
      room(Integer.BYTES);
      buffer.putInt(value);
      return this;
    }

    Writer put(byte[] bytes, int at, int size) {
      room(size);
      buffer.put(bytes, at, size);
      return this;
    }

    Writer put(ByteBuffer from, int at, int size) {
      room(size);
      buffer.put(buffer.position(), from, at, size);
      buffer.position(buffer.position() + size);
      return this;
    }

    /** All that another has written. */
    Writer put(Writer other) {
      return put(other.buffer, 0, other.size());
    }

    /** Bytes with their number before them. */
    Writer block(byte[] bytes) {
      return putInt(bytes.length).put(bytes, 0, bytes.length);
    }

    Writer text(String text) {
      return block(text.getBytes(StandardCharsets.UTF_8));
    }

    private Writer shortText(String text) {
      byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
      return put((byte) bytes.length).put(bytes, 0, bytes.length);
    }

    int size() {
      return buffer.position();
    }

    byte[] bytes() {
      return Arrays.copyOf(buffer.array(), buffer.position());
    }

    private void room(int size) {
      if (buffer.remaining() < size) {
        int least = buffer.position() + size;
        ByteBuffer larger = ByteBuffer.allocate(Math.max(least, 2 * buffer.capacity()));
        buffer = larger.put(buffer.flip());
      }
    }
  }

  /**
   * A record as it was received.
   *
   * @param sender which node has sent it
   * @param room the room's name
   * @param epoch of the home's reign that it was sent in, as far as the sender knows
   * @param body to be read from its position on
   */
  record Received(NodeId sender, Kind kind, Optional<RoomName> room, long epoch, ByteBuffer body) {
    /**
     * The room's name.
     *
     * @throws IllegalArgumentException when it is about none
     */
    RoomName name() {
      return room.orElseThrow(() -> new IllegalArgumentException("about no room"));
    }

    /** Reads bytes that have their number before them. */
    byte[] block() {
      int size = body.getInt();
      if (size < 0 || size > body.remaining()) {
        throw new BufferUnderflowException();
      }
      byte[] bytes = new byte[size];
      body.get(bytes);
      return bytes;
    }

    String text() {
      return new String(block(), StandardCharsets.UTF_8);
    }

    boolean flag() {
      return body.get() != 0;
    }
  }

  /**
   * Reads a message.
   *
   * @throws RuntimeException when it is none
   */
  @SuppressWarnings("ByteBufferBackingArray") // it is the whole array
  static List<Received> read(byte[] message) {
    ByteBuffer buffer = ByteBuffer.wrap(message);
    if (buffer.get() != VERSION) {
      throw new IllegalArgumentException("another version");
    }
    NodeId sender = new NodeId(new String(shortBlock(buffer), StandardCharsets.US_ASCII));
    List<Received> records = new ArrayList<>();
    while (buffer.hasRemaining()) {
      int kind = buffer.get() & 0xff;
      Optional<RoomName> room = room(shortBlock(buffer));
      long epoch = buffer.getLong();
      int size = buffer.getInt();
      ByteBuffer body = buffer.slice(buffer.position(), size);
      buffer.position(buffer.position() + size);
      if (kind < KINDS.length) {
        records.add(new Received(sender, KINDS[kind], room, epoch, body));
      }
    }
    return records;
  }

  private static Optional<RoomName> room(byte[] name) {
    try {
      return name.length == 0 ? Optional.empty() : Optional.of(RoomName.decode(name));
    } catch (ProtocolException e) {
      throw new IllegalArgumentException("no name of a room", e);
    }
  }

  private static byte[] shortBlock(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.get() & 0xff];
    buffer.get(bytes);
    return bytes;
  }
}
