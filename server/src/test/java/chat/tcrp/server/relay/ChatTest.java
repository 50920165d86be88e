package chat.tcrp.server.relay;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.protocol.ClientDatagram;
import chat.tcrp.server.EveryRelayTest;
import chat.tcrp.server.Frames;
import chat.tcrp.server.OneServer;
import chat.tcrp.server.TestPeer;
import chat.tcrp.server.TestServer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of the datagrams of members, and of others. */
class ChatTest extends EveryRelayTest {
  @AutoClose private final TestServer server = TestServer.start();

  @Test
  void messagesGoToTheOthersInTheRoomAndNotBack() {
    TestPeer ann = server.peer().create("tea", "ann").keepalive();
    TestPeer bob = server.peer().join("tea", "bob").keepalive();
    ann.expect("* bob joined");

    ann.send("hello");
    bob.expect("ann: hello");
    bob.send("good evening, ☕");
    ann.expect("bob: good evening, ☕");

    ann.expectNothing();
    bob.expectNothing();
  }

  @Test
  void roomsDoNotHearEachOther() {
    TestPeer ann = server.peer().create("tea", "ann").keepalive();
    TestPeer bob = server.peer().join("tea", "bob").keepalive();
    TestPeer carol = server.peer().create("coffee", "carol").keepalive();
    TestPeer dave = server.peer().join("coffee", "dave").keepalive();
    ann.expect("* bob joined");
    carol.expect("* dave joined");

    ann.send("tea?");
    bob.expect("ann: tea?");
    carol.send("coffee!");
    dave.expect("carol: coffee!");

    Stream.of(ann, bob, carol, dave).forEach(TestPeer::expectNothing);
  }

  @Test
  @OneServer("what is on its way is heard by who comes meanwhile")
  void theFirstMessageRegistersTheAddressAsAKeepaliveDoes() {
    TestPeer ann = server.peer().create("tea", "ann");
    TestPeer bob = server.peer().join("tea", "bob");

    ann.send("anyone?");
    ann.keepalive();
    bob.send("nobody hears who has not been heard");
    ann.expect("bob: nobody hears who has not been heard");
    bob.expectNothing();
  }

  @Test
  void aKeepaliveIsAcknowledgedAndNotRelayed() {
    TestPeer ann = server.peer().create("tea", "ann").keepalive();
    TestPeer bob = server.peer().join("tea", "bob").keepalive();
    ann.expect("* bob joined");

    bob.keepalive().keepalive();

    ann.expectNothing();
    bob.expectNothing();
  }

  @Test
  void aMemberWhosePortChangesReceivesAtTheNewOneOnly() {
    TestPeer ann = server.peer().create("tea", "ann").keepalive();
    TestPeer bob = server.peer().join("tea", "bob").keepalive();
    ann.expect("* bob joined");

    TestPeer moved = bob.withSameTokenAt("127.0.0.1");
    moved.send("from another port");
    ann.expect("bob: from another port");
    ann.send("seen");

    moved.expect("ann: seen");
    bob.expectNothingReceived();
  }

  /** What is sent by, or with the token of, somebody who may not send it. */
  interface Intrusion {
    void by(TestPeer stranger, TestPeer member);
  }

  static Stream<Arguments> intrusions() {
    return Stream.of(
        intrusion("a token from another address", (stranger, member) -> stranger.send("hello")),
        intrusion("a keepalive from another address", (stranger, member) -> stranger.send("")),
        intrusion(
            "the token of another room",
            (stranger, member) -> member.withSameTokenFor("coffee").send("hello")),
        intrusion(
            "a room that is not there",
            (stranger, member) -> member.withSameTokenFor("cocoa").send("hello")),
        intrusion(
            "a room whose name only begins so",
            (stranger, member) -> member.withSameTokenFor("te").send("hello")),
        intrusion(
            "an unknown token",
            (stranger, member) ->
                stranger.sendRaw(datagram(3, 24, "tea", "A".repeat(24), "hello"))),
        intrusion(
            "a short token",
            (stranger, member) -> stranger.sendRaw(datagram(3, 1, "tea", "A", ""))),
        intrusion(
            "a token of 255 bytes",
            (stranger, member) ->
                stranger.sendRaw(datagram(3, 255, "tea", "A".repeat(255), "hello"))),
        intrusion("an empty datagram", (stranger, member) -> stranger.sendRaw(new byte[0])),
        intrusion("one byte", (stranger, member) -> stranger.sendRaw(new byte[] {3})),
        intrusion("zeros", (stranger, member) -> stranger.sendRaw(new byte[2])),
        intrusion(
            "a datagram cut short",
            (stranger, member) -> member.sendRaw(Arrays.copyOf(valid(member, ""), 28))),
        intrusion(
            "sizes beyond the end",
            (stranger, member) -> stranger.sendRaw(datagram(255, 255, "tea", "", ""))),
        intrusion(
            "4097 bytes",
            (stranger, member) ->
                member.sendRaw(Arrays.copyOf(valid(member, "x".repeat(4000)), 4097))));
  }

  @ParameterizedTest
  @MethodSource("intrusions")
  void whoHasNotProvenATokenIsNeitherHeardNorAnswered(Intrusion intrusion) {
    server.peer().create("coffee", "carol");
    TestPeer ann = server.peer().create("tea", "ann").keepalive();
    TestPeer bob = server.peer().join("tea", "bob").keepalive();
    ann.expect("* bob joined");
    TestPeer stranger = bob.withSameTokenAt("127.0.0.2");

    intrusion.by(stranger, bob);

    ann.expectNothing();
    bob.expectNothing();
    ann.send("still with us?");
    bob.expect("ann: still with us?");
    server.stop();
    stranger.expectNothingReceived();
  }

  @Test
  void aDatagramOf4096BytesIsRelayed() {
    TestPeer ann = server.peer().create("t", "a").keepalive();
    TestPeer bob = server.peer().join("t", "b").keepalive();
    ann.expect("* b joined");
    String longest = "x".repeat(ClientDatagram.maxMessageBytes(bob.room(), bob.token()));

    bob.send(longest);

    ann.expect("b: " + longest);
  }

  @ParameterizedTest
  @CsvSource({"23, true", "24, false"})
  void whatDoesNotFitWithTheNameIsRefusedAndNotCut(int nameSize, boolean fits) {
    TestPeer ann = server.peer().create("t", "ann").keepalive();
    TestPeer bob = server.peer().join("t", "b".repeat(nameSize)).keepalive();
    TestPeer carol = server.peer().join("t", "carol").keepalive();
    ann.expect("* " + "b".repeat(nameSize) + " joined");
    ann.expect("* carol joined");
    bob.expect("* carol joined");
    // 4096 bytes less two sizes, one byte of room and 24 of token.
    String message = "x".repeat(4069);

    bob.send(message);

    if (fits) {
      String relayed = "b".repeat(nameSize) + ": " + message;
      assertThat(relayed).hasSize(4094);
      ann.expect(relayed);
      carol.expect(relayed);
    } else {
      bob.expect("* message not sent: with your name it has 4095 bytes, at most 4094 fit");
    }
    Stream.of(ann, bob, carol).forEach(TestPeer::expectNothing);
  }

  @Test
  void controlCharactersArriveAsSpacesAndTabsAsTabs() {
    TestPeer ann = server.peer().create("tea", "ann").keepalive();
    TestPeer bob = server.peer().join("tea", "bob").keepalive();
    ann.expect("* bob joined");
    StringBuilder sent = new StringBuilder();
    StringBuilder received = new StringBuilder();
    for (char c = 0; c < 0x100; c++) {
      sent.append(c);
      received.append(Character.isISOControl(c) && c != '\t' ? ' ' : c);
    }

    bob.send(sent + "ü\n* ann left");

    ann.expect("bob: " + received + "ü * ann left");
    bob.send("\u0004");
    ann.expect("bob:  ");
  }

  @Test
  void whatIsNotUtf8ArrivesRepairedAndWhatReordersTheLineDoesNotArrive() {
    TestPeer ann = server.peer().create("tea", "ann").keepalive();
    TestPeer bob = server.peer().join("tea", "bob").keepalive();
    ann.expect("* bob joined");

    bob.sendRaw(Frames.concat(valid(bob, ""), HexFormat.of().parseHex("62616420fffec320")));
    ann.expect("bob: bad \ufffd\ufffd\ufffd ");
    bob.send("\u202egnp.\u2066exe\u2069");
    ann.expect("bob: gnp.exe");
  }

  @Test
  void theSizeIsThatOfTheRepairedMessage() {
    TestPeer ann = server.peer().create("tea", "ann").keepalive();
    TestPeer bob = server.peer().join("tea", "bob").keepalive();
    ann.expect("* bob joined");
    byte[] bad = new byte[(4094 - "bob: ".length()) / 3 + 1];
    Arrays.fill(bad, (byte) 0xff);

    bob.sendRaw(Frames.concat(valid(bob, ""), Arrays.copyOf(bad, bad.length - 1)));
    ann.expect("bob: " + "\ufffd".repeat(bad.length - 1));
    bob.sendRaw(Frames.concat(valid(bob, ""), bad));
    bob.expect("* message not sent: with your name it has 4097 bytes, at most 4094 fit");
    bob.send("\u202e".repeat(300) + "m".repeat(4094 - 32 - 900));
    ann.expect("bob: " + "m".repeat(4094 - 32 - 900));
  }

  @Test
  void twoHundredMembersReceiveSeveralSendersInTheSameOrder() throws Exception {
    int each = 25;
    List<TestPeer> members = new ArrayList<>();
    members.add(server.peer().create("tea", "m0"));
    for (int i = 1; i < 200; i++) {
      members.add(server.peer().join("tea", "m" + i));
    }
    members.forEach(TestPeer::keepalive);
    List<TestPeer> senders = members.subList(0, 4);

    try (ExecutorService threads = Executors.newFixedThreadPool(senders.size())) {
      List<Future<?>> sending = new ArrayList<>();
      for (TestPeer sender : senders) {
        sending.add(
            threads.submit(
                () -> {
                  for (int i = 0; i < each; i++) {
                    sender.send("message " + i);
                  }
                }));
      }
      for (Future<?> s : sending) {
        s.get();
      }
    }

    List<String> order = receive(members.getLast(), senders.size() * each);
    for (int i = 0; i < senders.size(); i++) {
      String name = "m" + i + ": ";
      assertThat(order.stream().filter(text -> text.startsWith(name)))
          .containsExactlyElementsOf(
              Stream.iterate(0, n -> n + 1).limit(each).map(n -> name + "message " + n).toList());
      assertThat(receive(senders.get(i), (senders.size() - 1) * each))
          .isEqualTo(order.stream().filter(text -> !text.startsWith(name)).toList());
    }
    for (TestPeer member : members.subList(senders.size(), members.size() - 1)) {
      assertThat(receive(member, order.size())).isEqualTo(order);
    }
    members.forEach(TestPeer::expectNothing);
  }

  private static List<String> receive(TestPeer member, int count) {
    return Stream.generate(() -> new String(member.receive(), StandardCharsets.UTF_8))
        .limit(count)
        .toList();
  }

  private static Arguments intrusion(String name, Intrusion intrusion) {
    return Arguments.argumentSet(name, intrusion);
  }

  private static byte[] valid(TestPeer member, String text) {
    return datagram(
        member.room().encode().length,
        24,
        member.room().value(),
        member.token().text().orElseThrow(),
        text);
  }

  private static byte[] datagram(
      int roomSize, int tokenSize, String room, String token, String text) {
    return Frames.concat(
        new byte[] {(byte) roomSize, (byte) tokenSize}, Frames.utf8(room + token + text));
  }
}
