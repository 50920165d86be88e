package chat.tcrp.client.face.terminal;

import java.time.Clock;
import java.time.Duration;

/** When the bell may ring, whichever room it rings for. */
final class Bell {
  /** However often one is named, the bell rings no more often than this. */
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  private final boolean wanted;
  private final Clock clock;
  private long last;

  Bell(boolean wanted, Clock clock) {
    this.wanted = wanted;
    this.clock = clock;
  }

  /** Whether it may ring now; then it is taken to have rung. */
  synchronized boolean mayRing() {
    long now = clock.millis();
    if (!wanted || now - last < INTERVAL.toMillis()) {
      return false;
    }
    last = now;
    return true;
  }
}
