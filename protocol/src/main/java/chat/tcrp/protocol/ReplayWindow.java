package chat.tcrp.protocol;

/**
 * Which counters have been seen: those up to {@value #SIZE} behind the greatest are remembered, and
 * what is older counts as seen. The bits lie in a ring of words that is one word longer than the
 * window, so that moving on clears whole words and shifts nothing (RFC 6479). Counters are unsigned
 * and begin at 1.
 */
final class ReplayWindow {
  static final int SIZE = 1024;
  private static final int WORDS = SIZE / Long.SIZE + 1;

  private final long[] seen = new long[WORDS];
  private long greatest;

  /** Whether a counter has not been seen; changes nothing. */
  boolean isNew(long counter) {
    if (counter == 0) {
      return false;
    }
    if (Long.compareUnsigned(counter, greatest) > 0) {
      return true;
    }
    return Long.compareUnsigned(greatest - counter, SIZE) < 0
        && (seen[word(counter)] & bit(counter)) == 0;
  }

  /** Marks a new counter as seen; answers whether it is the greatest. */
  boolean add(long counter) {
    boolean isGreatest = Long.compareUnsigned(counter, greatest) > 0;
    if (isGreatest) {
      // Which words it enters newly: at most all of them.
      long words = (counter >>> 6) - (greatest >>> 6);
      for (long i = 1; i <= Math.min(words, WORDS); i++) {
        seen[word(greatest + i * Long.SIZE)] = 0;
      }
      greatest = counter;
    }
    seen[word(counter)] |= bit(counter);
    return isGreatest;
  }

  private static int word(long counter) {
    return (int) ((counter >>> 6) % WORDS);
  }

  private static long bit(long counter) {
    return 1L << counter;
  }
}
