package chat.tcrp.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import chat.tcrp.client.face.Problem;
import chat.tcrp.client.session.ServerAddress;
import chat.tcrp.client.session.SessionConfig;
import chat.tcrp.client.session.SessionEvent.Message;
import chat.tcrp.client.session.SessionEvent.Notice;
import chat.tcrp.protocol.Password;
import chat.tcrp.protocol.RoomName;
import chat.tcrp.protocol.Username;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the examples of docs/scripting.md, as they stand there, against a real server. */
class ScriptingDocumentationTest {
  private static final Path PAGE = Path.of("..", "docs", "scripting.md");

  @TempDir private Path home;
  private Programs.Server server;
  private TestClient ann;

  @BeforeEach
  void start() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/bin/bash")));
    server = Programs.Server.startOnNeighbouringPorts();
    ann = enter("tea", "ann", Optional.empty());
    Path program = Files.createDirectory(home.resolve("bin")).resolve("chat-client");
    String command =
        String.join(" ", Programs.java(Main.class).stream().map(Problem::quoted).toList());
    Files.writeString(program, "#!/bin/sh\nexec " + command + " \"$@\"\n");
    assertThat(program.toFile().setExecutable(true)).isTrue();
  }

  @AfterEach
  void stop() {
    if (server != null) {
      ann.close();
      server.close();
    }
  }

  @Test
  void everyExampleIsRunHere() throws IOException {
    assertThat(examples()).hasSize(11);
  }

  @Test
  void aLineIsSaid() throws Exception {
    Run run = run("echo 'build 42");
    assertThat(run.status()).isZero();
    ann.expect(new Message("ci", "build 42 is green"));
    ann.expect(new Notice("ci left"));
  }

  @Test
  void aContinuousIntegrationNotifies() throws Exception {
    assumeTool("timeout");
    Run run = run("printf 'build");
    assertThat(run.err()).doesNotContain("nobody was told");
    ann.expect(new Message("ci", "build 42: green"));
  }

  @Test
  void aRoomIsLoggedToAFile() throws Exception {
    try (Run log = begin("--name log --stay </dev/null >>tea.log")) {
      ann.expect(new Notice("log joined"));
      await(home.resolve("tea.err"), "joined tea");
      ann.session().send("for the record");
      await(home.resolve("tea.log"), "ann: for the record\n");
      ann.session().close();
      assertThat(log.status()).isZero();
    }
  }

  @Test
  void severalRoomsAreLoggedToAFile() throws Exception {
    try (TestClient cem = enter("coffee", "cem", Optional.empty());
        Run log = begin(">>rooms.log")) {
      ann.expect(new Notice("log joined"));
      await(home.resolve("rooms.err"), "[coffee] -- joined coffee");
      cem.session().send("for the record");
      await(home.resolve("rooms.log"), "[coffee] cem: for the record\n");
      ann.session().close();
      cem.session().close();
      assertThat(log.status()).isZero();
    }
  }

  @Test
  void aWordIsWaitedFor() throws Exception {
    try (Run waiter = begin("grep -m 1")) {
      ann.expect(new Notice("waiter joined"));
      // It hears what is said once its address is registered; asking for the members does not tell.
      Await.until(
          "the end of the waiting",
          () -> {
            ann.session().send("version 3 is deployed");
            return !waiter.process().isAlive();
          });
      assertThat(waiter.status()).isZero();
      assertThat(waiter.out()).isEqualTo("ann: version 3 is deployed\n");
    }
  }

  @Test
  void aBotAnswers() throws Exception {
    try (Run bot = begin("coproc")) {
      ann.expect(new Notice("clock joined"));
      Await.until(
          "answer of the bot",
          () -> {
            ann.session().send("!time");
            return ann.rest().stream()
                .filter(Message.class::isInstance)
                .map(Message.class::cast)
                .anyMatch(message -> message.text().matches("ann: it is \\d\\d:\\d\\d"));
          });
      ann.session().send("!bye");
      ann.expect(new Notice("clock left"));
      assertThat(bot.status()).isZero();
    }
  }

  @Test
  void jsonIsMadeIntoLines() throws Exception {
    assumeTool("jq");
    try (Run log = begin("jq --unbuffered")) {
      ann.expect(new Notice("log joined"));
      Await.until(
          "line",
          () -> {
            ann.session().send("hi");
            return log.out().contains("Z ann: hi\n");
          });
      assertThat(log.out().lines())
          .allMatch(line -> line.matches("[-0-9]{10}T[0-9:]{8}\\.\\d{3}Z ann: hi"));
      ann.session().close();
      assertThat(log.status()).isZero();
    }
  }

  @Test
  void openRoomsAreListed() throws Exception {
    assumeTool("jq");
    try (TestClient guard = enter("safe", "guard", Optional.of(new Password("sesame")))) {
      assertThat(guard.session().live()).isTrue();
      assertThat(run("rooms --json").out()).isEqualTo("tea\n");
    }
  }

  @Test
  void theExitStatusTellsWhatHappened() throws Exception {
    assertThat(run("case $? in").out()).isEqualTo("made it, and left it again\n");
    server.kill();
    assertThat(run("case $? in").out()).isEqualTo("no server\n");
  }

  @Test
  void aPasswordComesFromAFile() throws Exception {
    try (TestClient guard = enter("safe", "guard", Optional.of(new Password("open sesame")))) {
      Files.writeString(home.resolve(".tea-password"), "open sesame\n");
      Files.writeString(home.resolve("message.txt"), "one\ntwo\n");
      assertThat(run("--password-file").status()).isZero();
      guard.expect(new Message("ci", "one"));
      guard.expect(new Message("ci", "two"));
    }
  }

  @Test
  void theCompletionIsLoaded() throws Exception {
    Run run = run("generate-completion");
    assertThat(run.status()).isZero();
    assertThat(run.err()).isEmpty();
  }

  @Test
  void thePageNamesEveryKindOfObject() throws IOException {
    String source =
        Files.readString(Path.of("src/main/java/chat/tcrp/client/face/pipe/PipeFace.java"));
    List<String> kinds =
        Pattern.compile("(?:tell|print)\\(\\s*\"([a-z]+)\"")
            .matcher(source)
            .results()
            .map(match -> match.group(1))
            .toList();
    assertThat(kinds).contains("message", "notice", "ended");
    assertThat(kinds).allSatisfy(kind -> assertThat(page()).contains("\n| `" + kind + "` |"));
  }

  private static String page() throws IOException {
    return Files.readString(PAGE);
  }

  private static List<String> examples() throws IOException {
    return Pattern.compile("^```(?:sh|bash)\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL)
        .matcher(page())
        .results()
        .map((MatchResult match) -> match.group(1))
        .toList();
  }

  /** Runs the example that has these words in it, to its end. */
  private Run run(String words) throws Exception {
    try (Run run = begin(words)) {
      run.status();
      return run;
    }
  }

  private Run begin(String words) throws IOException {
    Stream<String> found = examples().stream().filter(example -> example.contains(words));
    return new Run(home, server.address(), found.findFirst().orElseThrow());
  }

  private static void assumeTool(String name) {
    assumeTrue(
        Stream.of(System.getenv("PATH").split(":", -1))
            .anyMatch(directory -> Files.isExecutable(Path.of(directory, name))));
  }

  private static void await(Path file, String text) throws Exception {
    Await.until(text, () -> Files.exists(file) && Files.readString(file).contains(text));
  }

  private TestClient enter(String room, String name, Optional<Password> password) throws Exception {
    return TestClient.enter(
        new SessionConfig(
            server.address(), new RoomName(room), new Username(name), password, true));
  }

  /** A script that runs. */
  private static final class Run implements AutoCloseable {
    private final Process process;
    private final Path out;
    private final Path err;

    Run(Path home, ServerAddress server, String script) throws IOException {
      out = Files.createTempFile(home, "script", ".out");
      err = Files.createTempFile(home, "script", ".err");
      ProcessBuilder builder =
          new ProcessBuilder("/bin/bash", "-c", script)
              .directory(home.toFile())
              .redirectOutput(out.toFile())
              .redirectError(err.toFile());
      builder.environment().put("HOME", home.toString());
      builder.environment().put("CHAT_SERVER", server.toString());
      builder.environment().merge("PATH", home.resolve("bin").toString(), (a, b) -> b + ":" + a);
      process = builder.start();
      process.getOutputStream().close();
    }

    Process process() {
      return process;
    }

    int status() throws InterruptedException {
      assertThat(process.waitFor(TestClient.PATIENCE.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
      return process.exitValue();
    }

    String out() throws IOException {
      return Files.readString(out, UTF_8);
    }

    String err() throws IOException {
      return Files.readString(err, UTF_8);
    }

    @Override
    public void close() {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }
}
