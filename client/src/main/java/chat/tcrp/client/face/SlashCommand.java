package chat.tcrp.client.face;

import java.util.Arrays;
import java.util.Comparator;
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
  PING("", "how fast messages travel", true),
  CLEAR("", "clear the screen", false),
  QUIT("", "leave (also Ctrl-D)", false);

  private static final int MAX_TYPOS = 2;

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
  private static final Set<SlashCommand> NEVER_GUESSED = EnumSet.of(KICK, QUIT);

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

  /** A line of the help. */
  public String help() {
    return "%-11s %s".formatted(word() + arguments, description);
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
        .or(
            () ->
                guessable()
                    .filter(c -> distance(c.word(), word) <= MAX_TYPOS)
                    .min(Comparator.comparingInt(c -> distance(c.word(), word))));
  }

  private static Stream<SlashCommand> guessable() {
    return Arrays.stream(values()).filter(c -> !NEVER_GUESSED.contains(c));
  }

  /**
   * How many characters must be inserted, deleted, replaced or swapped with their neighbour to get
   * from a to b.
   */
  public static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        int replaced = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        d[i][j] = Math.min(Math.min(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + replaced);
        boolean swapped =
            i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        if (swapped) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}
