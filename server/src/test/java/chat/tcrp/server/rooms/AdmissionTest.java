package chat.tcrp.server.rooms;

import static chat.tcrp.server.TestPeer.credentials;
import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.protocol.Credentials;
import chat.tcrp.protocol.Password;
import chat.tcrp.protocol.Request;
import chat.tcrp.protocol.RoomName;
import chat.tcrp.protocol.Status;
import chat.tcrp.protocol.Token;
import chat.tcrp.protocol.Username;
import chat.tcrp.server.EveryRelayTest;
import chat.tcrp.server.Frames;
import chat.tcrp.server.OneServer;
import chat.tcrp.server.TestPeer;
import chat.tcrp.server.TestPeer.Answer;
import chat.tcrp.server.TestServer;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may create and join a room, and who may come back. */
class AdmissionTest extends EveryRelayTest {
  private static final RoomName TEA = new RoomName("tea");

  @AutoClose private final TestServer server = TestServer.start();

  @Test
  void aRoomIsCreatedOnce() {
    server.peer().create("tea", "ann");

    assertThat(server.peer().request(new Request.Create(TEA, credentials("bob"))))
        .isEqualTo(Answer.refused(Status.ROOM_EXISTS));
  }

  @Test
  void roomNamesAreComparedByteForByte() {
    server.peer().create("tea", "ann");

    server.peer().create("Tea", "ann");
    assertThat(server.peer().tryJoin("TEA", credentials("bob")))
        .isEqualTo(Answer.refused(Status.NO_SUCH_ROOM));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Strasse", "strasse", "STRASSE", "Straße", "Ｓtrasse"})
  void aUsernameIsTakenInEveryCaseAndForm(String username) {
    server.peer().create("tea", "Straße");

    assertThat(server.peer().tryJoin("tea", credentials(username)))
        .isEqualTo(Answer.refused(Status.USERNAME_TAKEN));
    server.peer().create("another room", username);
  }

  @Test
  void aUsernameIsFreeAgainAfterItsMemberLeft() {
    server.peer().create("tea", "ann");
    assertThat(server.peer().join("tea", "bob").leave()).isEqualTo(Answer.DONE);

    server.peer().join("tea", "BOB");
  }

  @Test
  @OneServer("a server has limits of its own")
  void roomsAndMembersAreLimited() {
    try (TestServer small =
        TestServer.start(
            config -> config.limitedTo(config.limits().with().maxRooms(1).maxMembers(2).build()))) {
      TestPeer ann = small.peer().create("tea", "ann");
      TestPeer bob = small.peer().join("tea", "bob");

      assertThat(small.peer().tryJoin("tea", credentials("carol")))
          .isEqualTo(Answer.refused(Status.ROOM_FULL));
      assertThat(
              small
                  .peer()
                  .request(new Request.Create(new RoomName("coffee"), credentials("carol"))))
          .isEqualTo(Answer.refused(Status.SERVER_FULL));

      bob.rejoin();
      assertThat(bob.leave()).isEqualTo(Answer.DONE);
      small.peer().join("tea", "carol");
      assertThat(ann.leave()).isEqualTo(Answer.DONE);
      small.peer().create("coffee", "carol");
    }
  }

  @Test
  void aRoomWithAPasswordOpensToItAlone() {
    server.peer().create("tea", "ann", "open sesame");

    assertThat(server.peer().tryJoin("tea", credentials("bob", "open barley")))
        .isEqualTo(Answer.refused(Status.WRONG_PASSWORD));
    assertThat(server.peer().tryJoin("tea", credentials("bob")))
        .as("none given")
        .isEqualTo(Answer.refused(Status.WRONG_PASSWORD));
    assertThat(server.peer().tryJoin("tea", credentials("bob", "open sesame")).status())
        .isEqualTo(Status.OK);
  }

  @Test
  void aPasswordForARoomWithoutOneDoesNotMatter() {
    server.peer().create("tea", "ann");

    assertThat(server.peer().tryJoin("tea", credentials("bob", "anything")).status())
        .isEqualTo(Status.OK);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "bob",
        "{\"username\":\"bob\"}",
        "{\"user_name\":\"bob\"}",
        "{\"user_name\":\"carol\",\"username\":\"bob\"}",
        "{\"username\":\"bob\",\"password\":null,\"token\":null,\"batch\":null}",
        "{\"username\":\"bob\",\"password\":\"\",\"token\":\"\"}",
        "{\"color\":{\"r\":[1,2]},\"username\":\"bob\",\"batch\":true}",
      })
  void credentialsComeAsPlainTextOrAsJson(String payload) {
    TestPeer ann = server.peer().create("tea", "ann").keepalive();

    assertThat(server.peer().exchange(Frames.request("tea", 2, payload), false))
        .startsWith(Frames.status("tea", 2, 0));
    ann.expect("* bob joined");
  }

  @Test
  void tooManyWrongPasswordsShutTheDoorForAWhile() {
    server.peer().create("tea", "ann", "right");
    for (int i = 0; i < AttemptLimiter.BURST; i++) {
      assertThat(server.peer().tryJoin("tea", credentials("bob", "wrong" + i)))
          .isEqualTo(Answer.refused(Status.WRONG_PASSWORD));
    }

    assertThat(server.peer().tryJoin("tea", credentials("bob", "right")))
        .isEqualTo(Answer.refused(Status.TOO_MANY_ATTEMPTS));
    assertThat(server.peer("127.0.0.2").tryJoin("tea", credentials("carol", "right")).status())
        .as("another address")
        .isEqualTo(Status.OK);

    server.advance(AttemptLimiter.REFILL);
    assertThat(server.peer().tryJoin("tea", credentials("bob", "right")).status())
        .isEqualTo(Status.OK);
  }

  @Test
  void whoGuessesDoesNotShutTheDoorForMembersNorInOtherRooms() {
    TestPeer ann = server.peer().create("tea", "ann", "right").keepalive();
    TestPeer bob = server.peer();
    bob.enter(new Request.Join(TEA, credentials("bob", "right")));
    server.peer().create("safe", "carol", "secret");
    for (int i = 0; i <= AttemptLimiter.BURST; i++) {
      server.peer().tryJoin("tea", credentials("eve", "wrong" + i));
      server.peer().request(new Request.Members(TEA, Token.random(RandomGenerator.getDefault())));
    }

    assertThat(server.peer().tryJoin("safe", credentials("eve", "secret")).status())
        .isEqualTo(Status.OK);
    assertThat(bob.members().status()).isEqualTo(Status.OK);
    assertThat(
            bob.tryJoin(
                    "tea",
                    new Credentials(
                        new Username("bob"),
                        Optional.of(new Password("right")),
                        Optional.of(bob.token()),
                        false))
                .status())
        .as("who was in already comes back")
        .isEqualTo(Status.OK);
    assertThat(ann.leave()).isEqualTo(Answer.DONE);
  }

  @Test
  void guessingTokensShutsTheDoorToo() {
    TestPeer ann = server.peer().create("tea", "ann");
    TestPeer thief = server.peer("127.0.0.2");
    Request guess = new Request.Leave(TEA, Token.random(RandomGenerator.getDefault()));
    for (int i = 0; i < AttemptLimiter.BURST; i++) {
      assertThat(thief.request(guess)).isEqualTo(Answer.refused(Status.NOT_AUTHORISED));
    }

    assertThat(thief.request(guess)).isEqualTo(Answer.refused(Status.TOO_MANY_ATTEMPTS));
    assertThat(ann.members().status()).isEqualTo(Status.OK);
  }

  @Test
  void whoRejoinsIsTheSameMemberWithANewToken() {
    TestPeer ann = server.peer().create("tea", "ann").keepalive();
    TestPeer bob = server.peer().join("tea", "bob").keepalive();
    ann.expect("* bob joined");
    TestPeer stale = bob.withSameTokenAt("127.0.0.1");

    bob.rejoin();

    assertThat(bob.token()).isNotEqualTo(stale.token());
    stale.send("the old token says something");
    bob.keepalive().send("back");
    ann.expect("bob: back");
    stale.expectNothingReceived();
    assertThat(bob.members().result())
        .isEqualTo(
            "[{\"username\":\"ann\",\"host\":true,\"idle\":0},"
                + "{\"username\":\"bob\",\"host\":false,\"idle\":0}]");
    ann.expectNothing();
  }

  @Test
  void aTokenThatWasOverheardIsNoWayIn() {
    TestPeer ann = server.peer().create("tea", "ann", "right").keepalive();
    TestPeer bob = server.peer();
    bob.enter(new Request.Join(TEA, credentials("bob", "right")));
    bob.keepalive();
    ann.expect("* bob joined");
    TestPeer thief = ann.withSameTokenAt("127.0.0.2");

    assertThat(thief.request(new Request.Create(TEA, thief.returning())))
        .isEqualTo(Answer.refused(Status.ROOM_EXISTS));
    assertThat(thief.request(new Request.Join(TEA, thief.returning())))
        .isEqualTo(Answer.refused(Status.WRONG_PASSWORD));

    ann.send("still the host");
    bob.expect("ann: still the host");
    assertThat(ann.kick("bob")).isEqualTo(Answer.DONE);
  }

  @Test
  void whoComesFromAnotherAddressIsANewMember() {
    TestPeer ann = server.peer().create("tea", "ann").keepalive();
    TestPeer bob = server.peer().join("tea", "bob").keepalive();
    ann.expect("* bob joined");
    Credentials credentials =
        new Credentials(new Username("bob"), Optional.empty(), Optional.of(bob.token()), false);

    assertThat(server.peer("127.0.0.2").tryJoin("tea", credentials))
        .isEqualTo(Answer.refused(Status.USERNAME_TAKEN));
    TestPeer moved = bob.withSameTokenAt("127.0.0.2").rejoin().keepalive();

    ann.expect("* another joined");
    bob.expect("* another joined");
    moved.send("from elsewhere");
    ann.expect("another: from elsewhere");
    bob.expect("another: from elsewhere");
  }

  @Test
  void theHostRejoinsByJoiningOrCreatingAndStaysTheHost() {
    TestPeer ann = server.peer().create("tea", "ann").keepalive();
    TestPeer bob = server.peer().join("tea", "bob").keepalive();

    ann.rejoin();
    ann.enter(new Request.Create(TEA, ann.returning()));

    assertThat(ann.kick("bob")).isEqualTo(Answer.DONE);
    bob.expectEnd("bob was removed by ann");
  }

  @Test
  void onlyTheHostRejoinsByCreating() {
    server.peer().create("tea", "ann");
    TestPeer bob = server.peer().join("tea", "bob");

    assertThat(bob.request(new Request.Create(TEA, bob.returning())))
        .isEqualTo(Answer.refused(Status.ROOM_EXISTS));
  }

  @Test
  void aRejoinNeedsThePasswordToo() {
    TestPeer ann = server.peer().create("tea", "ann", "right");

    for (Optional<Password> password :
        List.of(Optional.<Password>empty(), Optional.of(new Password("wrong")))) {
      Credentials credentials =
          new Credentials(new Username("ann"), password, Optional.of(ann.token()), false);
      assertThat(ann.tryJoin("tea", credentials)).isEqualTo(Answer.refused(Status.WRONG_PASSWORD));
      assertThat(ann.request(new Request.Create(TEA, credentials)))
          .isEqualTo(Answer.refused(Status.WRONG_PASSWORD));
    }
    assertThat(ann.members().status()).as("the session goes on").isEqualTo(Status.OK);
  }

  @Test
  void whileAnswersAreLostTheOldTokenRejoinsAgain() {
    TestPeer ann = server.peer().create("tea", "ann").keepalive();
    TestPeer bob = server.peer().join("tea", "bob").keepalive();
    ann.expect("* bob joined");

    TestPeer firstLost = bob.withSameTokenAt("127.0.0.1").rejoin();
    TestPeer secondLost = bob.withSameTokenAt("127.0.0.1").rejoin();
    TestPeer arrived = bob.withSameTokenAt("127.0.0.1").rejoin().keepalive();

    firstLost.send("lost");
    secondLost.send("lost too");
    arrived.send("at last");
    ann.expect("bob: at last");
    assertThat(bob.tryJoin("tea", bob.returning()).status())
        .as("now the new token is in use, and the old one says nothing: an ordinary join")
        .isEqualTo(Status.OK);
    ann.expect("* another joined");
  }

  @Test
  void aRequestThatComesLateDoesNotEndTheSessionAfterIt() {
    TestPeer ann = server.peer().create("tea", "ann").keepalive();
    TestPeer bob = server.peer().join("tea", "bob").keepalive();
    ann.expect("* bob joined");

    TestPeer answered = bob.withSameTokenAt("127.0.0.1").rejoin();
    bob.withSameTokenAt("127.0.0.1").rejoin();
    answered.rejoin().keepalive();

    answered.send("still me");
    ann.expect("bob: still me");
  }

  @ParameterizedTest
  @ValueSource(strings = {"AAAAAAAAAAAAAAAAAAAAAAAA", "x", "a token of another kind of server"})
  void anUnknownEarlierTokenMakesAnOrdinaryJoin(String token) {
    TestPeer ann = server.peer().create("tea", "ann").keepalive();

    assertThat(
            server
                .peer()
                .exchange(
                    Frames.request("tea", 2, "{\"username\":\"bob\",\"token\":\"" + token + "\"}"),
                    false))
        .startsWith(Frames.status("tea", 2, 0));
    ann.expect("* bob joined");
  }

  @Test
  void theTokenOfAnotherRoomMakesAnOrdinaryJoin() {
    server.peer().create("tea", "ann");
    TestPeer bob = server.peer().create("coffee", "bob").keepalive();

    assertThat(bob.tryJoin("tea", bob.returning()).status()).isEqualTo(Status.OK);

    bob.expectNothing();
    assertThat(bob.members().status()).isEqualTo(Status.OK);
  }
}
