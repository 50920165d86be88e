package chat.tcrp.client;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** What can be typed behind a slash in the terminal. */
enum SlashCommand {
  HELP("", "this list"),
  WHO("", "who is here"),
  ROOMS("", "the server's rooms"),
  KICK(" NAME", "remove somebody (the host may)"),
  PING("", "how fast the server answers"),
  CLEAR("", "clear the screen"),
  QUIT("", "leave (also Ctrl-D and Ctrl-C)");

  private static final int MAX_TYPOS = 2;

  private final String arguments;
  private final String description;

  SlashCommand(String arguments, String description) {
    this.arguments = arguments;
    this.description = description;
  }

  /** How it is typed: {@code /help}. */
  String word() {
    return "/" + name().toLowerCase(Locale.ROOT);
  }

  /** A line of the help. */
  String help() {
    return "%-12s %s".formatted(word() + arguments, description);
  }

  static Optional<SlashCommand> of(String word) {
    return Arrays.stream(values()).filter(c -> c.word().equals(word)).findFirst();
  }

  /** The command that a mistyped word was most likely meant to be. */
  static Optional<SlashCommand> nearest(String word) {
    return Arrays.stream(values())
        .filter(c -> distance(c.word(), word) <= MAX_TYPOS)
        .min(Comparator.comparingInt(c -> distance(c.word(), word)));
  }

  /**
   * How many characters must be inserted, deleted, replaced or swapped with their neighbour to get
   * from a to b.
   */
  static int distance(String a, String b) {
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
