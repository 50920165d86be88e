package chat.tcrp.server.relay;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.protocol.ClientDatagram;
import chat.tcrp.protocol.Credentials;
import chat.tcrp.protocol.PrivateText;
import chat.tcrp.protocol.Request;
import chat.tcrp.protocol.RoomName;
import chat.tcrp.protocol.ServerDatagram;
import chat.tcrp.protocol.Username;
import chat.tcrp.server.EveryRelayTest;
import chat.tcrp.server.Frames;
import chat.tcrp.server.SealedPeer;
import chat.tcrp.server.TestPeer;
import chat.tcrp.server.TestServer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What members say to one other alone. */
class PrivateMessageTest extends EveryRelayTest {
  private static final String NOT_SENT = "; your private message was not sent";

  @AutoClose private final TestServer server = TestServer.startSealed();
  private final TestPeer ann = server.peer().create("tea", "ann").keepalive();
  private final TestPeer bob = server.peer().join("tea", "bob").keepalive();
  private final TestPeer carol = server.peer().join("tea", "carol").keepalive();

  PrivateMessageTest() {
    ann.expect("* bob joined");
    ann.expect("* carol joined");
    bob.expect("* carol joined");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "bob:hello|hello",
        "bob: hello|hello",
        "bob:  hello| hello",
        "Bob: by another look of the name|by another look of the name",
        "b\u043eb: a: b|a: b",
      })
  void onlyTheRecipientGetsIt(String sent, String text) {
    ann.send("\002" + sent);

    bob.expect("\002* privately from ann: " + text);
    ann.expectNothing();
    carol.expectNothing();
  }

  @Test
  void itIsCleanedAsAnyMessageIs() {
    ann.send("\002bob: \002\033[2J\tx\u202e\n* ann left");

    bob.expect("\002* privately from ann:   [2J\tx * ann left");
    carol.expectNothing();
  }

  @Test
  void whatBeginsSoInTheMiddleIsAMessageToAll() {
    ann.send("x\002bob: hello");

    bob.expect("ann: x bob: hello");
    carol.expect("ann: x bob: hello");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "dave: hi|nobody here is called dave",
        "Ann: hi|that is yourself",
        "bob:|there is no text",
        "bob: |there is no text",
        "bob|nobody can have such a name",
        ": hi|nobody can have such a name",
        "* bob: hi|nobody can have such a name",
      })
  void whoseCannotBePassedOnIsToldAlone(String sent, String why) {
    ann.send("\002" + sent);

    ann.expect("* " + why + NOT_SENT);
    bob.expectNothing();
    carol.expectNothing();
  }

  @Test
  void aNameOfAnyLengthIsNoHarm() {
    ann.send("\002" + "x".repeat(4000));
    ann.expect("* nobody can have such a name" + NOT_SENT);
    ann.send("\002" + "x".repeat(255) + ":y");
    ann.expect("* nobody here is called " + "x".repeat(255) + NOT_SENT);
    ann.send("\002");
    ann.expect("* nobody can have such a name" + NOT_SENT);
    bob.expectNothing();
  }

  @Test
  void whoHasNeverBeenHeardCannotBeReached() {
    server.peer().join("tea", "dave");
    ann.expect("* dave joined");

    ann.send("\002dave: hi");

    ann.expect("* dave cannot be reached yet" + NOT_SENT);
  }

  @Test
  void somebodyOfAnotherRoomIsNotHere() {
    TestPeer dave = server.peer().create("coffee", "dave").keepalive();

    ann.send("\002dave: hi");

    ann.expect("* nobody here is called dave" + NOT_SENT);
    dave.expectNothing();
  }

  @Test
  void theGreatestThatFitsIsPassedOnWhole() {
    int max =
        PrivateText.maxTextBytes(
            new Username("ann"),
            new Username("bob"),
            ClientDatagram.maxMessageBytes(ann.room(), ann.token()));

    ann.send(new PrivateText(new Username("bob"), "m".repeat(max)).message());

    bob.expect("\002* privately from ann: " + "m".repeat(max));
  }

  @Test
  void whatIsTooLongWithWhatStandsBeforeItIsNotSent() {
    // Each byte that is no UTF-8 becomes three.
    byte[] notUtf8 = new byte[1400];
    Arrays.fill(notUtf8, (byte) 0xff);
    ann.sendRaw(
        Frames.concat(
            new byte[] {3, 24},
            Frames.utf8("tea"),
            ann.token().encode(),
            Frames.utf8("\002bob:"),
            notUtf8));

    ann.expect(
        "* with what stands before it, it has 4223 bytes, at most %d fit%s"
            .formatted(ServerDatagram.MAX_BYTES, NOT_SENT));
    bob.expectNothing();
  }

  @Test
  void itStandsAloneAlsoForWhoTakesBatches() {
    TestPeer dave =
        server
            .peer()
            .enter(
                new Request.Join(
                    ann.room(),
                    new Credentials(
                        new Username("dave"), Optional.empty(), Optional.empty(), true)))
            .keepalive();
    ann.expect("* dave joined");
    dave.send("here");
    ann.expect("dave: here");

    for (int i = 0; i < 50; i++) {
      ann.send("to all " + i);
      ann.send("\002dave: to you " + i);
    }

    int alone = 0;
    for (int heard = 0; heard < 100; ) {
      byte[] datagram = dave.receive();
      if (datagram[0] == PrivateText.MARK) {
        assertThat(ServerDatagram.decode(datagram))
            .containsExactly(new ServerDatagram.Private("ann", "to you " + alone));
        alone++;
      }
      heard += ServerDatagram.decode(datagram).size();
    }
    assertThat(alone).isEqualTo(50);
  }

  @Test
  void sealedAndPlainMembersReachEachOther() {
    SealedPeer dave = server.sealedPeer();
    dave.join("tea", "dave").keepalive();
    ann.expect("* dave joined");

    dave.send("\002ann: sealed as far as the server");
    ann.expect("\002* privately from dave: sealed as far as the server");
    ann.send("\002dave: hello");
    dave.expect("\002* privately from ann: hello");
    carol.expect("* dave joined");
    carol.expectNothing();
  }

  @Test
  void itIsNotKeptForWhoComesBack() {
    TestPeer dave = server.peer();
    dave.enter(following("dave", dave, false));
    dave.progress();
    ann.expect("* dave joined");
    dave.send("line 1");
    ann.expect("dave: line 1");
    ann.send("\002dave: a word");
    ann.expectNothing();

    dave.enter(following("dave", dave, true));

    assertThat(dave.progress().last()).as("it has no number").isEqualTo(1);
  }

  private static Request following(String name, TestPeer who, boolean again) {
    return new Request.Join(
        new RoomName("tea"),
        new Credentials(
            new Username(name),
            Optional.empty(),
            again ? Optional.of(who.token()) : Optional.empty(),
            false,
            Optional.of(0L),
            false));
  }

  @ParameterizedTest
  @ValueSource(strings = {"lunch", "back at 3, \u2615"})
  void whoWritesToSomebodyAwayIsToldOnce(String text) {
    bob.away(text);
    ann.send("\002bob: are you there?");
    bob.expect("\002* privately from ann: are you there?");
    ann.expect("* bob is away: " + text);
    ann.send("\002bob: hello?");
    bob.expect("\002* privately from ann: hello?");
    ann.expectNothing();

    server.advance(Duration.ofSeconds(1));
    bob.away(text);
    ann.send("\002bob: and now?");
    ann.expect("* bob is away: " + text);
    bob.back();
    ann.send("\002bob: ah");
    ann.expectNothing();
    carol.expectNothing();
  }
}
