package chat.tcrp.client.face.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.client.TestClient;
import chat.tcrp.client.session.SessionEvent;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the Tab key puts into the line. */
class CompletionTest extends ScreenTest {
  private static final String CTRL_U = "\025";
  private static final String SHIFT_TAB = "\033[Z";

  private TestScreen ann;

  @Test
  void eachTabPutsTheNextNameIntoTheLineTheLastSpeakerFirst() throws Exception {
    enter("bea", "ben", "bob");
    ann.show(new SessionEvent.Message("bob", "hi"));
    ann.show(new SessionEvent.Message("ben", "hi"));

    becomes("b\t", "ben:");
    becomes("b\t\t", "bob:");
    becomes("b\t\t\t", "bea:");
    becomes("b\t\t\t\t", "ben:");
    becomes("b\t" + SHIFT_TAB, "bea:");
    becomes("b" + SHIFT_TAB, "bea:");
    becomes("\t", "ben:");
    becomes("so b\t\t", "so bob");
    becomes("b\t\tand B\t\t", "bob: and bob");
    becomes("x\t\t", "x");
    assertThat(ann.used()).noneMatch(row -> row.contains("bea") && row.contains("ben"));
  }

  @Test
  void aMentionIsCompletedWithItsSign() throws Exception {
    enter("bob", "Ada Lovelace");

    becomes("@bo\t", "@bob");
    becomes("ask @ad\ttoo", "ask @Ada Lovelace too");
    becomes("@\t\t", "@bob");
    becomes("mail a@b\t", "mail a@b");
  }

  @Test
  void behindACommandThereIsWhatItIsAbout() throws Exception {
    enter("bob", "Ada Lovelace", "eve");
    ann.type("/ignore eve\r");
    ann.awaitLine("12:01 -- you ignore eve from now on; /unignore eve ends that");

    for (String command : List.of("/kick", "/ban", "/ignore")) {
      becomes(command + " b\t", command + " bob");
      becomes(command + " ada l\t", command + " Ada Lovelace");
      becomes(command + " e\t", command + " e");
      becomes(command + " a\t\t", command + " Ada Lovelace");
      becomes(command + " ada and b\t", command + " ada and b");
    }
    becomes("/unignore \t\t", "/unignore eve");
    becomes("/unban \t", "/unban");
    becomes("/me hugs b\t", "/me hugs bob");
    becomes("/who b\t", "/who b");
    ann.type(CTRL_U + "/ban Zoe\r");
    ann.awaitMatch("12:01 -- Zoe cannot come in again.*");
    becomes("/unban \t", "/unban Zoe");
    ann.type(CTRL_U + "/unban ZOE\r");
    ann.awaitLine("12:01 -- ZOE may come in again");
    becomes("/unban \t", "/unban");
  }

  @Test
  void commandsAreCompletedInTurn() throws Exception {
    enter();

    becomes("/un\t", "/unban");
    becomes("/un\t\t", "/unignore");
    becomes("/SEA\t", "/search");
    becomes("say /un\t", "say /un");
  }

  @Test
  void nothingIsListedHoweverMuchThereIs() throws Exception {
    enter("bea", "ben", "bob");
    List<String> before = ann.used();

    ann.type("b\004\033?\004");
    ann.awaitPrompt("[ann@tea] b");

    assertThat(ann.used().subList(0, before.size() - 1))
        .isEqualTo(before.subList(0, before.size() - 1));
  }

  private void enter(String... others) throws Exception {
    ann = screen(100, 40);
    ann.enter(create("ann"));
    for (String other : others) {
      TestClient joined = join(other);
      ann.awaitLine("12:01 * " + joined.name() + " joined");
    }
  }

  private void becomes(String keys, String line) throws Exception {
    ann.type(CTRL_U + keys);
    ann.awaitPrompt("[ann@tea] " + line);
  }
}
