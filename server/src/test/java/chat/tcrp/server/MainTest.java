package chat.tcrp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import chat.tcrp.server.base.Ticker;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The command line: what it refuses, and in which words. */
class MainTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  static Stream<Arguments> mistakes() {
    return Stream.of(
        mistake("there is no option --colour", "--colour"),
        mistake("there is no command tea", "tea"),
        mistake("--port must be 0 to 65535, not 'x'", "--port", "x"),
        mistake("--port needs a value: --port N", "--port"),
        mistake("--port may be given only once", "--port", "1", "--port", "2"),
        mistake("--udp-port must be 0 to 65535, not 'x'", "--udp-port", "x"),
        mistake(
            "--max-rooms must be a whole number up to 2147483647, not '99999999999'",
            "--max-rooms",
            "99999999999"),
        mistake("--io must be auto, channel or batched, not 'foo'", "--io", "foo"),
        mistake("--lobby must be given without a value, not 'x'", "--lobby=x"),
        mistake(
            "--host must be an address of this machine, like 127.0.0.1 or ::1, not"
                + " 'no-such-host.invalid'",
            "--host",
            "no-such-host.invalid"),
        mistake(
            "--keepalive-timeout must be a duration like 500ms, 30s, 5m or 1h, not '10'",
            "--keepalive-timeout",
            "10"),
        mistake("the number of relay threads must be 1 to 64, not 65", "--relay-threads", "65"),
        mistake(
            "--lobby-port means nothing without --lobby, which opens the lobby",
            "--lobby-port",
            "7399"),
        mistake("the TCP port must be 0 to 65535, not 70000", "--port", "70000"),
        mistake("the TCP port must be 0 to 65535, not -1", "--port=-1"),
        mistake("the UDP port must be 0 to 65535, not 70000", "--udp-port", "70000"),
        mistake(
            "after TCP port 65535 there is none for UDP; name one with --udp-port",
            "--port",
            "65535"),
        mistake(
            "--idle-timeout must be a duration like 500ms, 30s, 5m or 1h, not 'soon'",
            "--idle-timeout",
            "soon"),
        mistake("the idle timeout must be more than nothing", "--idle-timeout", "0s"),
        mistake("the idle timeout must be at most a year", "--idle-timeout", "999999999h"),
        mistake("the keepalive timeout must be more than nothing", "--keepalive-timeout", "0ms"),
        mistake("--plain must be allow, local or refuse, not 'no'", "--plain", "no"),
        mistake("--tls-cert and --tls-key belong together", "--tls-cert", "a.pem"),
        mistake("--tls-cert and --tls-key belong together", "--tls-key", "a.pem"),
        mistake(
            "--identity means nothing with --tls-cert",
            "--identity",
            "a.p12",
            "--tls-cert",
            "a.pem",
            "--tls-key",
            "b.pem"),
        mistake("the number of rooms must be at least 1, not 0", "--max-rooms", "0"),
        mistake("the number of members must be at least 1, not 0", "--max-members", "0"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void aMistakeIsNamedInOneLine(String message, List<String> args) {
    assertThat(run(args)).isEqualTo(CommandLine.ExitCode.USAGE);

    assertThat(err.toString())
        .isEqualToNormalizingNewlines("chat-server: " + message + "\nTry: chat-server --help\n");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void aMisspeltOptionIsCorrected() {
    assertThat(run(List.of("--idletimeout=5m"))).isEqualTo(CommandLine.ExitCode.USAGE);

    assertThat(err.toString())
        .isEqualToNormalizingNewlines(
            """
            chat-server: there is no option --idletimeout; did you mean --idle-timeout?
            Try: chat-server --help
            """);
  }

  @Test
  void aTcpPortInUseIsAFailureAndNotAMistake() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, loopback())) {
      int port = taken.getLocalPort();

      assertThat(start("--port", "" + port, "--udp-port", "0"))
          .isEqualTo(CommandLine.ExitCode.SOFTWARE);
      assertThat(err.toString())
          .isEqualToNormalizingNewlines(
              "chat-server: tcp port "
                  + port
                  + " is in use. Stop the program that has it, or choose another with --port\n");
    }
  }

  @Test
  void aUdpPortInUseIsNamedAsSuch() throws IOException {
    try (DatagramSocket taken = new DatagramSocket(0, loopback())) {
      int port = taken.getLocalPort();

      assertThat(start("--port", "0", "--udp-port", "" + port))
          .isEqualTo(CommandLine.ExitCode.SOFTWARE);
      assertThat(err.toString())
          .isEqualToNormalizingNewlines(
              "chat-server: udp port "
                  + port
                  + " is in use. Stop the program that has it, or choose another with"
                  + " --udp-port\n");
    }
  }

  @Test
  void debugAddsTheStackTrace() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, loopback())) {
      assertThat(start("--debug", "--port", "" + taken.getLocalPort()))
          .isEqualTo(CommandLine.ExitCode.SOFTWARE);

      assertThat(err.toString()).contains("\tat chat.tcrp.server.ChatServer.");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "-h", "help"})
  void helpNamesEveryOption(String option) {
    assertThat(run(List.of(option))).isEqualTo(CommandLine.ExitCode.OK);

    assertThat(out.toString())
        .startsWith("Usage: chat-server ")
        .contains(
            "--host",
            "--port",
            "--udp-port",
            "--idle-timeout",
            "--keepalive-timeout",
            "--max-rooms",
            "--max-members",
            "--plain",
            "--identity",
            "--tls-cert",
            "--tls-key",
            "--debug",
            "Default: 9001",
            "Examples:")
        .doesNotContain("${");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void versionIsTheProgramAndItsNumber() {
    assertThat(run(List.of("--version"))).isEqualTo(CommandLine.ExitCode.OK);

    assertThat(out.toString()).isEqualToNormalizingNewlines("chat-server 1.0.0\n");
  }

  /** Runs it with the key that all tests share. */
  private int start(String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    all.addAll(List.of("--host", "127.0.0.1", "--identity", TestServer.IDENTITY.toString()));
    return run(all);
  }

  private int run(List<String> args) {
    return Main.commandLine(Ticker.SYSTEM)
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(args.toArray(String[]::new));
  }

  private static InetAddress loopback() {
    return TestServer.address("127.0.0.1");
  }

  private static Arguments mistake(String message, String... args) {
    return arguments(message, List.of(args));
  }
}
