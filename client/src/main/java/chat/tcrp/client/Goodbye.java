package chat.tcrp.client;

import java.time.Duration;
import java.util.Optional;

/**
 * Leaves the room properly when a signal ends the program: Ctrl-C in a pipe, a closed terminal
 * window, kill.
 */
final class Goodbye {
  /** Interrupted before joining (128 + SIGINT). */
  static final int INTERRUPTED = 130;

  private static final Duration FACE_PATIENCE = Duration.ofSeconds(1);

  private volatile Optional<Runnable> farewell = Optional.empty();
  private volatile boolean said;

  Goodbye() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::say, "goodbye"));
  }

  /** From now on there is a session to leave, and a face to restore. */
  void to(ChatSession session, Face face) {
    farewell =
        Optional.of(
            () -> {
              session.close();
              closeInTime(face);
            });
  }

  /** A terminal that has stopped, or is gone, must not keep the program from ending. */
  private static void closeInTime(Face face) {
    try {
      Thread.ofVirtual().name("restore").start(face::close).join(FACE_PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The session is over, and the program ends by itself. */
  void said() {
    said = true;
  }

  /** Runs in every exit; only a halt from here can replace the exit status of the signal. */
  private void say() {
    if (!said) {
      farewell.ifPresent(
          leave -> {
            leave.run();
            Runtime.getRuntime().halt(0);
          });
    }
  }
}
