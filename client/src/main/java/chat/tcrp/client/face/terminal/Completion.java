package chat.tcrp.client.face.terminal;

import chat.tcrp.client.face.Safe;
import chat.tcrp.client.face.SlashCommand;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.CompletingParsedLine;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;
import org.jline.reader.Parser;

/**
 * What the Tab key completes: commands at the beginning of a line, names everywhere. Names may have
 * spaces in them, so where a word begins depends on who is in the room.
 */
final class Completion implements Parser, Completer {
  private final Supplier<OpenRoom> present;

  /**
   * Completes what is in a room.
   *
   * @param present the room that is typed for
   */
  Completion(Supplier<OpenRoom> present) {
    this.present = present;
  }

  /** A message is not a command line: quotes and backslashes mean themselves. */
  @Override
  public ParsedLine parse(String line, int cursor, ParseContext context) {
    String typed = line.substring(0, cursor);
    return new Line(line, cursor, typed.substring(wordStart(typed)));
  }

  @Override
  public void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
    boolean first = line.wordIndex() == 0;
    if (first && line.word().startsWith("/")) {
      Arrays.stream(SlashCommand.values())
          .map(SlashCommand::word)
          .map(Candidate::new)
          .forEach(candidates::add);
      return;
    }
    others().map(name -> first ? name + ":" : name).map(Candidate::new).forEach(candidates::add);
  }

  private Stream<String> others() {
    OpenRoom room = present.get();
    String ownName = room.place().username().value();
    return room.roster().names().stream().filter(name -> !name.equals(ownName)).map(Safe::text);
  }

  /** The farthest place from which on the text is the beginning of a name, or of one word. */
  private int wordStart(String typed) {
    for (int start = 0; start < typed.length(); start++) {
      boolean begins = start == 0 || Character.isWhitespace(typed.charAt(start - 1));
      if (begins && !Character.isWhitespace(typed.charAt(start)) && isWord(typed, start)) {
        return start;
      }
    }
    return typed.length();
  }

  private boolean isWord(String typed, int start) {
    String word = typed.substring(start);
    return word.chars().noneMatch(Character::isWhitespace)
        || others().anyMatch(n -> begins(n, word));
  }

  private static boolean begins(String name, String word) {
    return name.regionMatches(true, 0, word, 0, word.length());
  }

  /** A line whose word under the cursor ends at the cursor. */
  private record Line(String line, int cursor, String word) implements CompletingParsedLine {
    @Override
    public int wordCursor() {
      return word.length();
    }

    /** Whether the word is the first one is all that matters here. */
    @Override
    public int wordIndex() {
      return line.substring(0, cursor - word.length()).isBlank() ? 0 : 1;
    }

    @Override
    public CharSequence escape(CharSequence candidate, boolean complete) {
      return candidate;
    }

    @Override
    public int rawWordCursor() {
      return word.length();
    }

    @Override
    public int rawWordLength() {
      return word.length();
    }

    @Override
    public List<String> words() {
      return wordIndex() == 0 ? List.of(word) : List.of("", word);
    }
  }
}
