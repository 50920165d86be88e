package chat.tcrp.client.session;

import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Cuts a long text into messages that fit, between characters as people see them. */
final class MessageSplitter {
  private MessageSplitter() {}

  /**
   * Splits a text. A character of several code points, such as an emoji of a family, is only cut
   * when it does not fit into a part of its own.
   *
   * @param maxBytes the greatest size of a part in bytes of UTF-8, at least 4
   * @return the parts in order, which together are the text; none for an empty one
   */
  static List<String> split(String text, int maxBytes) {
    BreakIterator characters = BreakIterator.getCharacterInstance(Locale.ROOT);
    characters.setText(text);
    List<String> parts = new ArrayList<>();
    int start = 0;
    int size = 0;
    for (int i = 0; i < text.length(); ) {
      int end = characters.following(i);
      int bytes = size(text, i, end, maxBytes);
      if (bytes > maxBytes) {
        end = text.offsetByCodePoints(i, 1);
        bytes = size(text, i, end, maxBytes);
      }
      if (size + bytes > maxBytes) {
        parts.add(text.substring(start, i));
        start = i;
        size = 0;
      }
      size += bytes;
      i = end;
    }
    if (start < text.length()) {
      parts.add(text.substring(start));
    }
    return parts;
  }

  /** The bytes of a piece; some number above the limit when it is longer than that. */
  private static int size(String text, int from, int to, int limit) {
    int size = 0;
    for (int i = from; i < to && size <= limit; ) {
      int codePoint = text.codePointAt(i);
      size += codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
      i += Character.charCount(codePoint);
    }
    return size;
  }
}
