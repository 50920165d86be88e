package chat.tcrp.client.face.terminal;

import chat.tcrp.client.face.Face;
import chat.tcrp.client.face.LogFile;
import chat.tcrp.client.face.Place;
import chat.tcrp.client.face.Wording;
import chat.tcrp.client.session.Conversation;
import chat.tcrp.client.session.SessionEvent;
import chat.tcrp.protocol.CleanText;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jline.reader.EndOfFileException;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.Terminal.Signal;
import org.jline.utils.Signals;

/** A line editor at the bottom, what happens printed above it. Commands begin with a slash. */
final class TerminalFace implements Face {
  /** A paste of more lines than this is sent only after a question. */
  private static final int MAX_UNASKED_LINES = 5;

  /**
   * After so many pasted lines the server's answer is waited for, so that a long paste does not
   * overrun anybody's buffer.
   */
  private static final int BURST = 32;

  private static final Duration FLUSH_PATIENCE = Duration.ofSeconds(1);

  /** A second Ctrl-C within this leaves. */
  private static final Duration INTERRUPT_WINDOW = Duration.ofSeconds(2);

  /** How long a signal that ends the program waits for the editor to put the screen in order. */
  private static final Duration EDITOR_PATIENCE = Duration.ofMillis(300);

  private final Terminal terminal;
  private final Editor editor;
  private final Transcript transcript;
  private final Clock clock;

  /** What is typed is for this room. */
  private final OpenRoom room;

  private final AtomicBoolean closed = new AtomicBoolean();
  private final CompletableFuture<Void> edited = new CompletableFuture<>();
  private volatile Optional<Thread> typing = Optional.empty();

  /** There is nothing more to type for. */
  private volatile boolean over;

  /** When Ctrl-C was last answered with how to leave. */
  private Instant lastInterrupt = Instant.MIN;

  private TerminalFace(
      Place place,
      Wording wording,
      Editor editor,
      Optional<History> history,
      ScreenStyle style,
      Clock clock) {
    this.terminal = editor.getTerminal();
    this.editor = editor;
    this.clock = clock;
    Palette palette = Palette.of(terminal);
    ScreenLines lines = new ScreenLines(place.username().value(), clock, style.time(), palette);
    Focus focus = new Focus(clock);
    editor.watch(focus);
    Interludes interludes = new Interludes(clock, focus, lines);
    this.transcript = Transcript.start(editor, style.colors(), interludes::next);
    Alerts alerts =
        new Alerts(style, clock, focus, problem -> transcript.print(lines.warning(problem)));
    this.room = new OpenRoom(place, wording, lines, transcript, alerts, clock, this::stopTyping);
    editor.setTab(new TabCycle(new Completion(() -> room)));
    history.ifPresent(h -> h.attach(editor));
  }

  /**
   * Takes the terminal over until it is closed.
   *
   * @param history where the typed lines are kept; empty to forget them
   */
  static TerminalFace open(
      Place place,
      Wording wording,
      Editor editor,
      Optional<History> history,
      ScreenStyle style,
      Clock clock) {
    // What is typed while nothing reads must not be echoed into the conversation.
    editor.getTerminal().enterRawMode();
    return new TerminalFace(place, wording, editor, history, style, clock);
  }

  /** Writes what is shown to a file, from the start. */
  void log(LogFile.Opened file) {
    room.log().begin(file);
  }

  @Override
  public void show(SessionEvent event) {
    room.show(event);
  }

  @Override
  public int chat(Conversation newSession) {
    room.enter(newSession);
    // The editor has its own way with Ctrl-C; this is for a signal between two lines.
    terminal.handle(
        Signal.INT,
        signal -> {
          if (isTimeToLeave()) {
            Thread.ofVirtual().start(newSession::close);
          }
        });
    if (Transcript.isDumb(terminal)) {
      // There, Ctrl-C is the system's key, and of its signals such a terminal knows nothing.
      Signals.register("INT", () -> terminal.raise(Signal.INT));
    }
    typing = Optional.of(Thread.currentThread());
    String unsent = "";
    try {
      while (!over) {
        unsent = read(unsent);
        transcript.flush();
      }
    } catch (EndOfFileException e) {
      // Ctrl-D, /quit, or a terminal that is gone: these lead out too.
      unsent = "";
    } finally {
      typing = Optional.empty();
      // The interruption has served its end.
      Thread.interrupted();
      edited.complete(null);
    }
    newSession.close();
    SessionEvent.Cause cause = newSession.ended().join().cause();
    if (cause != SessionEvent.Cause.LEFT && !unsent.isBlank()) {
      List<String> unsentLines = unsent.lines().toList();
      room.screen().warn("not sent: " + unsentLines.getFirst());
      unsentLines.stream().skip(1).forEach(room.screen()::more);
    }
    return Wording.exitStatus(cause);
  }

  /** Reads a line and does what it says; answers what shall be in the editor for the next one. */
  private String read(String initial) {
    try {
      return typed(editor.read(this::prompt, initial));
    } catch (UserInterruptException e) {
      if (over) {
        return e.getPartialLine();
      }
      if (e.getPartialLine().isEmpty() && isTimeToLeave()) {
        throw new EndOfFileException(e);
      }
      return "";
    }
  }

  /** Ctrl-C where there is no text to discard: says how to leave, and the next time it is so. */
  private synchronized boolean isTimeToLeave() {
    Instant now = clock.instant();
    if (!now.isAfter(lastInterrupt.plus(INTERRUPT_WINDOW))) {
      return true;
    }
    lastInterrupt = now;
    room.screen().info(room.howToLeave());
    return false;
  }

  private void stopTyping() {
    over = true;
    typing.ifPresent(Thread::interrupt);
  }

  private String prompt(int columns) {
    if (Transcript.isDumb(terminal)) {
      // It could not be taken away again when something happens.
      return "";
    }
    return Prompt.of(room.place().username().value(), room.place().name(), columns);
  }

  /** Does what was typed or pasted; answers what shall stay in the editor. */
  private String typed(String input) {
    List<String> typedLines =
        input.lines().map(CleanText::of).filter(line -> !line.isBlank()).toList();
    if (!mayBeDone(typedLines)) {
      return input;
    }
    if (typedLines.size() == 1) {
      return room.typedLine(typedLines.getFirst()) ? "" : typedLines.getFirst();
    }
    // Several lines are a paste: what looks like a command in it is text.
    for (int i = 0; i < typedLines.size(); i++) {
      if (!room.sent(typedLines.get(i))) {
        return unsent(typedLines.subList(i, typedLines.size()));
      }
      if ((i + 1) % BURST == 0) {
        room.conversation().ifPresent(TerminalFace::pace);
      }
    }
    return "";
  }

  /** Asks before many lines are sent, and before something that a shell was meant to get. */
  private boolean mayBeDone(List<String> typedLines) {
    int count = typedLines.size();
    if (editor.isSuspensionMissed() && !(count == 1 && Commands.isCommand(typedLines.getFirst()))) {
      if (count > 0 && !confirmed("Ctrl-Z cannot suspend here. Send this as a message? [y/N] ")) {
        return false;
      }
      editor.forgetMissedSuspension();
    }
    return count <= MAX_UNASKED_LINES || confirmed("Send " + count + " lines? [y/N] ");
  }

  /** Whatever is not a yes is a no. */
  private boolean confirmed(String question) {
    try {
      return editor.ask(question).strip().toLowerCase(Locale.ROOT).startsWith("y");
    } catch (UserInterruptException | EndOfFileException e) {
      return false;
    }
  }

  private static String unsent(List<String> rest) {
    boolean readsAsCommand = rest.size() == 1 && rest.getFirst().strip().startsWith("/");
    return readsAsCommand ? "/" + rest.getFirst().strip() : String.join("\n", rest);
  }

  private static void pace(Conversation to) {
    try {
      to.flush(FLUSH_PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Puts the screen in order, whoever calls it, and however often. */
  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    stopTyping();
    if (room.conversation().isPresent()) {
      // Without a session nobody has typed.
      edited.completeOnTimeout(null, EDITOR_PATIENCE.toNanos(), TimeUnit.NANOSECONDS).join();
    }
    editor.stopWatching();
    room.screen().close();
    room.log().end();
    transcript.close();
    try {
      terminal.close();
    } catch (IOException e) {
      System.err.println("chat-client: the terminal could not be restored: " + e.getMessage());
    }
  }
}
