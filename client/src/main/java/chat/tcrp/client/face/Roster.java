package chat.tcrp.client.face;

import chat.tcrp.protocol.MemberInfo;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/**
 * Who is in the room, as far as a client can tell from what it has seen; for completing names and
 * for the prompt.
 */
public final class Roster {
  /** In the lobby anybody may speak under any name, and nobody is said to go. */
  static final int MAX_SPEAKERS = 10_000;

  private final Set<String> names = ignoringCase(List.of());

  /** Who has spoken, the last of them last. */
  private final Set<String> speakers = new LinkedHashSet<>();

  /** Who was not sealed by the last list, of those who are still here. */
  private final Set<String> plain = ignoringCase(List.of());

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
    speakers.retainAll(names);
    plain.clear();
    members.stream()
        .filter(m -> !m.isSealed() && names.contains(m.username().value()))
        .forEach(m -> plain.add(m.username().value()));
  }

  /** How many are known not to be sealed, so that what is said can be read on their way. */
  public synchronized int plain() {
    return plain.size();
  }

  private static Set<String> ignoringCase(List<String> names) {
    Set<String> set = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    set.addAll(names);
    return set;
  }

  /**
   * Learns from a notice of the server who has come or gone.
   *
   * @return how many, if that is all that it says, so that only the server's list can tell who;
   *     might be the name of somebody too, and then the list does no harm
   */
  public synchronized OptionalInt learn(String notice) {
    return learn(RoomNotice.of(notice));
  }

  /** The same of a notice that has been read. */
  public synchronized OptionalInt learn(RoomNotice notice) {
    switch (notice.kind()) {
      case CAME -> names.add(notice.who());
      case WENT, PUT_OUT -> {
        names.remove(notice.who());
        speakers.remove(notice.who());
        plain.remove(notice.who());
      }
      case COUNTED -> {
        return OptionalInt.of(notice.count());
      }
      case OTHER -> {}
    }
    return OptionalInt.empty();
  }

  public synchronized void spoke(String name) {
    if (!name.isEmpty()) {
      names.add(name);
      speakers.remove(name);
      speakers.add(name);
      if (speakers.size() > MAX_SPEAKERS) {
        String silent = speakers.iterator().next();
        speakers.remove(silent);
        names.remove(silent);
      }
    }
  }

  public synchronized List<String> names() {
    return List.copyOf(names);
  }

  /** The names, who has spoken last first, and those who have not in the order of the alphabet. */
  public synchronized List<String> lastSpeakersFirst() {
    Set<String> ordered = new LinkedHashSet<>(List.copyOf(speakers).reversed());
    ordered.retainAll(names);
    ordered.addAll(names);
    return List.copyOf(ordered);
  }
}
