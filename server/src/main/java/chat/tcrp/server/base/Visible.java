package chat.tcrp.server.base;

/** Text from strangers, for people's eyes. */
public final class Visible {
  private Visible() {}

  /**
   * The text, with a character that cannot be seen, or that reorders what can, as its number in
   * hexadecimal, in braces behind a backslash and a u.
   */
  public static String text(String text) {
    StringBuilder visible = new StringBuilder();
    text.codePoints().forEach(c -> append(visible, c));
    return visible.toString();
  }

  static void append(StringBuilder text, int codePoint) {
    if (isObscure(codePoint)) {
      text.append("\\u{").append(Integer.toHexString(codePoint)).append('}');
    } else {
      text.appendCodePoint(codePoint);
    }
  }

  private static boolean isObscure(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.PRIVATE_USE,
          Character.SURROGATE,
          Character.UNASSIGNED ->
          true;
      default -> false;
    };
  }
}
