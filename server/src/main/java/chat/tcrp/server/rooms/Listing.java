package chat.tcrp.server.rooms;

import chat.tcrp.protocol.MemberInfo;
import chat.tcrp.protocol.RoomInfo;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * A list of rooms or members as it was at some moment. Many may ask for it at once, and it may have
 * megabytes: so a long one is made no more often than once in {@link #INTERVAL}, and written as
 * JSON once, by whoever needs it first, not by the relay.
 */
public final class Listing {
  /** A list of more entries than this is long. */
  public static final int LONG = 100;

  /** So old a long list may be. */
  public static final Duration INTERVAL = Duration.ofSeconds(1);

  private final int size;
  private final Supplier<byte[]> encoder;
  private byte[] json;

  private Listing(int size, Supplier<byte[]> encoder) {
    this.size = size;
    this.encoder = encoder;
  }

  public static Listing ofRooms(List<RoomInfo> rooms) {
    return new Listing(rooms.size(), () -> RoomInfo.encode(rooms));
  }

  public static Listing ofMembers(List<MemberInfo> members) {
    return new Listing(members.size(), () -> MemberInfo.encode(members));
  }

  public boolean isLong() {
    return size > LONG;
  }

  /** The list on the wire; shared, and not to be changed. */
  public synchronized byte[] json() {
    if (json == null) {
      json = encoder.get();
    }
    return json;
  }
}
