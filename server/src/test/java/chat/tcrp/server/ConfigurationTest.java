package chat.tcrp.server;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.server.base.Ticker;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** The server's options in files and in the environment. */
class ConfigurationTest {
  @TempDir private Path directory;

  private final Map<String, String> environment = new HashMap<>();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "max-rooms = 0         | 2: the number of rooms must be at least 1, not 0",
        "port = 70000          | 2: the TCP port must be 0 to 65535, not 70000",
        "port = x              | 2: port must be 0 to 65535, not 'x'",
        "port = 65535          | 2: after TCP port 65535 there is none for UDP; name one with --udp-port",
        "io = foo              | 2: io must be auto, channel or batched, not 'foo'",
        "backlog-memory = 64   | 2: backlog-memory must be a size like 512k, 64m or 1g, not '64'",
        "trusted-net = 10/33   | 2: trusted-net: '10/33' is not a network; write it like 127.0.0.0/8 or fd00::/8, or none",
        "tls-cert = a.pem      | 2: tls-cert and --tls-key belong together",
        "max-room = 5          | 2: unknown key 'max-room'; did you mean max-rooms?",
      })
  void aMistakeIsToldWithFileAndLine(String line, String message) throws IOException {
    Path file = file("backlog = 7\n" + line + "\nmax-members = 7\n");

    assertThat(run("--config", file.toString())).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(err.toString())
        .isEqualTo("chat-server: " + file + ":" + message + "\nTry: chat-server --help\n");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void whatDoesNotFitTogetherIsToldWithTheFirstThatIsNamed() throws IOException {
    Path file = file("tls-cert = a\ntls-key = b\nidentity = c\n");

    assertThat(run("--config", file.toString())).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(err.toString())
        .startsWith("chat-server: " + file + ":3: identity means nothing with --tls-cert\n");
  }

  @Test
  void aMistakeOfTheCommandLineIsNotTheFiles() throws IOException {
    Path file = file("max-rooms = 5\n");

    assertThat(run("--config", file.toString(), "--max-rooms", "0"))
        .isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(err.toString())
        .startsWith("chat-server: the number of rooms must be at least 1, not 0\n");
  }

  @Test
  void aMistakeIsToldWithTheVariable() {
    environment.put("CHAT_SERVER_MAX_ROOMS", "0");

    assertThat(run("--config", "/dev/null")).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(err.toString())
        .startsWith(
            "chat-server: CHAT_SERVER_MAX_ROOMS: the number of rooms must be at least 1, not 0\n");
  }

  @Test
  void whatIsConfiguredForTheLobbyWaitsForIt() throws IOException {
    Path file = file("lobby-port = 7009\n");

    assertThat(run("--config", file.toString(), "--print-config")).isZero();
    assertThat(run("--config", file.toString(), "--lobby-members", "7"))
        .isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(err.toString()).contains("--lobby-members means nothing without --lobby");
  }

  @Test
  void thePrintedConfigurationHasTheSameEffect() throws IOException {
    environment.put("CHAT_SERVER_MAX_ROOMS", "7");
    String config = file("lobby = true\nplain = local\nidle-timeout = 1h\n").toString();
    assertThat(run("--config", config, "--print-config", "--trusted-net", "none")).isZero();
    String printed = out.toString();
    assertThat(printed.lines())
        .contains(
            "max-rooms = 7                   # env CHAT_SERVER_MAX_ROOMS",
            "idle-timeout = 1h               # file " + config + ":3",
            "trusted-net = none              # option",
            "max-members = 5000              # default",
            "# udp-port =                    # default: the TCP port + 1");

    environment.clear();
    out.getBuffer().setLength(0);
    assertThat(run("--config", file(printed).toString(), "--print-config")).isZero();
    assertThat(effects(out.toString())).isEqualTo(effects(printed));
    assertThat(err.toString()).isEmpty();
  }

  /** What is printed without what has been read, and the origins. */
  private static String effects(String printed) {
    return printed.replaceAll(" +# (file|option|env|default).*", "").replaceAll("# /.*\n", "");
  }

  private Path file(String text) throws IOException {
    return Files.writeString(Files.createTempFile(directory, "config", ""), text);
  }

  private int run(String... args) {
    return Main.commandLine(Ticker.SYSTEM, environment)
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(args);
  }
}
