package chat.tcrp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import chat.tcrp.server.base.Networks;
import chat.tcrp.server.base.Ticker;
import chat.tcrp.server.handshake.HandshakeLimits;
import chat.tcrp.server.rooms.RoomLimits;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The command line: what it refuses, and in which words. */
class MainTest {
  /** That of the machine must not be read. */
  private static final Map<String, String> UNCONFIGURED = Map.of("CHAT_SERVER_CONFIG", "/dev/null");

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  static Stream<Arguments> mistakes() {
    return Stream.of(
        mistake("there is no option --colour", "--colour"),
        mistake("there is no command coffee", "coffee"),
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
        mistake("--cluster-key means nothing without --cluster", "--cluster-key", "cluster.key"),
        mistake("--cluster-ca means nothing without --cluster", "--cluster-ca", "ca.pem"),
        mistake("--cluster-creds means nothing without --cluster", "--cluster-creds", "a.creds"),
        mistake(
            "--cluster needs --cluster-key FILE, the same for all servers; make one with: head -c"
                + " 32 /dev/urandom > FILE",
            "--cluster",
            "nats://127.0.0.1:1"),
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
        mistake("the number of members must be at least 1, not 0", "--max-members", "0"),
        mistake("the number of sessions must be at least 1, not 0", "--max-sessions", "0"),
        mistake(
            "the number of rooms for each address must be at least 1, not 0",
            "--max-rooms-per-address",
            "0"),
        mistake(
            "the number of sessions for each address must be at least 1, not -1",
            "--max-sessions-per-address=-1"),
        mistake(
            "--max-sessions-per-address must be a whole number up to 2147483647, not 'many'",
            "--max-sessions-per-address",
            "many"),
        mistake(
            "the number of handshakes a minute must be at least 1, not 0",
            "--handshakes-per-minute",
            "0"),
        mistake("the budget of a member must be at least 1, not 0", "--member-budget", "0"),
        mistake("the backlog must be 0 to 10000 lines, not 10001", "--backlog", "10001"),
        mistake("the backlog must be 0 to 10000 lines, not -1", "--backlog=-1"),
        mistake(
            "--backlog-memory must be a size like 512k, 64m or 1g, not '64'",
            "--backlog-memory",
            "64"),
        mistake("the memory of the backlogs must be at least 1, not 0", "--backlog-memory", "0k"),
        mistake(
            "--trusted-net: '10.0.0.0/33' is not a network; write it like 127.0.0.0/8 or fd00::/8,"
                + " or none",
            "--trusted-net",
            "::1,10.0.0.0/33"),
        mistake(
            "--trusted-net: '' is not a network; write it like 127.0.0.0/8 or fd00::/8, or none",
            "--trusted-net="));
  }

  static Stream<Arguments> limits() {
    return Stream.of(
        limit(limits -> limits.idleTimeout(Duration.ofHours(1)), "--idle-timeout", "1h"),
        limit(
            limits -> limits.keepaliveTimeout(Duration.ofSeconds(7)), "--keepalive-timeout", "7s"),
        limit(limits -> limits.maxRooms(7), "--max-rooms", "7"),
        limit(limits -> limits.maxMembers(7), "--max-members", "7"),
        limit(limits -> limits.maxSessions(7), "--max-sessions", "7"),
        limit(limits -> limits.maxRoomsPerAddress(7), "--max-rooms-per-address", "7"),
        limit(limits -> limits.maxSessionsPerAddress(7), "--max-sessions-per-address", "7"),
        limit(limits -> limits.memberBudget(7), "--member-budget", "7"),
        limit(limits -> limits.backlog(7, 64 << 20), "--backlog", "7"),
        limit(limits -> limits.backlog(0, 64 << 20), "--backlog", "0"),
        limit(limits -> limits.backlog(128, 7 << 10), "--backlog-memory", "7k"));
  }

  @ParameterizedTest
  @MethodSource("limits")
  void anOptionSetsItsLimitAndNoOther(UnaryOperator<RoomLimits.Builder> change, List<String> args) {
    assertThat(config(args))
        .isEqualTo(
            ServerConfig.defaults().limitedTo(change.apply(RoomLimits.DEFAULTS.with()).build()));
  }

  @Test
  void withoutOptionsTheServerRunsByItsDefaults() {
    assertThat(config(List.of())).isEqualTo(ServerConfig.defaults());
  }

  @Test
  void handshakesAreLimitedAsAskedFor() {
    assertThat(config(List.of("--handshakes-per-minute", "7")))
        .isEqualTo(
            ServerConfig.defaults()
                .with(new HandshakeLimits(Duration.ofSeconds(10), 7, Networks.LOOPBACK)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.0/8,fd00::/8", "192.168.7.1", "none"})
  void whoIsTrustedIsSoForRoomsAndHandshakes(String networks) {
    ServerConfig config = config(List.of("--trusted-net", networks));

    assertThat(config.limits().trusted()).isEqualTo(Networks.parse(networks));
    assertThat(config.handshakes().trusted()).isEqualTo(Networks.parse(networks));
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

  private static ServerConfig config(List<String> args) {
    CommandLine program = Main.commandLine(Ticker.SYSTEM, UNCONFIGURED);
    program.parseArgs(args.toArray(String[]::new));
    // The server's key is another matter.
    return program.<Main>getCommand().config().sealedBy(ServerConfig.defaults().sealing());
  }

  /** Runs it with the key that all tests share. */
  private int start(String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    all.addAll(List.of("--host", "127.0.0.1", "--identity", TestServer.IDENTITY.toString()));
    return run(all);
  }

  private int run(List<String> args) {
    return Main.commandLine(Ticker.SYSTEM, UNCONFIGURED)
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(args.toArray(String[]::new));
  }

  private static InetAddress loopback() {
    return TestServer.address("127.0.0.1");
  }

  private static Arguments limit(UnaryOperator<RoomLimits.Builder> change, String... args) {
    return arguments(change, List.of(args));
  }

  private static Arguments mistake(String message, String... args) {
    return arguments(message, List.of(args));
  }
}
