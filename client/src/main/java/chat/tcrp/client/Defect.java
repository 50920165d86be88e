package chat.tcrp.client;

/**
 * What nothing in the program can handle, in whichever thread it happens: an exhausted memory, a
 * mistake of ours. The program says so and ends, because half of it would look alive and do
 * nothing.
 */
final class Defect {
  /** Given back to say it and to end: both take memory, of which there may be none left. */
  @SuppressWarnings("UnusedVariable") // it is there to be let go
  private static byte[] reserve = new byte[1 << 20];

  private static volatile boolean met;

  private Defect() {}

  /**
   * From now on whatever ends a thread ends the program.
   *
   * @param debug whether stack traces are shown
   */
  static void endsTheProgram(boolean debug) {
    Thread.setDefaultUncaughtExceptionHandler((thread, error) -> end(error, debug));
  }

  /** Whether the program ends because of one. */
  static boolean isMet() {
    return met;
  }

  /** What is said of it, in one line. */
  static String message(Throwable error, boolean debug) {
    if (error instanceof OutOfMemoryError) {
      return "out of memory ("
          + error.getMessage()
          + "). Give the program more with CHAT_JAVA_OPTS, for instance -Xmx512m";
    }
    return "This should not happen: "
        + error
        + (debug ? "" : ". Run it with --debug and report what it prints");
  }

  private static void end(Throwable error, boolean debug) {
    if (met) {
      // The program is ending already, and this is what the end of its other parts looks like.
      return;
    }
    met = true;
    reserve = null;
    try {
      if (debug) {
        error.printStackTrace();
      }
      System.err.println("chat-client: " + Safe.text(message(error, debug)));
      if (!Goodbye.underWay()) {
        // Leaves the room, and the terminal as it was.
        Runtime.getRuntime().exit(Problem.DEFECT);
      }
    } finally {
      Runtime.getRuntime().halt(Problem.DEFECT);
    }
  }
}
