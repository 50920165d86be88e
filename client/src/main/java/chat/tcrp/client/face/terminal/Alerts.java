package chat.tcrp.client.face.terminal;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Consumer;

/** The bell, and a notification for whoever does not look, when somebody means us. */
final class Alerts {
  private static final String BELL = "\007";

  /** However often one is named, nothing rings or is shown more often than this. */
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  private final ScreenStyle style;
  private final InstantSource clock;
  private final Focus focus;
  private final Consumer<String> complaint;
  private Instant last = Instant.MIN;

  /**
   * @param complaint takes the reason why a notification could not be shown
   */
  Alerts(ScreenStyle style, InstantSource clock, Focus focus, Consumer<String> complaint) {
    this.style = style;
    this.clock = clock;
    this.focus = focus;
    this.complaint = complaint;
  }

  /**
   * Somebody has said something to us.
   *
   * @return what the terminal is to be sent together with the line; empty for nothing
   */
  synchronized String raise(String from, String text) {
    Instant now = clock.instant();
    if (now.isBefore(last.plus(INTERVAL)) && !now.isBefore(last)) {
      return "";
    }
    last = now;
    return (style.bell() ? BELL : "")
        + (focus.isAway() ? style.notifier().tell(from, text, complaint) : "");
  }
}
