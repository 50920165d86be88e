package chat.tcrp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import chat.tcrp.client.face.Problem;
import chat.tcrp.client.session.SessionConfig;
import chat.tcrp.client.session.SessionEvent;
import chat.tcrp.client.session.SessionEvent.Message;
import chat.tcrp.client.session.SessionEvent.Notice;
import chat.tcrp.protocol.RoomName;
import chat.tcrp.protocol.Username;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The real program as a process between real pipes. */
class ProgramTest {
  /** A disk on which there is never any room. */
  private static final Path FULL = Path.of("/dev/full");

  @TempDir private Path directory;
  private RunningServer server;
  private TestClient ann;

  @BeforeEach
  void start() throws Exception {
    server = RunningServer.start();
    ann = TestClient.host(server.address(), Optional.empty());
  }

  @AfterEach
  void stop() throws Exception {
    ann.close();
    server.close();
  }

  @Test
  void whatIsPipedInArrivesInOrderAndWhatIsSaidComesOut() throws Exception {
    List<String> lines = IntStream.range(0, 1000).mapToObj(i -> "zeile " + i + " grün 🍵").toList();
    try (Programs.Client bob = join()) {
      ann.expect(new Notice("bob joined"));
      await(bob, "joined tea as bob");
      ann.session().send("los, 🍵");
      Await.until("line of ann", () -> bob.out().equals("ann: los, 🍵\n"));
      bob.type(String.join("\n", lines)).endInput();
      assertThat(bob.status()).isZero();
      for (String line : lines) {
        assertThat(ann.next(SessionEvent.class)).isEqualTo(new Message("bob", line));
      }
      assertThat(ann.next(SessionEvent.class)).isEqualTo(new Notice("bob left"));
      assertThat(bob.out()).isEqualTo("ann: los, 🍵\n");
      assertThat(bob.err())
          .matches("-- joined tea as bob \\(udp ok, sealed, [0-9.]+ ms\\)\n-- you left tea\n");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "--history"})
  void newcomersAreSentWhatWasSaidIfTheRoomWasMadeSo(String option) throws Exception {
    try (Programs.Client cem = shell("create cocoa --name cem AT " + option)) {
      await(cem, "created cocoa");
      try (TestClient dora = TestClient.enter(in("cocoa", "dora"))) {
        cem.type("first\nsecond\n");
        dora.expect(new Message("cem", "first"));
        dora.expect(new Message("cem", "second"));
        try (TestClient bob = TestClient.enter(in("cocoa", "bob"))) {
          cem.type("third\n");
          bob.expect(new Message("cem", "third"));
          List<SessionEvent> first =
              List.of(
                  new SessionEvent.Missed(false, Optional.of(2L), 0),
                  new Message("cem", "first"),
                  new Message("cem", "second"));
          assertThat(bob.seen().subList(1, bob.seen().size() - 1))
              .isEqualTo(option.isEmpty() ? List.of() : first);
        }
      }
    }
  }

  @Test
  void aRoomThatCannotBeEnteredKeepsNobodyOutOfTheOthers() throws Exception {
    try (Programs.Client bob = shell("join nowhere tea --name bob AT")) {
      await(bob, "joined tea as bob");
      assertThat(bob.err()).startsWith("chat-client: No room named nowhere on ");
      bob.type("hi\n").endInput();
      ann.expect(new Message("bob", "hi"));
      assertThat(bob.status()).isZero();
    }
    try (Programs.Client bob = shell("join nowhere neither --name bob AT")) {
      assertThat(bob.status()).isEqualTo(1);
      assertThat(bob.err())
          .contains("chat-client: No room named nowhere on ")
          .contains("chat-client: No room named neither on ");
    }
  }

  @Test
  void invitationsAndNamesMayBeMixedAndLeadToSeveralServers() throws Exception {
    try (RunningServer other = RunningServer.start();
        TestClient cem =
            TestClient.enter(
                SessionConfig.create(other.address(), new RoomName("tea"), new Username("cem")));
        Programs.Client bob =
            shell(
                "join tea chat://%s/tea?udp=%d --name bob AT"
                    .formatted(other.address(), other.address().udpPort()))) {
      ann.expect(new Notice("bob joined"));
      cem.expect(new Notice("bob joined"));
      cem.session().send("hi");
      Await.until("line of cem", () -> bob.out().equals("[tea] cem: hi\n"));
      bob.signal("TERM");
      assertThat(bob.status()).isZero();
      ann.expect(new Notice("bob left"));
      cem.expect(new Notice("bob left"));
    }
  }

  private SessionConfig in(String room, String name) {
    return SessionConfig.join(server.address(), new RoomName(room), new Username(name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "INT"})
  void aSignalAfterJoiningLeavesProperly(String signal) throws Exception {
    try (Programs.Client bob = join()) {
      ann.expect(new Notice("bob joined"));
      await(bob, "joined tea as bob");
      bob.signal(signal);
      assertThat(bob.status()).isZero();
      ann.expect(new Notice("bob left"));
      assertThat(bob.err()).doesNotContain("Exception");
    }
  }

  @ParameterizedTest
  @CsvSource({"INT,130", "TERM,143"})
  void aSignalBeforeJoiningEndsItWithTheStatusOfTheSignal(String signal, int status)
      throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Programs.Client bob =
            new Programs.Client(
                directory, "join", "tea", "-n", "bob", "-s", "127.0.0.1:" + silent.getLocalPort());
        var connection = silent.accept()) {
      assertThat(connection.getInputStream().read()).isPositive();
      bob.signal(signal);
      assertThat(bob.status()).isEqualTo(status);
      assertThat(bob.err()).isEmpty();
    }
  }

  @Test
  void endsQuietlyWhenNobodyReadsItsOutputAnyMore() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/bin/sh")));
    String client =
        String.join(
            " ", Programs.java(Main.class, arguments()).stream().map(Problem::quoted).toList());
    Process pipe =
        new ProcessBuilder(
                "/bin/sh", "-c", "{ " + client + " --stay </dev/null; echo $? >&2; } | head -n 1")
            .start();
    try {
      ann.expect(new Notice("bob joined"));
      BufferedReader out = pipe.inputReader();
      BufferedReader err = pipe.errorReader();
      assertThat(err.readLine()).startsWith("-- joined tea as bob");
      ann.session().send("first");
      assertThat(out.readLine()).isEqualTo("ann: first");
      // The next line may still fit into the pipe.
      Await.until(
          "end of the pipe",
          () -> {
            ann.session().send("next");
            return !pipe.isAlive();
          });
      assertThat(out.readLine()).isNull();
      assertThat(err.lines()).containsExactly("-- you left tea", "0");
      ann.expect(new Notice("bob left"));
    } finally {
      pipe.destroyForcibly();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "--json"})
  void aFullDiskEndsItWithTheCause(String option) throws Exception {
    assumeTrue(Files.exists(FULL));
    try (Programs.Client bob =
        shell("join tea --name bob --stay AT " + option + " </dev/null >" + FULL)) {
      ann.expect(new Notice("bob joined"));
      Await.until(
          "the end of bob",
          () -> {
            ann.session().send("for the record");
            return !bob.process().isAlive();
          });
      assertThat(bob.status()).isEqualTo(Problem.IO);
      assertThat(bob.err())
          .endsWith("chat-client: cannot write to standard output: No space left on device\n");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rooms AT",
        "rooms --json AT",
        "bench --rooms 1 --users 2 --warmup 0s --duration 100ms AT",
        "bench --rooms 1 --users 2 --warmup 0s --duration 100ms --json AT",
        "--help",
        "join --help",
        "--version",
        "generate-completion"
      })
  void whatCannotBeWrittenIsNotTakenForDone(String command) throws Exception {
    assumeTrue(Files.exists(FULL));
    try (Programs.Client client = shell(command + " >" + FULL)) {
      assertThat(client.status()).isEqualTo(Problem.IO);
      assertThat(client.err())
          .isEqualTo("chat-client: cannot write to standard output: No space left on device\n");
    }
  }

  @Test
  void whatIsSaidThroughAPipeIsWrittenToAFileToo() throws Exception {
    Path file = directory.resolve("tea.log");
    try (Programs.Client bob = shell("join tea --name bob AT --log " + file)) {
      await(bob, "joined tea as bob");
      ann.session().send("/me waves");
      Await.until("the line of ann", () -> bob.out().equals("ann: /me waves\n"));
      bob.type("hello\n").endInput();
      assertThat(bob.status()).isZero();
    }
    assertThat(Files.readAllLines(file))
        .allMatch(line -> line.matches("[0-9-]{10}T[0-9:]{8}[+-][0-9]{2}:[0-9]{2} .*"))
        .extracting(line -> line.substring(line.indexOf(' ') + 1))
        .containsExactly(
            "-- the log of tea on " + server.address() + " as bob begins",
            "** ann waves **",
            "bob: hello",
            "-- the log ends");
  }

  @Test
  void aLogThatCannotBeWrittenIsSaidBeforeAnythingElseOrAtOnce() throws Exception {
    try (Programs.Client bob = shell("join tea --name bob AT --log " + directory + " </dev/null")) {
      assertThat(bob.status()).isEqualTo(Problem.IO);
      assertThat(bob.err())
          .isEqualTo(
              "chat-client: cannot log to "
                  + directory
                  + ": is a directory; name a file that can be written\n");
    }
    assumeTrue(Files.exists(FULL));
    try (Programs.Client bob = shell("join tea --name bob AT --log " + FULL)) {
      await(bob, "!! cannot write to the log " + FULL + ": No space left on device; trying on…\n");
      bob.type("hello\n").endInput();
      assertThat(bob.status()).isZero();
    }
    ann.expect(new Message("bob", "hello"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"rooms AT", "--help", "generate-completion"})
  void aReaderThatHasHadEnoughIsNoFailure(String command) throws Exception {
    String unread = "{ " + shellCommand(command) + "; echo $? >&2; } | true";
    try (Programs.Client client = Programs.Client.ofShell(directory, Map.of(), unread)) {
      assertThat(client.status()).isZero();
      assertThat(client.err()).isEqualTo("0\n");
    }
  }

  @Test
  void theEnvironmentNamesTheServerUnlessAnOptionDoes() throws Exception {
    Map<String, String> environment = Map.of("CHAT_SERVER", server.address().toString());
    assertThat(run(environment, "rooms", "--json").out()).contains("\"tea\"");
    assertThat(run(Map.of("CHAT_SERVER", "a:b:c"), "rooms").err())
        .startsWith("chat-client: CHAT_SERVER: the server must be HOST or HOST:PORT, not 'a:b:c'");
    assertThat(
            run(
                    Map.of("CHAT_SERVER", "no-such-host.invalid"),
                    "rooms",
                    "-s",
                    server.address().toString())
                .out())
        .contains("tea");
    assertThat(run(Map.of("CHAT_SERVER", ""), "rooms", "--udp-port", "0").err())
        .startsWith("chat-client: the UDP port must be 1 to 65535, not 0");
  }

  /** Has a shell run the program; AT stands for the way to the server. */
  private Programs.Client shell(String arguments) throws Exception {
    return Programs.Client.ofShell(directory, Map.of(), "exec " + shellCommand(arguments));
  }

  private String shellCommand(String arguments) {
    String at = "--server %s --udp-port %d".formatted(server.address(), server.address().udpPort());
    return Programs.shellCommand(Programs.java(Main.class)) + " " + arguments.replace("AT", at);
  }

  private Programs.Client run(Map<String, String> environment, String... args) throws Exception {
    Programs.Client client = new Programs.Client(directory, environment, args);
    client.endInput().status();
    return client;
  }

  private Programs.Client join() throws IOException {
    return new Programs.Client(directory, arguments());
  }

  private String[] arguments() {
    return new String[] {
      "join",
      "tea",
      "--name",
      "bob",
      "--server",
      server.address().toString(),
      "--udp-port",
      Integer.toString(server.address().udpPort())
    };
  }

  private static void await(Programs.Client client, String text) throws Exception {
    Await.until(text, () -> client.err().contains(text));
  }
}
