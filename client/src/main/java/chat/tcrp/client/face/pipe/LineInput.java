package chat.tcrp.client.face.pipe;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Lines of UTF-8, ended by LF or CR LF, the last one perhaps by nothing. Bytes that are not UTF-8
 * become U+FFFD. A line without an end would fill the memory, so a very long one comes in parts.
 */
final class LineInput {
  /** The greatest length of a part in chars. */
  static final int MAX_LENGTH = 1 << 14;

  private final Reader in;
  private final char[] buffer = new char[1 << 13];
  private int position;
  private int limit;

  LineInput(InputStream in) {
    this.in = new InputStreamReader(in, StandardCharsets.UTF_8);
  }

  /** The next line or part of one, waiting for it; empty at the end of the input. */
  Optional<String> next() throws IOException {
    StringBuilder line = new StringBuilder();
    while (position < limit || fill()) {
      int end = newline();
      int room = MAX_LENGTH - line.length();
      if (end - position > room) {
        line.append(buffer, position, room);
        position += room;
        return Optional.of(withoutHalfACharacter(line));
      }
      line.append(buffer, position, end - position);
      position = end;
      if (end < limit) {
        position++;
        return Optional.of(withoutCarriageReturn(line));
      }
    }
    return line.isEmpty() ? Optional.empty() : Optional.of(withoutCarriageReturn(line));
  }

  /** Whether {@link #next} has a line without waiting. */
  boolean hasNext() {
    return newline() < limit;
  }

  /** Where the next newline is, or the end of what was read. */
  private int newline() {
    int i = position;
    while (i < limit && buffer[i] != '\n') {
      i++;
    }
    return i;
  }

  private boolean fill() throws IOException {
    position = 0;
    limit = Math.max(0, in.read(buffer));
    return limit > 0;
  }

  private static String withoutCarriageReturn(StringBuilder line) {
    int last = line.length() - 1;
    return last >= 0 && line.charAt(last) == '\r' ? line.substring(0, last) : line.toString();
  }

  /** The reader never ends a buffer within a surrogate pair, but a part may. */
  private String withoutHalfACharacter(StringBuilder part) {
    int last = part.length() - 1;
    if (Character.isHighSurrogate(part.charAt(last))) {
      position--;
      part.setLength(last);
    }
    return part.toString();
  }
}
