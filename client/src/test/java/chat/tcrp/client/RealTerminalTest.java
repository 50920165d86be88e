package chat.tcrp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import chat.tcrp.client.SessionEvent.Message;
import chat.tcrp.client.SessionEvent.Notice;
import chat.tcrp.protocol.Password;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The real program at a pseudoterminal of the system, which the program {@code script} provides.
 */
class RealTerminalTest {
  private static final String CTRL_C = "\003";
  private static final String CTRL_D = "\004";

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
    ann = TestClient.host(server.address(), Optional.of(new Password("open sesame")));
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
      await(bob, "[bob@tea]");
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
                directory, joinCommand(new ServerAddress("127.0.0.1", silent.getLocalPort(), 1)))) {
      await(bob, "Username [");
      bob.type("bob\r");
      try (Socket accepted = silent.accept()) {
        assertThat(accepted.getInputStream().read()).isPositive();
        bob.type(CTRL_C);
        assertThat(bob.status()).isEqualTo(Goodbye.INTERRUPTED);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {CTRL_C, CTRL_D})
  void whoGoesAwayWhileChattingLeavesProperly(String key) throws Exception {
    try (Programs.Client bob = joined()) {
      bob.type(key);
      assertThat(bob.status()).isZero();
      ann.expect(new Notice("bob left"));
    }
  }

  @Test
  void theTerminalIsAfterwardsAsItWasBefore() throws Exception {
    Path before = directory.resolve("before");
    Path after = directory.resolve("after");
    String command =
        "stty cols 80 rows 24; stty -a > " + before + "; " + joinCommand() + "; stty -a > " + after;
    try (Programs.Client bob = joined(Programs.Client.atTerminal(directory, command))) {
      bob.type("half a li" + CTRL_C);
      assertThat(bob.status()).isZero();
    }
    assertThat(after).hasSameTextualContentAs(before);
  }

  private Programs.Client join() throws Exception {
    return Programs.Client.atTerminal(directory, joinCommand());
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
    return bob;
  }

  private String joinCommand() {
    return joinCommand(server.address());
  }

  private static String joinCommand(ServerAddress server) {
    return Programs.shellCommand(
        Programs.java(
            Main.class,
            "join",
            "tea",
            "--server",
            server.toString(),
            "--udp-port",
            "" + server.udpPort()));
  }

  private static void await(Programs.Client client, String text) throws Exception {
    Await.until("\"" + text + "\" on the screen", () -> client.out().contains(text));
  }
}
