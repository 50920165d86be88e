package chat.tcrp.client.face;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a notice of the server tells of who comes and goes. The words are for people; what is read
 * out of them here serves only to complete names and to hide what somebody does not want to see.
 *
 * @param kind what it is about
 * @param who whom it is about; empty when it names nobody
 * @param count how many have come or gone, when that is all that it says; else 0
 */
public record RoomNotice(Kind kind, String who, int count) {
  /** What a notice is about. */
  public enum Kind {
    CAME,
    WENT,
    /** In a large room the server counts those who come or go together, and names nobody. */
    COUNTED,
    PUT_OUT,
    OTHER
  }

  private static final RoomNotice UNKNOWN = new RoomNotice(Kind.OTHER, "", 0);

  private static final Pattern COUNT =
      Pattern.compile(
          "([0-9]{1,3}(?:,[0-9]{3}){0,2}) members (?:joined|left|timed out|could not be reached)");

  private static final Pattern COMING_OR_GOING =
      Pattern.compile("(.+) (joined|left|timed out|could not be reached)", Pattern.DOTALL);

  private static final Pattern PUTTING_OUT =
      Pattern.compile("(.+) was (?:removed|banned) by .*", Pattern.DOTALL);

  /** Reads a notice, without the mark that it travels with. */
  public static RoomNotice of(String text) {
    Matcher count = COUNT.matcher(text);
    if (count.matches()) {
      return new RoomNotice(Kind.COUNTED, "", Integer.parseInt(count.group(1).replace(",", "")));
    }
    Matcher way = COMING_OR_GOING.matcher(text);
    if (way.matches()) {
      return about(way.group(2).equals("joined") ? Kind.CAME : Kind.WENT, way.group(1));
    }
    Matcher out = PUTTING_OUT.matcher(text);
    return out.matches() ? about(Kind.PUT_OUT, out.group(1)) : UNKNOWN;
  }

  /** No name has a colon; what has one is another notice, which quotes somebody. */
  private static RoomNotice about(Kind kind, String who) {
    return who.indexOf(':') < 0 ? new RoomNotice(kind, who, 0) : UNKNOWN;
  }

  /** Whether somebody has come or gone by themselves. */
  public boolean isComingOrGoing() {
    return kind == Kind.CAME || kind == Kind.WENT || kind == Kind.COUNTED;
  }
}
