package chat.tcrp.client.bench;

import java.io.IOException;
import java.io.PrintWriter;
import org.jline.terminal.spi.SystemStream;
import org.jline.terminal.spi.TerminalProvider;

/** One line on a terminal that is written again and again; nothing where there is no terminal. */
public final class StatusLine {
  private final PrintWriter out;
  private final boolean shown;
  private int width;

  public StatusLine(PrintWriter out, boolean shown) {
    this.out = out;
    this.shown = shown;
  }

  /** Whether the standard error goes to a terminal, whatever the input and output do. */
  public static boolean isTerminal() {
    try {
      return TerminalProvider.load("ffm").isSystemStream(SystemStream.Error);
    } catch (IOException | RuntimeException | LinkageError e) {
      return false;
    }
  }

  boolean isShown() {
    return shown;
  }

  /** Replaces what the line shows. */
  void show(String text) {
    if (shown) {
      // Blanks and not an escape sequence: every terminal knows them.
      out.print("\r" + text + " ".repeat(Math.max(0, width - text.length())));
      out.flush();
      width = text.length();
    }
  }

  /** Empties the line, for other things to be written. */
  void clear() {
    show("");
    if (shown) {
      out.print("\r");
      out.flush();
    }
  }
}
