package chat.tcrp.client.face.terminal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import chat.tcrp.client.Await;
import chat.tcrp.client.Main;
import chat.tcrp.client.Programs;
import chat.tcrp.client.RunningServer;
import chat.tcrp.client.TestClient;
import chat.tcrp.client.session.SessionEvent;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jline.utils.AttributedString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The real program in a window that is resized, and that moves what stands in it, as most do. The
 * program {@code tmux} provides it.
 */
class WindowTest {
  private static final Path TMUX = Path.of("/usr/bin/tmux");

  @TempDir private Path directory;
  private RunningServer server;
  private TestClient ann;

  @BeforeAll
  static void findTmux() {
    assumeTrue(Files.isExecutable(TMUX));
  }

  @BeforeEach
  void start() throws Exception {
    server = RunningServer.start();
    ann = TestClient.sealedHost(server.address(), Optional.empty());
  }

  @AfterEach
  void stop() throws Exception {
    tmux("kill-server");
    ann.close();
    server.close();
  }

  @Test
  void aTinyWindowLeavesNoRemainsOfTheLine() throws Exception {
    open(80, 24);
    await(
        "who is here",
        rows -> rows.stream().anyMatch(row -> row.endsWith("2 here: ann (host), bob")));
    type("hello this is text");
    await("the line", rows -> rows.getLast().equals("[bob@tea] hello this is text"));
    List<String> before = screen();

    resize(5, 2);
    await("a tiny window", rows -> rows.size() == 2);
    ann.session().send("a message");
    ann.session().flush(TestClient.PATIENCE);
    resize(80, 24);

    await("the message", rows -> rows.stream().anyMatch(row -> row.endsWith("ann: a message")));
    List<String> after = new ArrayList<>(before);
    after.add(after.size() - 1, screen().get(after.size() - 1));
    await("the line, and nothing else", after::equals);
  }

  @Test
  void theLineIsBrokenAsTheWindowIsWide() throws Exception {
    String line = "[bob@tea] a line of some words, 漢字漢字漢字漢字 among them, for several rows";
    open(30, 24);
    type(line.substring("[bob@tea] ".length()));
    await("30 columns", rows -> endsWith(rows, line, 30));

    for (int columns : List.of(44, 25, 37, 26, 80, 43, 30, 60)) {
      resize(columns, 24);
      await(columns + " columns", rows -> endsWith(rows, line, columns));
      type("!");
      await(columns + " columns, typed to", rows -> endsWith(rows, line + "!", columns));
      tmux("send-keys", "BSpace");
      await(columns + " columns, as before", rows -> endsWith(rows, line, columns));
    }
  }

  /** Whether the line, and it alone, stands at the end of the screen. */
  private static boolean endsWith(List<String> rows, String line, int columns) {
    List<String> expected =
        new AttributedString(line)
            .columnSplitLength(columns).stream()
                .map(row -> row.toString().stripTrailing())
                .toList();
    int from = rows.size() - expected.size();
    return from >= 0
        && rows.subList(from, rows.size()).equals(expected)
        && rows.stream().filter(row -> row.contains("[bob@")).count() == 1;
  }

  private void open(int columns, int rows) throws Exception {
    String command =
        Programs.shellCommand(
            Programs.java(
                Main.class,
                "join",
                "tea",
                "--name",
                "bob",
                "--server",
                server.address().toString(),
                "--udp-port",
                "" + server.address().udpPort()));
    tmux(
        "new-session",
        "-d",
        "-x",
        "" + columns,
        "-y",
        "" + rows,
        "XDG_STATE_HOME=" + directory + " LC_ALL=C.UTF-8 " + command);
    ann.expect(new SessionEvent.Notice("bob joined"));
    await("the prompt", screen -> screen.getLast().equals("[bob@tea]"));
  }

  private void type(String text) throws Exception {
    tmux("send-keys", "-l", text);
  }

  private void resize(int columns, int rows) throws Exception {
    tmux("resize-window", "-x", "" + columns, "-y", "" + rows);
    // The window tells the program only a moment after it has moved what stands in it.
    String size = rows + " " + columns;
    Await.until("a terminal of " + size, () -> sizeOfTerminal().equals(size));
  }

  private String sizeOfTerminal() throws Exception {
    File terminal = new File(tmux("display-message", "-p", "#{pane_tty}").strip());
    Process stty = new ProcessBuilder("stty", "size").redirectInput(terminal).start();
    return new String(stty.getInputStream().readAllBytes(), UTF_8).strip();
  }

  private void await(String what, Predicate<List<String>> condition) throws Exception {
    try {
      Await.until(what, () -> condition.test(screen()));
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + "; there is\n" + tmux("capture-pane", "-p"), e);
    }
  }

  /** The rows from the top to the last that is not empty; at least one. */
  private List<String> screen() throws Exception {
    List<String> rows = tmux("capture-pane", "-p").stripTrailing().lines().toList();
    return rows.isEmpty() ? List.of("") : rows;
  }

  private String tmux(String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                TMUX.toString(),
                "-u",
                "-f",
                "/dev/null",
                "-S",
                directory.resolve("tmux").toString()));
    command.addAll(List.of(arguments));
    Process tmux = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(tmux.getInputStream().readAllBytes(), UTF_8);
    assertThat(tmux.waitFor()).as(said).isZero();
    return said;
  }
}
