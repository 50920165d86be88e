package chat.tcrp.client.face;

import java.util.Optional;

/**
 * What somebody does instead of saying it: {@code /me waves}. It travels as just that text, so that
 * clients that know nothing of it show something readable.
 */
public final class Action {
  private static final String WORD = "/me";

  /**
   * Stands before and behind an action where it is shown. No name begins with it, and a notice of
   * the server has one asterisk before it and none behind, so that the one is not taken for the
   * other where there are no colours either.
   */
  public static final String MARK = "**";

  private Action() {}

  /**
   * What is done, when a text says that something is done.
   *
   * @param text as it travels
   */
  public static Optional<String> of(String text) {
    boolean isOne =
        text.startsWith(WORD)
            && text.length() > WORD.length()
            && Character.isWhitespace(text.charAt(WORD.length()))
            && !text.substring(WORD.length()).isBlank();
    return isOne ? Optional.of(text.substring(WORD.length()).strip()) : Optional.empty();
  }

  /** The text that an action travels as. */
  public static String text(String deed) {
    return WORD + " " + deed;
  }

  /**
   * A line as it is written where there are neither columns nor colours.
   *
   * @param from who; empty when the server did not say
   * @param text what, as it travels
   */
  public static String plainLine(String from, String text) {
    if (from.isEmpty()) {
      return Safe.message(text);
    }
    String name = Safe.text(from);
    return of(text)
        .map(deed -> MARK + " " + name + " " + Safe.message(deed) + " " + MARK)
        .orElseGet(() -> name + ": " + Safe.message(text));
  }
}
