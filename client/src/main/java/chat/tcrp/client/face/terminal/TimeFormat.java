package chat.tcrp.client.face.terminal;

import chat.tcrp.client.face.Safe;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/**
 * How the time stands before a line of the conversation.
 *
 * @param pattern what writes it; empty for lines without a time
 */
public record TimeFormat(Optional<DateTimeFormatter> pattern) {
  /** Hours and minutes. */
  public static final TimeFormat USUAL = of("HH:mm");

  private static final String OFF = "off";

  /**
   * Takes what a person asks for.
   *
   * @param text a pattern of {@link DateTimeFormatter}, or "off"
   * @throws IllegalArgumentException if it is neither; the message is for that person
   */
  public static TimeFormat of(String text) {
    if (text.equals(OFF)) {
      return new TimeFormat(Optional.empty());
    }
    if (text.isBlank()) {
      throw new IllegalArgumentException(
          "--time must be a pattern such as HH:mm:ss, or off, not '" + text + "'");
    }
    try {
      return new TimeFormat(Optional.of(DateTimeFormatter.ofPattern(text, Locale.ENGLISH)));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "--time must be a pattern such as HH:mm:ss, or off, not '" + text + "'; " + cause(e), e);
    }
  }

  private static String cause(IllegalArgumentException e) {
    String cause = String.valueOf(e.getMessage());
    return cause.isEmpty()
        ? cause
        : cause.substring(0, 1).toLowerCase(Locale.ROOT) + cause.substring(1);
  }

  /** The time as it stands before a line; empty when none does. */
  String format(ZonedDateTime time) {
    return pattern.map(p -> Safe.text(p.format(time))).orElse("");
  }
}
