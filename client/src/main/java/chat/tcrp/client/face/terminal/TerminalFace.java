package chat.tcrp.client.face.terminal;

import chat.tcrp.client.face.Entered;
import chat.tcrp.client.face.Entrance;
import chat.tcrp.client.face.Face;
import chat.tcrp.client.face.Leaving;
import chat.tcrp.client.face.LogFile;
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

  private final Desk desk;

  /** For what is said of no single room. */
  private final Announcements screen;

  private final OpenRooms rooms = new OpenRooms(new RoomWatcher());
  private final RoomCommands roomCommands;
  private Optional<LogFile.Opened> log = Optional.empty();

  /** This room has ended in the middle of a line that was typed for it. */
  private volatile Optional<OpenRoom> lost = Optional.empty();

  private final AtomicBoolean closed = new AtomicBoolean();
  private final CompletableFuture<Void> edited = new CompletableFuture<>();
  private volatile Optional<Thread> typing = Optional.empty();

  /** There is nothing more to type for. */
  private volatile boolean over;

  /** When Ctrl-C was last answered with how to leave. */
  private Instant lastInterrupt = Instant.MIN;

  private TerminalFace(
      Editor editor, Optional<History> history, ScreenStyle style, Clock clock, Entrance entrance) {
    this.terminal = editor.getTerminal();
    this.editor = editor;
    this.clock = clock;
    Palette palette = Palette.of(terminal);
    ScreenLines lines = new ScreenLines("", clock, style.time(), palette);
    Focus focus = new Focus(clock);
    editor.watch(focus);
    Interludes interludes = new Interludes(clock, focus, lines);
    this.transcript = Transcript.start(editor, style.colors(), interludes::next);
    Alerts alerts =
        new Alerts(style, clock, focus, problem -> transcript.print(lines.warning(problem)));
    this.desk = new Desk(transcript, alerts, style, palette, clock, rooms);
    this.screen = new Announcements(lines, transcript);
    this.roomCommands = new RoomCommands(rooms, screen, entrance, this::openAndGo);
    editor.setTab(new TabCycle(new Completion(rooms)));
    editor.bindRoomKeys(this::goByKey);
    history.ifPresent(h -> h.attach(editor));
  }

  /**
   * Takes the terminal over until it is closed.
   *
   * @param history where the typed lines are kept; empty to forget them
   * @param entrance how other rooms are entered
   */
  static TerminalFace open(
      Editor editor, Optional<History> history, ScreenStyle style, Clock clock, Entrance entrance) {
    // What is typed while nothing reads must not be echoed into the conversation.
    editor.getTerminal().enterRawMode();
    return new TerminalFace(editor, history, style, clock, entrance);
  }

  /** Says something at once that is of no room. */
  void say(String text) {
    screen.info(text);
    transcript.flush();
  }

  /** Writes what is shown in all rooms to a file. */
  void log(LogFile.Opened file) {
    log = Optional.of(file);
  }

  private OpenRoom open(Entered entered) {
    OpenRoom room = new OpenRoom(entered, desk, roomCommands);
    rooms.add(room);
    if (log.isPresent()) {
      try {
        room.log().begin(rooms.isFirst(room) ? log.get() : LogFile.again(log.get()));
      } catch (IOException e) {
        room.screen().warn(e.getMessage());
      }
    }
    return room;
  }

  /** Opens a room and writes to it. */
  private void openAndGo(Entered entered) {
    rooms.go(open(entered));
    entered.shown().complete(rooms.present()::show);
  }

  /** Whoever presses this key knows where the line goes that they have begun. */
  private boolean goByKey(int number) {
    lost = Optional.empty();
    return roomCommands.go(number);
  }

  @Override
  public int chat(List<Entered> entered) {
    typing = Optional.of(Thread.currentThread());
    // All are open before anything happens in one of them.
    List<OpenRoom> opened = entered.stream().map(this::open).toList();
    roomCommands.sayWhere();
    for (int i = 0; i < opened.size(); i++) {
      entered.get(i).shown().complete(opened.get(i)::show);
    }
    // The editor has its own way with Ctrl-C; this is for a signal between two lines.
    terminal.handle(
        Signal.INT,
        signal -> {
          if (isTimeToLeave()) {
            Thread.ofVirtual().start(this::leaveAll);
          }
        });
    if (Transcript.isDumb(terminal)) {
      // There, Ctrl-C is the system's key, and of its signals such a terminal knows nothing.
      Signals.register("INT", () -> terminal.raise(Signal.INT));
    }
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
    leaveAll();
    OpenRoom last = rooms.present();
    SessionEvent.Cause cause = last.conversation().ended().join().cause();
    if (cause != SessionEvent.Cause.LEFT && !unsent.isBlank()) {
      List<String> unsentLines = unsent.lines().toList();
      last.screen()
          .warn("not sent: " + unsentLines.getFirst(), unsentLines.subList(1, unsentLines.size()));
    }
    return Wording.exitStatus(cause);
  }

  private void leaveAll() {
    Leaving.all(rooms.all().stream().map(OpenRoom::conversation).toList());
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
    rooms.all().forEach(room -> room.screen().info(room.howToLeave()));
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
    OpenRoom room = rooms.present();
    return Prompt.of(room.place().username().value(), rooms.name(room), room.plain(), columns);
  }

  /** Does what was typed or pasted; answers what shall stay in the editor. */
  private String typed(String input) {
    List<String> typedLines =
        input.lines().map(CleanText::of).filter(line -> !line.isBlank()).toList();
    OpenRoom room = rooms.present();
    if (!mayBeDone(typedLines, room)) {
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
        pace(room.conversation());
      }
    }
    return "";
  }

  /** Asks before many lines are sent, and before something that a shell was meant to get. */
  private boolean mayBeDone(List<String> typedLines, OpenRoom room) {
    int count = typedLines.size();
    boolean isCommand = count == 1 && Commands.isCommand(typedLines.getFirst());
    if (lost.isPresent() && count > 0 && !isCommand) {
      if (!confirmed(
          rooms.name(lost.get()) + " has ended. Send this to " + rooms.name(room) + "? [y/N] ")) {
        return false;
      }
      lost = Optional.empty();
    }
    if (editor.isSuspensionMissed() && !isCommand) {
      if (count > 0 && !confirmed("Ctrl-Z cannot suspend here. Send this as a message? [y/N] ")) {
        return false;
      }
      editor.forgetMissedSuspension();
    }
    return count <= MAX_UNASKED_LINES
        || confirmed("Send " + count + " lines" + to(room) + "? [y/N] ");
  }

  /** Where something goes, when that is not clear. */
  private String to(OpenRoom room) {
    String label = rooms.label(room);
    return label.isEmpty() ? "" : " to " + label;
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
    if (!rooms.all().isEmpty()) {
      // Without a session nobody has typed.
      edited.completeOnTimeout(null, EDITOR_PATIENCE.toNanos(), TimeUnit.NANOSECONDS).join();
    }
    editor.stopWatching();
    for (OpenRoom room : rooms.all()) {
      room.screen().close();
      room.log().end();
    }
    transcript.close();
    try {
      terminal.close();
    } catch (IOException e) {
      System.err.println("chat-client: the terminal could not be restored: " + e.getMessage());
    }
  }

  /** Has the person write on to another room when one has ended. */
  private final class RoomWatcher implements OpenRooms.Watcher {
    @Override
    public void over() {
      stopTyping();
    }

    @Override
    public void promptChanged() {
      editor.promptChanged();
    }

    @Override
    public void moved(OpenRoom from, OpenRoom to) {
      if (editor.isLineBegun()) {
        lost = Optional.of(from);
      }
      screen.info("you write to " + rooms.name(to) + " now");
      editor.promptChanged();
    }
  }
}
