package chat.tcrp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import chat.tcrp.client.face.Problem;
import chat.tcrp.client.session.ServerAddress;
import chat.tcrp.client.session.SessionConfig;
import chat.tcrp.client.session.SessionEvent;
import chat.tcrp.client.session.SessionEvent.Message;
import chat.tcrp.client.session.SessionEvent.Notice;
import chat.tcrp.client.session.TcrpClient;
import chat.tcrp.protocol.Password;
import chat.tcrp.protocol.RoomName;
import chat.tcrp.protocol.Username;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The programs as their launchers start them, in surroundings that a shell can make: descriptors
 * that are closed or the wrong way round, and locales.
 */
class LauncherTest {
  private static final String UNREADABLE =
      "chat-client: cannot read standard input: it is closed, or not open for reading."
          + " With </dev/null nothing is sent\n";

  private static final String UNWRITABLE =
      "cannot write to standard output: it is closed, or not open for writing."
          + " With >/dev/null nobody needs to read it\n";

  @TempDir private Path directory;
  private Path client;
  private RunningServer server;
  private TestClient ann;

  @BeforeEach
  void start() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/bin/sh")));
    client = Programs.launcher(directory, "chat-client", Main.class);
    server = RunningServer.start();
    ann = TestClient.sealedHost(server.address(), Optional.empty());
  }

  @AfterEach
  void stop() throws Exception {
    ann.close();
    server.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"<&-", "</dev/null 0>&1", "<&- --stay", "<&- --json"})
  void anInputThatCannotBeReadIsAnErrorAndNothingIsSent(String redirection) throws Exception {
    try (Programs.Client bob = shell("\"$CLIENT\" join tea --name bob $AT " + redirection)) {
      assertThat(bob.status()).isEqualTo(Problem.IO);
      assertThat(bob.err()).endsWith(UNREADABLE);
    }
    assertNothingWasSaid();
  }

  @Test
  void aDirectoryIsNoInput() throws Exception {
    try (Programs.Client bob = shell("\"$CLIENT\" join tea --name bob $AT </")) {
      assertThat(bob.status()).isEqualTo(Problem.IO);
      assertThat(bob.err()).endsWith("chat-client: cannot read standard input: Is a directory\n");
    }
    assertNothingWasSaid();
  }

  @Test
  void aClosedOutputIsAnErrorOnceSomethingIsToBeWritten() throws Exception {
    try (Programs.Client bob = shell("\"$CLIENT\" join tea --name bob --stay $AT </dev/null >&-")) {
      ann.expect(new Notice("bob joined"));
      Await.until(
          "the end of bob",
          () -> {
            ann.session().send("can you read this?");
            return !bob.process().isAlive();
          });
      assertThat(bob.status()).isEqualTo(Problem.IO);
      assertThat(bob.err()).endsWith("chat-client: " + UNWRITABLE);
    }
    try (Programs.Client rooms = shell("\"$CLIENT\" rooms $AT >&-")) {
      assertThat(rooms.status()).isEqualTo(Problem.IO);
      assertThat(rooms.err()).isEqualTo("chat-client: " + UNWRITABLE);
    }
  }

  @Test
  void whatIsSaidToAClosedErrorOutputGetsNowhereElse() throws Exception {
    try (Programs.Client bob = shell("echo hi | \"$CLIENT\" join tea --name bob $AT 2>&-")) {
      assertThat(bob.status()).isZero();
      assertThat(bob.out()).isEmpty();
    }
    ann.expect(new Notice("bob joined"));
    assertThat(ann.next(SessionEvent.class)).isEqualTo(new Message("bob", "hi"));
    assertThat(ann.next(SessionEvent.class)).isEqualTo(new Notice("bob left"));
  }

  @Test
  void withEverythingClosedTheStatusSaysIt() throws Exception {
    try (Programs.Client bob = shell("\"$CLIENT\" join tea --name bob $AT <&- >&- 2>&-")) {
      assertThat(bob.status()).isEqualTo(Problem.IO);
    }
    assertNothingWasSaid();
  }

  @Test
  void aServerRunsWithoutDescriptorsAndSaysWhatItCannotSay() throws Exception {
    ServerAddress address = Programs.freePorts();
    String command =
        "exec %s --host %s --port %d --udp-port %d <&- >&-"
            .formatted(
                Programs.launcher(directory, "chat-server", chat.tcrp.server.Main.class),
                address.host(),
                address.port(),
                address.udpPort());
    try (Programs.Client running = shell(command)) {
      Await.until("an answer of the server", () -> TcrpClient.answers(address));
      assertThat(running.err()).contains("chat-server: " + UNWRITABLE);
      running.signal("TERM");
      assertThat(running.status()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"LC_ALL=C", "LC_ALL=POSIX", "LC_ALL= LC_CTYPE= LANG=", "LC_ALL=nn_NN.ISO-8859-1"})
  void argumentsAndFileNamesAreUtf8InEveryLocale(String locale) throws Exception {
    assumeUtf8Locale();
    Optional<Password> password = Optional.of(new Password("öffne dich"));
    try (TestClient guard = enter("küche", "ann", password, true)) {
      try (Programs.Client bob =
          shell(
              """
              cd "$DIRECTORY"
              mkdir ä
              echo 'öffne dich' >ä/ß
              echo grüße | %s "$CLIENT" join küche --name jürgen --password-file ä/ß $AT
              """
                  .formatted(locale))) {
        assertThat(bob.status()).isZero();
      }
      guard.expect(new Notice("jürgen joined"));
      assertThat(guard.next(SessionEvent.class)).isEqualTo(new Message("jürgen", "grüße"));
    }
  }

  @Test
  void whatALocaleHasMangledIsRefused() throws Exception {
    for (String program : new String[] {"JAVA_CLIENT", "JAVA_SERVER"}) {
      try (Programs.Client run =
          shell("LC_ALL=C; export LC_ALL; eval \"$" + program + " --name jürgen\"")) {
        assertThat(run.status()).isEqualTo(Problem.USAGE);
        assertThat(run.err())
            .contains("cannot be read in this locale")
            .contains("set LC_ALL to one that is, for instance C.UTF-8");
      }
    }
  }

  @Test
  void atATerminalNothingButErrorsGoesToARedirectedErrorOutput() throws Exception {
    assumeTrue(Files.isExecutable(Programs.SCRIPT));
    assumeTrue(new ProcessBuilder(Programs.atTerminal("true")).start().waitFor() == 0);
    Path err = directory.resolve("err");
    try (Programs.Client bob =
        Programs.Client.atTerminal(
            directory,
            "%s join tea --name bob --server %s --udp-port %d 2>%s"
                .formatted(client, server.address(), server.address().udpPort(), err))) {
      Await.until("prompt", () -> bob.out().contains("[bob@tea]"));
      bob.type("hi\r");
      ann.expect(new Message("bob", "hi"));
      bob.type("/quit\r");
      assertThat(bob.status()).isZero();
    }
    assertThat(err).isEmptyFile();
  }

  private void assertNothingWasSaid() throws Exception {
    // Whoever comes afterwards is heard of after all that was said before.
    enter("tea", "witness", Optional.empty(), false).close();
    ann.expect(new Notice("witness joined"));
    assertThat(ann.seen()).noneMatch(Message.class::isInstance);
  }

  private TestClient enter(String room, String name, Optional<Password> password, boolean create)
      throws Exception {
    return TestClient.enter(
        new SessionConfig(
            server.address(), new RoomName(room), new Username(name), password, create));
  }

  /** Runs a script that has the client as $CLIENT and the way to the server as $AT. */
  private Programs.Client shell(String script) throws Exception {
    Map<String, String> environment = new HashMap<>();
    environment.put("DIRECTORY", directory.toString());
    environment.put("CLIENT", client.toString());
    environment.put("JAVA_CLIENT", Programs.shellCommand(Programs.java(Main.class)));
    environment.put(
        "JAVA_SERVER", Programs.shellCommand(Programs.java(chat.tcrp.server.Main.class)));
    environment.put(
        "AT", "--server %s --udp-port %d".formatted(server.address(), server.address().udpPort()));
    return Programs.Client.ofShell(directory, environment, script + "\n");
  }

  /** Old systems have none, and there the program can only refuse. */
  private static void assumeUtf8Locale() throws Exception {
    ProcessBuilder charmap = new ProcessBuilder("locale", "charmap");
    charmap.environment().put("LC_ALL", "C.UTF-8");
    Process process = charmap.start();
    String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assumeTrue(answer.strip().equals("UTF-8"));
  }
}
