package chat.tcrp.client.face.terminal;

import java.time.Clock;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The lines that belong to no event, but tell those before them from those after them. */
final class Interludes {
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEEE, d MMMM uuuu", Locale.ENGLISH);

  private final Clock clock;
  private final Focus focus;
  private final ScreenLines lines;
  private LocalDate day;

  Interludes(Clock clock, Focus focus, ScreenLines lines) {
    this.clock = clock;
    this.focus = focus;
    this.lines = lines;
    this.day = LocalDate.now(clock);
  }

  /** What is to be printed before the next line. */
  List<ScreenLine> next() {
    List<ScreenLine> next = new ArrayList<>();
    LocalDate today = LocalDate.now(clock);
    if (!today.equals(day)) {
      day = today;
      next.add(lines.interlude(DATE.format(today)));
    }
    if (focus.isFirstUnseen()) {
      next.add(lines.interlude("new since you looked away"));
    }
    return next;
  }
}
