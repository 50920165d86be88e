package chat.tcrp.client.session;

import java.util.ArrayList;
import java.util.List;

/** Cuts a long text into messages that fit, between characters, never inside one. */
final class MessageSplitter {
  private MessageSplitter() {}

  /**
   * Splits a text.
   *
   * @param maxBytes the greatest size of a part in bytes of UTF-8, at least 4
   * @return the parts in order, which together are the text; none for an empty one
   */
  static List<String> split(String text, int maxBytes) {
    List<String> parts = new ArrayList<>();
    int start = 0;
    int size = 0;
    for (int i = 0; i < text.length(); ) {
      int codePoint = text.codePointAt(i);
      int bytes = codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
      if (size + bytes > maxBytes) {
        parts.add(text.substring(start, i));
        start = i;
        size = 0;
      }
      size += bytes;
      i += Character.charCount(codePoint);
    }
    if (start < text.length()) {
      parts.add(text.substring(start));
    }
    return parts;
  }
}
