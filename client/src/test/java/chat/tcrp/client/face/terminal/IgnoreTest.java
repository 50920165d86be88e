package chat.tcrp.client.face.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.client.Await;
import chat.tcrp.client.RunningServer;
import chat.tcrp.client.TestClient;
import chat.tcrp.client.session.LobbySession;
import chat.tcrp.client.session.SessionEvent;
import chat.tcrp.protocol.LobbyDatagram;
import chat.tcrp.protocol.Username;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whom one does not want to see, and that one does not want to see who comes and goes. */
class IgnoreTest extends ScreenTest {
  private static final String CTRL_U = "\025";

  @Test
  void nothingOfTheIgnoredIsSeenOrHeardOrFound() throws Exception {
    TestScreen ann = screen(100, 30);
    ann.enter(create("ann"));
    TestClient bob = join("bob");
    TestClient cem = join("cem");
    ann.awaitLine("12:01 * cem joined");
    ann.type("/ignore bob\r");
    ann.awaitLine("12:01 -- you ignore bob from now on; /unignore bob ends that");

    bob.session().send("hello ann, are you there?");
    cem.expect(new SessionEvent.Message("bob", "hello ann, are you there?"));
    cem.session().send("good morning");
    ann.awaitLine("12:01 cem: good morning");
    ann.type("b\t.");
    ann.awaitPrompt("[ann@tea] b.");
    ann.type(CTRL_U + "/search are you there\r");
    ann.awaitLine("12:01 -- nothing with \"are you there\" was said here since you came");
    ann.type("/kick bob\r");
    cem.expect(new SessionEvent.Notice("bob was removed by ann"));
    join("BОB");
    cem.expect(new SessionEvent.Notice("BОB joined"));
    ann.show(new SessionEvent.Notice("bob could not be reached"));
    ann.show(new SessionEvent.Notice("ann was removed by bob"));

    ann.awaitLine("12:01 * ann was removed by bob");
    assertThat(ann.bells()).isZero();
    assertThat(ann.used())
        .noneMatch(row -> row.contains(" bob: ") || row.contains("BОB"))
        .filteredOn(row -> row.contains("* bob "))
        .containsExactly("12:01 * bob joined");
  }

  @Test
  void whoIsShownAgainIsSeenAgain() throws Exception {
    TestScreen ann = screen(100, 30);
    ann.enter(create("ann"));
    TestClient bob = join("bob");
    ann.awaitLine("12:01 * bob joined");
    ann.type("/ignore\r");
    ann.awaitLine("12:01 -- you ignore nobody; /ignore NAME hides what they say");
    ann.type("/ignore b\t\r");
    ann.awaitLine("12:01 -- you ignore bob from now on; /unignore bob ends that");
    ann.type("/ignore BOB\r");
    ann.awaitLine("12:01 -- you ignore BOB already; /unignore BOB ends that");
    ann.type("/ignore\r");
    ann.awaitLine("12:01 -- you ignore bob");
    ann.type("/unignore \t\r");
    ann.awaitLine("12:01 -- what bob says is shown again");

    bob.session().send("here I am");

    ann.awaitLine("12:01 bob: here I am");
    ann.type("/unignore bob\r");
    ann.awaitLine("12:01 !! you do not ignore bob; /ignore lists whom you do");
    ann.type("/unignore\r");
    ann.awaitLine("12:01 !! whom? /unignore NAME");
  }

  @Test
  void whoCannotBeIgnoredIsSaidAndWhoIsNotHereCan() throws Exception {
    TestScreen ann = screen(100, 24);
    ann.enter(create("ann"));

    ann.type("/ignore ANN\r");
    ann.awaitLine("12:01 !! you cannot ignore yourself");
    ann.type("/ignore a:b\r");
    ann.awaitMatch("12:01 !! nobody can be called a:b: a username must not have a colon.*");
    ann.type("/ignore eve\r");
    ann.awaitLine(
        "12:01 -- you ignore eve from now on, who is not here at the moment; /unignore eve ends that");
    TestClient eve = join("eve");
    eve.session().send("psst");
    join("bob").session().send("hi");

    ann.awaitLine("12:01 bob: hi");
    assertThat(ann.used()).noneMatch(row -> row.contains("psst") || row.contains("eve joined"));
  }

  @Test
  void inTheLobbyAnyNameCanBeIgnored() throws Exception {
    server.close();
    server = RunningServer.startWithLobby();
    TestScreen ann = screen(100, 24);
    LobbySession session = ann.enterLobby(server.lobbyAddress(), new Username("ann"));
    assertThat(session.live()).isTrue();
    ann.type("/ignore Bob\r");
    ann.awaitLine("12:01 -- you ignore Bob from now on; /unignore Bob ends that");
    ann.type("/ignore *eve*\r");
    ann.awaitLine("12:01 -- you ignore *eve* from now on; /unignore *eve* ends that");
    ann.type("/quiet\r");
    ann.awaitLine("12:01 !! /quiet is for rooms; the lobby does not know who is there");

    try (DatagramSocket strangers = new DatagramSocket()) {
      for (String name : new String[] {"bob", "*eve*", "cem"}) {
        byte[] bytes = new LobbyDatagram(name, "I am " + name).encode();
        InetAddress here = InetAddress.getLoopbackAddress();
        strangers.send(new DatagramPacket(bytes, bytes.length, here, server.lobbyAddress().port()));
      }
    }

    ann.awaitLine("12:01 cem: I am cem");
    assertThat(ann.used()).noneMatch(row -> row.contains("I am bob") || row.contains("I am *eve*"));
  }

  @Test
  void whoComesAndGoesCanBeHiddenAndIsCompletedAllTheSame() throws Exception {
    TestScreen ann = screen(100, 24);
    ann.enter(create("ann"));
    ann.type("/quiet\r");
    ann.awaitLine("12:01 -- comings and goings are hidden; /quiet shows them");
    TestClient bob = join("bob");
    join("cem").close();
    bob.expect(new SessionEvent.Notice("cem left"));
    Await.until(
        "the name of bob",
        () -> {
          ann.type(CTRL_U + "b\t.");
          ann.await("the key", rows -> rows.getLast().endsWith("."));
          return ann.used().getLast().equals("[ann@tea] bob: .");
        });
    ann.type(CTRL_U + "/kick bob\r");
    ann.awaitLine("12:01 * bob was removed by ann");
    assertThat(ann.used()).noneMatch(row -> row.contains("joined") && row.contains(" * "));

    ann.type("/quiet\r");
    ann.awaitLine("12:01 -- comings and goings are shown; /quiet hides them");
    join("dora");
    ann.awaitLine("12:01 * dora joined");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aboveFiftyItIsHiddenByItselfUnlessThePersonHasDecided(boolean decided) throws Exception {
    TestScreen ann = screen(100, 70);
    ann.enter(create("ann"));
    if (decided) {
      ann.type("/quiet\r/quiet\r");
      ann.awaitLine("12:01 -- comings and goings are shown; /quiet hides them");
    }

    for (int i = 1; i <= Quiet.CROWD + 2; i++) {
      ann.show(new SessionEvent.Notice("member " + i + " joined"));
    }
    ann.show(new SessionEvent.Notice("12 members left"));
    ann.show(new SessionEvent.Message("bob", "so many"));

    ann.awaitLine("12:01 bob: so many");
    assertThat(ann.used().stream().filter(row -> row.contains("more than 50 here")))
        .hasSize(decided ? 0 : 1);
    assertThat(ann.used()).contains("12:01 * member 49 joined");
    assertThat(ann.used().contains("12:01 * member 51 joined")).isEqualTo(decided);
    assertThat(ann.used().contains("12:01 * 12 members left")).isEqualTo(decided);
    if (!decided) {
      ann.awaitLine("12:01 -- more than 50 here: comings and goings are hidden; /quiet shows them");
      ann.type("/quiet\r");
      ann.awaitLine("12:01 -- comings and goings are shown; /quiet hides them");
      ann.show(new SessionEvent.Notice("one more joined"));
      ann.awaitLine("12:01 * one more joined");
    }
  }
}
