package chat.tcrp.server.rooms;

import static chat.tcrp.server.TestPeer.credentials;
import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.protocol.Status;
import chat.tcrp.server.EveryRelayTest;
import chat.tcrp.server.TestPeer;
import chat.tcrp.server.TestPeer.Answer;
import chat.tcrp.server.TestServer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Whom the host keeps out. */
class BanTest extends EveryRelayTest {
  private static final Answer BANNED = Answer.refused(Status.NOT_AUTHORISED);

  @AutoClose private final TestServer server = TestServer.start();
  private final TestPeer ann = server.peer().create("tea", "ann").keepalive();

  @Test
  void whoIsBannedIsPutOutAndStaysOut() {
    TestPeer bob = server.peer("127.0.0.2").join("tea", "bob").keepalive();
    TestPeer carol = server.peer().join("tea", "carol").keepalive();
    ann.expect("* bob joined");
    ann.expect("* carol joined");
    bob.expect("* carol joined");

    assertThat(ann.ban("Bob")).isEqualTo(Answer.DONE);

    bob.expectEnd("bob was banned by ann");
    ann.expect("* bob was banned by ann");
    carol.expect("* bob was banned by ann");
    assertThat(server.peer("127.0.0.3").tryJoin("tea", credentials("BOB"))).isEqualTo(BANNED);
    assertThat(server.peer("127.0.0.2").tryJoin("tea", credentials("dave")))
        .as("the address")
        .isEqualTo(BANNED);
    assertThat(bob.tryJoin("tea", bob.returning())).as("the old token").isEqualTo(BANNED);
    assertThat(server.peer("127.0.0.3").tryJoin("tea", credentials("dave")).status())
        .isEqualTo(Status.OK);
    assertThat(server.peer("127.0.0.2").create("coffee", "bob").leave())
        .as("another room")
        .isEqualTo(Answer.DONE);
  }

  @Test
  void aBanIsTakenBackByTheName() {
    server.peer("127.0.0.2").join("tea", "bob");
    ann.ban("bob");

    assertThat(ann.unban("carol")).isEqualTo(Answer.refused(Status.INVALID_USERNAME));
    assertThat(ann.unban("bob")).isEqualTo(Answer.DONE);

    assertThat(server.peer("127.0.0.2").tryJoin("tea", credentials("bob")).status())
        .isEqualTo(Status.OK);
  }

  @Test
  void whoSharesTheAddressOfTheHostIsBannedByNameAlone() {
    server.peer().join("tea", "bob");

    assertThat(ann.ban("bob")).isEqualTo(Answer.DONE);

    assertThat(server.peer().tryJoin("tea", credentials("bob"))).isEqualTo(BANNED);
    assertThat(server.peer().tryJoin("tea", credentials("carol")).status()).isEqualTo(Status.OK);
  }

  @Test
  void aNameMayBeBannedBeforeItComes() {
    assertThat(ann.ban("bob")).isEqualTo(Answer.DONE);

    assertThat(server.peer("127.0.0.2").tryJoin("tea", credentials("bob"))).isEqualTo(BANNED);
    ann.expectNothing();
  }

  @Test
  void onlyTheHostBansAndNotTheHost() {
    TestPeer bob = server.peer().join("tea", "bob").keepalive();
    ann.expect("* bob joined");

    assertThat(bob.ban("ann")).isEqualTo(BANNED);
    assertThat(bob.unban("ann")).isEqualTo(BANNED);
    assertThat(ann.ban("ann")).isEqualTo(Answer.refused(Status.INVALID_USERNAME));
    ann.expectNothing();
    bob.expectNothing();
  }

  @Test
  void aRoomWithAPasswordTellsOnlyWhoKnowsIt() {
    TestPeer dave = server.peer().create("safe", "dave", "secret");
    dave.ban("bob");

    assertThat(server.peer().tryJoin("safe", credentials("bob", "guess")))
        .isEqualTo(Answer.refused(Status.WRONG_PASSWORD));
    assertThat(server.peer().tryJoin("safe", credentials("bob", "secret"))).isEqualTo(BANNED);
  }

  @Test
  void thereAreNoMoreBansThanARoomMayHave() {
    for (int i = 0; i <= Bans.MAX; i++) {
      assertThat(ann.ban("n" + i)).isEqualTo(Answer.DONE);
    }

    assertThat(server.peer().tryJoin("tea", credentials("n0")).status()).isEqualTo(Status.OK);
    assertThat(server.peer().tryJoin("tea", credentials("n1"))).isEqualTo(BANNED);
  }
}
