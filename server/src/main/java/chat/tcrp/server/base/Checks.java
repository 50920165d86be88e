package chat.tcrp.server.base;

import java.time.Duration;

/** Refuses what a server cannot be run with, in words for the person who has asked for it. */
public final class Checks {
  /** More than anyone waits, and far from where nanoseconds overflow. */
  private static final Duration MAX_TIME = Duration.ofDays(365);

  private Checks() {}

  /** A port is 0 to 65535. */
  public static void port(String what, int port) {
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("the " + what + " must be 0 to 65535, not " + port);
    }
  }

  /** A time is more than nothing, and at most a year. */
  public static void positive(String what, Duration time) {
    if (time.isNegative() || time.isZero()) {
      throw new IllegalArgumentException("the " + what + " must be more than nothing");
    }
    if (time.compareTo(MAX_TIME) > 0) {
      throw new IllegalArgumentException("the " + what + " must be at most a year");
    }
  }

  /** A number of something is at least 1. */
  public static void positive(String what, long number) {
    if (number < 1) {
      throw new IllegalArgumentException("the " + what + " must be at least 1, not " + number);
    }
  }
}
