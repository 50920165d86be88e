package chat.tcrp.client.face.terminal;

import chat.tcrp.client.face.Entrance;
import chat.tcrp.client.face.Face;
import chat.tcrp.client.face.LogFile;
import java.io.IOException;
import java.time.Clock;
import java.time.ZoneId;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Attributes;
import org.jline.terminal.Attributes.LocalFlag;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/** The terminal that a person sits at, if there is one: standard input and output are both it. */
public final class Console implements AutoCloseable {
  /** The person pressed Ctrl-C or Ctrl-D at a question. */
  public static final class Interrupted extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** What the line editor logs, of a damaged history for instance, must not get on the screen. */
  private static final Logger EDITOR_LOG = Logger.getLogger("org.jline");

  private static final Size USUAL_SIZE = Size.of(80, 24);

  private final Optional<Editor> editor;

  /** Says something to the person: above the line that is typed, once there is one. */
  private Consumer<String> voice = this::print;

  private Console(Optional<Editor> editor) {
    this.editor = editor;
  }

  public static Console none() {
    return new Console(Optional.empty());
  }

  /**
   * Finds it.
   *
   * @param plain whether it shall get no more than lines, whatever else it can do
   */
  public static Console find(boolean plain) throws IOException {
    boolean isThere =
        Optional.ofNullable(System.console()).filter(java.io.Console::isTerminal).isPresent();
    if (!isThere) {
      return none();
    }
    EDITOR_LOG.setLevel(Level.OFF);
    // Ctrl-C is a key of the editor, in its turn among the others, and not a signal besides.
    System.setProperty(TerminalBuilder.PROP_SOFTWARE_SIGNALS, "false");
    // Only by the system's own functions: another way would start programs and load native code.
    TerminalBuilder builder = TerminalBuilder.builder().system(true).provider("ffm");
    Terminal terminal = (plain ? builder.type(Terminal.TYPE_DUMB) : builder).build();
    if (terminal.getColumns() <= 0) {
      // A serial line or a container may not know its size, and nothing can be drawn on no columns.
      terminal.setSize(USUAL_SIZE);
    }
    Attributes found = terminal.getAttributes();
    if (!Transcript.isDumb(terminal)) {
      // What is typed between two questions, a password perhaps, must not be shown.
      Attributes silent = new Attributes(found);
      silent.setLocalFlag(LocalFlag.ECHO, false);
      terminal.setAttributes(silent);
    }
    return new Console(Optional.of(new Editor(terminal, new ShellJob(terminal, found))));
  }

  public boolean isTerminal() {
    return editor.isPresent();
  }

  /** Whether it gets lines and nothing else, because it or the person wants it so. */
  public boolean isPlain() {
    return editor.map(LineReader::getTerminal).filter(Transcript::isDumb).isPresent();
  }

  /** Asks a question on the screen and waits for the answer. */
  public String ask(String question) {
    return answer(e -> e.ask(question));
  }

  /** Asks without showing what is typed. */
  public String askSecretly(String question) {
    if (Transcript.isDumb(terminal())) {
      // The line editor cannot hide what the system echoes; the system can.
      return Optional.ofNullable(System.console().readPassword("%s", question))
          .map(String::new)
          .orElseThrow(Interrupted::new);
    }
    return answer(e -> e.askSecretly(question));
  }

  public void say(String text) {
    voice.accept(text);
  }

  private void print(String text) {
    terminal().writer().println(text);
    terminal().flush();
  }

  /**
   * The face of this terminal.
   *
   * @param log where what is shown is written besides
   * @param entrance how other rooms are entered from it
   */
  public Face face(ScreenStyle style, Optional<LogFile.Opened> log, Entrance entrance) {
    TerminalFace face =
        TerminalFace.open(
            editor.orElseThrow(),
            History.ofUser(System.getenv()),
            style,
            Clock.system(ZoneId.systemDefault()),
            entrance);
    log.ifPresent(face::log);
    voice = face::say;
    return face;
  }

  private String answer(Function<Editor, String> question) {
    try {
      return question.apply(editor.orElseThrow());
    } catch (UserInterruptException | EndOfFileException e) {
      throw new Interrupted();
    }
  }

  private Terminal terminal() {
    return editor.orElseThrow().getTerminal();
  }

  @Override
  public void close() throws IOException {
    if (editor.isPresent()) {
      terminal().close();
    }
  }
}
