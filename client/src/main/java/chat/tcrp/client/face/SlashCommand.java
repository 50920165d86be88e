package chat.tcrp.client.face;

import chat.tcrp.program.Typos;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What can be typed behind a slash in the terminal. */
public enum SlashCommand {
  HELP("", "this list", false),
  WHO("", "who is here", true),
  ROOMS("", "the server's rooms", true),
  KICK(" NAME", "remove somebody (as the host)", true),
  BAN(" NAME", "keep somebody out (as the host)", true),
  UNBAN(" NAME", "let them in again (as the host)", true),
  INVITE("", "what a friend types to come here", true),
  PING("", "how fast messages travel", true),
  CLEAR("", "clear the screen", false),
  QUIT("", "leave (also Ctrl-D)", false);

  /** What other chat programs call it. */
  private static final Map<String, SlashCommand> ELSEWHERE =
      Map.of(
          "/exit",
          QUIT,
          "/leave",
          QUIT,
          "/part",
          QUIT,
          "/q",
          QUIT,
          "/names",
          WHO,
          "/users",
          WHO,
          "/list",
          ROOMS,
          "/cls",
          CLEAR,
          "/commands",
          HELP);

  /** A word that is like one of these may still have been meant quite differently. */
  private static final Set<SlashCommand> NEVER_GUESSED = EnumSet.of(KICK, BAN, UNBAN, QUIT);

  private final String arguments;
  private final String description;
  private final boolean forRooms;

  SlashCommand(String arguments, String description, boolean forRooms) {
    this.arguments = arguments;
    this.description = description;
    this.forRooms = forRooms;
  }

  /** Whether it needs a room, and makes no sense in the lobby. */
  public boolean isForRooms() {
    return forRooms;
  }

  public boolean takesArgument() {
    return !arguments.isEmpty();
  }

  /** How it is typed: {@code /help}. */
  public String word() {
    return "/" + name().toLowerCase(Locale.ROOT);
  }

  /** How it is typed with what belongs to it: {@code /kick NAME}. */
  public String usage() {
    return word() + arguments;
  }

  /** A line of the help. */
  public String help() {
    return "%-11s %s".formatted(usage(), description);
  }

  public static Optional<SlashCommand> of(String word) {
    return Arrays.stream(values()).filter(c -> c.word().equalsIgnoreCase(word)).findFirst();
  }

  /** The command that a word was most likely meant to be: mistyped, shortened, or of elsewhere. */
  public static Optional<SlashCommand> nearest(String typed) {
    String word = typed.toLowerCase(Locale.ROOT);
    return guessable()
        .filter(c -> word.length() > 1 && c.word().startsWith(word))
        .findFirst()
        .or(() -> Optional.ofNullable(ELSEWHERE.get(word)))
        .or(() -> Typos.nearest(word, guessable().toList(), SlashCommand::word));
  }

  private static Stream<SlashCommand> guessable() {
    return Arrays.stream(values()).filter(c -> !NEVER_GUESSED.contains(c));
  }
}
