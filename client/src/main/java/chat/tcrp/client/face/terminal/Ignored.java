package chat.tcrp.client.face.terminal;

import chat.tcrp.client.face.Safe;
import chat.tcrp.protocol.Username;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Whose lines somebody does not want to see. Names are compared as the server does it, so that
 * nobody comes back under a name that looks like theirs.
 */
final class Ignored {
  /** The names as they were typed, by what is compared of them. */
  private final Map<String, String> names = new LinkedHashMap<>();

  /** Ignores somebody; false when that is so already. */
  synchronized boolean add(String name) {
    return names.putIfAbsent(key(name), name) == null;
  }

  /** Ignores somebody no longer; false when they were not ignored. */
  synchronized boolean remove(String name) {
    return names.remove(key(name)) != null;
  }

  synchronized boolean contains(String name) {
    return !name.isEmpty() && !names.isEmpty() && names.containsKey(key(name));
  }

  synchronized List<String> names() {
    return List.copyOf(names.values());
  }

  /** In the lobby people are called anything; what cannot be a name is compared as it is seen. */
  static String key(String name) {
    try {
      return new Username(name).key();
    } catch (IllegalArgumentException e) {
      return Safe.text(name).strip();
    }
  }
}
