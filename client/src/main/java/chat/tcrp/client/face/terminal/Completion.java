package chat.tcrp.client.face.terminal;

import chat.tcrp.client.face.Safe;
import chat.tcrp.client.face.SlashCommand;
import chat.tcrp.client.face.terminal.TabCycle.Choices;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What the Tab key completes: commands at the beginning of a line, behind a command what it is
 * about, and names everywhere. Names may have spaces in them, so where a word begins depends on who
 * is in the room.
 */
final class Completion implements Function<String, Choices> {
  private static final String MENTION = "@";

  private final OpenRooms rooms;

  Completion(OpenRooms rooms) {
    this.rooms = rooms;
  }

  /** What can be made of what stands before the cursor. */
  @Override
  public Choices apply(String typed) {
    int start = typed.length() - typed.stripLeading().length();
    if (!typed.startsWith("/", start)) {
      return words(typed, start);
    }
    int wordEnd = end(typed, start);
    if (wordEnd == typed.length()) {
      return whole(typed, start, Arrays.stream(SlashCommand.values()).map(SlashCommand::word));
    }
    Optional<SlashCommand> command = SlashCommand.of(typed.substring(start, wordEnd));
    int argument = typed.length() - typed.substring(wordEnd).stripLeading().length();
    Company company = rooms.present().company();
    return switch (command.map(SlashCommand::argument).orElse(SlashCommand.Argument.TEXT)) {
      case NONE, FILE, ROOM -> Choices.NONE;
      case TEXT -> words(typed, -1);
      case MEMBER -> whole(typed, argument, company.others());
      case MEMBER_AND_TEXT -> {
        Choices members = whole(typed, argument, company.others());
        yield members.texts().isEmpty() ? words(typed, -1) : members;
      }
      case OPEN_ROOM -> whole(typed, argument, rooms.all().stream().map(rooms::name));
      case BANNED -> whole(typed, argument, company.banned());
      case IGNORED -> whole(typed, argument, company.ignored().names());
    };
  }

  private static int end(String typed, int start) {
    int end = start;
    while (end < typed.length() && !Character.isWhitespace(typed.charAt(end))) {
      end++;
    }
    return end;
  }

  /** What can stand from a place up to the cursor. */
  private static Choices whole(String typed, int start, List<String> names) {
    return whole(typed, start, names.stream().map(Safe::text));
  }

  private static Choices whole(String typed, int start, Stream<String> candidates) {
    String begun = typed.substring(start);
    return new Choices(
        start, candidates.filter(text -> begins(text, begun)).map(text -> text + " ").toList());
  }

  /**
   * Names, from the farthest place where one of them can have begun.
   *
   * @param lineStart where a name is spoken to, and not of
   */
  private Choices words(String typed, int lineStart) {
    List<String> names = rooms.present().company().others().stream().map(Safe::text).toList();
    for (int start = 0; start <= typed.length(); start++) {
      boolean begins = start == 0 || Character.isWhitespace(typed.charAt(start - 1));
      boolean isSpace = start < typed.length() && Character.isWhitespace(typed.charAt(start));
      if (begins && !isSpace) {
        List<String> texts = names(typed.substring(start), names, start == lineStart);
        if (!texts.isEmpty()) {
          return new Choices(start, texts);
        }
      }
    }
    return Choices.NONE;
  }

  private static List<String> names(String word, List<String> names, boolean first) {
    String behind = first ? ": " : " ";
    List<String> texts =
        names.stream().filter(name -> begins(name, word)).map(name -> name + behind).toList();
    if (!texts.isEmpty() || !word.startsWith(MENTION)) {
      return texts;
    }
    String name = word.substring(MENTION.length());
    return names.stream().filter(n -> begins(n, name)).map(n -> MENTION + n + " ").toList();
  }

  private static boolean begins(String name, String word) {
    return name.regionMatches(true, 0, word, 0, word.length());
  }
}
