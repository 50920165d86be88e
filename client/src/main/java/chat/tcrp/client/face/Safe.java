package chat.tcrp.client.face;

/**
 * Makes text from the network harmless to show. What a terminal would act on (C0 and C1 controls,
 * DEL), what would make a line read differently from what it says (bidirectional overrides and
 * isolates, line separators) and what nobody would see (characters without width that have no work
 * to do in a text) is made visible.
 */
public final class Safe {
  private static final int CONTROL_PICTURES = 0x2400;
  private static final int PICTURE_OF_DELETE = 0x2421;
  private static final int REPLACEMENT = 0xfffd;

  /** More marks than this on one character serve only to smear the lines above and below. */
  private static final int MAX_MARKS = 8;

  private Safe() {}

  /** A name, a notice, a reason: a tab in it becomes a space. */
  public static String text(String received) {
    return message(received).replace('\t', ' ');
  }

  /** What somebody said: its tabs stay, for they may be the indentation of a program. */
  public static String message(String received) {
    StringBuilder safe = new StringBuilder(received.length());
    int marks = 0;
    for (int c : received.codePoints().toArray()) {
      marks = isMark(c) ? marks + 1 : 0;
      if (marks <= MAX_MARKS) {
        safe.appendCodePoint(safe(c));
      }
    }
    return safe.toString();
  }

  /**
   * What stands before a text that is for one alone. No line that somebody else makes begins so: a
   * name has no asterisk at its beginning, and a notice has a space behind it.
   */
  public static String privately(String from, String to) {
    return "*" + (from.isEmpty() ? "somebody" : text(from)) + " -> " + text(to) + "*";
  }

  private static int safe(int c) {
    if (c == '\t') {
      return c;
    }
    if (c < 0x20) {
      return CONTROL_PICTURES + c;
    }
    if (c == 0x7f) {
      return PICTURE_OF_DELETE;
    }
    return switch (Character.getType(c)) {
      case Character.CONTROL, Character.SURROGATE -> REPLACEMENT;
      case Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> REPLACEMENT;
      case Character.FORMAT -> isNeeded(c) ? c : REPLACEMENT;
      default -> isNoncharacter(c) ? REPLACEMENT : c;
    };
  }

  /**
   * The format characters without which a text cannot be written: joiners of Persian, Indic scripts
   * and emoji, direction marks of Arabic and Hebrew (which mark a place and override nothing),
   * signs that Arabic and other scripts put around numbers, the soft hyphen, the letters of flags.
   */
  private static boolean isNeeded(int c) {
    return c == 0xad
        || (c >= 0x600 && c <= 0x605)
        || c == 0x61c
        || c == 0x6dd
        || c == 0x70f
        || c == 0x8e2
        || (c >= 0x200c && c <= 0x200f)
        || (c >= 0xe0020 && c <= 0xe007f);
  }

  private static boolean isNoncharacter(int c) {
    return (c & 0xfffe) == 0xfffe || (c >= 0xfdd0 && c <= 0xfdef);
  }

  private static boolean isMark(int c) {
    int type = Character.getType(c);
    return type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK;
  }
}
