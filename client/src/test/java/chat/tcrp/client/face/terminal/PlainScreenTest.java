package chat.tcrp.client.face.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import chat.tcrp.client.Await;
import chat.tcrp.client.Main;
import chat.tcrp.client.Programs;
import chat.tcrp.client.RunningServer;
import chat.tcrp.client.TestClient;
import chat.tcrp.client.session.SessionEvent.Message;
import chat.tcrp.client.session.SessionEvent.Notice;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The real program at a pseudoterminal, as it looks to a screen reader and to a desktop. */
class PlainScreenTest {
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
    ann = TestClient.host(server.address(), Optional.empty());
  }

  @AfterEach
  void stop() throws Exception {
    ann.close();
    server.close();
  }

  @ParameterizedTest
  @CsvSource({"dumb,--no-bell", "xterm-256color,--plain-screen"})
  void aPlainScreenGetsWholeLinesAndNothingElse(String terminal, String option) throws Exception {
    try (Programs.Client bob = bob("TERM=" + terminal, option, "--notify=osc9")) {
      await(bob, "2 here:");
      bob.type("hello\r");
      ann.expect(new Message("bob", "hello"));
      bob.type("half");
      await(bob, "half");
      ann.session().send("hi there");
      await(bob, "ann: hi there");
      bob.type(" and half\r");
      ann.expect(new Message("bob", "half and half"));
      bob.type("/quit\r");
      assertThat(bob.status()).isZero();

      String shown = bob.out().replace("\r\n", "\n");
      assertThat(shown).doesNotContain("\033", "\r", "\b").contains("ann: hi there\n");
      assertThat(shown.split("hello", -1)).as("own lines are not repeated").hasSize(2);
    }
  }

  @Test
  void theDesktopIsToldOnceThatSomebodyNamesWhoLooksAway() throws Exception {
    Path told = directory.resolve("told");
    program("printf '%s\\n' \"$@\" >>" + told);
    try (Programs.Client bob = bob("PATH=" + directory + ":/usr/bin:/bin", "--notify=command")) {
      await(bob, "2 here:");
      bob.type("\033[Ox");
      await(bob, "] x");
      ann.session().send("bob: `a` <b>&\\n");

      Await.until("the notification", () -> lines(told).size() == 4);
      assertThat(lines(told))
          .containsExactly("--app-name=chat-client", "--", "ann", "bob: `a` &lt;b&gt;&amp;\\\\n");
    }
  }

  @Test
  void aProgramThatFailsIsComplainedOfOnce() throws Exception {
    program("exit 3");
    try (Programs.Client bob = bob("PATH=" + directory + ":/usr/bin:/bin", "--notify=command")) {
      await(bob, "2 here:");
      bob.type("\033[Ox");
      await(bob, "] x");
      Await.until(
          "two alerts, which come no sooner than a second after each other",
          () -> {
            ann.session().send("bob?");
            return bob.out().chars().filter(c -> c == 7).count() == 2;
          });
      ann.session().send("last");
      await(bob, "last");

      assertThat(bob.out().split("no notification could be", -1)).hasSize(2);
      assertThat(bob.out()).contains("status 3");
    }
  }

  private void program(String script) throws Exception {
    Path program = Files.writeString(directory.resolve("notify-send"), "#!/bin/sh\n" + script);
    assertThat(program.toFile().setExecutable(true)).isTrue();
  }

  private static List<String> lines(Path file) throws Exception {
    return Files.exists(file) ? Files.readAllLines(file) : List.of();
  }

  private Programs.Client bob(String environment, String... options) throws Exception {
    List<String> command =
        new ArrayList<>(
            Programs.java(
                Main.class,
                "join",
                "tea",
                "--name",
                "bob",
                "--server",
                server.address().toString(),
                "--udp-port",
                "" + server.address().udpPort()));
    command.addAll(List.of(options));
    Programs.Client bob =
        Programs.Client.atTerminal(
            directory, "exec env " + environment + " " + Programs.shellCommand(command));
    ann.expect(new Notice("bob joined"));
    return bob;
  }

  private static void await(Programs.Client client, String text) throws Exception {
    Await.until("\"" + text + "\" on the screen", () -> client.out().contains(text));
  }
}
