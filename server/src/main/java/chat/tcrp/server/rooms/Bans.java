package chat.tcrp.server.rooms;

import chat.tcrp.server.base.Addresses;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whom the host of a room does not let in: by name, and by the address or network that they came
 * from.
 */
final class Bans {
  /** A room has no more; the oldest makes room for another. */
  static final int MAX = 100;

  /** By the key of the name, see {@link chat.tcrp.protocol.Username#key}. */
  private final Map<String, Optional<InetAddress>> bans =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Optional<InetAddress>> eldest) {
          return size() > MAX;
        }
      };

  /**
   * Bans a name.
   *
   * @param from the address that it came from; empty when it is not there, or is somebody's who is
   *     not to be banned
   */
  void add(String key, Optional<InetAddress> from) {
    bans.remove(key);
    bans.put(key, from.map(Addresses::network));
  }

  /** Takes a ban back; false when there is none. */
  boolean remove(String key) {
    return bans.remove(key) != null;
  }

  /** All of them, oldest first. */
  List<RoomState.Ban> state() {
    return bans.entrySet().stream()
        .map(ban -> new RoomState.Ban(ban.getKey(), ban.getValue()))
        .toList();
  }

  boolean contains(String key, InetAddress from) {
    return bans.containsKey(key)
        || (!bans.isEmpty() && bans.containsValue(Optional.of(Addresses.network(from))));
  }
}
