package chat.tcrp.client;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.client.session.SessionEvent.Message;
import chat.tcrp.client.session.SessionEvent.Notice;
import java.io.File;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bot in docs/scripting.md: a module that requires the client's, as it stands there. */
class BotDocumentationTest {
  private static final Path PAGE = Path.of("..", "docs", "scripting.md");

  @TempDir private Path directory;

  @Test
  void theBotIsCompiledAndAnswers() throws Exception {
    List<String> java = snippets("java");
    assertThat(java).hasSize(2);
    Path bot = Files.writeString(directory.resolve("EchoBot.java"), java.get(0));
    Path module = Files.writeString(directory.resolve("module-info.java"), java.get(1));
    Path classes = directory.resolve("classes");
    String modules = Programs.modulePath();
    compile(
        "-Xlint:all",
        "-Werror",
        "-p",
        modules,
        "-d",
        classes.toString(),
        bot.toString(),
        module.toString());

    try (Programs.Server server = Programs.Server.startOnNeighbouringPorts();
        TestClient ann = TestClient.host(server.address(), Optional.empty())) {
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-p",
                  modules + File.pathSeparator + classes,
                  "-m",
                  "echo/echo.EchoBot",
                  server.address().toString(),
                  "tea")
              .redirectOutput(directory.resolve("out").toFile())
              .redirectErrorStream(true)
              .start();
      try {
        ann.expect(new Notice("echo joined"));
        ann.session().send("!echo grüße");
        ann.expect(new Message("echo", "ann said grüße"));
        ann.session().send("!who");
        ann.expect(new Message("echo", "there are 2 of us"));
        ann.session().close();
        assertThat(process.waitFor(TestClient.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        assertThat(directory.resolve("out")).isEmptyFile();
      } finally {
        process.destroyForcibly();
      }
    }
  }

  @Test
  void theBotIsShortAndItsCoordinatesAreThoseOfThisBuild() throws Exception {
    assertThat(snippets("java").getFirst().lines().filter(line -> !line.isBlank()))
        .hasSizeLessThanOrEqualTo(25);
    String version =
        Files.readAllLines(Path.of("..", "pom.xml")).stream()
            .filter(line -> line.contains("<version>"))
            .findFirst()
            .orElseThrow()
            .strip();
    assertThat(snippets("xml"))
        .singleElement()
        .asString()
        .contains("<groupId>chat.tcrp</groupId>", "<artifactId>chat-client</artifactId>", version);
  }

  private static void compile(String... arguments) {
    StringWriter errors = new StringWriter();
    PrintWriter out = new PrintWriter(errors);
    int status = ToolProvider.findFirst("javac").orElseThrow().run(out, out, arguments);
    assertThat(status).as(errors.toString()).isZero();
  }

  private static List<String> snippets(String language) throws Exception {
    return Pattern.compile("^```" + language + "\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL)
        .matcher(Files.readString(PAGE))
        .results()
        .map((MatchResult match) -> match.group(1))
        .toList();
  }
}
