package chat.tcrp.client;

import java.time.Clock;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
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
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT);
  private static final String INDENT = "  ";
  private static final AttributedStyle PLAIN = AttributedStyle.DEFAULT;
  private static final AttributedStyle DIM = PLAIN.faint();
  private static final AttributedStyle WARNING = PLAIN.foreground(AttributedStyle.YELLOW);
  private static final AttributedStyle MENTION = PLAIN.bold().inverse();

  /** Names have these, which can be read on black and on white. */
  private static final int[] NAME_COLORS = {
    AttributedStyle.RED,
    AttributedStyle.GREEN,
    AttributedStyle.YELLOW,
    AttributedStyle.BLUE,
    AttributedStyle.MAGENTA,
    AttributedStyle.CYAN
  };

  private final Clock clock;
  private final Pattern ownName;

  ScreenLines(String ownName, Clock clock) {
    this.clock = clock;
    this.ownName =
        Pattern.compile(
            "(?<![\\p{L}\\p{N}_])" + Pattern.quote(ownName) + "(?![\\p{L}\\p{N}_])",
            Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
  }

  /** Whether a text names us. */
  boolean mentionsUs(String text) {
    return ownName.matcher(text).find();
  }

  AttributedString message(String from, String text, boolean ours) {
    AttributedStringBuilder line = begin();
    if (!from.isEmpty()) {
      line.styled(nameStyle(from), Safe.text(from)).append(": ");
    }
    return withMentions(line, Safe.text(text), ours).toAttributedString();
  }

  AttributedString notice(String text) {
    return begin().styled(DIM, "* " + Safe.text(text)).toAttributedString();
  }

  AttributedString info(String text) {
    return begin().styled(DIM, "-- " + Safe.text(text)).toAttributedString();
  }

  /** A line that belongs to the one above it: of a list, of a table. */
  AttributedString more(String text) {
    return new AttributedStringBuilder().styled(DIM, INDENT + Safe.text(text)).toAttributedString();
  }

  AttributedString warning(String text) {
    return begin().styled(WARNING, "!! " + Safe.text(text)).toAttributedString();
  }

  private AttributedStringBuilder begin() {
    return new AttributedStringBuilder().styled(DIM, LocalTime.now(clock).format(TIME)).append(" ");
  }

  private AttributedStringBuilder withMentions(
      AttributedStringBuilder line, String text, boolean ours) {
    Matcher mention = ownName.matcher(text);
    int done = 0;
    while (!ours && mention.find()) {
      line.append(text.substring(done, mention.start())).styled(MENTION, mention.group());
      done = mention.end();
    }
    return line.append(text.substring(done));
  }

  /** The same name has the same colour for everybody. */
  private static AttributedStyle nameStyle(String name) {
    int color = NAME_COLORS[Math.floorMod(name.hashCode(), NAME_COLORS.length)];
    return PLAIN.bold().foreground(color);
  }
}
