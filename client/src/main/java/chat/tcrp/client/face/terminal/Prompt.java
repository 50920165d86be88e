package chat.tcrp.client.face.terminal;

import chat.tcrp.client.face.Safe;
import org.jline.utils.AttributedString;

/** What stands before the line that is typed: who one is and where, as far as there is room. */
final class Prompt {
  /** A screen narrower than this has no room for names. */
  private static final int MIN_COLUMNS = 24;

  private static final String ELLIPSIS = "…";

  private Prompt() {}

  /**
   * Makes a prompt that leaves most of a row for typing.
   *
   * @param plain how many members are not sealed, which warns who is
   * @param columns how many the screen has
   */
  static String of(String name, String room, int plain, int columns) {
    if (columns < MIN_COLUMNS) {
      return "> ";
    }
    String warning = plain == 0 ? "" : ", " + plain + " plain";
    int share = plain == 0 ? columns * 2 / 5 : columns / 2;
    int space = share - "[@] ".length() - warning.length();
    String safeName = Safe.text(name);
    String shortRoom = shortened(Safe.text(room), Math.max(space / 2, space - width(safeName)));
    String shortName = shortened(safeName, space - width(shortRoom));
    return "[" + shortName + "@" + shortRoom + warning + "] ";
  }

  /** A text in at most so many columns. */
  static String shortened(String text, int columns) {
    if (width(text) <= columns) {
      return text;
    }
    AttributedString whole = new AttributedString(text);
    return whole.columnSubSequence(0, columns - 1).toString() + ELLIPSIS;
  }

  /** How many columns of the screen a text takes. */
  static int width(String text) {
    return new AttributedString(text).columnLength();
  }
}
