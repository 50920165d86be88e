package chat.tcrp.client.face.terminal;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Whether the person looks at the terminal, as far as it can be known: a terminal that reports its
 * focus says so, and of any other a key is the only sign.
 */
final class Focus {
  /** From now on the terminal says when it gets the focus and when it loses it. */
  static final String REPORT = "\033[?1004h";

  static final String DO_NOT_REPORT = "\033[?1004l";

  /** What it says then; to the program these are keys. */
  static final String GOT = "\033[I";

  static final String LOST = "\033[O";

  /** Who has pressed no key for so long, at a terminal that has reported nothing, is away. */
  private static final Duration IDLE = Duration.ofMinutes(1);

  private final InstantSource clock;
  private boolean reported;
  private boolean lost;

  /** The focus was lost, and nothing has been printed since. */
  private boolean unmarked;

  private Instant lastKey;

  Focus(InstantSource clock) {
    this.clock = clock;
    this.lastKey = clock.instant();
  }

  /** Takes a key that was pressed; answers whether it was a report of the terminal instead. */
  synchronized boolean isReport(String key) {
    boolean got = key.equals(GOT);
    if (!got && !key.equals(LOST)) {
      lastKey = clock.instant();
      return false;
    }
    reported = true;
    lost = !got;
    unmarked = lost;
    return true;
  }

  /** The terminal was the shell's for a while, and the person has just brought the program back. */
  synchronized void isBack() {
    lost = false;
    unmarked = false;
    lastKey = clock.instant();
  }

  synchronized boolean isAway() {
    return reported ? lost : clock.instant().isAfter(lastKey.plus(IDLE));
  }

  /** Whether something is about to be printed for the first time since the focus was lost. */
  synchronized boolean isFirstUnseen() {
    boolean first = unmarked;
    unmarked = false;
    return first;
  }
}
