package chat.tcrp.client.face.terminal;

import chat.tcrp.protocol.MemberInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The members of a room as one line: {@code 2 here: ann (host), bob (away: lunch, idle 12 min)}.
 */
final class WhoIsHere {
  /** Of why somebody is away no more is shown in a list. */
  private static final int MAX_AWAY = 40;

  private WhoIsHere() {}

  /**
   * The line.
   *
   * @param sealed whether we are, since that others are not matters only to who is
   * @param max how many are named
   */
  static String line(List<MemberInfo> members, boolean sealed, int max) {
    return members.size()
        + " here: "
        + members.stream()
            .limit(max)
            .map(m -> m.username() + mark(m, sealed))
            .collect(Collectors.joining(", "))
        + (members.size() > max ? " and " + (members.size() - max) + " more" : "");
  }

  private static String mark(MemberInfo member, boolean sealed) {
    List<String> facts = new ArrayList<>();
    if (member.host()) {
      facts.add("host");
    }
    member.away().map(WhoIsHere::away).ifPresent(facts::add);
    member.idle().flatMap(WhoIsHere::idle).ifPresent(facts::add);
    if (sealed && !member.isSealed()) {
      facts.add("not encrypted");
    }
    return facts.isEmpty() ? "" : " (" + String.join(", ", facts) + ")";
  }

  private static String away(String text) {
    if (text.equals(RoomTalk.AWAY)) {
      return text;
    }
    boolean isLong = text.codePointCount(0, text.length()) > MAX_AWAY;
    return "away: "
        + (isLong ? text.substring(0, text.offsetByCodePoints(0, MAX_AWAY)) + "…" : text);
  }

  private static Optional<String> idle(Duration silence) {
    if (silence.toMinutes() < 1) {
      return Optional.empty();
    }
    return Optional.of(
        "idle "
            + (silence.toHours() < 1
                ? silence.toMinutes() + " min"
                : silence.toDays() < 2 ? silence.toHours() + " h" : silence.toDays() + " days"));
  }
}
