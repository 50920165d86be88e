package chat.tcrp.client.face.terminal;

import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.WCWidth;

/**
 * A line of the conversation, which may take several rows of the screen: they are broken between
 * words, and begin below the text of the first one.
 *
 * @param line the whole line
 * @param textStart where in it the text begins, after time and name
 */
record ScreenLine(AttributedString line, int textStart) {
  /** Where an indentation would leave fewer columns than this, a small one has to do. */
  private static final int MIN_TEXT_COLUMNS = 20;

  private static final int SMALL_INDENT = 2;

  /**
   * Cuts the line into rows. What is cut out is the spaces between two words; nothing is padded, so
   * that what is copied from the screen has no blanks at its end.
   *
   * @param columns how many the screen has; 0 when nobody knows, and then there is one row
   */
  List<AttributedString> rows(int columns) {
    if (columns <= 0 || line.columnLength() <= columns) {
      return List.of(line);
    }
    String indent = " ".repeat(indent(columns));
    List<AttributedString> rows = new ArrayList<>();
    Cut cut = new Cut(line.toString(), columns, columns - indent.length());
    while (cut.next()) {
      rows.add(
          new AttributedStringBuilder()
              .append(rows.isEmpty() ? "" : indent)
              .append(line.subSequence(cut.start, cut.end))
              .toAttributedString());
    }
    return rows;
  }

  private int indent(int columns) {
    int belowText = line.subSequence(0, textStart).columnLength();
    if (columns - belowText >= MIN_TEXT_COLUMNS) {
      return belowText;
    }
    return columns >= MIN_TEXT_COLUMNS ? SMALL_INDENT : 0;
  }

  /** Walks over a text row by row. */
  private static final class Cut {
    private final String text;
    private final int laterRoom;
    private final BreakIterator characters = BreakIterator.getCharacterInstance(Locale.ROOT);

    /** How many columns the next row has for text. */
    private int room;

    /** The present row is from start to end; the next one begins at rest. */
    private int start;

    private int end;
    private int rest;

    Cut(String text, int firstRoom, int laterRoom) {
      this.text = text;
      this.room = firstRoom;
      this.laterRoom = laterRoom;
      characters.setText(text);
    }

    /** Goes to the next row; false when there is none. */
    boolean next() {
      if (rest == text.length()) {
        return false;
      }
      start = rest;
      int wordStart = start;
      int width = 0;
      int at = start;
      while (at < text.length() && (isSpace(at) || width + width(at, after(at)) <= room)) {
        width += width(at, after(at));
        at = after(at);
        if (isSpace(at - 1)) {
          wordStart = at;
        }
      }
      boolean inWord = at < text.length();
      if (inWord && wordStart > start && width(wordStart, wordEnd(at)) <= laterRoom) {
        at = wordStart;
      } else if (at == start) {
        // Not even one character fits; a row of nothing would not help.
        at = after(at);
      }
      rest = at;
      end = withoutSpaces(at);
      room = laterRoom;
      return true;
    }

    private int after(int at) {
      return characters.following(at);
    }

    private int width(int from, int to) {
      return text.substring(from, to).codePoints().map(c -> Math.max(0, WCWidth.wcwidth(c))).sum();
    }

    private int wordEnd(int at) {
      int wordEnd = at;
      while (wordEnd < text.length() && !isSpace(wordEnd)) {
        wordEnd++;
      }
      return wordEnd;
    }

    private int withoutSpaces(int at) {
      int trimmed = at;
      while (trimmed > start && isSpace(trimmed - 1)) {
        trimmed--;
      }
      return trimmed;
    }

    private boolean isSpace(int at) {
      return Character.isWhitespace(text.charAt(at));
    }
  }
}
