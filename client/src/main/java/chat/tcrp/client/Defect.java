package chat.tcrp.client;

import chat.tcrp.client.face.Problem;
import chat.tcrp.client.face.Safe;
import java.nio.charset.StandardCharsets;

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

  /** Ready to be written: where the heap is full, words cannot be put together any more. */
  private static final byte[] HEAP_IS_FULL =
      ("chat-client: out of memory (Java heap space). Give the program more with CHAT_JAVA_OPTS,"
              + " for instance -Xmx512m\n")
          .getBytes(StandardCharsets.UTF_8);

  private Defect() {}

  /** Whether the heap is full, which lets other things fail that say something else first. */
  private static boolean isHeapFull(Throwable error) {
    Throwable root = error;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root instanceof OutOfMemoryError && "Java heap space".equals(root.getMessage());
  }

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
      if (isHeapFull(error)) {
        System.err.write(HEAP_IS_FULL, 0, HEAP_IS_FULL.length);
      } else {
        System.err.println("chat-client: " + Safe.text(message(error, debug)));
      }
      if (!Goodbye.underWay()) {
        // Leaves the room, and the terminal as it was.
        Runtime.getRuntime().exit(Problem.DEFECT);
      }
    } finally {
      Runtime.getRuntime().halt(Problem.DEFECT);
    }
  }
}
