package chat.tcrp.server.top;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The whole terminal while something is shown in it: its second screen, no cursor, no line that
 * goes on in the next. Keys need no Enter where there is {@code stty}. Whatever ends the program,
 * the terminal is then as it was.
 */
final class Display implements AutoCloseable {
  private static final String BEGIN = "\033[?1049h\033[?25l\033[?7l\033[2J";
  private static final String END = "\033[?7h\033[?25h\033[?1049l";
  private static final int END_OF_INPUT = -1;

  private final FileOutputStream out = new FileOutputStream(FileDescriptor.out);
  private final Optional<String> modes;
  private boolean closed;

  private Display(Optional<String> modes) {
    this.modes = modes;
  }

  /** Takes the terminal; Ctrl-C ends the program as always, and so does q. */
  static Display open() throws IOException {
    Display display = new Display(stty("-g").filter(modes -> stty("-icanon -echo").isPresent()));
    Runtime.getRuntime().addShutdownHook(new Thread(display::close, "terminal"));
    display.write(BEGIN);
    Thread.ofPlatform().name("keys").daemon().start(display::readKeys);
    return display;
  }

  private void readKeys() {
    try {
      for (int key; (key = System.in.read()) != END_OF_INPUT; ) {
        if (key == 'q' || key == 'Q') {
          System.exit(0);
        }
      }
    } catch (IOException e) {
      // Without keys there still is Ctrl-C.
    }
  }

  /** Shows lines instead of what was shown before; those that do not fit are cut off. */
  void show(List<String> lines, int height) throws IOException {
    StringBuilder screen = new StringBuilder("\033[H");
    int shown = Math.min(lines.size(), height);
    for (int i = 0; i < shown; i++) {
      // Erased first: behind a full line, the cursor is still on its last character.
      screen.append("\033[K").append(lines.get(i)).append(i + 1 < shown ? "\r\n" : "");
    }
    write(screen.append(shown < height ? "\r\n\033[J" : "").toString());
  }

  private synchronized void write(String text) throws IOException {
    if (!closed) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  @Override
  public synchronized void close() {
    try {
      write(END);
    } catch (IOException e) {
      // The terminal is gone.
    }
    closed = true;
    modes.ifPresent(Display::stty);
  }

  /** Runs stty on the terminal at standard input; empty when that fails. */
  private static Optional<String> stty(String arguments) {
    try {
      Process process =
          new ProcessBuilder(("stty " + arguments).split(" ", -1))
              .redirectInput(Redirect.INHERIT)
              .redirectError(Redirect.DISCARD)
              .start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return process.waitFor(2, TimeUnit.SECONDS) && process.exitValue() == 0
          ? Optional.of(said.strip())
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  /** Whether lines may have colours, by what the user has set. */
  static boolean mayBeColored(Map<String, String> environment) {
    return environment.getOrDefault("NO_COLOR", "").isEmpty()
        && !"dumb".equals(environment.get("TERM"));
  }
}
