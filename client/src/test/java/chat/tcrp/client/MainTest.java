package chat.tcrp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import chat.tcrp.client.face.Neighbours;
import chat.tcrp.client.session.ServerAddress;
import chat.tcrp.client.session.ServerKey;
import chat.tcrp.client.session.SessionConfig;
import chat.tcrp.protocol.Password;
import chat.tcrp.protocol.RoomName;
import chat.tcrp.protocol.Username;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** The command line: what it says, where, and with which status. */
class MainTest {
  private static RunningServer server;
  private static TestClient ann;
  private static TestClient guard;

  @TempDir private Path directory;

  /** What a run has printed, and its exit status. */
  private record Run(int status, String out, String err) {}

  @BeforeAll
  static void start() throws Exception {
    server = RunningServer.start();
    ann = TestClient.enter(config("tea", Optional.empty()));
    guard = TestClient.enter(config("safe", Optional.of(new Password("open sesame"))));
  }

  @AfterAll
  static void stop() throws Exception {
    ann.close();
    guard.close();
    server.close();
  }

  @Test
  void aRoomThatIsNotThereIsNamedWithTheCommandThatMakesIt() {
    assertThat(run(at("join", "coffee house", "--name", "bob")))
        .isEqualTo(
            failed(
                1,
                "No room named coffee house on %s. Create it: chat-client create 'coffee house' %s"
                    .formatted(server.address(), options())));
  }

  @Test
  void aRoomThatIsThereIsNamedWithTheCommandThatEntersIt() {
    assertThat(run(at("create", "tea", "--name", "bob")))
        .isEqualTo(
            failed(
                1,
                "A room named tea exists on %s already. Join it: chat-client join tea %s"
                    .formatted(server.address(), options())));
  }

  @Test
  void aTakenNameIsNamed() {
    assertThat(run(at("join", "tea", "--name", "ANN")))
        .isEqualTo(
            failed(
                1,
                "The name ANN is taken in tea, or looks like one that is. Choose another with --name"));
    assertThat(run(at("join", "tea", "--name", "\u0430nn")))
        .satisfies(r -> assertThat(r.status()).isEqualTo(1))
        .satisfies(r -> assertThat(r.err()).contains("taken in tea, or looks like one that is"));
  }

  @Test
  void whoIsBannedIsToldSo() throws Exception {
    ann.session().ban(new Username("eve"));
    assertThat(run(at("join", "tea", "--name", "Eve")))
        .isEqualTo(
            failed(
                1,
                "The host of tea has banned you from it, by your name or your address."
                    + " Only the host can let you in again"));
  }

  @Test
  void aMissingPasswordAndAWrongOneAreToldApart() throws IOException {
    assertThat(run(at("join", "safe", "--name", "bob")))
        .isEqualTo(failed(1, "safe needs a password. Give it with --password or --password-file"));
    assertThat(run(at("join", "safe", "--name", "bob", "--password-file", file("open barley\n"))))
        .isEqualTo(failed(1, "Wrong password for safe. Check it and try again"));
  }

  @Test
  void aPasswordThatFitsNoRequestIsRefusedHere() throws IOException {
    assertThat(run(at("join", "safe", "--name", "bob", "--password-file", file("x".repeat(4096)))))
        .isEqualTo(
            failed(
                2,
                "The password is too long: with the name it must fit 4096 bytes. Choose a shorter one"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rooms --server a,,b  | rooms | before and after each comma stands a server, not as in 'a,,b'",
        "rooms --server a,    | rooms | before and after each comma stands a server, not as in 'a,'",
        "join x --server ,a   | join  | before and after each comma stands a server, not as in ',a'",
        "lobby --server a,b   | lobby | the lobby is on one server, and here are several: a:9001,b:9001; name one with --server",
        "trust a,b            | trust | one server has one key, and here are several: a:9001,b:9001; name one with HOST",
      })
  void aListThatCannotBeIsAMistake(String command, String name, String message) {
    assertThat(run(command.split(" "))).isEqualTo(usage(name, message));
  }

  @Test
  void blanksInAListAreAMistake() {
    assertThat(run("rooms", "--server", "a, b"))
        .isEqualTo(usage("rooms", "leave out the blanks in 'a, b'"));
  }

  @Test
  void ofSeveralServersTheFirstThatAnswersIsAsked() throws Exception {
    ServerAddress nobody = Programs.freePorts();
    int udp = server.address().udpPort();
    String list = "%s,%s".formatted(nobody, server.address());
    assertThat(run("rooms", "--server", list).out()).contains("tea");
    assertThat(run("join", "coffee", "--name", "bob", "--server", list, "--udp-port", "" + udp))
        .isEqualTo(
            failed(
                1,
                "No room named coffee on %s. Create it: chat-client create coffee --server %s --udp-port %d"
                    .formatted(server.address(), list, udp)));
  }

  @Test
  void whenNoServerCanBeReachedEachIsNamedWithItsCause() throws Exception {
    ServerAddress nobody = Programs.freePorts();
    try (ServerSocket http = answering("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")) {
      String list = nobody + ",nowhere.invalid,127.0.0.1:" + http.getLocalPort();
      assertThat(run("join", "tea", "--name", "bob", "--plain", "--server", list))
          .isEqualTo(
              failed(
                  69,
                  """
                  None of the servers lets you in:
                    %s  no chat server answers
                    nowhere.invalid:9001  there is no such host
                    127.0.0.1:%d  it is not a chat server
                  Check the addresses given with --server, or try again later"""
                      .formatted(nobody, http.getLocalPort())));
      assertThat(run("rooms", "--server", list).status())
          .as("it does not encrypt either")
          .isEqualTo(76);
    }
  }

  @Test
  void aServerWithoutRoomsInvitesToMakeOne() throws Exception {
    try (RunningServer empty = RunningServer.start()) {
      String where = Neighbours.options(List.of(empty.address()));
      assertThat(run(with(where.split(" "), "rooms")))
          .isEqualTo(
              new Run(
                  0,
                  "no rooms on %s yet; make one with: chat-client create NAME %s\n"
                      .formatted(empty.address(), where),
                  ""));
    }
  }

  @Test
  void aServerThatIsNotThereIsNamedWithTheCommandThatStartsIt() throws IOException {
    ServerAddress nobody = Programs.freePorts();
    Run expected =
        failed(
            69,
            "No chat server answers on %s. Start one there: chat-server --port %d --udp-port %d"
                .formatted(nobody, nobody.port(), nobody.udpPort()));
    String[] where = {
      "--server", nobody.toString(), "--udp-port", Integer.toString(nobody.udpPort())
    };
    assertThat(run(with(where, "join", "tea", "--name", "bob"))).isEqualTo(expected);
    assertThat(run(with(where, "create", "tea", "--name", "bob"))).isEqualTo(expected);
    assertThat(run(with(where, "rooms"))).isEqualTo(expected);
  }

  @Test
  void aHostThatIsNotThereIsNamed() {
    assertThat(run("rooms", "--server", "no-such-host.invalid"))
        .isEqualTo(
            failed(
                69,
                "Cannot find the host no-such-host.invalid. Check the address given with --server"));
  }

  @Test
  void aServerWithAnotherKeyIsRefusedUntilItIsTrusted() throws Exception {
    ServerKey before = new ServerKey("SHA256:" + "A".repeat(43));
    KnownServers.ofUser(news -> {}).remember(server.address(), before);

    Run refused = run(at("rooms"));
    assertThat(refused.status()).isEqualTo(76);
    assertThat(refused.err())
        .contains("expected  " + before)
        .endsWith("if the new key is right: chat-client trust " + server.address() + "\n");

    assertThat(run("trust", server.address().toString()).out())
        .startsWith(server.address() + " is known by SHA256:")
        .endsWith(", no more by " + before + "\n");
    assertThat(run(at("rooms")).status()).isZero();
  }

  @Test
  void aWebServerIsNoChatServer() throws Exception {
    String answer = "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
    try (ServerSocket web = answering(answer)) {
      assertThat(run("rooms", "--server", "127.0.0.1:" + web.getLocalPort()))
          .isEqualTo(
              failed(
                  76,
                  "127.0.0.1:"
                      + web.getLocalPort()
                      + " does not encrypt, or is not a chat server. --plain to go on without: then"
                      + " everybody on the way can read along"));
      assertThat(run("rooms", "--plain", "--server", "127.0.0.1:" + web.getLocalPort()))
          .isEqualTo(
              failed(
                  69,
                  "What answers on 127.0.0.1:"
                      + web.getLocalPort()
                      + " is not a chat server"
                      + " (a reply has state 1 or 2, this frame has 84). Check --server"));
    }
  }

  @Test
  void aServerThatClosesTheConnectionIsProbablyNoChatServer() throws Exception {
    try (ServerSocket closing = answering("")) {
      assertThat(run("join", "tea", "-n", "bob", "-s", "127.0.0.1:" + closing.getLocalPort()))
          .isEqualTo(
              failed(
                  69,
                  "127.0.0.1:"
                      + closing.getLocalPort()
                      + " closed the connection without an answer. It may have too much to"
                      + " do, or not encrypt (then --plain), or not be a chat server; try again later"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "::1            | the server must be HOST or HOST:PORT, not '::1'; write an IPv6 address in brackets, like [::1]:9001",
        "[::1           | the server must be HOST or HOST:PORT, not '[::1'; a bracket is too few or too many",
        "[::1]9001      | the server must be HOST or HOST:PORT, not '[::1]9001'; a bracket is too few or too many",
        "[]             | the server must be HOST or HOST:PORT, not '[]'; the host is missing",
        ":9001          | the server must be HOST or HOST:PORT, not ':9001'; the host is missing",
        "host:          | the server must be HOST or HOST:PORT, not 'host:'; after the colon comes a port; 9001 need not be written",
        "host:+80       | the server must be HOST or HOST:PORT, not 'host:+80'; '+80' is no port",
        "host:٩٠٠١      | the server must be HOST or HOST:PORT, not 'host:٩٠٠١'; '٩٠٠١' is no port",
        "http://host    | the server must be HOST or HOST:PORT, not 'http://host'; write only the host, without http:// and without a path",
        "host:0         | the server must be HOST or HOST:PORT, not 'host:0'; a port is 1 to 65535",
        "host:70000     | the server must be HOST or HOST:PORT, not 'host:70000'; a port is 1 to 65535",
        "host:65535     | after TCP port 65535 there is none for UDP; name one with --udp-port",
      })
  void aServerThatCannotBeIsWrongUsage(String address, String message) {
    assertThat(run("rooms", "--server", address)).isEqualTo(usage("rooms", message));
  }

  @Test
  void aServerMayBeWrittenInManyWays() {
    assertThat(Stream.of("h", "h:7", "[::1]", "[::1]:7", "[fe80::1%eth0]:7").map(MainTest::parsed))
        .containsExactly(
            new ServerAddress("h", 9001, 9002),
            new ServerAddress("h", 7, 8),
            new ServerAddress("::1", 9001, 9002),
            new ServerAddress("::1", 7, 8),
            new ServerAddress("fe80::1%eth0", 7, 8));
  }

  @Test
  void namesThatTheProtocolDoesNotKnowAreWrongUsage() {
    assertThat(run(at("join", "x".repeat(29), "--name", "bob")).status()).isEqualTo(2);
    assertThat(run(at("join", "", "--name", "bob")).status()).isEqualTo(2);
    assertThat(run(at("join", "a\u001b[2Jb", "--name", "bob")))
        .satisfies(r -> assertThat(r.status()).isEqualTo(2))
        .satisfies(r -> assertThat(r.err()).doesNotContain("\u001b"));
    for (String name : List.of("a:b", "*", "/me", "{x", " ann", "", "x".repeat(256))) {
      assertThat(run(at("join", "tea", "--name", name)))
          .satisfies(r -> assertThat(r.status()).isEqualTo(2))
          .satisfies(r -> assertThat(r.err()).startsWith("chat-client: ").endsWith("--help\n"));
    }
  }

  @Test
  void aTypoGetsASuggestion() {
    assertThat(run("join", "tea", "--nmae", "bob"))
        .isEqualTo(usage("join", "there is no option --nmae; did you mean --name?"));
    assertThat(run("rooms", "--jsn=1"))
        .isEqualTo(usage("rooms", "there is no option --jsn; did you mean --json?"));
    assertThat(run("rooms", "--frobnicate"))
        .isEqualTo(usage("rooms", "there is no option --frobnicate"));
    assertThat(run("jion", "tea"))
        .isEqualTo(
            failed(2, "there is no command jion; did you mean join?\nTry: chat-client --help"));
    assertThat(run("create", "tea", "coffee"))
        .isEqualTo(usage("create", "one argument too many: 'coffee'"));
    assertThat(run("join", "tea", "coffee", "tea")).isEqualTo(usage("join", "tea is named twice"));
    assertThat(run("join", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10"))
        .isEqualTo(usage("join", "at most 9 rooms at once, not 10"));
    assertThat(run("join")).isEqualTo(usage("join", "ROOM is missing"));
    assertThat(run())
        .isEqualTo(
            new Run(
                2,
                "",
                "chat-client: what to do? create, join, lobby, rooms, trust or bench\nTry: chat-client --help\n"));
    assertThat(run("rooms", "--udp-port", "many"))
        .isEqualTo(usage("rooms", "--udp-port must be 1 to 65535, not 'many'"));
    assertThat(run("rooms", "--udp-port", "0"))
        .isEqualTo(usage("rooms", "the UDP port must be 1 to 65535, not 0"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "join tea --color x       | --color must be auto or never, not 'x'",
        "join tea --time HH:bb    | --time must be a pattern such as HH:mm:ss, or off, not 'HH:bb'; unknown pattern letter: b",
        "join tea --notify=x      | --notify must be off, auto, osc9, osc777 or command, not 'x'",
        "join --notify tea --time { | --time must be a pattern such as HH:mm:ss, or off, not '{'; pattern includes reserved character: '{'",
        "join tea --udp-port x    | --udp-port must be 1 to 65535, not 'x'",
        "join tea --udp-port 9e9  | --udp-port must be 1 to 65535, not '9e9'",
        "join tea --udp-port      | --udp-port needs a value: --udp-port N",
        "join tea --json=x        | --json must be given without a value, not 'x'",
        "join tea --name a --name b | --name may be given only once",
        "join tea --udp-port 70000 | the UDP port must be 1 to 65535, not 70000",
        "bench --rate x           | --rate must be a number, not 'x'",
        "bench --rooms x          | --rooms must be a whole number up to 2147483647, not 'x'",
        "bench --duration x       | --duration must be a duration like 500ms, 30s, 5m or 1h, not 'x'",
      })
  void aValueThatCannotBeIsNamedWithWhatMayBe(String line, String message) {
    assertThat(run(line.split(" ", -1))).isEqualTo(usage(line.split(" ", 2)[0], message));
  }

  @Test
  void ofTwoPasswordsOneIsTooMany() {
    assertThat(run("join", "tea", "--password", "--password-file", "x"))
        .isEqualTo(
            usage(
                "join",
                "--password, --password-file=FILE are mutually exclusive (specify only one)"));
  }

  @Test
  void theUdpPortIsTakenForWhatItIs() throws Exception {
    try (Programs.Server neighbours = Programs.Server.startOnNeighbouringPorts()) {
      ServerAddress right = neighbours.address();
      ServerAddress wrong = new ServerAddress(right.host(), right.udpPort(), right.udpPort() + 1);
      assertThat(run("rooms", "--server", wrong.toString()))
          .isEqualTo(
              failed(
                  69,
                  "No chat server answers on %s, but one does on %s. Name that one: --server %s"
                      .formatted(wrong, right, right)));
    }
  }

  @Test
  void aPasswordFileThatCannotBeReadIsNamed() throws IOException {
    String missing = directory.resolve("missing").toString();
    assertThat(run(at("join", "safe", "--name", "bob", "--password-file", missing)))
        .satisfies(r -> assertThat(r.status()).isEqualTo(2))
        .satisfies(r -> assertThat(r.err()).contains("there is no such file").contains(missing));
    assertThat(
            run(at("join", "safe", "--name", "bob", "--password-file", directory.toString())).err())
        .contains("'" + directory + "'; it is a directory\n");
    Path binary = Files.write(directory.resolve("binary"), new byte[] {(byte) 0xff, '\n'});
    assertThat(run(at("join", "safe", "--name", "bob", "--password-file", binary.toString())))
        .satisfies(r -> assertThat(r.status()).isEqualTo(2))
        .satisfies(r -> assertThat(r.err()).doesNotContain("\tat "));
    assertThat(run(at("join", "safe", "--name", "bob", "--password-file", file(""))))
        .satisfies(r -> assertThat(r.status()).isEqualTo(2))
        .satisfies(r -> assertThat(r.err()).contains("empty"));
  }

  @Test
  void withoutATerminalNobodyCanBeAskedForAPassword() {
    assertThat(run(at("join", "safe", "--name", "bob", "--json", "--password")))
        .satisfies(r -> assertThat(r.status()).isEqualTo(2))
        .satisfies(r -> assertThat(r.err()).contains("no terminal").contains("--password-file"));
  }

  @Test
  void aStackTraceIsShownOnlyWithDebug() throws IOException {
    ServerAddress nobody = Programs.freePorts();
    String where = nobody.toString();
    assertThat(run("rooms", "-s", where).err().lines()).hasSize(1);
    assertThat(run("rooms", "-s", where, "--debug").err())
        .contains("\tat chat.tcrp.client.")
        .contains("Caused by: java.net.ConnectException")
        .contains("chat-client: No chat server answers on");
    assertThat(run("--debug", "rooms", "-s", where).err()).contains("\tat chat.tcrp.client.");
  }

  @Test
  void roomsAreATableOrJson() {
    assertThat(run(at("rooms")))
        .isEqualTo(new Run(0, "ROOM  MEMBERS  PASSWORD\nsafe        1  yes\ntea         1\n", ""));
    assertThat(run(at("rooms", "--json")).out())
        .isEqualTo(
            "[{\"room\":\"tea\",\"members\":1,\"protected\":false},"
                + "{\"room\":\"safe\",\"members\":1,\"protected\":true}]\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "create", "join", "rooms"})
  void helpExplainsEveryOptionAndEndsWithExamples(String command) {
    String[] args = Stream.of(command, "--help").filter(a -> !a.isEmpty()).toArray(String[]::new);
    Run help = run(args);
    assertThat(help.status()).isZero();
    assertThat(help.err()).isEmpty();
    assertThat(help.out()).contains("\nExamples:\n");
    assertThat(help.out().substring(help.out().indexOf("\nExamples:\n") + 11).lines())
        .isNotEmpty()
        .allMatch(line -> line.startsWith("  ") && line.contains("chat-client "));
    CommandLine line = Main.commandLine(Programs.UNCONFIGURED);
    CommandLine subject = command.isEmpty() ? line : line.getSubcommands().get(command);
    for (OptionSpec option : subject.getCommandSpec().options()) {
      assertThat(option.description()).as(option.longestName()).isNotEmpty();
      assertThat(help.out())
          .contains(
              option.longestName().replaceFirst("^--", option.negatable() ? "--[no-]" : "--"));
      if (option.arity().max() > 0 && !option.longestName().equals("--password-file")) {
        assertThat(String.join(" ", option.description()))
            .as(option.longestName())
            .contains("Default:");
      }
    }
    if (!command.isEmpty()) {
      assertThat(help.out()).contains("CHAT_SERVER").contains("localhost:9001");
    }
  }

  @Test
  void helpIsACommandToo() {
    assertThat(run("help")).isEqualTo(run("--help"));
    assertThat(run("help", "join")).isEqualTo(run("join", "--help"));
    assertThat(run("--help").out()).containsPattern("\n  help +");
    assertThat(run("help", "jion"))
        .satisfies(r -> assertThat(r.status()).isEqualTo(2))
        .satisfies(r -> assertThat(r.err()).contains("'jion'").endsWith(" --help\n"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "create", "join", "rooms"})
  void everyCommandKnowsItsVersion(String command) {
    String[] args =
        Stream.of(command, "--version").filter(a -> !a.isEmpty()).toArray(String[]::new);
    assertThat(run(args)).isEqualTo(new Run(0, "chat-client 1.0.0\n", ""));
  }

  @Test
  void theCompletionIsAScriptThatBashAccepts() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/bin/bash")));
    Path script = directory.resolve("completion");
    Files.writeString(script, run("generate-completion").out());
    assertThat(script).content().contains("chat-client").contains("--password-file");
    Process bash =
        new ProcessBuilder("/bin/bash", "-n", script.toString()).redirectErrorStream(true).start();
    assertThat(new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8)).isEmpty();
    assertThat(bash.waitFor()).isZero();
  }

  private static Run run(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int status =
        Main.commandLine(Programs.UNCONFIGURED)
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(args);
    return new Run(status, out.toString(), err.toString());
  }

  private static String[] at(String... args) {
    return with(
        new String[] {
          "--server",
          server.address().toString(),
          "--udp-port",
          Integer.toString(server.address().udpPort())
        },
        args);
  }

  private static String[] with(String[] options, String... args) {
    return Stream.concat(Arrays.stream(args), Arrays.stream(options)).toArray(String[]::new);
  }

  private static String options() {
    return "--server %s --udp-port %d".formatted(server.address(), server.address().udpPort());
  }

  private static Run failed(int status, String message) {
    return new Run(status, "", "chat-client: " + message + "\n");
  }

  private static Run usage(String command, String message) {
    return failed(2, message + "\nTry: chat-client " + command + " --help");
  }

  private static ServerAddress parsed(String text) {
    return ServerAddress.parse(text);
  }

  private String file(String content) throws IOException {
    return Files.writeString(Files.createTempFile(directory, "password", ""), content).toString();
  }

  /** Accepts connections, reads what comes first, answers with a text, and closes. */
  private static ServerSocket answering(String text) throws IOException {
    ServerSocket listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              while (!listener.isClosed()) {
                try (Socket client = listener.accept()) {
                  client.getInputStream().readNBytes(Math.min(32, text.length()));
                  client.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
                } catch (IOException e) {
                  // The next one, or the end.
                }
              }
            });
    return listener;
  }

  private static SessionConfig config(String room, Optional<Password> password) {
    return new SessionConfig(
        server.address(), new RoomName(room), new Username("ann"), password, true);
  }
}
