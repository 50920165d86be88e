package chat.tcrp.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Makes text fit for every reader, since many clients decode strictly and print what they get. One
 * pass over the bytes, nothing allocated; plain ASCII goes by eight bytes at a time.
 *
 * <table>
 * <caption>What becomes of what</caption>
 * <tr><td>malformed UTF-8</td><td>U+FFFD for each maximal subpart (Unicode 16, 3.9.6)</td></tr>
 * <tr><td>C0 controls but TAB, 7F, C1 controls (C2 80 to C2 9F)</td><td>a space each</td></tr>
 * <tr><td>U+202A to U+202E, U+2066 to U+2069, which reorder what is read</td><td>nothing</td></tr>
 * <tr><td>anything else</td><td>itself</td></tr>
 * </table>
 */
public final class CleanText {
  private static final int REPLACEMENT_BYTES = 3;
  private static final long ONES = 0x0101010101010101L;
  private static final long SPACES = 0x2020202020202020L;
  private static final long HIGH_BITS = 0x8080808080808080L;

  private CleanText() {}

  /**
   * Copies text and cleans it on the way. Positions and limits of the buffers are neither used nor
   * changed; they may be one buffer, if the two places do not overlap.
   *
   * @param from where the text lies
   * @param at index of its first byte
   * @param size its size in bytes
   * @param to where the clean text goes
   * @param toAt index of its first byte
   * @param room how many bytes may be written there
   * @return the size of the clean text in bytes, at most three times the original; when it is more
   *     than {@code room}, only a part has been written, which is of no use
   */
  public static int copy(ByteBuffer from, int at, int size, ByteBuffer to, int toAt, int room) {
    int end = at + size;
    int limit = toAt + room;
    int in = at;
    int out = toAt;
    while (in < end) {
      if (in + Long.BYTES <= end && out + Long.BYTES <= limit) {
        long eight = from.getLong(in);
        if (isPlain(eight)) {
          to.putLong(out, eight);
          in += Long.BYTES;
          out += Long.BYTES;
          continue;
        }
      }
      // Up to the first byte that is not plain, and the character that it begins.
      boolean plain;
      do {
        byte first = from.get(in);
        plain = first >= ' ' && first != 0x7f;
        if (first >= 0) {
          put(to, out++, limit, plain || first == '\t' ? first : (byte) ' ');
          in++;
          continue;
        }
        int length = Utf8.length(from, in, end);
        if (length < 0) {
          put(to, out, limit, (byte) 0xef);
          put(to, out + 1, limit, (byte) 0xbf);
          put(to, out + 2, limit, (byte) 0xbd);
          out += REPLACEMENT_BYTES;
          in -= length;
        } else if (isC1(from, in)) {
          put(to, out++, limit, (byte) ' ');
          in += length;
        } else if (length == 3 && isReordering(from, in)) {
          in += length;
        } else {
          for (int last = in + length; in < last; in++) {
            put(to, out++, limit, from.get(in));
          }
        }
      } while (plain && in < end);
    }
    return out - toAt;
  }

  /**
   * The same for text in memory.
   *
   * @param text anything; half a surrogate pair counts as malformed
   * @return the clean text
   */
  public static String of(String text) {
    byte[] bytes = Utf8.encodeReplacing(text);
    ByteBuffer clean = ByteBuffer.allocate(bytes.length * REPLACEMENT_BYTES);
    int size = copy(ByteBuffer.wrap(bytes), 0, bytes.length, clean, 0, clean.capacity());
    return new String(clean.array(), 0, size, StandardCharsets.UTF_8);
  }

  /**
   * Whether text can be passed on as it is: valid UTF-8 without control characters (C0, 7F, C1).
   *
   * @param from where the text lies; position and limit are neither used nor changed
   * @param at index of its first byte
   * @param size its size in bytes
   * @param layout whether TAB, LF and CR are let through
   * @return false when a strict decoder or a terminal could come to harm by it
   */
  public static boolean isClean(ByteBuffer from, int at, int size, boolean layout) {
    int end = at + size;
    int i = at;
    while (i < end) {
      if (i + Long.BYTES <= end && isPlain(from.getLong(i))) {
        i += Long.BYTES;
        continue;
      }
      byte first = from.get(i);
      if (first >= 0) {
        boolean allowed = first >= ' ' && first != 0x7f;
        allowed |= layout && (first == '\t' || first == '\n' || first == '\r');
        if (!allowed) {
          return false;
        }
        i++;
      } else {
        int length = Utf8.length(from, i, end);
        if (length < 0 || isC1(from, i)) {
          return false;
        }
        i += length;
      }
    }
    return true;
  }

  /** Whether each of eight bytes is 20 to 7E. */
  private static boolean isPlain(long eight) {
    // Where no byte is 80 or more, adding 1 sets the high bit of 7F alone; and where none is below
    // 20 besides, subtracting 20 borrows from no neighbour.
    return ((eight | (eight + ONES) | (eight - SPACES)) & HIGH_BITS) == 0;
  }

  private static boolean isC1(ByteBuffer from, int at) {
    return from.get(at) == (byte) 0xc2 && (from.get(at + 1) & 0xff) < 0xa0;
  }

  private static boolean isReordering(ByteBuffer from, int at) {
    if (from.get(at) != (byte) 0xe2) {
      return false;
    }
    int rest = (from.get(at + 1) & 0xff) << 8 | (from.get(at + 2) & 0xff);
    return (rest >= 0x80aa && rest <= 0x80ae) || (rest >= 0x81a6 && rest <= 0x81a9);
  }

  private static void put(ByteBuffer to, int at, int limit, byte value) {
    if (at < limit) {
      to.put(at, value);
    }
  }
}
