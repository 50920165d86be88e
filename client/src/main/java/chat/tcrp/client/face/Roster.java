package chat.tcrp.client.face;

import chat.tcrp.protocol.MemberInfo;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Who is in the room, as far as a client can tell from what it has seen; for completing names. */
public final class Roster {
  private final Set<String> names = ignoringCase(List.of());

  /**
   * Learns from the server's list of members. Who came or went while it was on its way is not
   * forgotten over it.
   *
   * @param before the names when the server was asked
   */
  public synchronized void learn(List<MemberInfo> members, List<String> before) {
    Set<String> listed = ignoringCase(members.stream().map(m -> m.username().value()).toList());
    Set<String> known = ignoringCase(before);
    Set<String> left = ignoringCase(before);
    left.removeAll(names);
    names.removeIf(name -> known.contains(name) && !listed.contains(name));
    listed.removeAll(left);
    names.addAll(listed);
  }

  private static Set<String> ignoringCase(List<String> names) {
    Set<String> set = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    set.addAll(names);
    return set;
  }

  /** Learns from a notice of the server who has come or gone. */
  public synchronized void learn(String notice) {
    before(notice, " joined").ifPresent(names::add);
    before(notice, " left").ifPresent(names::remove);
    before(notice, " timed out").ifPresent(names::remove);
    before(notice, " could not be reached").ifPresent(names::remove);
    for (String putOut : List.of(" was removed by ", " was banned by ")) {
      int at = notice.lastIndexOf(putOut);
      if (at > 0) {
        names.remove(notice.substring(0, at));
      }
    }
  }

  public synchronized void spoke(String name) {
    if (!name.isEmpty()) {
      names.add(name);
    }
  }

  public synchronized List<String> names() {
    return List.copyOf(names);
  }

  private static Optional<String> before(String notice, String ending) {
    return notice.endsWith(ending)
        ? Optional.of(notice.substring(0, notice.length() - ending.length()))
        : Optional.empty();
  }
}
