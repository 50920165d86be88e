package chat.tcrp.client.face.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import chat.tcrp.client.TestClient;
import chat.tcrp.client.face.LobbyWording;
import chat.tcrp.client.face.Place;
import chat.tcrp.client.face.RoomWording;
import chat.tcrp.client.face.Wording;
import chat.tcrp.client.session.ChatSession;
import chat.tcrp.client.session.Conversation;
import chat.tcrp.client.session.LobbySession;
import chat.tcrp.client.session.SessionConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
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
  private Optional<TerminalFace> face = Optional.empty();
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
    TerminalFace opened = open(config, history, style);
    ChatSession session = ChatSession.open(config, opened::show);
    chat(session);
    awaitLine("12:01 -- /help lists the commands");
    awaitPrompt(Prompt.of(config.username().value(), config.room().value(), columns).strip());
    return session;
  }

  /** Shows the lobby at this terminal. */
  LobbySession enterLobby(Place place) throws Exception {
    open(place, new LobbyWording(place), Optional.empty(), new ScreenStyle(true, true));
    LobbySession session =
        LobbySession.open(place.server(), place.username(), event -> face().show(event));
    chat(session);
    awaitLine("12:01 -- /help lists the commands");
    return session;
  }

  /** Takes the terminal over, without anybody to talk to yet. */
  TerminalFace open(SessionConfig config, Optional<History> history, ScreenStyle style) {
    return open(Place.of(config), new RoomWording(config), history, style);
  }

  private TerminalFace open(
      Place place, Wording wording, Optional<History> history, ScreenStyle style) {
    InstantSource clock = () -> now;
    TerminalFace opened =
        TerminalFace.open(
            place,
            wording,
            new Editor(terminal, jobControl),
            history,
            style,
            clock.withZone(ZoneOffset.UTC));
    face = Optional.of(opened);
    return opened;
  }

  /** Lets the person type into a conversation. */
  void chat(Conversation conversation) {
    Thread.ofPlatform()
        .name("typing")
        .daemon()
        .start(
            () -> {
              int status = face().chat(conversation);
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

  TerminalFace face() {
    return face.orElseThrow();
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
