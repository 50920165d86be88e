package chat.tcrp.client.face.terminal;

import java.util.List;
import org.jline.reader.ParsedLine;

/** A message is not a command line: all of it is one word, quotes and backslashes included. */
record PlainLine(String line, int cursor) implements ParsedLine {
  @Override
  public String word() {
    return line;
  }

  @Override
  public int wordCursor() {
    return cursor;
  }

  @Override
  public int wordIndex() {
    return 0;
  }

  @Override
  public List<String> words() {
    return List.of(line);
  }
}
