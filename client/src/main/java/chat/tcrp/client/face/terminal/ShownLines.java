package chat.tcrp.client.face.terminal;

import java.text.Normalizer;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Locale;
import java.util.Queue;

/** What was said and shown in a session, to be found again; the oldest lines are forgotten. */
final class ShownLines {
  static final int MAX_LINES = 10_000;

  /** About 2 MB of memory. */
  private static final int MAX_CHARS = 1 << 20;

  private record Shown(LocalDate day, String text) {}

  /**
   * What was found.
   *
   * @param lines the last of them, the oldest first
   * @param earlier how many more there were before them
   */
  record Found(List<String> lines, int earlier) {}

  private final Clock clock;
  private final Queue<Shown> shown = new ArrayDeque<>();
  private int chars;

  ShownLines(Clock clock) {
    this.clock = clock;
  }

  /** Remembers a line as it stands on the screen, with its time. */
  synchronized void add(String line) {
    shown.add(new Shown(LocalDate.now(clock), line));
    chars += line.length();
    while (shown.size() > MAX_LINES || (chars > MAX_CHARS && shown.size() > 1)) {
      chars -= shown.remove().text.length();
    }
  }

  /**
   * Finds the lines that have a text in them, whatever its case and the width of its letters.
   *
   * @param max how many lines are wanted
   */
  synchronized Found find(String text, int max) {
    String wanted = folded(text);
    LocalDate today = LocalDate.now(clock);
    List<String> found =
        shown.stream()
            .filter(line -> folded(line.text).contains(wanted))
            .map(line -> line.day.equals(today) ? line.text : line.day + " " + line.text)
            .toList();
    int earlier = Math.max(0, found.size() - max);
    return new Found(found.subList(earlier, found.size()), earlier);
  }

  /** Twice, since some letters have a lower case only by way of their upper one. */
  private static String folded(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFKC)
        .toUpperCase(Locale.ROOT)
        .toLowerCase(Locale.ROOT);
  }
}
