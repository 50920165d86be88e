package chat.tcrp.client;

import chat.tcrp.client.face.Leaving;
import chat.tcrp.client.face.Problem;
import chat.tcrp.client.face.terminal.ShellJob;
import chat.tcrp.client.session.Conversation;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jline.utils.Signals;

/**
 * Leaves the rooms properly when a signal ends the program: Ctrl-C in a pipe, a closed terminal
 * window, kill.
 */
public final class Goodbye implements AutoCloseable {
  /** Interrupted before joining (128 + SIGINT). */
  public static final int INTERRUPTED = 130;

  /** So long the program may take to end by itself when its session is over. */
  private static final Duration PATIENCE = Duration.ofMillis(500);

  private final CountDownLatch said = new CountDownLatch(1);
  private final List<Conversation> sessions = new CopyOnWriteArrayList<>();
  private volatile int status;

  Goodbye() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::say, "goodbye"));
  }

  /** From now on there is a session to leave, besides earlier ones. */
  void to(Conversation newSession) {
    sessions.add(newSession);
    // The end of the session makes the program end in good order, with the terminal as it was. In a
    // shutdown hook that is not possible: the terminal's own hook runs at the same time.
    Signals.register("TERM", this::leaveSoon);
    Signals.register("HUP", this::leaveSoon);
  }

  /** The session is over, and the program ends by itself, with this status. */
  void said(int newStatus) {
    status = newStatus;
    said.countDown();
  }

  /** Leaves all rooms; nothing is left to be said in the end. */
  @Override
  public void close() {
    Leaving.all(sessions);
    sessions.clear();
  }

  private void leaveSoon() {
    Thread.ofPlatform().name("signal").daemon().start(this::leave);
  }

  private void leave() {
    Leaving.all(sessions);
    if (ShellJob.isAway()) {
      // There is nothing to put in order, and an exit would try to.
      Runtime.getRuntime().halt(0);
    }
    if (!isSaidInTime()) {
      // A terminal that has stopped must not keep the program from ending.
      Runtime.getRuntime().exit(0);
    }
  }

  private boolean isSaidInTime() {
    try {
      return said.await(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Runs in every exit; only a halt from here can replace the exit status of the signal. */
  private void say() {
    if (!sessions.isEmpty() && said.getCount() > 0) {
      Leaving.all(sessions);
      // Whoever chats may have something to say of the end, of what was not sent for instance.
      isSaidInTime();
      Runtime.getRuntime().halt(Defect.isMet() ? Problem.DEFECT : status);
    }
  }

  /** Whether a signal is ending the program at this moment. */
  static boolean underWay() {
    Thread never = new Thread(() -> {}, "never");
    try {
      Runtime.getRuntime().addShutdownHook(never);
      Runtime.getRuntime().removeShutdownHook(never);
      return false;
    } catch (IllegalStateException e) {
      return true;
    }
  }
}
