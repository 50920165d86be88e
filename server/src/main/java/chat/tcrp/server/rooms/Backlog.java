package chat.tcrp.server.rooms;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The last lines that were said in a room, for those who come back. Lines are numbered from 1 on.
 * They lie one behind the other in a ring of bytes that grows as far as it is needed and there is
 * memory for; older lines make room for newer ones.
 */
public final class Backlog {
  /** So many bytes of lines a room keeps at most. */
  static final int MAX_BYTES = 32 << 10;

  private static final int INITIAL_BYTES = 1024;

  /** What a line takes besides its bytes. */
  private static final int LINE_OVERHEAD = 16;

  private final int maxLines;
  private final BacklogMemory memory;
  private byte[] bytes = new byte[0];

  // For each line, at its number modulo their length.
  private final int[] at;
  private final int[] sizes;
  private final long[] senders;

  /** Where the next line goes. */
  private int end;

  private long first = 1;
  private long last;

  private Backlog(int maxLines, BacklogMemory memory) {
    this.maxLines = maxLines;
    this.memory = memory;
    this.at = new int[maxLines];
    this.sizes = new int[maxLines];
    this.senders = new long[maxLines];
  }

  /**
   * Makes one that keeps nothing yet.
   *
   * @param maxLines how many lines to keep; 0 for none
   * @param memory where the bytes are counted
   * @return empty when nothing is to be kept, or there is no memory for it
   */
  static Optional<Backlog> open(int maxLines, BacklogMemory memory) {
    return maxLines > 0 && memory.take(maxLines * LINE_OVERHEAD)
        ? Optional.of(new Backlog(maxLines, memory))
        : Optional.empty();
  }

  /** Numbers lines from here on, as another server has numbered those before. */
  void startAfter(long number) {
    first = number + 1;
    last = number;
  }

  /** The number of the oldest line that is kept; one more than {@link #last} when none is. */
  public long first() {
    return first;
  }

  /** The number of the last line; 0 before the first. */
  public long last() {
    return last;
  }

  /** The size of a line that is kept, in bytes. */
  public int size(long number) {
    return sizes[index(number)];
  }

  /** The {@link Member#id} of who has said a line that is kept. */
  public long sender(long number) {
    return senders[index(number)];
  }

  /** Copies a line that is kept. */
  public void copy(long number, ByteBuffer to, int toAt) {
    int i = index(number);
    to.put(toAt, bytes, at[i], sizes[i]);
  }

  /**
   * Adds a line.
   *
   * @param sender the {@link Member#id}, also of a member that is at another node
   */
  public void add(ByteBuffer from, int lineAt, int size, long sender) {
    last++;
    if (!makeRoom(size)) {
      // It is longer than all that may be kept: then nothing is.
      first = last + 1;
      return;
    }
    int i = index(last);
    at[i] = end;
    sizes[i] = size;
    senders[i] = sender;
    from.get(lineAt, bytes, end, size);
    end += size;
  }

  /** Makes the next bytes free, wherever that is; false when there are never so many. */
  private boolean makeRoom(int size) {
    if (last - first >= maxLines) {
      forgetFirst();
    }
    while (!fits(size)) {
      if (!grow(size)) {
        if (isEmpty()) {
          return false;
        }
        forgetFirst();
      }
    }
    return true;
  }

  private boolean isEmpty() {
    return first == last;
  }

  private void forgetFirst() {
    first++;
  }

  /** Whether a line fits behind the last one, or at the beginning; {@link #end} is then there. */
  private boolean fits(int size) {
    if (isEmpty()) {
      end = 0;
      return size <= bytes.length;
    }
    int start = at[index(first)];
    if (end > start) {
      if (size <= bytes.length - end) {
        return true;
      }
      if (size < start) {
        end = 0;
        return true;
      }
      return false;
    }
    return size < start - end;
  }

  /** Doubles the ring; false when it has all the bytes that it may have. */
  private boolean grow(int size) {
    int wanted = bytes.length;
    do {
      wanted = Math.min(MAX_BYTES, Math.max(INITIAL_BYTES, wanted * 2));
    } while (wanted < size && wanted < MAX_BYTES);
    if (wanted <= bytes.length || !memory.take(wanted - bytes.length)) {
      return false;
    }
    byte[] grown = new byte[wanted];
    int to = 0;
    for (long number = first; number < last; number++) {
      int i = index(number);
      System.arraycopy(bytes, at[i], grown, to, sizes[i]);
      at[i] = to;
      to += sizes[i];
    }
    bytes = grown;
    end = to;
    return true;
  }

  private int index(long number) {
    return (int) (number % maxLines);
  }

  /** Forgets all lines, and gives the memory back. */
  void close() {
    memory.giveBack(bytes.length + maxLines * LINE_OVERHEAD);
    bytes = new byte[0];
    first = last + 1;
    end = 0;
  }
}
