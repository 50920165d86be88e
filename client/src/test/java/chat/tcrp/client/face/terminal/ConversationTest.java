package chat.tcrp.client.face.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import chat.tcrp.client.Await;
import chat.tcrp.client.RunningServer;
import chat.tcrp.client.TestClient;
import chat.tcrp.client.face.LogFile;
import chat.tcrp.client.session.LobbySession;
import chat.tcrp.client.session.SessionEvent;
import chat.tcrp.protocol.Username;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What one does instead of saying it, finding what was said, and writing it to a file. */
class ConversationTest extends ScreenTest {
  private static final String PAGE_UP = "\033[5~";
  private static final String PAGE_DOWN = "\033[6~";

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anActionIsNotToBeTakenForANotice(boolean colors) throws Exception {
    TestScreen ann = screen(80, 24);
    ann.enter(create("ann"), Optional.empty(), new ScreenStyle(colors, true));
    TestClient bob = join("bob");
    ann.awaitLine("12:01 * bob joined");

    bob.session().send("/me joined");
    ann.awaitLine("12:01 ** bob joined **");
    ann.type("/me  waves to bob\r");
    ann.awaitLine("12:01 ** ann waves to bob **");
    bob.expect(new SessionEvent.Message("ann", "/me waves to bob"));
    bob.session().send("/me looks at ann");
    ann.awaitLine("12:01 ** bob looks at ann **");
    assertThat(ann.bells()).isEqualTo(1);
    ann.type("/me\r");
    ann.awaitLine("12:01 !! what do you do? /me TEXT");
    bob.session().send("/me");
    ann.awaitLine("12:01 bob: /me");
    bob.session().send("/meow");
    ann.awaitLine("12:01 bob: /meow");
    assertThat(ann.raw()).matches(raw -> colors == raw.contains("\033[3m"));
  }

  @Test
  void whoIsCalledMeIsNotNamedByEveryAction() throws Exception {
    TestScreen me = screen(80, 24);
    me.enter(create("me"));

    join("bob").session().send("/me waves");

    me.awaitLine("12:01 ** bob waves **");
    assertThat(me.bells()).isZero();
  }

  @Test
  void anActionWithoutAConnectionStaysInTheEditor() throws Exception {
    TestScreen ann = screen(80, 24);
    ann.enter(create("ann"));
    server.stop();
    ann.awaitLine("12:01 !! server stopping; rejoining…");

    ann.type("/me waves\r");

    ann.awaitLine("12:01 !! not sent: there is no connection at the moment; your text is kept");
    ann.awaitPrompt("[ann@tea] /me waves");
  }

  @Test
  void inTheLobbyOneActsFindsAndWritesToo() throws Exception {
    server.close();
    server = RunningServer.startWithLobby();
    LinkedBlockingQueue<SessionEvent> heard = new LinkedBlockingQueue<>();
    try (LobbySession bob =
        LobbySession.open(server.lobbyAddress(), new Username("bob"), heard::add)) {
      assertThat(bob.live()).isTrue();
      TestScreen ann = screen(80, 24);
      ann.enterLobby(server.lobbyAddress(), new Username("ann"));
      ann.type("/me waves\r");
      ann.awaitLine("12:01 ** ann waves **");
      ann.type("/search WAVES\r");
      ann.awaitLine("12:01 -- 1 line with \"WAVES\":");
      ann.awaitLine("  12:01 ** ann waves **");
      ann.type("/log\r");
      ann.awaitLine("12:01 -- nothing is written; /log FILE writes what is said from now on");
      Await.until(
          "the line of ann", () -> heard.contains(new SessionEvent.Message("ann", "/me waves")));
    }
  }

  @Test
  void whatWasSaidIsFoundAgain() throws Exception {
    TestScreen ann = screen(80, 60);
    ann.enter(create("ann"));
    TestClient bob = join("bob");
    ann.type("Green TEA, please\r");
    ann.awaitLine("12:01 ann: Green TEA, please");
    for (int i = 1; i <= 21; i++) {
      bob.session().send("tea number " + i);
    }
    ann.awaitLine("12:01 bob: tea number 21");

    ann.type("/search\r");
    ann.awaitLine("12:01 !! what? /search TEXT");
    ann.type("/search green tea\r");
    ann.awaitLine("12:01 -- 1 line with \"green tea\":");
    ann.awaitLine("  12:01 ann: Green TEA, please");
    ann.type("/search tea\r");
    ann.awaitLine("12:01 -- 22 lines with \"tea\":");
    ann.awaitLine("  (2 earlier ones not shown)");
    ann.awaitLine("  12:01 bob: tea number 2");
    ann.awaitLine("  12:01 bob: tea number 21");
    assertThat(ann.used()).doesNotContain("  12:01 bob: tea number 1");
    ann.type("/search coffee\r");
    ann.awaitLine("12:01 -- nothing with \"coffee\" was said here since you came");
  }

  @Test
  void thePageKeysAreTheTerminalsOwnAndPutNothingIntoTheLine() throws Exception {
    TestScreen ann = screen(80, 24);
    ann.enter(create("ann"));
    TestClient bob = join("bob");

    ann.type("a" + PAGE_UP + "b" + PAGE_DOWN + "c");
    ann.awaitPrompt("[ann@tea] abc");
    ann.type("\r");

    bob.expect(new SessionEvent.Message("ann", "abc"));
  }

  @Test
  void whatIsSaidIsWrittenFromTheCommandOn() throws Exception {
    Path file = directory.resolve("tea log.txt");
    TestScreen ann = screen(200, 24);
    ann.enter(create("ann"));
    TestClient bob = join("bob");
    TestClient eve = join("eve");
    bob.session().send("before");
    ann.awaitLine("12:01 bob: before");
    ann.type("/ignore eve\r/log " + file + "\r");
    ann.awaitLine(
        "12:01 -- what is said is written to " + file + " from now on; /log off ends that");
    ann.type("/log\r");
    ann.awaitLine("12:01 -- what is said is written to " + file + "; /log off ends that");

    eve.session().send("psst");
    ann.type("/me waves\r");
    bob.expect(new SessionEvent.Message("ann", "/me waves"));
    bob.session().send("hi");
    ann.awaitLine("12:01 bob: hi");
    bob.close();
    ann.awaitLine("12:01 * bob left");
    ann.type("/log off\r");
    ann.awaitLine("12:01 -- nothing is written to " + file + " any more");
    ann.type("after\r/log -\r");
    ann.awaitLine("12:01 -- nothing is written");

    String time = "2030-01-01T12:01:00+00:00 ";
    assertThat(Files.readAllLines(file))
        .containsExactly(
            time + "-- the log of tea on " + server.address() + " as ann begins",
            time + "** ann waves **",
            time + "bob: hi",
            time + "* bob left",
            time + "-- the log ends");
  }

  @Test
  void aFileThatCannotBeWrittenIsSaidAndChattingGoesOn() throws Exception {
    assumeTrue(Files.exists(Path.of("/dev/full")));
    TestScreen ann = screen(200, 24);
    ann.enter(create("ann"));
    TestClient bob = join("bob");
    ann.type("/log " + directory + "\r");
    ann.awaitLine(
        "12:01 !! cannot log to "
            + directory
            + ": is a directory; name a file that can be written");
    ann.type("/log /dev/full\r");
    ann.awaitLine(
        "12:01 !! cannot write to the log /dev/full: No space left on device; trying on…");

    ann.type("all the same\r");

    bob.expect(new SessionEvent.Message("ann", "all the same"));
    assertThat(ann.used().stream().filter(row -> row.contains("No space"))).hasSize(1);
  }

  @Test
  void theEndOfTheSessionIsTheEndOfTheFile() throws Exception {
    Path file = directory.resolve("tea.log");
    TestScreen ann = screen(80, 24);
    ann.log(LogFile.open(file.toString()));
    ann.enter(create("ann"));
    ann.type("hi\r");
    ann.awaitLine("12:01 ann: hi");
    ann.type("/quit\r");
    ann.exitStatus(TestClient.PATIENCE);

    List<String> written = Files.readAllLines(file);
    assertThat(written.subList(1, written.size()))
        .extracting(line -> line.substring(line.indexOf(' ') + 1))
        .containsExactly("ann: hi", "-- you left tea", "-- the log ends");
  }
}
