package chat.tcrp.server.net;

import chat.tcrp.protocol.ClientDatagram;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * The one block of memory that a relay loop works in: datagrams are received into it, lines are
 * composed in it, and everything is sent from it, so that nothing is copied on the way to the
 * system and nothing is left for the collector.
 *
 * <pre>
 * +---------------------+------------------+---------------------+-----------------+
 * | SLOTS received      | lines of a drain | packed lines        | staged notices  |
 * | datagrams           | LINES_BYTES      | BLOCKS_BYTES        | STAGE_BYTES     |
 * +---------------------+------------------+---------------------+-----------------+
 * </pre>
 */
public final class RelayMemory {
  /**
   * How many datagrams are taken from the system at once; one more is for those that another loop
   * hands over.
   */
  public static final int SLOTS = 64;

  /** One byte more than allowed, to see that a datagram was too large. */
  static final int DATAGRAM_BYTES = ClientDatagram.MAX_BYTES + 1;

  /** Slots begin at multiples of a cache line. */
  private static final int SLOT_BYTES = (DATAGRAM_BYTES + 63) & -64;

  /** How many lines a drain may have. */
  public static final int MAX_LINES = 8192;

  public static final int LINES_AT = (SLOTS + 1) * SLOT_BYTES;
  public static final int LINES_BYTES = 1 << 20;

  /** Each line of a drain may stand here once more, with a separator. */
  public static final int BLOCKS_AT = LINES_AT + LINES_BYTES;

  private static final int BLOCKS_BYTES = LINES_BYTES + MAX_LINES;
  private static final int STAGE_AT = BLOCKS_AT + BLOCKS_BYTES;
  private static final int STAGE_BYTES = 256 << 10;
  static final int BYTES = STAGE_AT + STAGE_BYTES;

  private final MemorySegment segment;
  private final ByteBuffer buffer;
  private int staged = STAGE_AT;

  public RelayMemory(Arena arena) {
    segment = arena.allocate(BYTES, Long.BYTES);
    buffer = segment.asByteBuffer();
  }

  /** All of it; positions and limits are never used. */
  public ByteBuffer buffer() {
    return buffer;
  }

  /** Where it lies, for the system. */
  long address() {
    return segment.address();
  }

  /** Where the datagram in a slot begins. */
  public static int slotAt(int slot) {
    return slot * SLOT_BYTES;
  }

  /** Reserves space until the next {@link #clearStage}; answers -1 when there is none. */
  int stage(int size) {
    if (staged + size > BYTES) {
      return -1;
    }
    int at = staged;
    staged += size;
    return at;
  }

  /** Frees what was staged: it has been sent. */
  public void clearStage() {
    staged = STAGE_AT;
  }
}
