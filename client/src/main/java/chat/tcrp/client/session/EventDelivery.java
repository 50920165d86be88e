package chat.tcrp.client.session;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/**
 * Tells a listener what happens in a session, one event after the other, on a thread apart from the
 * session's: a pipe that nobody reads must not stop the keepalives.
 */
final class EventDelivery {
  /** So many events wait for a slow listener; messages beyond are lost, as on a slow network. */
  static final int MAX_BACKLOG = 1 << 16;

  private final Consumer<SessionEvent> listener;
  private final Consumer<RuntimeException> failed;
  private final BlockingQueue<SessionEvent> events = new LinkedBlockingQueue<>();
  private final CompletableFuture<SessionEvent.Ended> ended = new CompletableFuture<>();
  private final Thread thread =
      Thread.ofPlatform().name("listener").daemon().unstarted(this::deliver);

  /**
   * Makes a delivery; it begins with {@link #start}.
   *
   * @param failed hears of what the listener throws, and is expected to end the session
   */
  EventDelivery(Consumer<SessionEvent> listener, Consumer<RuntimeException> failed) {
    this.listener = listener;
    this.failed = failed;
  }

  void start() {
    thread.start();
  }

  /** Has the listener told, soon and without waiting for it; after an end of nothing more. */
  void add(SessionEvent event) {
    if (!isSaid(event) || events.size() < MAX_BACKLOG) {
      events.add(event);
    }
  }

  /** Completes when the listener has been told of the end. */
  CompletableFuture<SessionEvent.Ended> ended() {
    return ended.copy();
  }

  /** Waits until the listener has been told of the end, unless it is the listener that waits. */
  void join(Duration patience) throws InterruptedException {
    if (!thread.equals(Thread.currentThread())) {
      thread.join(patience);
    }
  }

  private void deliver() {
    try {
      while (!ended.isDone()) {
        SessionEvent event = events.take();
        try {
          listener.accept(event);
        } catch (RuntimeException e) {
          failed.accept(e);
        }
        if (event instanceof SessionEvent.Ended last) {
          ended.complete(last);
        }
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts the listener", e);
    }
  }

  /** Whether it is one of those that others can make any number of. */
  private static boolean isSaid(SessionEvent event) {
    return event instanceof SessionEvent.Message || event instanceof SessionEvent.Private;
  }
}
