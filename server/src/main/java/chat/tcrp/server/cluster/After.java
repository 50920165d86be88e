package chat.tcrp.server.cluster;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;

/** What is done when something has been answered, or has failed. */
final class After {
  private After() {}

  /**
   * Has an action done with the result, or with null and why there is none.
   *
   * @param where does it, and deals with what it throws
   */
  static <T> void each(
      CompletableFuture<T> future, Executor where, BiConsumer<T, Throwable> action) {
    var _ =
        future.whenComplete(
            (result, failure) -> where.execute(() -> action.accept(result, cause(failure))));
  }

  private static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }
}
