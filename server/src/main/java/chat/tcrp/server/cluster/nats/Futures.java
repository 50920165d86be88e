package chat.tcrp.server.cluster.nats;

import java.util.concurrent.CompletableFuture;

/** What is done when a future is. */
final class Futures {
  private Futures() {}

  /** Completes another as one is, whichever way. */
  static <T> void pass(CompletableFuture<T> done, CompletableFuture<T> other) {
    var _ =
        done.whenComplete(
            (value, failure) -> {
              if (failure == null) {
                other.complete(value);
              } else {
                other.completeExceptionally(failure);
              }
            });
  }

  static void onEnd(CompletableFuture<?> done, Runnable action) {
    var _ = done.whenComplete((value, failure) -> action.run());
  }
}
