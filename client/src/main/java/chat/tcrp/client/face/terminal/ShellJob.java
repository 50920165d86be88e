package chat.tcrp.client.face.terminal;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jline.terminal.Attributes;
import org.jline.terminal.Terminal;

/**
 * This program as a job of the shell at its terminal.
 *
 * @param terminal the terminal
 * @param forShell the attributes that the shell finds it with
 */
public record ShellJob(Terminal terminal, Attributes forShell) implements JobControl {
  /** The status of a child that a signal has ended, SIGHUP or SIGTERM. */
  private static final Set<Integer> ENDED = Set.of(128 + 1, 128 + 15);

  private static volatile boolean away;

  /** Whether the terminal is the shell's: whoever is not in the foreground must not touch it. */
  public static boolean isAway() {
    return away;
  }

  @Override
  public boolean stop() {
    terminal.setAttributes(forShell);
    away = true;
    int status = stopGroup();
    if (ENDED.contains(status)) {
      // The signal was for the whole job while that was stopped, and ends this program as well.
      new CompletableFuture<Void>().join();
    }
    away = false;
    return status != 0;
  }

  /**
   * Asks the system, and does not begin to read: what would be waited for then, the shell should
   * get, and the first letter of it would be in the line when the program goes on.
   */
  @Override
  public boolean isMoreTyped(Editor editor) {
    try {
      return System.in.available() > 0;
    } catch (IOException e) {
      // A terminal that is gone has nothing more to say.
      return false;
    }
  }

  /**
   * Stops all of the process group, as a terminal does by itself: the shell may wait for another
   * process of it, such as a script. The system ignores the signal where nobody could have the
   * group go on. A child sends it, for the child stops too, and when it goes on again so do all.
   *
   * @return the child's status: 0 when it has not been stopped
   */
  private static int stopGroup() {
    String script = "trap 'exit 1' CONT; kill -TSTP 0";
    try {
      return new ProcessBuilder("/bin/sh", "-c", script).start().onExit().join().exitValue();
    } catch (IOException e) {
      // Without a shell there is nobody to go to.
      return 0;
    }
  }
}
