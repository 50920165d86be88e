package chat.tcrp.program;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.Function;

/** Which word somebody meant who has mistyped it. */
public final class Typos {
  /** So many typos and a word may still be meant. */
  private static final int MAX = 2;

  private Typos() {}

  /** The nearest of those that the word may have been meant to be. */
  public static <T> Optional<T> nearest(
      String word, Collection<T> meant, Function<T, String> spelling) {
    return meant.stream()
        .filter(each -> distance(spelling.apply(each), word) <= MAX)
        .min(Comparator.comparingInt(each -> distance(spelling.apply(each), word)));
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
