package chat.tcrp.client.face.terminal;

import chat.tcrp.client.face.Action;
import chat.tcrp.client.face.Safe;
import java.time.Clock;
import java.time.ZonedDateTime;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.AttributedStyle;

/**
 * The lines of the conversation as they stand on the screen: time, name in its colour, text made
 * safe.
 */
final class ScreenLines {
  private static final String INDENT = "  ";

  /** The columns of a room's name before its lines, at most. */
  private static final int MAX_LABEL = 12;

  /** The columns between two tab stops, in the editor too. */
  static final int TAB_WIDTH = 4;

  private static final AttributedStyle PLAIN = AttributedStyle.DEFAULT;
  private static final AttributedStyle PRIVATE = PLAIN.bold().underline();
  private static final AttributedStyle MENTION = PLAIN.bold().inverse();

  private final String ourselves;
  private final Clock clock;
  private final TimeFormat time;
  private final Palette palette;
  private final Supplier<String> label;
  private final Pattern ownName;

  /** Lines of no room among others. */
  ScreenLines(String ownName, Clock clock, TimeFormat time, Palette palette) {
    this(ownName, clock, time, palette, () -> "");
  }

  /**
   * Lines of a room.
   *
   * @param label its name, when there are others
   */
  ScreenLines(
      String ownName, Clock clock, TimeFormat time, Palette palette, Supplier<String> label) {
    this.label = label;
    this.ourselves = ownName;
    this.clock = clock;
    this.time = time;
    this.palette = palette;
    this.ownName =
        Pattern.compile(
            "(?<![\\p{L}\\p{N}_])" + Pattern.quote(ownName) + "(?![\\p{L}\\p{N}_])",
            Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
  }

  /** A line that tells those above it from those below it, and happens at no time. */
  ScreenLine interlude(String text) {
    return line(new AttributedStringBuilder(), palette.quiet(), "-- ", text);
  }

  /** Whether a text names us. */
  boolean mentionsUs(String text) {
    return ownName.matcher(Action.of(text).orElse(text)).find();
  }

  ScreenLine message(String from, String text, boolean ours) {
    Optional<String> deed = Action.of(text);
    if (deed.isPresent() && !from.isEmpty()) {
      return action(from, deed.get(), ours);
    }
    AttributedStringBuilder line = begin();
    if (!from.isEmpty()) {
      line.styled(nameStyle(from), Safe.text(from)).append(": ");
    }
    int textStart = line.length();
    withMentions(line, PLAIN, withTabStops(Safe.message(text)), ours);
    return new ScreenLine(line.toAttributedString(), textStart);
  }

  private ScreenLine action(String who, String deed, boolean ours) {
    AttributedStringBuilder line = begin().append(Action.MARK).append(" ");
    int textStart = line.length();
    line.styled(nameStyle(who), Safe.text(who)).append(" ");
    withMentions(line, PLAIN.italic(), withTabStops(Safe.message(deed)), ours);
    return new ScreenLine(line.append(" ").append(Action.MARK).toAttributedString(), textStart);
  }

  /** What is said to one alone. */
  ScreenLine privateMessage(String from, String to, String text) {
    AttributedStringBuilder line = begin();
    line.styled(PRIVATE, Safe.privately(from, to)).append(" ");
    int textStart = line.length();
    line.append(withTabStops(Safe.message(text)));
    return new ScreenLine(line.toAttributedString(), textStart);
  }

  ScreenLine notice(String text) {
    return line(begin(), palette.quiet(), "* ", text);
  }

  ScreenLine info(String text) {
    return line(begin(), palette.quiet(), "-- ", text);
  }

  /** A line that belongs to the one above it: of a list, of a table. */
  ScreenLine more(String text) {
    return line(new AttributedStringBuilder(), palette.quiet(), INDENT, text);
  }

  ScreenLine warning(String text) {
    return line(begin(), palette.warning(), "!! ", text);
  }

  private static ScreenLine line(
      AttributedStringBuilder line, AttributedStyle style, String mark, String text) {
    line.styled(style, mark);
    int textStart = line.length();
    line.styled(style, Safe.text(text));
    return new ScreenLine(line.toAttributedString(), textStart);
  }

  /** Spaces for tabs, up to the next of the stops that are counted from where the text begins. */
  private static String withTabStops(String text) {
    StringBuilder expanded = new StringBuilder();
    int columns = 0;
    for (String part : text.splitWithDelimiters("\t", 0)) {
      String shown = part.equals("\t") ? " ".repeat(TAB_WIDTH - columns % TAB_WIDTH) : part;
      expanded.append(shown);
      columns += new AttributedString(shown).columnLength();
    }
    return expanded.toString();
  }

  private AttributedStringBuilder begin() {
    AttributedStringBuilder line = new AttributedStringBuilder();
    String now = time.format(ZonedDateTime.now(clock));
    if (!now.isEmpty()) {
      line.styled(palette.quiet(), now).append(" ");
    }
    String room = label.get();
    if (!room.isEmpty()) {
      line.styled(palette.quiet(), "[" + Prompt.shortened(room, MAX_LABEL) + "]").append(" ");
    }
    return line;
  }

  private void withMentions(
      AttributedStringBuilder line, AttributedStyle style, String text, boolean ours) {
    Matcher mention = ownName.matcher(text);
    int done = 0;
    while (!ours && mention.find()) {
      line.styled(style, text.substring(done, mention.start())).styled(MENTION, mention.group());
      done = mention.end();
    }
    line.styled(style, text.substring(done));
  }

  private AttributedStyle nameStyle(String name) {
    return name.equals(ourselves) ? Palette.OWN_NAME : palette.name(name);
  }
}
