package chat.tcrp.client.face.terminal;

import chat.tcrp.client.face.Safe;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.BreakIterator;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Tells whoever looks elsewhere who has said what to them: through the terminal, by an escape
 * sequence that some of them show on the desktop, or by the program {@code notify-send}.
 */
public final class Notifier {
  /** Tells nobody anything. */
  public static final Notifier NONE = new Notifier(Notify.off, false);

  private static final String PROGRAM = "notify-send";

  /** More of a text than this is not shown, in characters as people see them. */
  private static final int MAX_TEXT = 200;

  private static final int MAX_NAME = 40;

  /** The program has done its work at once, or never will. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final String OSC = "\033]";
  private static final String ST = "\033\\";

  private final Notify way;
  private final boolean inTmux;
  private final AtomicBoolean failed = new AtomicBoolean();

  private Notifier(Notify way, boolean inTmux) {
    this.way = way;
    this.inTmux = inTmux;
  }

  /**
   * What does it as a person wants it.
   *
   * @param wish how
   * @param environment the environment of the program, which says where it runs
   * @param plain whether the terminal must get no escape sequences, so that only the program is
   *     left
   */
  public static Notifier of(Notify wish, Map<String, String> environment, boolean plain) {
    Notify way = wish == Notify.auto ? likely(environment) : wish;
    boolean shown = way != Notify.off;
    return new Notifier(
        shown && plain ? Notify.command : way, !environment.getOrDefault("TMUX", "").isEmpty());
  }

  /** At a desktop of this machine its own program is the surest; far from it, the terminal is. */
  private static Notify likely(Map<String, String> environment) {
    boolean isHere =
        !isSet(environment, "SSH_CONNECTION")
            && (isSet(environment, "WAYLAND_DISPLAY") || isSet(environment, "DISPLAY"));
    if (isHere && isInstalled(environment.getOrDefault("PATH", ""))) {
      return Notify.command;
    }
    return environment.getOrDefault("TERM", "").startsWith("rxvt") ? Notify.osc777 : Notify.osc9;
  }

  private static boolean isSet(Map<String, String> environment, String name) {
    return !environment.getOrDefault(name, "").isEmpty();
  }

  private static boolean isInstalled(String path) {
    return Pattern.compile(":")
        .splitAsStream(path)
        .filter(directory -> !directory.isEmpty())
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, PROGRAM)));
  }

  /**
   * Tells it, and does not wait.
   *
   * @param from who says it
   * @param text what they say
   * @param complaint takes the reason when it could not be told, the first time
   * @return what the terminal is to be sent for it; empty for nothing
   */
  String tell(String from, String text, Consumer<String> complaint) {
    String name = shortened(from, MAX_NAME);
    String said = shortened(text, MAX_TEXT);
    return switch (way) {
      case off -> "";
      case command -> {
        Thread.ofVirtual().name(PROGRAM).start(() -> run(name, said, complaint));
        yield "";
      }
      case osc777 -> sequence("777;notify;" + field(name) + ";" + field(said));
      // With a digit and a semicolon at its beginning it would be something else.
      case osc9, auto -> sequence("9;" + field(name) + ": " + field(said));
    };
  }

  private String sequence(String content) {
    String sequence = OSC + content + ST;
    // What tmux does not know it hands on only when it is wrapped.
    return inTmux ? "\033Ptmux;" + sequence.replace("\033", "\033\033") + ST : sequence;
  }

  /** The semicolon separates the fields of a sequence. */
  private static String field(String text) {
    return text.replace(';', ',');
  }

  private static String shortened(String text, int max) {
    String safe = Safe.text(text);
    BreakIterator characters = BreakIterator.getCharacterInstance(Locale.ROOT);
    characters.setText(safe);
    int end = characters.next(max);
    return end == BreakIterator.DONE || end == safe.length() ? safe : safe.substring(0, end) + "…";
  }

  private void run(String name, String text, Consumer<String> complaint) {
    try {
      Process program =
          new ProcessBuilder(List.of(PROGRAM, "--app-name=chat-client", "--", name, body(text)))
              .redirectOutput(Redirect.DISCARD)
              .redirectError(Redirect.DISCARD)
              .start();
      program.getOutputStream().close();
      if (!program.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        program.destroyForcibly();
        complain("it does not end", complaint);
      } else if (program.exitValue() != 0) {
        complain("it ends with status " + program.exitValue(), complaint);
      }
    } catch (IOException e) {
      complain(String.valueOf(e.getMessage()), complaint);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void complain(String reason, Consumer<String> complaint) {
    if (!failed.getAndSet(true)) {
      complaint.accept(
          "no notification could be shown, " + PROGRAM + ": " + reason + "; try --notify=osc9");
    }
  }

  /** The program takes a backslash for the beginning of something, and desktops take tags. */
  private static String body(String text) {
    return text.replace("\\", "\\\\")
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;");
  }
}
