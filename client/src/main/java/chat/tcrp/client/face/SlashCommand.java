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
  KICK(" NAME", "remove somebody (host)", true, Argument.MEMBER),
  BAN(" NAME", "keep them out (host)", true, Argument.MEMBER),
  UNBAN(" NAME", "let them in (host)", true, Argument.BANNED),
  HOST(" NAME", "hand room over (host)", true, Argument.MEMBER),
  TOPIC(" [TEXT]", "see the topic, set it", true),
  MSG(" NAME TEXT", "write to one alone", true, Argument.MEMBER_AND_TEXT),
  REPLY(" TEXT", "answer such a message", true),
  AWAY(" [TEXT]", "be away, or be back", true),
  INVITE("", "how friends come here", true),
  ME(" TEXT", "say what you do", false),
  IGNORE(" [NAME]", "hide somebody, or list", false, Argument.MEMBER),
  UNIGNORE(" NAME", "show them again", false, Argument.IGNORED),
  QUIET("", "hide comings and goings", true),
  SEARCH(" TEXT", "find what was said", false),
  LOG(" [FILE]", "write to FILE, or off", false, Argument.FILE),
  GO(" [ROOM]", "write to it, or list", true, Argument.OPEN_ROOM),
  JOIN(" ROOM", "enter it as well", true, Argument.ROOM),
  LEAVE("", "leave this room only", false),
  PING("", "how fast messages go", true),
  CLEAR("", "clear the screen", false),
  QUIT("", "leave (also Ctrl-D)", false);

  /** What is typed behind a command, and so what Tab can complete there. */
  public enum Argument {
    NONE,
    /** Anything, with names in it. */
    TEXT,
    /** The name of somebody here. */
    MEMBER,
    /** The same, and text behind it. */
    MEMBER_AND_TEXT,
    /** The name of somebody who was banned from here. */
    BANNED,
    /** The name of somebody whose lines are hidden. */
    IGNORED,
    /** A room that is open here. */
    OPEN_ROOM,
    /** A room of the server's, or an invitation. */
    ROOM,
    FILE
  }

  /** What other chat programs call it. */
  private static final Map<String, SlashCommand> ELSEWHERE =
      Map.ofEntries(
          Map.entry("/exit", QUIT),
          Map.entry("/switch", GO),
          Map.entry("/window", GO),
          Map.entry("/q", QUIT),
          Map.entry("/names", WHO),
          Map.entry("/users", WHO),
          Map.entry("/list", ROOMS),
          Map.entry("/cls", CLEAR),
          Map.entry("/commands", HELP),
          Map.entry("/query", MSG),
          Map.entry("/tell", MSG),
          Map.entry("/whisper", MSG));

  /** Another word for a command, which is taken for it. */
  private static final Map<String, SlashCommand> ALIASES = Map.of("/part", LEAVE);

  /** A word that is like one of these may still have been meant quite differently. */
  private static final Set<SlashCommand> NEVER_GUESSED =
      EnumSet.of(KICK, BAN, UNBAN, HOST, GO, LEAVE, QUIT);

  private final String arguments;
  private final String description;
  private final boolean forRooms;
  private final Argument argument;

  /** A command with no argument, or with any text. */
  SlashCommand(String arguments, String description, boolean forRooms) {
    this(arguments, description, forRooms, arguments.isEmpty() ? Argument.NONE : Argument.TEXT);
  }

  SlashCommand(String arguments, String description, boolean forRooms, Argument argument) {
    this.arguments = arguments;
    this.description = description;
    this.forRooms = forRooms;
    this.argument = argument;
  }

  /** Whether it needs a room, and makes no sense in the lobby. */
  public boolean isForRooms() {
    return forRooms;
  }

  public boolean takesArgument() {
    return argument != Argument.NONE;
  }

  /** What its argument is. */
  public Argument argument() {
    return argument;
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
    return "%-14s %s".formatted(usage(), description);
  }

  public static Optional<SlashCommand> of(String word) {
    return Arrays.stream(values())
        .filter(c -> c.word().equalsIgnoreCase(word))
        .findFirst()
        .or(() -> Optional.ofNullable(ALIASES.get(word.toLowerCase(Locale.ROOT))));
  }

  /** The command that a word was most likely meant to be: mistyped, shortened, or of elsewhere. */
  public static Optional<SlashCommand> nearest(String typed) {
    String word = typed.toLowerCase(Locale.ROOT);
    if (word.length() < 2) {
      return Optional.empty();
    }
    return Optional.ofNullable(ELSEWHERE.get(word))
        .or(() -> guessable().filter(c -> c.word().startsWith(word)).findFirst())
        .or(() -> Typos.nearest(word, guessable().toList(), SlashCommand::word));
  }

  private static Stream<SlashCommand> guessable() {
    return Arrays.stream(values()).filter(c -> !NEVER_GUESSED.contains(c));
  }
}
