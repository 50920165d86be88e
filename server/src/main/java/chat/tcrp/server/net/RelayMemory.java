package chat.tcrp.server.net;

import chat.tcrp.protocol.ClientDatagram;
import chat.tcrp.protocol.Opener;
import chat.tcrp.protocol.SealCipher;
import chat.tcrp.protocol.SealedDatagram;
import chat.tcrp.protocol.Sealer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * The one block of memory that a relay loop works in: datagrams are received into it, lines are
 * composed in it, and everything is sent from it, so that nothing is copied on the way to the
 * system and nothing is left for the collector.
 *
 * <pre>
 * +---------------------+------------------+---------------+-----------------+-----------------+
 * | SLOTS received      | lines of a drain | packed lines  | staged notices  | what is sealed  |
 * | datagrams           | LINES_BYTES      | BLOCKS_BYTES  | STAGE_BYTES     | SEALED_BYTES    |
 * +---------------------+------------------+---------------+-----------------+-----------------+
 * </pre>
 *
 * <p>What is sealed has a place of its own because it is different for each member: it is used up
 * in the middle of a delivery, when the notice that is being delivered must stay as it is.
 */
public final class RelayMemory {
  /**
   * How many datagrams are taken from the system at once; one more is for those that another loop
   * hands over.
   */
  public static final int SLOTS = 64;

  /** One byte more than allowed, to see that a datagram was too large. */
  static final int DATAGRAM_BYTES = ClientDatagram.MAX_BYTES + SealedDatagram.OVERHEAD + 1;

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
  private static final int SEALED_AT = STAGE_AT + STAGE_BYTES;
  private static final int SEALED_BYTES = 512 << 10;
  static final int BYTES = SEALED_AT + SEALED_BYTES;

  private final MemorySegment segment;
  private final ByteBuffer buffer;
  private final byte[] content = new byte[DATAGRAM_BYTES];
  private final byte[] datagram = new byte[DATAGRAM_BYTES];
  private int staged = STAGE_AT;
  private int sealed = SEALED_AT;
  private final SealCipher cipher = new SealCipher();

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
    if (staged + size > SEALED_AT) {
      return -1;
    }
    int at = staged;
    staged += size;
    return at;
  }

  /** Frees what was staged or sealed: it has been sent. */
  public void clearStage() {
    staged = STAGE_AT;
    clearSealed();
  }

  /** Whether there is space to seal a content of a size. */
  boolean canSeal(int size) {
    return sealed + size + SealedDatagram.OVERHEAD <= BYTES;
  }

  /**
   * Seals a content that lies here; the datagram lies somewhere else here until {@link
   * #clearSealed}, and is {@link SealedDatagram#OVERHEAD} bytes longer.
   *
   * @return where it lies
   */
  int seal(Sealer sealer, int offset, int size) {
    buffer.get(offset, content, 0, size);
    int sealedSize = sealer.seal(cipher, content, size, datagram);
    int at = sealed;
    buffer.put(at, datagram, 0, sealedSize);
    sealed += sealedSize;
    return at;
  }

  /** Frees what was sealed: it has been sent. */
  void clearSealed() {
    sealed = SEALED_AT;
  }

  /**
   * Opens the sealed datagram in a slot, which must not be longer than one may be: its content then
   * lies at the slot's beginning.
   *
   * @return the content's size, or {@link Opener#REFUSED}, and the slot is as it was
   */
  public int open(Opener opener, int slot, int size) {
    buffer.get(slotAt(slot), datagram, 0, size);
    int contentSize = opener.open(cipher, datagram, size, content);
    if (contentSize != Opener.REFUSED) {
      buffer.put(slotAt(slot), content, 0, contentSize);
    }
    return contentSize;
  }
}
