package chat.tcrp.client.face.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import chat.tcrp.client.Await;
import chat.tcrp.client.Goodbye;
import chat.tcrp.client.Main;
import chat.tcrp.client.Programs;
import chat.tcrp.client.RunningServer;
import chat.tcrp.client.TestClient;
import chat.tcrp.client.face.Problem;
import chat.tcrp.client.session.ServerAddress;
import chat.tcrp.client.session.SessionConfig;
import chat.tcrp.client.session.SessionEvent.Message;
import chat.tcrp.client.session.SessionEvent.Notice;
import chat.tcrp.protocol.Password;
import chat.tcrp.protocol.RoomName;
import chat.tcrp.protocol.Username;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The real program at a pseudoterminal of the system, which the program {@code script} provides.
 */
class RealTerminalTest {
  private static final String BASH = "/bin/bash --norc --noprofile -i";
  private static final String CTRL_C = "\003";
  private static final String CTRL_D = "\004";
  private static final String CTRL_Z = "\032";

  @TempDir private Path directory;
  private RunningServer server;
  private TestClient ann;

  /** There may be no such program, or no pseudoterminals where this is built. */
  @BeforeAll
  static void findTerminal() throws Exception {
    assumeTrue(Files.isExecutable(Programs.SCRIPT));
    assumeTrue(new ProcessBuilder(Programs.atTerminal("true")).start().waitFor() == 0);
  }

  @BeforeEach
  void start() throws Exception {
    server = RunningServer.start();
    ann = TestClient.sealedHost(server.address(), Optional.of(new Password("open sesame")));
  }

  @AfterEach
  void stop() throws Exception {
    ann.close();
    server.close();
  }

  @Test
  void nameAndPasswordAreAskedForAndThePasswordIsNotShown() throws Exception {
    try (Programs.Client bob = join()) {
      await(bob, "Username [");
      bob.type("bob\r");
      await(bob, "tea needs a password");
      bob.type("open barley\r");
      await(bob, "Wrong password for tea");
      bob.type("open sesame\r");
      ann.expect(new Notice("bob joined"));
      // The prompt may be there before the session is.
      await(bob, "/help lists the commands");
      bob.type("hello\r");
      ann.expect(new Message("bob", "hello"));
      ann.session().send("welcome");
      await(bob, "welcome");
      bob.type("/quit\r");
      assertThat(bob.status()).isZero();
      ann.expect(new Notice("bob left"));
      assertThat(bob.out()).contains("you left tea").doesNotContain("barley", "sesame");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {CTRL_C, CTRL_D})
  void whoGoesAwayAtAQuestionHasNotJoined(String key) throws Exception {
    try (Programs.Client bob = join()) {
      await(bob, "Username [");
      bob.type(key);
      assertThat(bob.status()).isEqualTo(Goodbye.INTERRUPTED);
    }
  }

  @Test
  void whoInterruptsAServerThatDoesNotAnswerHasNotJoined() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Programs.Client bob =
            Programs.Client.atTerminal(
                directory,
                "exec " + joinCommand(new ServerAddress("127.0.0.1", silent.getLocalPort(), 1)))) {
      await(bob, "Username [");
      bob.type("bob\r");
      try (Socket accepted = silent.accept()) {
        assertThat(accepted.getInputStream().read()).isPositive();
        bob.type(CTRL_C);
        assertThat(bob.status()).isEqualTo(Goodbye.INTERRUPTED);
      }
    }
  }

  @Test
  void aTakenNameIsAskedForAgainAndThePasswordIsNot() throws Exception {
    try (Programs.Client bob =
        Programs.Client.atTerminal(directory, "exec " + joinCommand("--name", "ann"))) {
      await(bob, "tea needs a password");
      bob.type("open sesame\r");
      await(bob, "The name ann is taken in tea, or looks like one that is");
      bob.type("Ann\r");
      await(bob, "The name Ann is taken in tea, or looks like one that is");
      bob.type("bob\r");

      ann.expect(new Notice("bob joined"));
      await(bob, "[bob@tea]");
      assertThat(bob.out().split("Password: ", -1)).hasSize(2);
    }
  }

  @Test
  void ofSeveralRoomsEachAsksForWhatItNeeds() throws Exception {
    try (TestClient coffee = host("coffee", "bob", Optional.empty());
        TestClient safe = host("safe", "dora", Optional.of(new Password("secret word")));
        Programs.Client bob =
            Programs.Client.atTerminal(
                directory, "exec " + joinCommand("coffee", "nowhere", "--name", "bob"))) {
      await(bob, "tea needs a password");
      bob.type("open sesame\r");
      await(bob, "The name bob is taken in coffee, or looks like one that is");
      bob.type("rob\r");
      await(bob, "No room named nowhere");
      ann.expect(new Notice("bob joined"));
      coffee.expect(new Notice("rob joined"));
      await(bob, "[bob@tea]");
      bob.type("/go coffee\r");
      await(bob, "[rob@coffee");

      bob.type("/join safe\r");
      await(bob, "safe needs a password");
      bob.type("no idea\r");
      await(bob, "Wrong password for safe");
      bob.type(CTRL_C);
      await(bob, "not joined");
      bob.type("/join safe\r");
      await(bob, "safe needs a password", bob.out().indexOf("not joined"));
      bob.type("secret word\r");
      safe.expect(new Notice("rob joined"));
      await(bob, "[rob@safe");
      bob.type("hi\r");
      safe.expect(new Message("rob", "hi"));
      bob.type("/quit\r");
      assertThat(bob.status()).isZero();
      ann.expect(new Notice("bob left"));
      coffee.expect(new Notice("rob left"));
      safe.expect(new Notice("rob left"));
      assertThat(bob.out()).doesNotContain("sesame", "secret", "no idea");
    }
  }

  private TestClient host(String room, String name, Optional<Password> password) throws Exception {
    return TestClient.enter(
        new SessionConfig(
            server.address(), new RoomName(room), new Username(name), password, true));
  }

  @ParameterizedTest
  @CsvSource({
    "''        , ''       , true",
    "''        , --no-bell, false",
    "bell=false, ''       , false",
    "bell=false, --bell   , true"
  })
  void theBellRingsOnceForOnesOwnName(String configured, String option, boolean bell)
      throws Exception {
    Path config = Files.writeString(directory.resolve("config"), configured);
    String[] options =
        Stream.of("--config", config.toString(), option)
            .filter(o -> !o.isEmpty())
            .toArray(String[]::new);
    try (Programs.Client bob =
        joined(Programs.Client.atTerminal(directory, "exec " + joinCommand(options)))) {
      ann.session().send("nobody");
      ann.session().send("tea, bob?");
      ann.session().send("or not");
      await(bob, "or not");

      assertThat(bob.out()).containsPattern("tea, \033\\[[0-9;]*7[0-9;]*mbob\033");
      assertThat(bob.out().chars().filter(c -> c == 7)).hasSize(bell ? 1 : 0);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {CTRL_C + CTRL_C, CTRL_D})
  void whoGoesAwayWhileChattingLeavesProperly(String keys) throws Exception {
    try (Programs.Client bob = joined()) {
      bob.type(keys);
      assertThat(bob.status()).isZero();
      ann.expect(new Notice("bob left"));
    }
  }

  @Test
  void aSignalIsLikeTheKey() throws Exception {
    try (Programs.Client bob = joined()) {
      bob.type("half a line");
      await(bob, "half a line");
      int typed = bob.out().length();
      interrupt(bob);
      await(bob, "[bob@tea]", typed);
      interrupt(bob);
      await(bob, "Ctrl-C again or Ctrl-D leaves");
      bob.type("there\r");
      ann.expect(new Message("bob", "there"));
      assertThat(ann.seen()).doesNotContain(new Notice("bob left"));
    }
  }

  @Test
  void atATerminalThatCanOnlyAppendCtrlCDoesNotLeaveAtOnceEither() throws Exception {
    try (Programs.Client bob =
        Programs.Client.atTerminal(
            directory, "exec env TERM=dumb " + joinCommand("--name", "bob"))) {
      await(bob, "tea needs a password");
      bob.type("open sesame\r");
      ann.expect(new Notice("bob joined"));
      await(bob, "/help lists the commands");
      bob.type(CTRL_C);
      await(bob, "Ctrl-C again or Ctrl-D leaves");
      bob.type("still here\r");
      ann.expect(new Message("bob", "still here"));
      bob.type("/quit\r");
      assertThat(bob.status()).isZero();
      ann.expect(new Notice("bob left"));
    }
  }

  /** There is a shell, but in no session in which it could have a stopped program go on. */
  @Test
  void withoutJobControlCtrlZLetsNothingIntoTheRoomThatWasMeantForAShell() throws Exception {
    try (Programs.Client bob = joined()) {
      bob.type("half" + CTRL_Z + "ls\r");
      await(bob, "Ctrl-Z cannot suspend here");
      bob.type("ps\r");
      await(bob, "halfls");
      bob.type(CTRL_C + "hello\r");
      ann.expect(new Message("bob", "hello"));
      assertThat(messages()).containsExactly("hello");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {BASH, "/bin/sh -i"})
  void aShellGetsTheTerminalForAsLongAsTheProgramIsStopped(String shell) throws Exception {
    try (Programs.Client bob = shell(shell)) {
      bob.type(joinCommand() + "\r");
      joined(bob);
      bob.type("half" + CTRL_Z);
      await(bob, "Stopped");
      bob.type("stty -a; echo shell-$((6 * 7))\r");
      await(bob, "shell-42");
      assertThat(bob.out().substring(bob.out().indexOf("Stopped"))).contains(" icanon", " echo ");
      ann.session().send("while you were away");
      bob.type("fg\r");
      await(bob, "while you were away");
      await(bob, "[bob@tea] half", bob.out().indexOf("while you were away"));

      bob.type(" and half\r");

      ann.expect(new Message("bob", "half and half"));
      assertThat(messages()).containsExactly("half and half");
    }
  }

  @Test
  void whatIsTypedTogetherWithCtrlZIsForTheShellOrForNobody() throws Exception {
    try (Programs.Client bob = shell(BASH)) {
      bob.type(joinCommand() + "\r");
      joined(bob);
      bob.type("half" + CTRL_Z + "ls\r");
      await(bob, "Stopped");
      bob.type("fg\r");
      await(bob, "[bob@tea] half", bob.out().indexOf("Stopped"));

      bob.type("!\r");

      ann.expect(new Message("bob", "half!"));
      assertThat(messages()).containsExactly("half!");
    }
  }

  /** However soon behind the key, while the program is on its way to the stop too. */
  @Test
  void nothingThatIsTypedSoonAfterCtrlZGetsIntoTheLine() throws Exception {
    try (Programs.Client bob = shell(BASH)) {
      bob.type(joinCommand() + "\r");
      joined(bob);
      bob.type("half");
      await(bob, "[bob@tea] half");
      for (int i = 1; i <= 8; i++) {
        int before = bob.out().length();
        bob.type(CTRL_Z);
        LockSupport.parkNanos(i * 2_000_000L);
        bob.type("true\r");
        await(bob, "Stopped", before);
        int stopped = bob.out().indexOf("Stopped", before);
        bob.type("fg\r");
        await(bob, "[bob@tea] half", stopped);
      }

      bob.type("!\r");

      ann.expect(new Message("bob", "half!"));
      assertThat(messages()).containsExactly("half!");
    }
  }

  @Test
  void whoeverIsEndedWhileStoppedLeavesProperly() throws Exception {
    try (Programs.Client bob = shell(BASH)) {
      bob.type(joinCommand() + "\r");
      joined(bob);
      bob.type(CTRL_Z);
      await(bob, "Stopped");

      bob.type("kill %1\r");

      ann.expect(new Notice("bob left"));
      Await.until("the end of the program", () -> program(bob).isEmpty());
    }
  }

  /** The shell waits for the script, and sees that all of the job has stopped. */
  @Test
  void aScriptThatRunsTheProgramStopsAndGoesOnWithIt() throws Exception {
    try (Programs.Client bob = shell(BASH)) {
      bob.type("sh -c " + Problem.quoted(joinCommand() + "; echo left-$((6 * 7))") + "\r");
      joined(bob);
      bob.type(CTRL_Z);
      await(bob, "Stopped");
      bob.type("fg\r");
      await(bob, "[bob@tea]", bob.out().indexOf("Stopped"));
      bob.type("/quit\r");

      await(bob, "left-42");
    }
  }

  @Test
  void whoeverWasStoppedForTooLongComesBackByThemselves() throws Exception {
    try (RunningServer impatient = RunningServer.start(Duration.ofSeconds(12));
        TestClient host = TestClient.sealedHost(impatient.address(), Optional.empty());
        Programs.Client bob = shell(BASH)) {
      bob.type(joinCommand(impatient.address(), "--name", "bob") + "\r");
      host.expect(new Notice("bob joined"));
      await(bob, "[bob@tea]");
      // Only of somebody who has sent several keepalives does the server expect more.
      for (int i = 0; i < 3; i++) {
        int before = bob.out().length();
        bob.type("/ping\r");
        await(bob, "the server answered", before);
      }
      bob.type("half" + CTRL_Z);
      await(bob, "Stopped");
      host.session().send("before");
      host.expect(new Notice("bob timed out"));

      bob.type("fg\r");

      host.expect(new Notice("bob joined"));
      await(bob, "back in tea as bob");
      assertThat(bob.out()).contains("before");
      bob.type("!\r");
      host.expect(new Message("bob", "half!"));
    }
  }

  @Test
  void theTerminalIsAfterwardsAsItWasBefore() throws Exception {
    Path before = directory.resolve("before");
    Path after = directory.resolve("after");
    String command =
        "stty cols 80 rows 24; stty -a > " + before + "; " + joinCommand() + "; stty -a > " + after;
    try (Programs.Client bob = joined(Programs.Client.atTerminal(directory, command))) {
      bob.type("half a li" + CTRL_C + CTRL_D);
      assertThat(bob.status()).isZero();
    }
    assertThat(after).hasSameTextualContentAs(before);
  }

  private Programs.Client join() throws Exception {
    return Programs.Client.atTerminal(directory, "exec " + joinCommand());
  }

  private Programs.Client joined() throws Exception {
    return joined(join());
  }

  private Programs.Client joined(Programs.Client bob) throws Exception {
    await(bob, "Username [");
    bob.type("bob\r");
    await(bob, "tea needs a password");
    bob.type("open sesame\r");
    ann.expect(new Notice("bob joined"));
    await(bob, "[bob@tea]");
    // The last that comes by itself; the prompt is drawn again below it.
    await(bob, "2 here:");
    await(bob, "[bob@tea]", bob.out().indexOf("2 here:"));
    return bob;
  }

  /** An interactive shell with job control. */
  private Programs.Client shell(String command) throws Exception {
    assumeTrue(Files.isExecutable(Path.of(command.split(" ", 2)[0])));
    return Programs.Client.atTerminal(directory, "exec " + command);
  }

  private List<String> messages() {
    return ann.seen().stream()
        .filter(Message.class::isInstance)
        .map(event -> ((Message) event).text())
        .toList();
  }

  /** Sends a signal to the program, not to what runs it. */
  private static void interrupt(Programs.Client client) throws Exception {
    String pid = "" + program(client).orElseThrow().pid();
    assertThat(new ProcessBuilder("kill", "-INT", pid).start().waitFor()).isZero();
  }

  private static Optional<ProcessHandle> program(Programs.Client client) {
    return client
        .process()
        .descendants()
        .filter(process -> process.info().command().orElse("").endsWith("/java"))
        .findFirst();
  }

  private String joinCommand(String... options) {
    return joinCommand(server.address(), options);
  }

  private static String joinCommand(ServerAddress server, String... options) {
    List<String> command =
        new ArrayList<>(
            Programs.java(
                Main.class,
                "join",
                "tea",
                "--server",
                server.toString(),
                "--udp-port",
                "" + server.udpPort()));
    command.addAll(List.of(options));
    return Programs.shellCommand(command);
  }

  private static void await(Programs.Client client, String text) throws Exception {
    await(client, text, 0);
  }

  private static void await(Programs.Client client, String text, int from) throws Exception {
    try {
      Await.until("\"" + text + "\" on the screen", () -> client.out().indexOf(text, from) >= 0);
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + ", which has had:\n" + client.out(), e);
    }
  }
}
