package chat.tcrp.server.hostile;

import java.util.SplittableRandom;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/**
 * How large the tests are: small in every build, full with the profile {@code hostile}, by the same
 * code. What they draw is the same in every build; a full run draws anew, and a failure says with
 * which seed to repeat it.
 */
public final class Scale implements TestExecutionExceptionHandler {
  private static final boolean FULL = Boolean.getBoolean("hostile.full");
  private static final long SEED = Long.getLong("hostile.seed", FULL ? System.nanoTime() : 1);

  /** Is made by JUnit as well. */
  public Scale() {}

  public static boolean isFull() {
    return FULL;
  }

  /** The size to take. */
  public static int of(int small, int full) {
    return FULL ? full : small;
  }

  public static SplittableRandom random() {
    return new SplittableRandom(SEED);
  }

  /** Says in one line what a full run has seen. */
  public static void report(String figures) {
    if (FULL) {
      System.out.println("hostile: " + figures);
    }
  }

  @Override
  public void handleTestExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    failure.addSuppressed(new AssertionError("to repeat it: -Dhostile.seed=" + SEED));
    throw failure;
  }
}
