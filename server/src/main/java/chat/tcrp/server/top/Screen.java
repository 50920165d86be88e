package chat.tcrp.server.top;

import chat.tcrp.server.base.Visible;
import chat.tcrp.server.metrics.BusyRooms;
import chat.tcrp.server.metrics.Figure;
import chat.tcrp.server.metrics.Figure.Label;
import chat.tcrp.server.metrics.Interval;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What is to be seen of a server as lines of text, for a width. */
final class Screen {
  private static final String BOLD = "\033[1m";
  private static final String RED = "\033[31m";
  private static final String REVERSE = "\033[7m";
  private static final String OFF = "\033[0m";
  private static final double MEGABYTE = 1 << 20;

  /** Where what is said of something begins. */
  private static final int INDENT = 12;

  private final int width;
  private final boolean colored;
  private final List<String> lines = new ArrayList<>();

  private Screen(int width, boolean colored) {
    this.width = width;
    this.colored = colored;
  }

  /**
   * All lines: the last ones are the rooms, the busiest first.
   *
   * @param width of the terminal; a room's name may still be wider than what is left for it
   * @param colored whether escape sequences may make lines bold and red
   */
  static List<String> lines(Sight sight, int width, boolean colored) {
    Screen screen = new Screen(width, colored);
    screen.add(sight);
    return screen.lines;
  }

  private void add(Sight sight) {
    Interval interval = sight.interval();
    addItems(
        "chat-server",
        BOLD,
        List.of(Visible.text(sight.version()), "at " + sight.server(), "up " + age(sight.age())));
    addItems(
        "here",
        "",
        List.of(
            "rooms " + whole(interval.now().sum(Figure.ROOMS)),
            "members " + whole(interval.now().sum(Figure.MEMBERS)),
            "sealed " + whole(sight.members("sealed")),
            "in the lobby " + whole(interval.now().sum(Figure.LOBBY_MEMBERS))));
    addItems("a second", "", rates(interval, "received", "sent", "messages", "deliveries"));
    addItems("", "", rates(interval, "handshakes", "refused", "evicted"));
    addDrops(interval);
    addItems(
        "loop",
        "",
        List.of(
            "p50 " + millis(interval, 0.5),
            "p90 " + millis(interval, 0.9),
            "p99 " + millis(interval, 0.99),
            rate(sight.datagramsPerTurn()) + " datagrams a turn"));
    addProcess(interval);
    lines.add("");
    addRooms(sight.rooms());
  }

  private void addDrops(Interval interval) {
    List<String> drops = new ArrayList<>();
    drops.add(rate(interval.perSecond(Figure.DROPS)) + " a second");
    interval
        .perSecond(Figure.DROPS, Label.REASON)
        .forEach(
            (reason, rate) -> drops.add(Visible.text(reason).replace('_', ' ') + " " + rate(rate)));
    addItems("dropped", drops.size() > 1 ? RED : "", drops);
  }

  private void addProcess(Interval interval) {
    addItems(
        "process",
        "",
        List.of(
            "cpu %s%%".formatted(whole(100 * interval.perSecond(Figure.CPU_SECONDS))),
            megabytes(interval, Figure.RESIDENT_BYTES) + " MB",
            "heap "
                + megabytes(interval, Figure.HEAP_USED)
                + " of "
                + megabytes(interval, Figure.HEAP_MAX)
                + " MB",
            whole(interval.now().sum(Figure.OPEN_FILES)) + " files"));
  }

  private void addRooms(List<BusyRooms.Row> rooms) {
    String head = "members    msg/s  deliv/s  room";
    lines.add(styled(REVERSE, head + " ".repeat(Math.max(0, width - head.length()))));
    for (BusyRooms.Row room : rooms) {
      lines.add(
          "%7s %8s %8s  %s"
              .formatted(
                  whole(room.members()),
                  rate(room.messagesPerSecond()),
                  rate(room.deliveriesPerSecond()),
                  Visible.text(room.name())));
    }
    if (rooms.isEmpty()) {
      lines.add("no rooms yet");
    }
  }

  private static List<String> rates(Interval interval, String... names) {
    return List.of(names).stream()
        .map(name -> name + " " + rate(interval.perSecond(Sight.RATES.get(name))))
        .toList();
  }

  /** A title, and as many items in a line as fit. */
  private void addItems(String title, String style, List<String> items) {
    String line = title + " ".repeat(INDENT - title.length());
    boolean isFirst = true;
    for (String item : items) {
      String more = isFirst ? item : " · " + item;
      if (!isFirst && line.length() + more.length() > width) {
        lines.add(styled(style, line));
        line = " ".repeat(INDENT);
        more = item;
      }
      line += more;
      isFirst = false;
    }
    lines.add(styled(style, line));
  }

  private String styled(String style, String line) {
    return colored && !style.isEmpty() ? style + line + OFF : line;
  }

  private static String millis(Interval interval, double share) {
    return String.format(
        Locale.ROOT, "%.2f ms", 1e3 * interval.quantile(Figure.CYCLE_SECONDS, share));
  }

  private static String megabytes(Interval interval, Figure figure) {
    return whole(interval.now().sum(figure) / MEGABYTE);
  }

  private static String whole(double number) {
    return String.format(Locale.ROOT, "%,.0f", number);
  }

  /** A digit behind the point where it says something. */
  private static String rate(double number) {
    return String.format(Locale.ROOT, number == 0 || number >= 100 ? "%,.0f" : "%.1f", number);
  }

  private static String age(Duration age) {
    if (age.toDays() > 0) {
      return "%d d %d h".formatted(age.toDays(), age.toHoursPart());
    }
    return age.toHours() > 0
        ? "%d h %d min".formatted(age.toHours(), age.toMinutesPart())
        : "%d min %d s".formatted(age.toMinutes(), age.toSecondsPart());
  }
}
