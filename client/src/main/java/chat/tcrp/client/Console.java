package chat.tcrp.client;

import java.io.IOException;
import java.time.Clock;
import java.time.ZoneId;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Attributes;
import org.jline.terminal.Attributes.LocalFlag;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/** The terminal that a person sits at, if there is one: standard input and output are both it. */
final class Console implements AutoCloseable {
  /** The person pressed Ctrl-C or Ctrl-D at a question. */
  static final class Interrupted extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** What the line editor logs, of a damaged history for instance, must not get on the screen. */
  private static final Logger EDITOR_LOG = Logger.getLogger("org.jline");

  private static final Size USUAL_SIZE = Size.of(80, 24);

  private final Optional<Terminal> terminal;
  private final Optional<LineReader> reader;

  private Console(Optional<Terminal> terminal) {
    this.terminal = terminal;
    this.reader =
        terminal.map(
            t ->
                LineReaderBuilder.builder()
                    .terminal(t)
                    .appName("chat-client")
                    .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                    .build());
  }

  static Console none() {
    return new Console(Optional.empty());
  }

  static Console find() throws IOException {
    boolean found =
        Optional.ofNullable(System.console()).filter(java.io.Console::isTerminal).isPresent();
    if (!found) {
      return none();
    }
    EDITOR_LOG.setLevel(Level.OFF);
    // Only by the system's own functions: another way would start programs and load native code.
    Terminal terminal = TerminalBuilder.builder().system(true).provider("ffm").build();
    if (terminal.getColumns() <= 0) {
      // A serial line or a container may not know its size, and nothing can be drawn on no columns.
      terminal.setSize(USUAL_SIZE);
    }
    if (!Transcript.isDumb(terminal)) {
      // What is typed between two questions, a password perhaps, must not be shown.
      Attributes attributes = terminal.getAttributes();
      attributes.setLocalFlag(LocalFlag.ECHO, false);
      terminal.setAttributes(attributes);
    }
    return new Console(Optional.of(terminal));
  }

  boolean isTerminal() {
    return terminal.isPresent();
  }

  /** Asks a question on the screen and waits for the answer. */
  String ask(String question) {
    return read(question, null);
  }

  /** Asks without showing what is typed. */
  String askSecretly(String question) {
    if (Transcript.isDumb(terminal.orElseThrow())) {
      // The line editor cannot hide what the system echoes; the system can.
      return Optional.ofNullable(System.console().readPassword("%s", question))
          .map(String::new)
          .orElseThrow(Interrupted::new);
    }
    return read(question, '\0');
  }

  void say(String text) {
    terminal.orElseThrow().writer().println(text);
    terminal.orElseThrow().flush();
  }

  Face face(Place place, Wording wording, boolean colors) {
    return TerminalFace.open(
        place,
        wording,
        terminal.orElseThrow(),
        History.ofUser(System.getenv()),
        colors,
        Clock.system(ZoneId.systemDefault()));
  }

  private String read(String question, Character mask) {
    LineReader lines = reader.orElseThrow();
    lines.setVariable(LineReader.DISABLE_HISTORY, true);
    try {
      // A percent sign would be taken for the beginning of a pattern.
      return lines.readLine(question.replace("%", "%%"), mask);
    } catch (UserInterruptException | EndOfFileException e) {
      throw new Interrupted();
    } finally {
      lines.setVariable(LineReader.DISABLE_HISTORY, false);
    }
  }

  @Override
  public void close() throws IOException {
    if (terminal.isPresent()) {
      terminal.get().close();
    }
  }
}
