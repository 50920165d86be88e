package chat.tcrp.server.rooms;

import chat.tcrp.protocol.MemberInfo;
import chat.tcrp.protocol.RoomInfo;
import chat.tcrp.protocol.RoomName;
import java.lang.ref.SoftReference;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * A list of rooms or members as it was at some moment. Many may ask for it at once, and it may have
 * megabytes: so a long one is made no more often than once in {@link #INTERVAL}, and written as
 * JSON once, by whoever needs it first, not by the relay. When nobody is being sent it and memory
 * is short, what was written goes.
 */
public final class Listing {
  /** A list of more entries than this is long. */
  public static final int LONG = 100;

  /** So old a long list may be. */
  public static final Duration INTERVAL = Duration.ofSeconds(1);

  /**
   * What an entry has at most besides a name and the text of who is away: keys, numbers, quotes.
   */
  private static final int BYTES_BESIDES_TEXT = 80;

  private final int size;
  private final int maxBytes;
  private final Supplier<byte[]> encoder;
  private SoftReference<byte[]> json = new SoftReference<>(null);

  private Listing(int size, int textBytes, Supplier<byte[]> encoder) {
    this.size = size;
    // Each character of a text may need a backslash.
    this.maxBytes = 2 * textBytes + size * BYTES_BESIDES_TEXT;
    this.encoder = encoder;
  }

  public static Listing ofRooms(List<RoomInfo> rooms) {
    return new Listing(
        rooms.size(), rooms.size() * RoomName.MAX_BYTES, () -> RoomInfo.encode(rooms));
  }

  /**
   * The members of a room.
   *
   * @param textBytes how many bytes their names and texts have together, in UTF-8
   */
  public static Listing ofMembers(List<MemberInfo> members, int textBytes) {
    return new Listing(members.size(), textBytes, () -> MemberInfo.encode(members));
  }

  /** A list that another node has written. */
  public static Listing ofJson(byte[] json) {
    return new Listing(0, json.length / 2 + 1, () -> json);
  }

  public boolean isLong() {
    return size > LONG;
  }

  /** The list has no more bytes than this on the wire; known before it is written. */
  public int maxBytes() {
    return maxBytes;
  }

  /** The list on the wire; shared, and not to be changed. */
  public synchronized byte[] json() {
    byte[] written = json.get();
    if (written == null) {
      written = encoder.get();
      json = new SoftReference<>(written);
    }
    return written;
  }
}
