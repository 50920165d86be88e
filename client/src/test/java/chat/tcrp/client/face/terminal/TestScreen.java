package chat.tcrp.client.face.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import chat.tcrp.client.TestClient;
import chat.tcrp.client.face.Entered;
import chat.tcrp.client.face.Entrance;
import chat.tcrp.client.face.LobbyWording;
import chat.tcrp.client.face.LogFile;
import chat.tcrp.client.face.Place;
import chat.tcrp.client.face.RoomWording;
import chat.tcrp.client.session.ChatSession;
import chat.tcrp.client.session.Conversation;
import chat.tcrp.client.session.LobbySession;
import chat.tcrp.client.session.ServerAddress;
import chat.tcrp.client.session.SessionConfig;
import chat.tcrp.client.session.SessionEvent;
import chat.tcrp.protocol.RoomName;
import chat.tcrp.protocol.Username;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.impl.LineDisciplineTerminal;
import org.jline.utils.ScreenTerminal;
import org.jline.utils.ScreenTerminalOutputStream;

/** A person at an emulated terminal: types, and sees what is on the screen. */
final class TestScreen implements AutoCloseable {
  private final int columns;
  private final ScreenTerminal screen;
  private final LineDisciplineTerminal terminal;
  private final ByteArrayOutputStream raw = new ByteArrayOutputStream();
  private final CompletableFuture<Integer> exitStatus = new CompletableFuture<>();
  private final JobControl jobControl;
  private Entrance entrance =
      (room, from) -> {
        throw new IllegalStateException("nobody has said how to enter " + room);
      };
  private Optional<TerminalFace> face = Optional.empty();
  private CompletableFuture<Consumer<SessionEvent>> shown = new CompletableFuture<>();
  private Optional<SessionConfig> config = Optional.empty();
  private Optional<LogFile.Opened> log = Optional.empty();
  private volatile Instant now = Instant.parse("2030-01-01T12:01:00Z");

  /** A terminal without a shell that could have a stopped program go on. */
  TestScreen(int columns, int rows) throws IOException {
    this(columns, rows, () -> false);
  }

  TestScreen(int columns, int rows, JobControl jobControl) throws IOException {
    this.jobControl = jobControl;
    this.columns = columns;
    screen = new ScreenTerminal(columns, rows);
    var delegate = new ScreenTerminalOutputStream.DelegateOutputStream();
    OutputStream both =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            raw.write(b);
            delegate.write(b);
          }

          @Override
          public void flush() throws IOException {
            delegate.flush();
          }
        };
    terminal = new LineDisciplineTerminal("test", "xterm-256color", both, StandardCharsets.UTF_8);
    terminal.setSize(Size.of(columns, rows));
    ScreenTerminal.wireTerminal(screen, terminal, delegate);
  }

  /** Shows a session at this terminal, and waits for the prompt. */
  ChatSession enter(SessionConfig config) throws Exception {
    return enter(config, Optional.empty(), new ScreenStyle(true, true));
  }

  ChatSession enter(SessionConfig config, Optional<History> history, ScreenStyle style)
      throws Exception {
    open(config, history, style);
    ChatSession session = ChatSession.open(config, event -> shown.join().accept(event));
    chat(session);
    awaitLine("12:01 -- /help lists the commands");
    awaitPrompt(Prompt.of(config.username().value(), config.room().value(), 0, columns).strip());
    return session;
  }

  /** Shows the lobby at this terminal. */
  LobbySession enterLobby(ServerAddress server, Username username) throws Exception {
    Place place = Place.lobby(username);
    open(Optional.empty(), new ScreenStyle(true, true));
    LobbySession session = LobbySession.open(server, username, event -> shown.join().accept(event));
    chat(List.of(new Entered(place, new LobbyWording(place), session, shown)));
    awaitLine("12:01 -- /help lists the commands");
    return session;
  }

  /** Writes what will be shown to a file. */
  void log(LogFile.Opened file) {
    log = Optional.of(file);
  }

  /** Takes the terminal over, without anybody to talk to yet. */
  TerminalFace open(SessionConfig newConfig, Optional<History> history, ScreenStyle style) {
    config = Optional.of(newConfig);
    return open(history, style);
  }

  private TerminalFace open(Optional<History> history, ScreenStyle style) {
    InstantSource clock = () -> now;
    TerminalFace opened =
        TerminalFace.open(
            new Editor(terminal, jobControl),
            history,
            style,
            clock.withZone(ZoneOffset.UTC),
            entrance);
    log.ifPresent(opened::log);
    face = Optional.of(opened);
    return opened;
  }

  /** Lets the person type into a conversation. */
  void chat(Conversation conversation) {
    chat(List.of(entered(config.orElseThrow(), conversation, shown)));
  }

  private static Entered entered(
      SessionConfig to,
      Conversation conversation,
      CompletableFuture<Consumer<SessionEvent>> shown) {
    return new Entered(Place.of(to), new RoomWording(to), conversation, shown);
  }

  private void chat(List<Entered> rooms) {
    Thread.ofPlatform()
        .name("typing")
        .daemon()
        .start(
            () -> {
              int status = face().chat(rooms);
              face().close();
              exitStatus.complete(status);
            });
  }

  /** Moves the clock on. */
  void advance(Duration duration) {
    now = now.plus(duration);
  }

  /** Drags the window to another size. */
  void resize(int newColumns, int newRows) {
    screen.setSize(Size.of(newColumns, newRows));
    terminal.setSize(Size.of(newColumns, newRows));
    terminal.raise(Terminal.Signal.WINCH);
  }

  private TerminalFace face() {
    return face.orElseThrow();
  }

  /** Has something happen in the room that was entered alone. */
  void show(SessionEvent event) {
    shown.join().accept(event);
  }

  /** How another room is entered. */
  void enterBy(Entrance newEntrance) {
    entrance = newEntrance;
  }

  /** Shows several sessions at this terminal, and waits until all have been joined. */
  List<ChatSession> enterAll(SessionConfig... configs) throws Exception {
    open(Optional.empty(), new ScreenStyle(true, true));
    List<Entered> rooms = new ArrayList<>();
    List<ChatSession> sessions = new ArrayList<>();
    for (SessionConfig each : configs) {
      Entered entered = enterAnother(each);
      rooms.add(entered);
      sessions.add((ChatSession) entered.conversation());
    }
    chat(rooms);
    for (SessionConfig each : configs) {
      await("the room " + each.room(), rows -> isEntered(rows, each.room()));
    }
    awaitPrompt(
        Prompt.of(configs[0].username().value(), configs[0].room().value(), 0, columns).strip());
    return sessions;
  }

  /** Whether it is said that a room was entered, in however many rows. */
  private static boolean isEntered(List<String> rows, RoomName room) {
    String text = String.join(" ", rows).replaceAll(" +", " ");
    return text.contains("joined " + room + " as") || text.contains("created " + room + ";");
  }

  /** Enters a room, whose events wait for a face. */
  static Entered enterAnother(SessionConfig to) throws Exception {
    CompletableFuture<Consumer<SessionEvent>> face = new CompletableFuture<>();
    return entered(to, ChatSession.open(to, event -> face.join().accept(event)), face);
  }

  Terminal terminal() {
    return terminal;
  }

  /** Presses keys. */
  void type(String keys) throws IOException {
    terminal.processInputBytes(keys.getBytes(StandardCharsets.UTF_8));
  }

  /** Pastes, as a terminal with bracketed paste does. */
  void paste(String text) throws IOException {
    type("\033[200~" + text + "\033[201~");
  }

  /** The rows of the screen without what is empty at their ends. */
  List<String> rows() {
    return screen.toString().lines().map(String::stripTrailing).toList();
  }

  /** The rows from the top to the last that is not empty. */
  List<String> used() {
    List<String> rows = rows();
    int end = rows.size();
    while (end > 0 && rows.get(end - 1).isEmpty()) {
      end--;
    }
    return rows.subList(0, end);
  }

  /** Everything that was ever sent to the terminal. */
  String raw() {
    return raw.toString(StandardCharsets.UTF_8);
  }

  long bells() {
    return raw().chars().filter(c -> c == 7).count();
  }

  void awaitLine(String line) {
    await("the line \"" + line + "\"", rows -> rows.contains(line));
  }

  /** Waits until the last row is this one. */
  void awaitPrompt(String row) {
    await("the last row \"" + row + "\"", rows -> !rows.isEmpty() && rows.getLast().equals(row));
  }

  void awaitMatch(String regex) {
    Predicate<String> matches = Pattern.compile(regex).asMatchPredicate();
    await("a line like " + regex, rows -> rows.stream().anyMatch(matches));
  }

  void await(String what, Predicate<List<String>> condition) {
    long deadline = System.nanoTime() + TestClient.PATIENCE.toNanos();
    try {
      while (!condition.test(used())) {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          fail("never saw %s, but\n%s", what, String.join("\n", used()));
        }
        screen.waitDirty(Math.min(100, TimeUnit.NANOSECONDS.toMillis(left) + 1));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      fail("interrupted while waiting for %s", what);
    }
  }

  /** Fails as soon as anything more is sent to the terminal within a time. */
  void staysUntouched(Duration time, int sentBefore) throws InterruptedException {
    long deadline = System.nanoTime() + time.toNanos();
    while (System.nanoTime() - deadline < 0) {
      assertThat(raw().substring(sentBefore)).isEmpty();
      screen.waitDirty(10);
    }
  }

  /** Waits for the end of the program. */
  int exitStatus(Duration patience) throws Exception {
    return exitStatus.get(patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    face.ifPresent(TerminalFace::close);
  }
}
