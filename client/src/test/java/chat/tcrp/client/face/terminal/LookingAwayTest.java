package chat.tcrp.client.face.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.client.TestClient;
import chat.tcrp.client.session.SessionEvent;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What becomes of the screen, and of the person, when the terminal loses the focus. */
class LookingAwayTest extends ScreenTest {
  private static final String CTRL_R = "\022";
  private static final String CTRL_V = "\026";
  private static final String CTRL_Z = "\032";
  private static final String LOST = "\033[O";
  private static final String GOT = "\033[I";
  private static final String MARKER = "-- new since you looked away";

  @Test
  void theTerminalReportsItsFocusForAsLongAsTheProgramHasIt() throws Exception {
    CompletableFuture<String> atStop = new CompletableFuture<>();
    AtomicReference<TestScreen> shown = new AtomicReference<>();
    TestScreen ann = opened(new TestScreen(80, 24, () -> atStop.complete(shown.get().raw())));
    shown.set(ann);
    ann.enter(create("ann"));
    assertThat(ann.raw()).containsOnlyOnce("\033[?1004h").doesNotContain("\033[?1004l");

    ann.type("half" + CTRL_Z);
    String before = atStop.get(20, TimeUnit.SECONDS);
    assertThat(before).containsOnlyOnce("\033[?1004h").containsOnlyOnce("\033[?1004l");
    ann.await("reports again", rows -> ann.raw().indexOf("\033[?1004h", before.length()) > 0);
    ann.type("\003/quit\r");

    assertThat(ann.exitStatus(TestClient.PATIENCE)).isZero();
    assertThat(ann.raw().lastIndexOf("\033[?1004l"))
        .isGreaterThan(ann.raw().lastIndexOf("\033[?1004h"));
  }

  @Test
  void aReportDisturbsNothingThatIsTyped() throws Exception {
    TestScreen ann = screen(80, 40);
    ann.enter(create("ann"));
    TestClient bob = join("bob");

    ann.type("needle" + LOST + GOT + " in the hay" + LOST + "\r");
    bob.expect(new SessionEvent.Message("ann", "needle in the hay"));

    ann.type("half" + CTRL_R + "ne" + GOT + "ed");
    ann.awaitLine("[ann@tea] needle in the hay");
    ann.awaitLine("bck-i-search: need_");
    ann.type(LOST + "l");
    ann.awaitLine("bck-i-search: needl_");
    ann.type("\003");
    ann.awaitPrompt("[ann@tea] half");

    ann.type("\003a" + CTRL_V + GOT + "\tb\r");
    bob.expect(new SessionEvent.Message("ann", "a\tb"));

    ann.paste("1\n2\n3\n4\n5\n6");
    ann.type("\r");
    ann.awaitPrompt("Send 6 lines? [y/N]");
    ann.type(LOST + "y" + GOT + "\r");
    bob.expect(new SessionEvent.Message("ann", "6"));

    ann.type("/h" + LOST + "\t" + GOT);
    ann.awaitPrompt("[ann@tea] /help");
  }

  @Test
  void escapeAndArrowsEndASearchAsBefore() throws Exception {
    TestScreen ann = screen(80, 24);
    ann.enter(create("ann"));
    ann.type("needle in the hay\r");
    ann.awaitLine("12:01 ann: needle in the hay");

    ann.type(CTRL_R + "need");
    ann.awaitLine("bck-i-search: need_");
    ann.type("\033");
    ann.awaitPrompt("[ann@tea] needle in the hay");
    ann.type("\003" + CTRL_R + "need");
    ann.awaitLine("bck-i-search: need_");
    ann.type("\033OF!");
    ann.awaitPrompt("[ann@tea] needle in the hay!");
  }

  @Test
  void aMarkerStandsAboveTheFirstLineThatCameMeanwhile() throws Exception {
    TestScreen ann = screen(80, 24);
    ann.enter(create("ann"));
    TestClient bob = join("bob");
    say(ann, bob, "seen");

    ann.type(LOST + GOT + LOST);
    whenRead(ann);
    say(ann, bob, "first");
    say(ann, bob, "second");
    ann.type(GOT);
    whenRead(ann);
    say(ann, bob, "third");
    ann.type(LOST);
    whenRead(ann);
    say(ann, bob, "fourth");

    assertThat(ann.used())
        .containsSubsequence(
            "12:01 bob: seen",
            MARKER,
            "12:01 bob: first",
            "12:01 bob: second",
            "12:01 bob: third",
            MARKER,
            "12:01 bob: fourth");
    assertThat(ann.used().stream().filter(MARKER::equals)).hasSize(2);
    int first = ann.used().indexOf(MARKER);
    assertThat(ann.used().get(first + 1)).isEqualTo("12:01 bob: first");
  }

  @Test
  void aNewDayBeginsWithItsDate() throws Exception {
    TestScreen ann = screen(80, 24);
    ann.enter(create("ann"));
    TestClient bob = join("bob");
    say(ann, bob, "good night");

    ann.advance(Duration.ofDays(2));
    say(ann, bob, "good morning");
    say(ann, bob, "tea?");

    assertThat(ann.used())
        .containsSubsequence(
            "12:01 bob: good night",
            "-- Thursday, 3 January 2030",
            "12:01 bob: good morning",
            "12:01 bob: tea?");
    assertThat(ann.used()).filteredOn(row -> row.contains("2030")).hasSize(1);
  }

  @Test
  void whoLooksAwayIsToldWhoSaidTheirNameOnceASecond() throws Exception {
    TestScreen ann = screen(80, 24);
    open(ann, Notify.osc9, Map.of());
    TestClient bob = join("bob");
    say(ann, bob, "ann, looking");
    ann.type(LOST);
    whenRead(ann);
    say(ann, bob, "not you");
    ann.advance(Duration.ofSeconds(2));
    ann.show(new SessionEvent.Message("bob", "ann; are \007you\033 there?"));
    ann.awaitLine("12:01 bob: ann; are ␇you␛ there?");
    say(ann, bob, "ann, too soon");
    ann.type(GOT);
    whenRead(ann);
    ann.advance(Duration.ofSeconds(2));
    say(ann, bob, "ann, back");

    assertThat(ann.raw()).contains("\033]9;bob: ann, are ␇you␛ there?\033\\");
    assertThat(notifications(ann, "\033]9;")).isEqualTo(1);
  }

  @Test
  void tmuxIsAskedToHandANotificationOn() throws Exception {
    TestScreen ann = screen(80, 24);
    open(ann, Notify.osc777, Map.of("TMUX", "/tmp/tmux-0/default,1,0"));
    TestClient bob = join("bob");
    ann.type(LOST);
    whenRead(ann);

    say(ann, bob, "ann?");

    assertThat(ann.raw()).contains("\033Ptmux;\033\033]777;notify;bob;ann?\033\033\\\033\\");
  }

  @Test
  void atATerminalThatReportsNothingWhoPressesNoKeyForAMinuteIsAway() throws Exception {
    TestScreen ann = screen(80, 24);
    open(ann, Notify.osc9, Map.of());
    TestClient bob = join("bob");
    ann.advance(Duration.ofSeconds(59));
    say(ann, bob, "ann 1");
    ann.advance(Duration.ofSeconds(2));
    say(ann, bob, "ann 2");
    ann.type("x");
    ann.awaitPrompt("[ann@tea] x");
    ann.advance(Duration.ofSeconds(2));
    say(ann, bob, "ann 3");

    assertThat(notifications(ann, "\033]9;")).isEqualTo(1);
    assertThat(ann.raw()).contains("\033]9;bob: ann 2\033\\");
  }

  private void open(TestScreen screen, Notify way, Map<String, String> environment)
      throws Exception {
    Notifier notifier = Notifier.of(way, environment, false);
    screen.enter(
        create("ann"), Optional.empty(), new ScreenStyle(true, true, TimeFormat.USUAL, notifier));
  }

  private static int notifications(TestScreen screen, String begin) {
    return screen.raw().split(Pattern.quote(begin), -1).length - 1;
  }

  /** Says something and waits until it is shown. */
  private static void say(TestScreen screen, TestClient from, String text) {
    from.session().send(text);
    screen.awaitMatch("[0-9:]* " + from.name() + ": " + Pattern.quote(text));
  }

  /** Waits until everything that was typed before has been read. */
  private static void whenRead(TestScreen screen) throws Exception {
    screen.type("x");
    screen.awaitPrompt("[ann@tea] x");
    screen.type("\177");
    screen.awaitPrompt("[ann@tea]");
  }
}
