package chat.tcrp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import chat.tcrp.client.session.SessionEvent.Message;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** The client's options in files and in the environment, and servers that have names there. */
class ConfigurationTest {
  private static RunningServer server;
  private static TestClient ann;

  @TempDir private Path directory;

  /** What a run has printed, and its exit status. */
  private record Run(int status, String out, String err) {}

  @BeforeAll
  static void start() throws Exception {
    server = RunningServer.start();
    ann = TestClient.sealedHost(server.address(), Optional.empty());
  }

  @AfterAll
  static void stop() throws Exception {
    ann.close();
    server.close();
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "'', home, -",
        "server = home, -, -",
        "'', -, home",
        "server = nowhere.invalid, -, home",
        "server = nowhere.invalid, home, nowhere.invalid",
        "server.work = home, work, -",
        "server.all = 127.77.7.7+home, all, -",
        "server = 127.77.7.7+home, -, -"
      })
  void aServerIsReachedByTheNameThatItHasInAFile(String line, String option, String variable)
      throws Exception {
    home(line.replace('+', ','));
    Map<String, String> environment = new HashMap<>(ofHome());
    if (variable != null) {
      environment.put("CHAT_CLIENT_SERVER", variable);
    }
    String[] args = option == null ? args("rooms") : args("rooms", "--server", option);
    Run rooms = process(environment, args);

    assertThat(rooms).isEqualTo(new Run(0, "ROOM  MEMBERS  PASSWORD\ntea         1\n", ""));
    assertThat(knownServers()).startsWith(server.address() + " SHA256:").doesNotContain("home");
  }

  @Test
  void aServerIsTrustedByItsName() throws Exception {
    home("");

    assertThat(process(ofHome(), args("trust", "home")).out())
        .startsWith(server.address() + " is known by SHA256:");
    assertThat(knownServers()).startsWith(server.address() + " SHA256:");
  }

  @Test
  void whoChatsIsCalledAsTheFileSays() throws Exception {
    home("name = rob\nserver = home\n");
    try (Programs.Client rob = new Programs.Client(directory, ofHome(), "join", "tea")) {
      rob.type("hi\n").endInput();
      assertThat(rob.status()).isZero();
    }
    ann.expect(new Message("rob", "hi"));
  }

  @Test
  void theLobbyIsOnItsOwnPortOfAServerThatHasAName() throws Exception {
    InetAddress host = InetAddress.getByName("127.77.7.7");
    assumeTrue(isFree(new InetSocketAddress(host, 9001)));
    Path config = file("server.home = 127.77.7.7:7000\nname = bob\n");
    Path chosen = file("server.home = 127.77.7.7:7000\nserver = home\nname = bob\n");

    for (Run lobby :
        new Run[] {
          process(Map.of(), args("lobby", "--server", "home", "--config", config.toString())),
          process(Map.of(), args("lobby", "--config", chosen.toString()))
        }) {
      assertThat(lobby.status()).isEqualTo(69);
      assertThat(lobby.err())
          .startsWith("chat-client: No lobby answers on udp port 9001 of 127.77.7.7.");
    }
  }

  private static boolean isFree(InetSocketAddress address) {
    try (DatagramSocket socket = new DatagramSocket(address)) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "server.a = server.b ; server.a       | rooms -s nowhere.invalid | 2: this is not of the form KEY = VALUE",
        "server.a = b;server.b = a            | rooms --server a | 1: server.a leads back to itself",
        "server.a = a                         | trust a          | 1: server.a leads back to itself",
        "server.a = b;server.b = http://x     | lobby --server a | 2: the server must be HOST or HOST:PORT, not 'http://x'; write only the host, without http:// and without a path",
        "server.a = h:0                       | --print-config   | 1: the server must be HOST or HOST:PORT, not 'h:0'; a port is 1 to 65535",
        "server.a =                           | rooms            | 1: server.a has no value; put # before it to have the default",
        "server.a:7 = h                       | rooms            | 1: unknown key 'server.a:7'",
        "server = http://x                    | rooms            | 1: the server must be HOST or HOST:PORT, not 'http://x'; write only the host, without http:// and without a path",
        "name = a:b                           | join tea         | 1: a username must not have a colon, nor what looks like one",
        "time = {                             | join tea         | 1: time must be a pattern such as HH:mm:ss, or off, not '{'; pattern includes reserved character: '{'",
        "udp-port = 70000                     | rooms            | 1: the UDP port must be 1 to 65535, not 70000",
        "udp-port = 70000                     | join tea         | 1: the UDP port must be 1 to 65535, not 70000",
        "server.a = a                         | join tea -s a    | 1: server.a leads back to itself",
        "server.a = h,b;server.b = c,a        | rooms -s h,a     | 1: server.a leads back to itself",
        "server.a = h,,g                      | rooms -s a       | 1: before and after each comma stands a server, not as in 'h,,g'",
        "server.a = h, g                      | --print-config   | 1: leave out the blanks in 'h, g'",
        "color = some                         | rooms            | 1: color must be auto or never, not 'some'",
        "password-file = x                    | rooms            | 1: password-file can be given on the command line only",
        "colour = never                       | rooms            | 1: unknown key 'colour'; did you mean color?",
        "duration = 5s                        | bench            | 1: unknown key 'duration'",
      })
  void aMistakeIsToldWithFileAndLine(String lines, String command, String message)
      throws IOException {
    Path config = file(lines.replaceAll(" *; *", "\n") + "\n");

    Run run = run(Map.of("CHAT_CLIENT_CONFIG", config.toString()), command.split(" ", -1));
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).startsWith("chat-client: " + config + ":" + message + "\nTry: ");
  }

  @Test
  void aMistakeIsToldWithTheVariable() {
    Map<String, String> environment = new HashMap<>(Programs.UNCONFIGURED);
    environment.put("CHAT_SERVER", "http://x");
    assertThat(run(environment, "rooms").err())
        .startsWith("chat-client: CHAT_SERVER: the server must be HOST or HOST:PORT");

    environment.put("CHAT_CLIENT_SERVER", "h:x");
    assertThat(run(environment, "rooms").err())
        .startsWith("chat-client: CHAT_CLIENT_SERVER: the server must be HOST or HOST:PORT");
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "-              , join tea              , off",
        "-              , join tea --notify     , auto",
        "-              , join --notify tea     , auto",
        "-              , join tea --notify=osc9, osc9",
        "notify = osc777, join tea              , osc777",
        "notify = osc777, join --notify tea     , auto",
        "notify = osc777, join tea --notify=off , off"
      })
  void whoIsNotAskedForANotificationGivesNone(String line, String command, String notify)
      throws IOException {
    Path config = file(line == null ? "" : line);
    CommandLine program = Main.commandLine(Map.of("CHAT_CLIENT_CONFIG", config.toString()));
    program.setOut(new PrintWriter(new StringWriter()));
    assertThat(program.execute((command + " --print-config").split(" ", -1))).isZero();

    CommandLine join = program.getSubcommands().get("join");
    assertThat(String.valueOf(join.getCommandSpec().findOption("--notify").<Object>getValue()))
        .isEqualTo(notify);
  }

  @Test
  void thePrintedConfigurationHasTheSameEffect() throws Exception {
    home("name = rob\nserver = home\ncolor = never\nbell = false\n");
    Map<String, String> environment = new HashMap<>(ofHome());
    environment.put("CHAT_CLIENT_TIME", "d MMM HH:mm");
    Run printed = process(environment, args("join", "--print-config", "--notify"));
    String config = configOfHome().toString();
    assertThat(printed.err()).isEmpty();
    assertThat(printed.out().lines().map(line -> line.replaceAll(" +#", " #")))
        .contains(
            "# " + config + " is read",
            "name = rob # file " + config + ":3",
            "bell = false # file " + config + ":6",
            "time = d MMM HH:mm # env CHAT_CLIENT_TIME",
            "notify = auto # option",
            "json = false # default",
            "# log = # default: nowhere",
            "server.home = " + server.address() + " # file " + config + ":1");

    String again = file(printed.out()).toString();
    assertThat(effects(process(Map.of(), args("--print-config", "--config", again)).out()))
        .isEqualTo(effects(printed.out()));
    assertThat(process(Map.of(), args("rooms", "--config", again)).status()).isZero();
  }

  /** What is printed without what has been read, and the origins. */
  private static String effects(String printed) {
    return printed.replaceAll(" +# (file|option|env|default).*", "").replaceAll("# /.*\n", "");
  }

  /** Has the server be called home in the user's file. */
  private void home(String more) throws IOException {
    Files.createDirectories(configOfHome().getParent());
    Files.writeString(
        configOfHome(),
        "server.home = %s\nudp-port = %d\n%s\n"
            .formatted(server.address(), server.address().udpPort(), more));
  }

  private Path configOfHome() {
    return directory.resolve("config").resolve("chat-client").resolve("config");
  }

  private Map<String, String> ofHome() {
    return Map.of(
        "CHAT_CLIENT_CONFIG", "",
        "XDG_CONFIG_HOME", directory.resolve("config").toString(),
        "XDG_STATE_HOME", directory.resolve("state").toString());
  }

  private String knownServers() throws IOException {
    return Files.readString(
        directory.resolve("state").resolve("chat-client").resolve("known_servers"));
  }

  private Path file(String text) throws IOException {
    return Files.writeString(Files.createTempFile(directory, "config", ""), text);
  }

  private static String[] args(String... args) {
    return args;
  }

  private Run process(Map<String, String> environment, String... args) throws Exception {
    try (Programs.Client client = new Programs.Client(directory, environment, args)) {
      client.endInput();
      return new Run(client.status(), client.out(), client.err());
    }
  }

  private static Run run(Map<String, String> environment, String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int status =
        Main.commandLine(environment)
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(args);
    return new Run(status, out.toString(), err.toString());
  }
}
