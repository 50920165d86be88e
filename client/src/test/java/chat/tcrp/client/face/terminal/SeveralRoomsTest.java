package chat.tcrp.client.face.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.client.TestClient;
import chat.tcrp.client.face.Entered;
import chat.tcrp.client.face.Face;
import chat.tcrp.client.face.LogFile;
import chat.tcrp.client.face.Problem;
import chat.tcrp.client.session.RefusedException;
import chat.tcrp.client.session.SessionConfig;
import chat.tcrp.client.session.SessionEvent.Message;
import chat.tcrp.client.session.SessionEvent.Notice;
import chat.tcrp.protocol.RoomName;
import chat.tcrp.protocol.Username;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several rooms at one emulated terminal, with a real server. */
class SeveralRoomsTest extends ScreenTest {
  private static final String CTRL_U = "\025";
  private static final String ALT_1 = "\0331";
  private static final String ALT_2 = "\0332";

  @TempDir private Path directory;
  private TestClient bob;
  private TestClient cem;

  @BeforeEach
  void makeRooms() throws Exception {
    bob = join(create("bob"));
    cem = join(SessionConfig.create(server.address(), new RoomName("coffee"), new Username("cem")));
  }

  private SessionConfig in(String room) {
    return SessionConfig.join(server.address(), new RoomName(room), new Username("ann"));
  }

  private TestScreen entered(int columns, int rows) throws Exception {
    TestScreen ann = screen(columns, rows);
    ann.enterAll(in("tea"), in("coffee"));
    ann.awaitLine("12:01 [tea] -- 2 here: bob (host), ann");
    ann.awaitLine("12:01 [coffee] -- 2 here: cem (host), ann");
    return ann;
  }

  private Entered another(String room) throws Problem {
    try {
      return TestScreen.enterAnother(in(room));
    } catch (RefusedException e) {
      throw Problem.refused(in(room), e);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void linesCarryTheirRoomAndThePromptNamesTheOneThatIsWrittenTo() throws Exception {
    TestScreen ann = entered(80, 24);
    ann.awaitLine("12:01 -- you write to tea; Alt-1 to Alt-9 or /go switches");
    ann.awaitPrompt("[ann@tea]");

    bob.session().send("hi");
    cem.session().send("hello");
    ann.awaitLine("12:01 [tea] bob: hi");
    ann.awaitLine("12:01 [coffee] cem: hello");
    ann.type("to tea\r");
    bob.expect(new Message("ann", "to tea"));
    ann.awaitLine("12:01 [tea] ann: to tea");
    ann.type("half-typed" + ALT_2);
    ann.awaitPrompt("[ann@coffee] half-typed");
    ann.type(ALT_1);
    ann.awaitPrompt("[ann@tea] half-typed");
    ann.type(ALT_2 + "\r");
    cem.expect(new Message("ann", "half-typed"));
    ann.awaitLine("12:01 [coffee] ann: half-typed");
    ann.type("\0337");
    ann.awaitLine("12:01 !! there is no room 7; /go lists them");
    ann.awaitPrompt("[ann@coffee]");
    assertThat(bob.rest()).doesNotContain(new Message("ann", "half-typed"));
  }

  @Test
  void theListStandsInColumnsWhateverTheRoomsAreCalled() throws Exception {
    SessionConfig wide =
        new SessionConfig(
            server.address(), new RoomName("漢字"), new Username("dee"), Optional.empty(), true);
    try (TestClient dee = TestClient.enter(wide)) {
      TestScreen ann = screen(80, 40);
      ann.enterAll(in("tea"), in("coffee"), in("漢字"));
      dee.expect(new Notice("ann joined"));
      ann.type("/go\r");
      ann.awaitLine("  1 tea     you write to it");
      ann.awaitLine("  3 漢字    0 new");
    }
  }

  @Test
  void goListsWhatIsNewAndSwitchesByNumberNameOrItsBeginning() throws Exception {
    TestScreen ann = entered(80, 40);
    cem.session().send("one");
    cem.session().send("two, ann");
    ann.awaitLine("12:01 [coffee] cem: two, ann");

    ann.type("/go\r");
    ann.awaitLine("12:01 -- 2 rooms are open:");
    ann.awaitLine("  1 tea     you write to it");
    ann.awaitLine("  2 coffee  2 new, 1 with your name");
    ann.type("/go COF\r");
    ann.awaitPrompt("[ann@coffee]");
    ann.type("/clear\r/go\r");
    ann.awaitLine("  1 tea     0 new");
    ann.awaitLine("  2 coffee  you write to it");
    ann.type("/go 1\r");
    ann.awaitPrompt("[ann@tea]");
    ann.type("/go coffee\r");
    ann.awaitPrompt("[ann@coffee]");
    ann.type("/go 7\r");
    ann.awaitLine("12:01 !! no open room is meant by 7; /go lists them");
    ann.awaitPrompt("[ann@coffee]");
  }

  @Test
  void tabAndWhoAreAboutTheRoomThatIsWrittenTo() throws Exception {
    TestScreen ann = entered(80, 24);

    ann.type("b\t!");
    ann.awaitPrompt("[ann@tea] bob: !");
    ann.type(CTRL_U + ALT_2 + "c\t!");
    ann.awaitPrompt("[ann@coffee] cem: !");
    ann.type(CTRL_U + "/go t\t\r");
    ann.awaitPrompt("[ann@tea]");
    ann.type("/clear\r");
    ann.await("an empty screen", rows -> rows.equals(List.of("[ann@tea]")));
    ann.type("/who\r");
    ann.awaitLine("12:01 [tea] -- 2 here: bob (host), ann");
    ann.awaitPrompt("[ann@tea]");
    assertThat(ann.used()).noneMatch(row -> row.contains("[coffee]"));
  }

  @Test
  void aRoomThatClosesIsSaidAndTheLastOneEndsTheProgram() throws Exception {
    TestScreen ann = entered(80, 24);

    bob.close();
    ann.awaitLine("12:01 [tea] -- room closed: bob (host) left");
    ann.awaitLine("12:01 -- you write to coffee now");
    ann.awaitPrompt("[ann@coffee]");
    cem.session().send("only us");
    ann.awaitLine("12:01 cem: only us");
    ann.type("yes\r");
    cem.expect(new Message("ann", "yes"));
    cem.close();
    ann.awaitLine("12:01 -- room closed: cem (host) left");
    assertThat(ann.exitStatus(TestClient.PATIENCE)).isZero();
  }

  @Test
  void whatWasBegunForARoomThatClosedGoesToAnotherOnlyAfterAYes() throws Exception {
    TestScreen ann = entered(80, 24);
    ann.type("for bob alone");
    ann.awaitPrompt("[ann@tea] for bob alone");

    bob.close();
    ann.awaitPrompt("[ann@coffee] for bob alone");
    ann.type("\r");
    ann.awaitPrompt("tea has ended. Send this to coffee? [y/N]");
    ann.type("n\r");
    ann.awaitPrompt("[ann@coffee] for bob alone");
    ann.type("\r");
    ann.awaitPrompt("tea has ended. Send this to coffee? [y/N]");
    ann.type("y\r");
    cem.expect(new Message("ann", "for bob alone"));
    ann.type("and this\r");
    cem.expect(new Message("ann", "and this"));
  }

  @Test
  void theStatusIsThatOfTheLastRoom() throws Exception {
    TestScreen ann = entered(80, 24);
    bob.close();
    ann.awaitPrompt("[ann@coffee]");

    cem.session().kick(new Username("ann"));

    assertThat(ann.exitStatus(TestClient.PATIENCE)).isEqualTo(Problem.REFUSED);
  }

  @Test
  void aPasteGoesToTheRoomWhereItWasBegun() throws Exception {
    TestScreen ann = entered(80, 40);
    ann.paste(String.join("\n", IntStream.range(0, 8).mapToObj(i -> "line " + i).toList()));
    ann.awaitPrompt("line 7");
    ann.type("\r");
    ann.awaitPrompt("Send 8 lines to tea? [y/N]");

    ann.type(ALT_2 + "y\r");

    for (int i = 0; i < 8; i++) {
      bob.expect(new Message("ann", "line " + i));
    }
    ann.awaitPrompt("[ann@tea]");
    assertThat(cem.rest()).noneMatch(Message.class::isInstance);
  }

  @Test
  void leaveLeavesThePresentRoomAndTheLastOneEndsTheProgram() throws Exception {
    TestScreen ann = entered(80, 24);
    ann.type(ALT_2 + "/leave\r");
    ann.awaitPrompt("[ann@tea]");
    ann.awaitLine("12:01 [coffee] -- you left coffee");
    cem.expect(new Notice("ann left"));
    ann.type("still here\r");
    bob.expect(new Message("ann", "still here"));
    ann.awaitLine("12:01 ann: still here");

    ann.type("/part\r");
    ann.awaitLine("12:01 -- you left tea");
    assertThat(ann.exitStatus(TestClient.PATIENCE)).isZero();
  }

  @Test
  void quitLeavesAll() throws Exception {
    TestScreen ann = entered(80, 24);
    ann.type(CTRL_C);
    ann.awaitLine("12:01 [tea] -- Ctrl-C again or Ctrl-D leaves");
    ann.awaitLine("12:01 [coffee] -- Ctrl-C again or Ctrl-D leaves");

    ann.type("/quit\r");

    assertThat(ann.exitStatus(TestClient.PATIENCE)).isZero();
    bob.expect(new Notice("ann left"));
    cem.expect(new Notice("ann left"));
    assertThat(ann.used()).noneMatch(row -> row.contains("you write to coffee"));
  }

  @Test
  void anotherRoomIsEnteredWhileChatting() throws Exception {
    TestScreen ann = screen(80, 40);
    ann.enterBy((room, from) -> another(room));
    ann.enter(in("tea"));
    bob.session().send("alone");
    ann.awaitLine("12:01 bob: alone");

    ann.type("/join coffee\r");
    ann.awaitPrompt("[ann@coffee]");
    ann.awaitLine("12:01 -- you write to coffee; Alt-1 to Alt-9 or /go switches");
    ann.awaitMatch("12:01 \\[coffee\\] -- joined coffee as ann .*");
    bob.session().send("no longer");
    ann.awaitLine("12:01 [tea] bob: no longer");
    ann.type("hi\r");
    cem.expect(new Message("ann", "hi"));
    ann.type("/join tea\r");
    ann.awaitPrompt("[ann@tea]");
    ann.type("/join cocoa\r");
    ann.awaitMatch("12:01 !! No room named cocoa on .*");
    ann.awaitPrompt("[ann@tea]");
    ann.type("/join\r");
    ann.awaitLine("12:01 !! which room? /join ROOM; /rooms lists them");
    assertThat(ann.used().stream().filter(row -> row.contains("/help lists"))).hasSize(1);
  }

  @Test
  void theLogHasAllRoomsAndSaysWhich() throws Exception {
    Path file = directory.resolve("rooms.log");
    TestScreen ann = screen(80, 40);
    ann.log(LogFile.open(file.toString()));
    ann.enterAll(in("tea"), in("coffee"));
    bob.session().send("hi");
    ann.awaitLine("12:01 [tea] bob: hi");
    cem.session().send("hello");
    ann.awaitLine("12:01 [coffee] cem: hello");
    cem.close();
    ann.awaitLine("12:01 [coffee] -- room closed: cem (host) left");
    ann.type("bye\r");
    ann.awaitLine("12:01 ann: bye");
    ann.type("/quit\r");
    assertThat(ann.exitStatus(TestClient.PATIENCE)).isZero();

    assertThat(Files.readAllLines(file))
        .extracting(line -> line.substring(line.indexOf(' ') + 1))
        .containsSubsequence(
            "[tea] bob: hi",
            "[coffee] cem: hello",
            "[coffee] -- room closed: cem (host) left",
            "ann: bye",
            "-- you left tea");
  }

  @Test
  void moreRoomsThanThereAreKeysForAreNotEntered() throws Exception {
    TestScreen ann = screen(80, 40);
    ann.enterBy((room, from) -> another(room));
    SessionConfig[] nine =
        IntStream.rangeClosed(1, Face.MAX_ROOMS)
            .mapToObj(i -> new RoomName("room" + i))
            .map(room -> SessionConfig.create(server.address(), room, new Username("ann")))
            .toArray(SessionConfig[]::new);
    ann.enterAll(nine);

    ann.type("/join tea\r");
    ann.awaitLine("12:01 !! more than 9 rooms cannot be open; /leave leaves one");
    ann.type("\0339");
    ann.awaitPrompt("[ann@room9]");
  }

  @Test
  void allRoomsComeBackAfterTheServerWasAway() throws Exception {
    TestScreen ann = entered(80, 40);
    server.stop();
    ann.awaitLine("12:01 [tea] !! server stopping; rejoining…");
    ann.awaitLine("12:01 [coffee] !! server stopping; rejoining…");
    ann.type("/join cocoa\r");
    ann.awaitLine("12:01 !! there is no connection at the moment; try again when it is back");

    server.startAgain();

    ann.awaitLine("12:01 [tea] -- back in tea as ann");
    ann.awaitLine("12:01 [coffee] -- back in coffee as ann");
    ann.awaitPrompt("[ann@tea]");
  }

  @Test
  void aLongRoomNameLeavesRoomOnANarrowScreen() throws Exception {
    String room = "twenty-eight-bytes-long-room";
    TestClient dora =
        join(SessionConfig.create(server.address(), new RoomName(room), new Username("dora")));
    TestScreen ann = screen(40, 12);
    ann.enterAll(in("tea"), in(room));

    dora.session().send("the quick brown fox");
    ann.awaitLine("12:01 [twenty-eigh…] dora: the quick");
    ann.awaitLine("  brown fox");
    ann.type(ALT_2 + "x");
    ann.await("the prompt", rows -> rows.getLast().matches("\\[ann@twenty.*…\\] x"));
  }
}
