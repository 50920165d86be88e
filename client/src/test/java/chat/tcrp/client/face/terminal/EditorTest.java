package chat.tcrp.client.face.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.client.TestClient;
import chat.tcrp.client.session.SessionEvent;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jline.terminal.Attributes.LocalFlag;
import org.jline.terminal.Terminal.Signal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the keys do, and what becomes of the line when the window changes. */
class EditorTest extends ScreenTest {
  private static final String CTRL_G = "\007";
  private static final String CTRL_Q = "\021";
  private static final String CTRL_R = "\022";
  private static final String CTRL_S = "\023";
  private static final String CTRL_Y = "\031";
  private static final String CTRL_Z = "\032";
  private static final String HOW_TO_LEAVE = "12:01 -- Ctrl-C again or Ctrl-D leaves";

  @Test
  void ctrlCDiscardsWhatWasTypedOrPastedAndCtrlYBringsItBack() throws Exception {
    TestScreen ann = screen(80, 24);
    ann.enter(create("ann"));
    TestClient bob = join("bob");
    ann.type("abc");
    ann.awaitPrompt("[ann@tea] abc");

    ann.type(CTRL_C);
    ann.awaitPrompt("[ann@tea]");
    ann.paste("1\n2\n3");
    ann.awaitPrompt("3");
    ann.type(CTRL_C);
    ann.awaitPrompt("[ann@tea]");
    assertThat(ann.used()).doesNotContain("1", "2").noneMatch(row -> row.contains("leaves"));

    ann.type(CTRL_Y + "\r");
    bob.expect(new SessionEvent.Message("ann", "1"));
    bob.expect(new SessionEvent.Message("ann", "2"));
    bob.expect(new SessionEvent.Message("ann", "3"));
  }

  @Test
  void ctrlCInASearchGoesBackToWhatWasTypedBefore() throws Exception {
    TestScreen ann = screen(80, 24);
    ann.enter(create("ann"));
    ann.type("needle in the hay\r");
    ann.awaitLine("12:01 ann: needle in the hay");
    ann.type("half" + CTRL_R + "need");
    ann.awaitLine("[ann@tea] needle in the hay");

    ann.type(CTRL_C);

    ann.awaitPrompt("[ann@tea] half");
    ann.type(CTRL_C);
    ann.awaitPrompt("[ann@tea]");
  }

  @Test
  void aFirstCtrlCOnAnEmptyLineSaysHowToLeaveAndASecondSoonAfterLeaves() throws Exception {
    TestClient host = join(create("host"));
    TestScreen ann = screen(80, 24);
    ann.enter(config("ann", false));

    ann.type(CTRL_C);
    ann.awaitLine(HOW_TO_LEAVE);
    ann.advance(Duration.ofMillis(2001));
    ann.type(CTRL_C);
    ann.await("the advice again", rows -> count(rows, HOW_TO_LEAVE) == 2);
    ann.awaitPrompt("[ann@tea]");
    assertThat(host.rest()).doesNotContain(new SessionEvent.Notice("ann left"));

    ann.advance(Duration.ofMillis(1999));
    ann.type(CTRL_C);
    assertThat(ann.exitStatus(TestClient.PATIENCE)).isZero();
    host.expect(new SessionEvent.Notice("ann left"));
  }

  @Test
  void theHostIsToldThatTheRoomWillClose() throws Exception {
    TestScreen ann = screen(80, 24);
    ann.enter(create("ann"));

    ann.type(CTRL_C);

    ann.awaitLine(HOW_TO_LEAVE + "; your room will close");
  }

  @Test
  void aSignalIsLikeTheKey() throws Exception {
    TestScreen ann = screen(80, 24);
    ann.enter(create("ann"));
    ann.type("abc");
    ann.awaitPrompt("[ann@tea] abc");

    ann.terminal().raise(Signal.INT);
    ann.awaitPrompt("[ann@tea]");
    ann.terminal().raise(Signal.INT);
    ann.awaitLine(HOW_TO_LEAVE + "; your room will close");
    ann.awaitPrompt("[ann@tea]");
    ann.terminal().raise(Signal.INT);

    assertThat(ann.exitStatus(TestClient.PATIENCE)).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void betweenTwoLinesCtrlCIsNeitherLostNorDoesItLeaveAtOnce(boolean isKey) throws Exception {
    try (SlowConversation slow = new SlowConversation()) {
      TestScreen ann = screen(80, 24);
      ann.open(create("ann"), Optional.empty(), new ScreenStyle(true, true));
      ann.chat(slow);
      ann.type("first\r");
      assertThat(slow.isSending.await(20, TimeUnit.SECONDS)).isTrue();

      if (isKey) {
        ann.type(CTRL_C);
      } else {
        ann.terminal().raise(Signal.INT);
      }
      slow.mayGoOn.countDown();

      ann.awaitLine(HOW_TO_LEAVE + "; your room will close");
      ann.awaitPrompt("[ann@tea]");
      ann.type("second\r");
      ann.awaitLine("12:01 ann: second");
      assertThat(slow.sent).containsExactly("first", "second");
    }
  }

  @Test
  void ctrlCAtAQuestionIsANoEvenBehindAYes() throws Exception {
    TestScreen ann = screen(80, 24);
    ann.enter(create("ann"));
    TestClient bob = join("bob");
    ann.paste("1\n2\n3\n4\n5\n6");
    ann.type("\r");
    ann.awaitPrompt("Send 6 lines? [y/N]");
    ann.type("y");
    ann.awaitPrompt("Send 6 lines? [y/N] y");

    ann.type(CTRL_C);

    ann.awaitPrompt("6");
    ann.type(CTRL_C + "next\r");
    bob.expect(new SessionEvent.Message("ann", "next"));
    assertThat(bob.seen()).doesNotContain(new SessionEvent.Message("ann", "1"));
  }

  @Test
  void ctrlGDiscardsToo() throws Exception {
    TestScreen ann = screen(80, 24);
    ann.enter(create("ann"));
    ann.type("abc" + CTRL_G + CTRL_G + CTRL_G + "def");

    ann.awaitPrompt("[ann@tea] def");
  }

  @Test
  void ctrlSAndCtrlQChangeNothing() throws Exception {
    TestScreen ann = screen(80, 24);
    ann.enter(create("ann"));
    TestClient bob = join("bob");
    ann.type("before\r");
    bob.expect(new SessionEvent.Message("ann", "before"));

    ann.type("a" + CTRL_S + "b" + CTRL_Q + "c");

    ann.awaitPrompt("[ann@tea] abc");
    ann.type("\r");
    bob.expect(new SessionEvent.Message("ann", "abc"));
  }

  @Test
  void theKeyForAnotherEditorLeavesTheTextAlone() throws Exception {
    TestScreen ann = screen(80, 24);
    ann.enter(create("ann"));

    ann.type("text\030\005!");

    ann.awaitPrompt("[ann@tea] text!");
    assertThat(ann.raw()).doesNotContain("Exception");
  }

  @Test
  void aPastedTabIsSentAsATabAndShownAsColumns() throws Exception {
    TestScreen ann = screen(80, 24);
    ann.enter(create("ann"));
    LinkedBlockingQueue<String> sent = new LinkedBlockingQueue<>();
    TestScreen bob = screen(80, 24);
    bob.open(config("bob", false), Optional.empty(), new ScreenStyle(true, true));
    bob.chat(new SlowConversation(sent));

    bob.paste("if x:\n\treturn\ty");
    bob.awaitPrompt("    return  y");
    bob.type("z\r");

    bob.awaitLine("12:01 bob: if x:");
    bob.awaitLine("12:01 bob:     return  yz");
    assertThat(sent).containsExactly("if x:", "\treturn\tyz");
    ann.show(new SessionEvent.Message("bob", "\treturn\tyz"));
    ann.awaitLine("12:01 bob:     return  yz");
  }

  @Test
  void theCursorStandsBehindATab() throws Exception {
    TestScreen ann = screen(80, 24);
    ann.enter(create("ann"));
    ann.paste("a\tb");
    ann.awaitPrompt("[ann@tea] a b");

    ann.type("\002\002\002X\006Y\006Z");

    ann.awaitPrompt("[ann@tea] XaY   Zb");
  }

  @Test
  void aPlainTabCompletes() throws Exception {
    TestScreen ann = screen(80, 24);
    ann.enter(create("ann"));
    ann.type("/he\t");
    ann.awaitPrompt("[ann@tea] /help");
  }

  @Test
  void theOwnLineIsShownAsTheOthersGetIt() throws Exception {
    TestScreen ann = screen(80, 24);
    ann.enter(create("ann"));
    TestClient bob = join("bob");

    ann.paste("a\033[31mb\u202ec\u009bd");
    ann.type("\r");

    bob.expect(new SessionEvent.Message("ann", "a [31mbc d"));
    ann.awaitLine("12:01 ann: a [31mbc d");
  }

  @Test
  void shrinkingTheWindowAndBackLeavesNoRemains() throws Exception {
    TestScreen ann = screen(80, 24);
    ann.enter(create("ann"));
    TestClient bob = join("bob");
    ann.type("hello this is text");
    ann.awaitPrompt("[ann@tea] hello this is text");

    ann.resize(5, 2);
    int before = ann.raw().length();
    bob.session().send("a message");
    // What is printed or drawn while the line does not fit is there again afterwards.
    ann.staysUntouched(Duration.ofMillis(500), before);
    ann.resize(80, 24);

    ann.awaitLine("12:01 bob: a message");
    ann.awaitPrompt("[ann@tea] hello this is text");
    assertThat(ann.used()).noneMatch(row -> row.equals("> ") || row.equals("…"));
    assertThat(ann.used().stream().filter(row -> row.contains("[ann"))).hasSize(1);
  }

  @Test
  void theEndOfTheRoomEndsTheProgramInATinyWindowToo() throws Exception {
    TestClient host = join(create("host"));
    TestScreen ann = screen(80, 24);
    ann.enter(config("ann", false));
    ann.type("hello this is text");
    ann.awaitPrompt("[ann@tea] hello this is text");
    ann.resize(5, 2);

    host.close();

    assertThat(ann.exitStatus(TestClient.PATIENCE)).isZero();
    assertThat(ann.raw().replaceAll("\033\\[[0-9;?]*[A-Za-z]|\\s", ""))
        .contains("roomclosed:host(host)left", "notsent:hellothisistext");
  }

  @Test
  void theLineIsDrawnAnewForAnotherWidth() throws Exception {
    TestScreen ann = screen(80, 24);
    ann.enter(create("ann"));
    ann.type("hi");
    ann.awaitPrompt("[ann@tea] hi");

    ann.resize(20, 24);
    ann.awaitPrompt("> hi");
    ann.resize(80, 24);
    ann.awaitPrompt("[ann@tea] hi");
  }

  @Test
  void whereNothingCanSuspendCtrlZDoesNothingAndShellCommandsAreAskedAboutFirst() throws Exception {
    TestScreen ann = screen(80, 24);
    ann.enter(create("ann"));
    TestClient bob = join("bob");
    String question = "Ctrl-Z cannot suspend here. Send this as a message? [y/N]";

    ann.type("half" + CTRL_Z + "ls\r");
    ann.awaitPrompt(question);
    ann.type("ps\r");
    ann.awaitPrompt("[ann@tea] halfls");
    ann.type("\r");
    ann.awaitPrompt(question);
    ann.type("y\r");
    bob.expect(new SessionEvent.Message("ann", "halfls"));
    ann.type("next\r");
    bob.expect(new SessionEvent.Message("ann", "next"));
    assertThat(bob.seen().stream().filter(SessionEvent.Message.class::isInstance)).hasSize(2);
  }

  @Test
  void whoeverDiscardsTheLineAfterCtrlZKnowsWhereItWouldHaveGone() throws Exception {
    TestScreen ann = screen(80, 24);
    ann.enter(create("ann"));
    TestClient bob = join("bob");

    ann.type(CTRL_Z + "ls" + CTRL_C + "hello\r");

    bob.expect(new SessionEvent.Message("ann", "hello"));
  }

  @Test
  void whatIsTypedBehindCtrlZAtAQuestionIsNoAnswer() throws Exception {
    TestScreen ann = screen(80, 24);
    ann.enter(create("ann"));
    TestClient bob = join("bob");
    ann.paste("1\n2\n3\n4\n5\n6");
    ann.type("\r");
    ann.awaitPrompt("Send 6 lines? [y/N]");

    ann.type(CTRL_Z + "yes\r" + "n\r");

    ann.awaitPrompt("6");
    ann.type(CTRL_C + "next\r");
    bob.expect(new SessionEvent.Message("ann", "next"));
    assertThat(bob.seen()).doesNotContain(new SessionEvent.Message("ann", "1"));
  }

  @Test
  void commandsStillWorkAfterCtrlZ() throws Exception {
    TestScreen ann = screen(80, 24);
    ann.enter(create("ann"));

    ann.type(CTRL_Z + "/quit\r");

    assertThat(ann.exitStatus(TestClient.PATIENCE)).isZero();
  }

  @Test
  void whileTheProgramIsStoppedTheTerminalIsTheShellsAndAfterwardsAllIsThereAgain()
      throws Exception {
    CountDownLatch stopped = new CountDownLatch(1);
    CountDownLatch goesOn = new CountDownLatch(1);
    TestScreen ann =
        opened(
            new TestScreen(
                80,
                24,
                () -> {
                  stopped.countDown();
                  return waited(goesOn);
                }));
    ann.enter(create("ann"));
    TestClient bob = join("bob");
    ann.awaitLine("12:01 * bob joined");

    ann.type("half" + CTRL_Z + "ls\r");
    assertThat(stopped.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(ann.used()).noneMatch(row -> row.contains("[ann@tea]"));
    assertThat(ann.raw()).endsWith("\033[?2004l");
    bob.session().send("meanwhile");
    bob.session().flush(TestClient.PATIENCE);
    assertThat(ann.used()).noneMatch(row -> row.contains("meanwhile"));
    goesOn.countDown();

    ann.awaitLine("12:01 bob: meanwhile");
    ann.awaitPrompt("[ann@tea] half");
    assertThat(ann.terminal().getAttributes().getLocalFlag(LocalFlag.ECHO)).isFalse();
    ann.type("!\r");
    bob.expect(new SessionEvent.Message("ann", "half!"));
  }

  private static boolean waited(CountDownLatch latch) {
    try {
      return latch.await(20, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static long count(List<String> rows, String row) {
    return rows.stream().filter(row::equals).count();
  }
}
