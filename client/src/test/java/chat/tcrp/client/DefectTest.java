package chat.tcrp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import chat.tcrp.client.face.Problem;
import chat.tcrp.client.session.SessionEvent.Notice;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An error in any thread ends the program, which says so; see {@link FailingClient}. */
class DefectTest {
  private static final String MESSAGE =
      "chat-client: This should not happen: java.lang.StackOverflowError: of a test."
          + " Run it with --debug and report what it prints\n";

  @TempDir private Path directory;
  private RunningServer server;
  private TestClient ann;

  @BeforeEach
  void start() throws Exception {
    server = RunningServer.start();
    ann = TestClient.sealedHost(server.address(), Optional.empty());
  }

  @AfterEach
  void stop() throws Exception {
    ann.close();
    server.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "virtual", "goodbye", "listener", "input"})
  void anErrorEndsTheProgramWithItsCause(String thread) throws Exception {
    try (Programs.Client bob = shell("exec " + command(thread))) {
      assertThat(bob.status()).isEqualTo(Problem.DEFECT);
      assertThat(bob.err()).contains(MESSAGE);
    }
  }

  @Test
  void anErrorOfTheSessionItselfEndsTheProgramToo() throws Exception {
    try (Programs.Client bob = shell("exec " + command("session"))) {
      Await.until("bob in the room", () -> bob.out().contains("Joined"));
      server.stop();
      assertThat(bob.status()).isEqualTo(Problem.DEFECT);
      assertThat(bob.err()).isEqualTo(MESSAGE);
    }
  }

  @Test
  void anExhaustedMemoryEndsTheProgramWithItsCause() throws Exception {
    try (Programs.Client bob = shell("exec " + command("memory"))) {
      assertThat(bob.status()).isEqualTo(Problem.DEFECT);
      assertThat(bob.err()).startsWith("chat-client: out of memory");
    }
  }

  @Test
  void whoeverWasInARoomLeavesItAndTheTerminalIsAsItWas() throws Exception {
    assumeTrue(Files.isExecutable(Programs.SCRIPT));
    assumeTrue(new ProcessBuilder(Programs.atTerminal("true")).start().waitFor() == 0);
    Path before = directory.resolve("before");
    Path after = directory.resolve("after");
    String script =
        "stty cols 80 rows 24; stty -a > %s; %s; echo status $?; stty -a > %s"
            .formatted(before, command("terminal"), after);
    try (Programs.Client bob = Programs.Client.atTerminal(directory, script)) {
      Await.until("prompt", () -> bob.out().contains("[bob@tea]"));
      ann.session().send("trouble");
      bob.status();
      assertThat(bob.out()).contains(MESSAGE.strip()).contains("status " + Problem.DEFECT);
    }
    assertThat(after).hasSameTextualContentAs(before);
    ann.expect(new Notice("bob left"));
  }

  private Programs.Client shell(String script) throws Exception {
    return Programs.Client.ofShell(directory, Map.of(), script);
  }

  private String command(String thread) {
    return Programs.shellCommand(
        Programs.java(
            FailingClient.class,
            thread,
            server.address().toString(),
            "" + server.address().udpPort()));
  }
}
