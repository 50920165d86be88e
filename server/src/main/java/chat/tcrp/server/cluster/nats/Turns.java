package chat.tcrp.server.cluster.nats;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** Has one thing after another done with each key: the next begins when the one before is over. */
final class Turns {
  /** What was asked for last with a key, until it is over. */
  private final ConcurrentMap<String, CompletableFuture<?>> last = new ConcurrentHashMap<>();

  /** Begins what had to wait. */
  private final Executor executor;

  Turns(Executor executor) {
    this.executor = executor;
  }

  /**
   * Does something in its turn.
   *
   * @param result completed with what it leads to; when it is done before, the turn is passed over
   */
  <T> void take(String key, CompletableFuture<T> result, Supplier<CompletableFuture<T>> action) {
    Runnable turn =
        () -> {
          if (!result.isDone()) {
            Futures.pass(action.get(), result);
          }
        };
    CompletableFuture<?> before = last.put(key, result);
    if (before == null || before.isDone()) {
      turn.run();
    } else {
      Futures.onEnd(before, () -> executor.execute(turn));
    }
    Futures.onEnd(result, () -> last.remove(key, result));
  }
}
