package chat.tcrp.client.face.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chat.tcrp.client.Await;
import chat.tcrp.client.Proxy;
import chat.tcrp.client.TestClient;
import chat.tcrp.client.face.SlashCommand;
import chat.tcrp.client.session.ChatSession;
import chat.tcrp.client.session.RefusedException;
import chat.tcrp.client.session.SessionConfig;
import chat.tcrp.client.session.SessionEvent;
import chat.tcrp.client.session.TcrpClient;
import chat.tcrp.protocol.Credentials;
import chat.tcrp.protocol.Request;
import chat.tcrp.protocol.RoomName;
import chat.tcrp.protocol.Token;
import chat.tcrp.protocol.Username;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jline.terminal.Attributes.LocalFlag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The editor and the screen, with a real session and a real server, in an emulated terminal. */
class TerminalFaceTest extends ScreenTest {
  /** Two seconds on a machine that has nothing else to do. */
  private static final Duration PROMPTLY = Duration.ofSeconds(10);

  private static final ScreenStyle COLORFUL = new ScreenStyle(true, true);
  private static final RoomName TEA = new RoomName("tea");
  private static final String CTRL_D = "\004";
  private static final String CTRL_U = "\025";
  private static final String UP = "\033OA";

  @TempDir private Path directory;

  @Test
  void aHalfTypedLineStaysWholeWhileAHundredMessagesArrive() throws Exception {
    TestScreen ann = screen(60, 130);
    ann.enter(create("ann"));
    TestClient bob = join("bob");
    ann.type("half-typed 日本語 🍵 te");
    ann.awaitPrompt("[ann@tea] half-typed 日本語 🍵 te");

    for (int i = 0; i < 100; i++) {
      bob.session().send("message " + i);
    }

    ann.awaitLine("12:01 bob: message 99");
    ann.awaitPrompt("[ann@tea] half-typed 日本語 🍵 te");
    assertThat(ann.used().stream().filter(row -> row.contains("bob: ")))
        .containsExactlyElementsOf(
            IntStream.range(0, 100).mapToObj(i -> "12:01 bob: message " + i).toList());
    assertThat(ann.used().stream().filter(row -> row.contains("[ann@tea]"))).hasSize(1);
    ann.type("a\r");
    bob.expect(new SessionEvent.Message("ann", "half-typed 日本語 🍵 tea"));
  }

  @Test
  void aLineLongerThanTwoRowsOfANarrowScreenStaysWholeToo() throws Exception {
    TestScreen ann = screen(40, 30);
    ann.enter(create("ann"));
    TestClient bob = join("bob");
    ann.type("0123456789".repeat(3) + "x" + "漢".repeat(20) + "end");
    List<String> typed =
        List.of("[ann@tea] " + "0123456789".repeat(3), "x" + "漢".repeat(19), "漢end");
    ann.await("the typed rows", rows -> endsWith(rows, typed));

    for (int i = 0; i < 100; i++) {
      bob.session().send("message " + i);
    }

    ann.awaitLine("12:01 bob: message 99");
    ann.await("the typed rows", rows -> endsWith(rows, typed));
    assertThat(ann.used()).filteredOn(row -> row.contains("0123456789")).hasSize(1);
  }

  @Test
  void hostileTextShowsHarmlessly() throws Exception {
    TestScreen ann = screen(100, 24);
    ann.enter(create("ann"));
    String before = ann.raw();

    String hostile =
        "\033]0;owned\007\033[2J\033[10;10Hx\u009b2J\u202egnp.exe\033]52;c;b3duZWQ=\007\r\n!";
    ann.show(new SessionEvent.Message("m\033[31mallory", hostile));
    ann.show(new SessionEvent.Notice(hostile));
    ann.show(new SessionEvent.ConnectionLost(hostile));

    String shown = "␛]0;owned␇␛[2J␛[10;10Hx�2J�gnp.exe␛]52;c;b3duZWQ=␇␍␊!";
    ann.awaitLine("12:01 m␛[31mallory: " + shown);
    ann.awaitLine("12:01 * " + shown);
    ann.awaitLine("12:01 !! " + shown + "; rejoining…");
    ann.awaitPrompt("[ann@tea]");
    assertThat(ann.raw().substring(before.length()))
        .doesNotContain("\007", "\033]", "\u009b", "\u202e", "\033[2J", "\033[10;10H");
  }

  @Test
  void onesOwnNameIsHighlightedAndRingsTheBellOnceASecond() throws Exception {
    TestScreen ann = screen(80, 24);
    ann.enter(create("ann"));
    TestClient bob = join("bob");

    bob.session().send("not Annabel");
    ann.awaitLine("12:01 bob: not Annabel");
    assertThat(ann.bells()).isZero();

    bob.session().send("but Ann, and ann");
    ann.awaitLine("12:01 bob: but Ann, and ann");
    assertThat(ann.bells()).isEqualTo(1);
    assertThat(ann.raw()).containsPattern("but \033\\[[0-9;]*7[0-9;]*mAnn\033");
  }

  @Test
  void whoWantsNoBellHasNone() throws Exception {
    TestScreen ann = screen(80, 24);
    ann.enter(create("ann"), Optional.empty(), new ScreenStyle(true, false));
    TestClient bob = join("bob");

    bob.session().send("tea, ann?");

    ann.awaitLine("12:01 bob: tea, ann?");
    assertThat(ann.bells()).isZero();
    assertThat(ann.raw()).containsPattern("tea, \033\\[[0-9;]*7[0-9;]*mann\033");
  }

  @Test
  void withoutColorsNothingIsColored() throws Exception {
    TestScreen ann = screen(80, 24);
    ann.enter(create("ann"), Optional.empty(), new ScreenStyle(false, true));
    TestClient bob = join("bob");
    bob.session().send("hi ann");
    ann.awaitLine("12:01 bob: hi ann");
    ann.type("/hlep\r");
    ann.awaitLine("12:01 !! there is no /hlep; did you mean /help?");

    assertThat(ann.raw()).doesNotContainPattern("\033\\[[0-9;]*[1-9][0-9;]*m");
    assertThat(ann.bells()).isEqualTo(1);
  }

  @Test
  void tabCompletesCommandsAndNames() throws Exception {
    TestScreen ann = screen(80, 24);
    ann.enter(create("ann"));
    join("Ada Lovelace");
    join("bob");
    ann.awaitLine("12:01 * bob joined");

    ann.type("/he\t");
    ann.awaitPrompt("[ann@tea] /help");
    ann.type(CTRL_U + "ada l\tlook, b\t!");
    ann.awaitPrompt("[ann@tea] Ada Lovelace: look, bob !");
    ann.type(CTRL_U + "/kick ada\t.");
    ann.awaitPrompt("[ann@tea] /kick Ada Lovelace .");
  }

  @Test
  void whoIsOnlyCountedIsCompletedSoonAndWhoIsGoneIsNot() throws Exception {
    TestScreen ann = screen(100, 80);
    ChatSession host = ann.enter(create("ann"));
    ann.type("/quiet\r/quiet\r");
    ann.awaitLine("12:01 -- comings and goings are shown; /quiet hides them");
    TcrpClient client = new TcrpClient(server.address(), Optional.empty(), TestClient.PATIENCE);
    Map<String, Token> tokens = new LinkedHashMap<>();
    for (int i = 0; i < 80; i++) {
      String name = "Zacharias " + i;
      tokens.put(name, client.enter(joinRequest(name)).token());
    }
    ann.awaitMatch("12:01 \\* [0-9]+ members joined");
    for (int i = 60; i < 80; i++) {
      awaitCompletion(ann, "zacharias " + i, "Zacharias " + i + ":");
    }

    for (int i = 60; i < 80; i++) {
      client.carryOut(new Request.Leave(TEA, tokens.get("Zacharias " + i)));
    }
    ann.awaitMatch("12:01 \\* [0-9]+ members left");
    for (int i = 60; i < 80; i++) {
      awaitCompletion(ann, "zacharias " + i, "zacharias " + i);
    }
    awaitCompletion(ann, "zacharias 59", "Zacharias 59:");
    assertThat(host.live()).isTrue();
    assertThat(ann.used()).noneMatch(row -> row.contains(" !! "));
  }

  /** Presses Tab behind a text until it becomes another. */
  private static void awaitCompletion(TestScreen screen, String text, String completed)
      throws Exception {
    Await.until(
        completed,
        () -> {
          screen.type(CTRL_U + text + "\t.");
          screen.await("the key", rows -> rows.getLast().endsWith("."));
          return screen.used().getLast().replace(" .", ".").equals("[ann@tea] " + completed + ".");
        });
  }

  private static Request.Join joinRequest(String name) {
    return new Request.Join(TEA, Credentials.of(new Username(name)));
  }

  @Test
  void aTypoGetsASuggestionAndTwoSlashesSendOne() throws Exception {
    TestScreen ann = screen(100, 24);
    ann.enter(create("ann"));
    TestClient bob = join("bob");

    ann.type("/wo\r");
    ann.awaitLine("12:01 !! there is no /wo; did you mean /who?");
    ann.type("/usr/bin\r");
    ann.awaitLine(
        "12:01 !! there is no /usr/bin; /help lists the commands, and //usr/bin sends it as text");
    ann.type("//usr/bin\r");
    bob.expect(new SessionEvent.Message("ann", "/usr/bin"));
    ann.awaitLine("12:01 ann: /usr/bin");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ann", "a name of some length"})
  void theWelcomeFitsTheScreen(String name) throws Exception {
    for (String room : List.of("tea", "twenty-eight-bytes-long-room")) {
      TestScreen ann = screen(80, 24);
      SessionConfig config =
          new SessionConfig(
              server.address(), new RoomName(room), new Username(name), Optional.empty(), true);
      ann.enter(config);

      assertThat(String.join(" ", ann.used()).replaceAll(" +", " "))
          .containsPattern(
              "created "
                  + room
                  + "; it closes when you leave \\(udp ok, not encrypted, [0-9.]+ ms\\)");
      assertThat(ann.used()).noneMatch(row -> row.startsWith(")") || row.startsWith("ms"));
    }
  }

  @Test
  void longLinesAreBrokenBetweenWordsBelowTheirText() throws Exception {
    TestScreen ann = screen(40, 24);
    ann.enter(create("ann"));
    TestClient bob = join("bob");

    bob.session().send("the quick brown fox jumps over the lazy dog, twice");

    ann.awaitLine("12:01 bob: the quick brown fox jumps");
    ann.awaitLine("           over the lazy dog, twice");
    ann.awaitPrompt("[ann@tea]");
  }

  @Test
  void aCommandBehindABlankIsACommand() throws Exception {
    TestScreen ann = screen(100, 24);
    ann.enter(create("ann"));
    TestClient bob = join("bob");

    ann.type(" /who\r");
    ann.awaitLine("12:01 -- 2 here: ann (host), bob");
    ann.type("  /usr/bin\r");
    ann.awaitLine(
        "12:01 !! there is no /usr/bin; /help lists the commands, and //usr/bin sends it as text");
    ann.type("  // a comment\r");
    bob.expect(new SessionEvent.Message("ann", "  // a comment"));
    assertThat(bob.seen().stream().filter(SessionEvent.Message.class::isInstance)).hasSize(1);
  }

  @Test
  void aCommandWithoutArgumentsSaysSo() throws Exception {
    TestScreen ann = screen(80, 24);
    ann.enter(create("ann"));

    for (SlashCommand command : SlashCommand.values()) {
      if (!command.takesArgument()) {
        ann.type(command.word() + " now\r");
        ann.awaitLine("12:01 !! " + command.word() + " takes no argument");
      }
    }
    ann.awaitPrompt("[ann@tea]");
  }

  @Test
  void commandsAnswerAboveThePrompt() throws Exception {
    TestScreen ann = screen(80, 40);
    ann.enter(create("ann"));
    join("bob");
    ann.awaitLine("12:01 * bob joined");

    ann.type("/who\r");
    ann.awaitLine("12:01 -- 2 here: ann (host), bob");
    ann.type("/rooms\r");
    ann.awaitLine("12:01 -- 1 room:");
    ann.awaitLine("  tea         2");
    ann.type("/ping\r");
    ann.awaitMatch("12:01 -- the server answered in .* ms");
    ann.type("/help\r");
    for (SlashCommand command : SlashCommand.values()) {
      ann.awaitLine("  " + command.help());
    }
    ann.type("/kick bob\r");
    ann.awaitMatch("12:01 \\* bob was removed.*");
    ann.type("/kick\r");
    ann.awaitLine("12:01 !! whom? /kick NAME");
    ann.type("/clear\r");
    ann.await("an empty screen", rows -> rows.equals(List.of("[ann@tea]")));
  }

  @Test
  void theHostBansAndTakesItBack() throws Exception {
    TestScreen ann = screen(100, 24);
    ann.enter(create("ann"));
    TestClient bob = join("bob");
    ann.awaitLine("12:01 * bob joined");

    ann.type("/ban b\t\r");
    ann.awaitLine("12:01 * bob was banned by ann");
    ann.awaitLine("12:01 -- bob cannot come in again; /unban bob takes that back");
    bob.expect(new SessionEvent.Ended("bob was banned by ann", SessionEvent.Cause.REMOVED));
    assertThatThrownBy(() -> join("bob")).isInstanceOf(RefusedException.class);
    ann.type("/unban bob\r");
    ann.awaitLine("12:01 -- bob may come in again");
    join("bob");
    ann.type("/ban 100%s\r");
    ann.awaitLine("12:01 -- 100%s cannot come in again; /unban 100%s takes that back");
  }

  @Test
  void aBanThatMakesNoSenseSaysWhy() throws Exception {
    TestClient host = opened(TestClient.enter(create("host")));
    try (Proxy way = new Proxy(server.address(), 1)) {
      TestScreen ann = screen(100, 24);
      ann.enter(config("ann", false));
      ann.type("/ban\r");
      ann.awaitLine("12:01 !! whom? /ban NAME");
      ann.type("/unban\r");
      ann.awaitLine("12:01 !! whom? /unban NAME");
      ann.type("/ban host\r");
      ann.awaitLine("12:01 !! only the host of tea can ban somebody");
      ann.type("/unban host\r");
      ann.awaitLine("12:01 !! only the host of tea can take a ban back");

      TestScreen cem = screen(100, 24);
      cem.enter(SessionConfig.create(way.address(), new RoomName("cocoa"), new Username("cem")));
      cem.type("/ban cem\r");
      cem.awaitLine("12:01 !! nobody whom you could ban is called cem");
      cem.type("/unban eve\r");
      cem.awaitLine("12:01 !! nobody called eve is banned");
      way.knowsOperationsUpTo(6);
      cem.type("/ban eve\r");
      cem.awaitLine("12:01 !! " + way.address() + " does not know /ban; it is an older one");
    }
    assertThat(host.session().members()).hasSize(2);
  }

  @Test
  void aPasteOfThreeLinesSendsThree() throws Exception {
    TestScreen ann = screen(80, 24);
    ann.enter(create("ann"));
    TestClient bob = join("bob");

    ann.paste("one\n// two\n/quit");
    ann.awaitPrompt("/quit");
    ann.type("\r");

    bob.expect(new SessionEvent.Message("ann", "one"));
    bob.expect(new SessionEvent.Message("ann", "// two"));
    bob.expect(new SessionEvent.Message("ann", "/quit"));
    ann.awaitPrompt("[ann@tea]");
  }

  @Test
  void aPasteOfEightLinesIsSentOnlyAfterAYes() throws Exception {
    TestScreen ann = screen(80, 40);
    ann.enter(create("ann"));
    TestClient bob = join("bob");

    ann.paste("1\n2\n3\n4\n5\n6\n7\n8");
    for (String no : List.of("\r", "n\r", CTRL_C)) {
      ann.awaitPrompt("8");
      ann.type("\r");
      ann.awaitPrompt("Send 8 lines? [y/N]");
      ann.type(no);
    }
    ann.awaitPrompt("8");
    ann.type("\r");
    ann.awaitPrompt("Send 8 lines? [y/N]");
    ann.type("y\r");

    for (int i = 1; i <= 8; i++) {
      bob.expect(new SessionEvent.Message("ann", "" + i));
    }
    assertThat(bob.seen().stream().filter(SessionEvent.Message.class::isInstance)).hasSize(8);
    ann.awaitPrompt("[ann@tea]");
  }

  @Test
  void ctrlUDiscardsAWholePaste() throws Exception {
    TestScreen ann = screen(80, 40);
    ann.enter(create("ann"));
    ann.paste("1\n2\n3");
    ann.awaitPrompt("3");

    ann.type(CTRL_U);

    ann.awaitPrompt("[ann@tea]");
  }

  @Test
  void aLineEnteredWhileTheServerIsAwayIsKeptAndSentAfterItsReturn() throws Exception {
    TestScreen ann = screen(80, 24);
    ann.enter(create("ann"));
    server.stop();
    ann.awaitLine("12:01 !! server stopping; rejoining…");

    ann.type("important\r");
    ann.awaitLine("12:01 !! not sent: there is no connection at the moment; your text is kept");
    ann.awaitPrompt("[ann@tea] important");

    server.restart();
    ann.awaitLine("12:01 -- back in tea as ann");
    TestClient bob = join("bob");
    ann.awaitPrompt("[ann@tea] important");
    ann.type("\r");
    bob.expect(new SessionEvent.Message("ann", "important"));
    ann.awaitLine("12:01 ann: important");
  }

  @Test
  void textThatWasBeingTypedIsShownWhenTheRoomCloses() throws Exception {
    TestClient host = opened(TestClient.enter(create("host")));
    TestScreen ann = screen(80, 24);
    ann.enter(config("ann", false));
    ann.type("half-ty");
    ann.awaitPrompt("[ann@tea] half-ty");

    host.close();

    ann.awaitLine("12:01 !! not sent: half-ty");
    assertThat(ann.exitStatus(PROMPTLY)).isZero();
    assertThat(ann.used()).noneMatch(row -> row.contains("[ann@tea]"));
  }

  @Test
  void whoIsRemovedEndsWithOne() throws Exception {
    TestClient host = opened(TestClient.enter(create("host")));
    TestScreen ann = screen(80, 24);
    ann.enter(config("ann", false));

    host.session().kick(new Username("ann"));

    assertThat(ann.exitStatus(PROMPTLY)).isEqualTo(1);
  }

  @Test
  void quitAndCtrlCAndCtrlDLeaveWithZero() throws Exception {
    join(create("host"));
    for (String end : List.of("/quit\r", CTRL_C + CTRL_C, CTRL_D)) {
      TestScreen ann = screen(80, 24);
      ann.enter(config("ann", false));
      ann.type(end);
      assertThat(ann.exitStatus(PROMPTLY)).isZero();
      assertThat(ann.used()).last().isEqualTo("12:01 -- you left tea");
    }
  }

  @Test
  void leavingIsPromptWhenTheServerIsGone() throws Exception {
    TestScreen ann = screen(80, 24);
    ann.enter(create("ann"));
    server.stop();

    ann.type(CTRL_C + CTRL_C);

    assertThat(ann.exitStatus(PROMPTLY)).isZero();
  }

  @Test
  void theTerminalNeitherEchoesNorIsCanonicalWhileChattingAndIsAgainAfterwards() throws Exception {
    TestScreen ann = screen(80, 24);
    ann.enter(create("ann"));
    assertThat(ann.terminal().getAttributes().getLocalFlag(LocalFlag.ECHO)).isFalse();

    ann.type(CTRL_D);

    assertThat(ann.exitStatus(PROMPTLY)).isZero();
    assertThat(ann.raw()).endsWith("\n").contains("\033[?2004l");
  }

  @Test
  void whatWasTypedIsThereAgainInTheNextRun() throws Exception {
    typedLinesAreKept(History.ofUser(Map.of("XDG_STATE_HOME", directory.toString())));
  }

  @Test
  void aDamagedHistoryIsNoObstacle() throws Exception {
    Map<String, String> environment = Map.of("XDG_STATE_HOME", directory.toString());
    Path file = History.ofUser(environment).orElseThrow().file();
    Files.write(
        file, new byte[] {'1', ':', 'a', '\n', '2', ':', (byte) 0xff, 0, '\n', '3', ':', '\\'});

    typedLinesAreKept(History.ofUser(environment));
  }

  private void typedLinesAreKept(Optional<History> history) throws Exception {
    TestScreen first = screen(80, 24);
    first.enter(create("ann"), history, COLORFUL);
    first.type("tea is ready\r");
    first.awaitLine("12:01 ann: tea is ready");
    first.type(CTRL_D);
    assertThat(first.exitStatus(PROMPTLY)).isZero();

    TestScreen second = screen(80, 24);
    second.enter(create("ann"), history, COLORFUL);
    second.type(UP);
    second.awaitPrompt("[ann@tea] tea is ready");
  }

  @Test
  void aPercentSignInANameIsJustThat() throws Exception {
    TestScreen ann = screen(80, 24);
    ann.enter(create("100%N%{"));

    ann.type("x");

    ann.awaitPrompt("[100%N%{@tea] x");
  }

  private static boolean endsWith(List<String> rows, List<String> end) {
    return rows.size() >= end.size()
        && rows.subList(rows.size() - end.size(), rows.size()).equals(end);
  }
}
