package chat.tcrp.client.face.terminal;

import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * When to ask the server who is in the room, after notices that only say how many have come or
 * gone: once for all that come meanwhile, and not in the same moment as all others in the room, who
 * have had the same notice. Takes the time as an argument.
 */
final class RosterUpdates {
  /** A long list of the server's may be so old, and so not yet have what the notice told. */
  static final Duration LIST_AGE = Duration.ofSeconds(1);

  /** Between two questions. */
  static final Duration INTERVAL = Duration.ofSeconds(5);

  /**
   * So much later for each member, at most: however large the room is, the server is asked some
   * hundred times a second.
   */
  static final Duration SHARE = Duration.ofMillis(10);

  /** Nobody waits longer than this for their turn. */
  static final Duration MAX_TURN = Duration.ofMinutes(1);

  private final RandomGenerator random;
  private Optional<Long> lastAsked = Optional.empty();
  private boolean waiting;

  RosterUpdates(RandomGenerator random) {
    this.random = random;
  }

  /**
   * There was such a notice.
   *
   * @param members how many there may be in the room
   * @return how long to wait before the server is asked; empty when somebody is waiting already
   */
  synchronized Optional<Duration> due(int members, long now) {
    if (waiting) {
      return Optional.empty();
    }
    waiting = true;
    long turns = Math.min(SHARE.toNanos() * Math.max(1, members), MAX_TURN.toNanos());
    long soonest = LIST_AGE.toNanos();
    long allowed = lastAsked.map(asked -> asked + INTERVAL.toNanos() - now).orElse(soonest);
    return Optional.of(Duration.ofNanos(Math.max(soonest, allowed) + random.nextLong(turns)));
  }

  /** The server is asked now: what a notice tells from now on is another question's. */
  synchronized void asked(long now) {
    waiting = false;
    lastAsked = Optional.of(now);
  }
}
