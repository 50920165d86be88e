package chat.tcrp.client.face;

import chat.tcrp.protocol.MemberInfo;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Who is in the room, as far as a client can tell from what it has seen; for completing names. */
public final class Roster {
  /** In a large room the server counts those who come or go together, and names nobody. */
  private static final Pattern COUNT =
      Pattern.compile(
          "([0-9]{1,3}(?:,[0-9]{3}){0,2}) members (?:joined|left|timed out|could not be reached)");

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

  /**
   * Learns from a notice of the server who has come or gone.
   *
   * @return how many, if that is all that it says, so that only the server's list can tell who;
   *     might be the name of somebody too, and then the list does no harm
   */
  public synchronized OptionalInt learn(String notice) {
    Matcher count = COUNT.matcher(notice);
    if (count.matches()) {
      return OptionalInt.of(Integer.parseInt(count.group(1).replace(",", "")));
    }
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
    return OptionalInt.empty();
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
