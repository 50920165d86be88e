package chat.tcrp.client;

import chat.tcrp.protocol.MemberInfo;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Who is in the room, as far as a client can tell from what it has seen; for completing names. */
final class Roster {
  private final TreeSet<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);

  synchronized void replace(List<MemberInfo> members) {
    names.clear();
    members.forEach(m -> names.add(m.username().value()));
  }

  /** Learns from a notice of the server who has come or gone. */
  synchronized void learn(String notice) {
    before(notice, " joined").ifPresent(names::add);
    before(notice, " left").ifPresent(names::remove);
    before(notice, " timed out").ifPresent(names::remove);
    before(notice, " could not be reached").ifPresent(names::remove);
    int removed = notice.lastIndexOf(" was removed by ");
    if (removed > 0) {
      names.remove(notice.substring(0, removed));
    }
  }

  synchronized void spoke(String name) {
    if (!name.isEmpty()) {
      names.add(name);
    }
  }

  synchronized List<String> names() {
    return List.copyOf(names);
  }

  private static Optional<String> before(String notice, String ending) {
    return notice.endsWith(ending)
        ? Optional.of(notice.substring(0, notice.length() - ending.length()))
        : Optional.empty();
  }
}
