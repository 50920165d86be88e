package chat.tcrp.server;

import java.nio.charset.StandardCharsets;

/**
 * What nothing in the server can handle, in whichever thread it happens: an exhausted memory, a
 * mistake of ours. The process says so and ends at once, because half a server would look alive and
 * relay nothing; whoever supervises it starts another.
 *
 * <p>An exception, other than an error, in a virtual thread is only told: such a thread serves one
 * connection, which must not be the end of everybody else.
 */
final class Defect {
  /** The program or the machine under it failed (EX_SOFTWARE of sysexits). */
  static final int STATUS = 70;

  /** Given back to say it and to end: both take memory, of which there may be none left. */
  @SuppressWarnings("UnusedVariable") // it is there to be let go
  private static byte[] reserve = new byte[1 << 20];

  /** Ready to be written: where the heap is full, words cannot be put together any more. */
  private static final byte[] HEAP_IS_FULL =
      ("chat-server: out of memory (Java heap space). Give the server more with CHAT_JAVA_OPTS,"
              + " for instance -Xmx1g\n")
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
   * From now on whatever ends a thread ends the process, but for an exception in a virtual one.
   *
   * @param debug whether stack traces are shown
   */
  static void endsTheProcess(boolean debug) {
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, error) -> {
          if (thread.isVirtual() && error instanceof Exception) {
            tell(thread, error, debug);
          } else {
            end(thread, error, debug);
          }
        });
  }

  /** What is said of it, in one line. */
  static String message(Throwable error, boolean debug) {
    return "This should not happen: "
        + error
        + (debug ? "" : ". Run it with --debug and report what it prints");
  }

  /**
   * Without the shutdown hook: what it would have to do may be what has failed. One at a time,
   * since where memory is out many threads fail, and only the first has some left to speak with.
   */
  private static synchronized void end(Thread thread, Throwable error, boolean debug) {
    reserve = null;
    try {
      tell(thread, error, debug);
    } finally {
      Runtime.getRuntime().halt(STATUS);
    }
  }

  private static void tell(Thread thread, Throwable error, boolean debug) {
    if (debug) {
      error.printStackTrace();
    }
    if (isHeapFull(error)) {
      System.err.write(HEAP_IS_FULL, 0, HEAP_IS_FULL.length);
      return;
    }
    System.err.println(
        "chat-server: " + message(error, debug) + " (thread " + thread.getName() + ")");
  }
}
