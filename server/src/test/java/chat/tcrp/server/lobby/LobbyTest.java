package chat.tcrp.server.lobby;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.server.EveryRelayTest;
import chat.tcrp.server.OneServer;
import chat.tcrp.server.RecordedLog;
import chat.tcrp.server.RelayKind;
import chat.tcrp.server.TestPeer;
import chat.tcrp.server.TestServer;
import chat.tcrp.server.base.Peer;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The lobby of a running server. */
@OneServer("a lobby is each server's own")
class LobbyTest extends EveryRelayTest {
  private static final int MAX_MEMBERS = 70;
  private static final int ADMISSIONS = 40;

  @AutoClose private final TestServer server = TestServer.startWithLobby(MAX_MEMBERS, ADMISSIONS);
  private final TestPeer ann = newcomer();
  private final TestPeer bob = newcomer();
  private final TestPeer carol = newcomer();

  LobbyTest() {
    settle(ann, bob, carol);
  }

  @Test
  void aMessageGoesToAllOthersAndNotBack() {
    ann.say("ann", "good evening, ☕");

    bob.expectSaid("ann", "good evening, ☕");
    carol.expectSaid("ann", "good evening, ☕");
    bob.say("bob", "to you too");
    ann.expectSaid("bob", "to you too");
    carol.expectSaid("bob", "to you too");
    expectNothing(ann, bob, carol);
  }

  static Stream<Arguments> forwardedDatagrams() {
    byte[] longest = new byte[4096];
    Arrays.fill(longest, (byte) 'm');
    longest[0] = 3;
    return Stream.of(
        Arguments.of("without a name", new byte[] {0, 'h', 'i'}),
        Arguments.of("a name of 255 bytes", TestPeer.lobbyDatagram("n".repeat(255), "hi")),
        Arguments.of("4096 bytes", longest),
        Arguments.of("lines and tabs", TestPeer.lobbyDatagram("ann", "a\r\n\tb")),
        Arguments.of("characters of many bytes", TestPeer.lobbyDatagram("たろう", "☕ 🍵")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("forwardedDatagrams")
  void everyByteIsForwardedAsItCame(String what, byte[] datagram) {
    ann.sayRaw(datagram);

    assertThat(bob.receiveFromLobby()).as(what).isEqualTo(datagram);
    assertThat(carol.receiveFromLobby()).as(what).isEqualTo(datagram);
  }

  static Stream<Arguments> droppedDatagrams() {
    byte[] tooLong = new byte[4097];
    Arrays.fill(tooLong, (byte) 'm');
    tooLong[0] = 3;
    byte[] huge = Arrays.copyOf(tooLong, 60_000);
    return Stream.of(
        Arguments.of("empty", new byte[0]),
        Arguments.of("4097 bytes", tooLong),
        Arguments.of("60000 bytes", huge),
        Arguments.of("a name longer than the datagram", new byte[] {4, 'a', 'n', 'n'}),
        Arguments.of("a name of 255 bytes, all missing", new byte[] {(byte) 255}),
        Arguments.of("a text that is not UTF-8", hex("03 626164 78fffe")),
        Arguments.of("a name that is not UTF-8", hex("02 fffe 6869")),
        Arguments.of("a timestamp before the text", hex("03 6b0631 e46b6d73")),
        Arguments.of("an escape sequence in the name", hex("06 611b5b33316d")),
        Arguments.of("an escape sequence in the text", hex("03 616e6e 1b5b324a")),
        Arguments.of("a C1 control character", hex("03 616e6e c29b33316d")),
        Arguments.of("a line break in the name", hex("04 616e0a6e 6869")));
  }

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits.replace(" ", ""));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("droppedDatagrams")
  void whatWouldHarmAReaderIsDroppedUnanswered(String what, byte[] datagram) {
    ann.sayRaw(datagram);

    expectNothing(ann, bob, carol);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("droppedDatagrams")
  void whatWouldHarmAReaderDoesNotMakeAMember(String what, byte[] datagram) {
    TestPeer stranger = newcomer();
    stranger.sayRaw(datagram);

    expectNothing(ann, bob, carol);
    stranger.expectNothingReceived();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "dave"})
  void anEmptyMessageJoinsAndIsNeitherForwardedNorAnswered(String name) {
    TestPeer dave = newcomer();
    dave.say(name, "");

    ann.say("ann", "welcome");

    dave.expectSaid("ann", "welcome");
    bob.expectSaid("ann", "welcome");
    carol.expectSaid("ann", "welcome");
    expectNothing(ann, bob, carol, dave);
  }

  /** A client that knows only the first stage's text, and no code of this project. */
  @Test
  void aStrangerByTheBookIsUnderstood() throws Exception {
    try (DatagramSocket stranger = new DatagramSocket()) {
      stranger.setSoTimeout((int) TestPeer.PATIENCE.toMillis());
      byte[] name = "たろう".getBytes(StandardCharsets.UTF_8);
      byte[] message = "こんにちは".getBytes(StandardCharsets.UTF_8);
      byte[] datagram = new byte[1 + name.length + message.length];
      datagram[0] = (byte) name.length;
      System.arraycopy(name, 0, datagram, 1, name.length);
      System.arraycopy(message, 0, datagram, 1 + name.length, message.length);
      stranger.send(
          new DatagramPacket(
              datagram, datagram.length, server.lobby(TestServer.address("127.0.0.1"))));
      assertThat(ann.receiveFromLobby()).isEqualTo(datagram);

      ann.say("ann", "hello");
      DatagramPacket received = new DatagramPacket(new byte[4096], 4096);
      stranger.receive(received);
      int nameSize = received.getData()[0] & 0xff;
      assertThat(new String(received.getData(), 1, nameSize, StandardCharsets.UTF_8))
          .isEqualTo("ann");
      assertThat(
              new String(
                  received.getData(),
                  1 + nameSize,
                  received.getLength() - 1 - nameSize,
                  StandardCharsets.UTF_8))
          .isEqualTo("hello");
    }
  }

  @Test
  void twoMayHaveTheSameName() {
    bob.say("ann", "who is who?");
    ann.expectSaid("ann", "who is who?");
    carol.expectSaid("ann", "who is who?");

    ann.say("ann", "I am");
    bob.expectSaid("ann", "I am");
    carol.expectSaid("ann", "I am");
    expectNothing(ann, bob, carol);
  }

  @Test
  void whoIsSilentForAMinuteLeavesAndIsBackWithTheNextMessage() {
    server.advance(Duration.ofSeconds(40));
    settle(ann, bob);
    server.advance(Duration.ofSeconds(21));
    RecordedLog.await("lobby-removed silent=1 members=2");

    ann.say("ann", "where is carol?");
    bob.expectSaid("ann", "where is carol?");
    carol.expectNothingReceived();

    carol.say("carol", "here");
    ann.expectSaid("carol", "here");
    bob.expectSaid("carol", "here");
    ann.say("ann", "good");
    carol.expectSaid("ann", "good");
  }

  @Test
  void anEmptyMessageKeepsAMember() {
    for (int i = 0; i < 4; i++) {
      server.advance(Duration.ofSeconds(40));
      settle(ann, bob, carol);
    }

    ann.say("ann", "all here?");
    bob.expectSaid("ann", "all here?");
    carol.expectSaid("ann", "all here?");
  }

  @Test
  void beyondTheMostMembersNobodyIsHeardOrServed() {
    server.advance(Duration.ofSeconds(1));
    settle(newcomers(ADMISSIONS));
    server.advance(Duration.ofSeconds(1));
    settle(newcomers(MAX_MEMBERS - ADMISSIONS - 3));
    server.advance(Duration.ofSeconds(1));
    TestPeer late = newcomer();
    late.say("late", "let me in");

    ann.say("ann", "full house");
    bob.expectSaid("ann", "full house");
    late.expectNothingReceived();
    RecordedLog.await("lobby-refuses-newcomers members=" + MAX_MEMBERS);

    server.advance(Duration.ofSeconds(61));
    RecordedLog.await("lobby-removed silent=" + MAX_MEMBERS + " members=0");
    settle(ann, bob);
    late.say("late", "now?");
    ann.expectSaid("late", "now?");
  }

  @Test
  void newcomersAreAdmittedAsFastAsAllowed() {
    settle(newcomers(ADMISSIONS - 3));
    TestPeer hasty = newcomer();
    hasty.say("hasty", "too early");
    expectNothing(ann, bob);
    hasty.expectNothingReceived();
    RecordedLog.await("lobby-refuses-newcomers members=" + ADMISSIONS);

    server.advance(Duration.ofSeconds(1).dividedBy(ADMISSIONS));
    hasty.say("hasty", "now?");
    ann.expectSaid("hasty", "now?");
    bob.expectSaid("hasty", "now?");
    newcomer().say("another", "too early");
    expectNothing(ann, bob);
  }

  @Test
  void whoHasSpokenOnceReceivesNoMoreThanABoundedNumber() {
    TestPeer once = newcomer();
    once.say("once", "hello");
    for (TestPeer peer : new TestPeer[] {ann, bob, carol}) {
      peer.expectSaid("once", "hello");
    }
    for (int i = 0; i < LobbyMember.MAX_UNANSWERED + 10; i++) {
      ann.say("ann", "line " + i);
      bob.expectSaid("ann", "line " + i);
      carol.expectSaid("ann", "line " + i);
    }
    for (int i = 0; i < LobbyMember.MAX_UNANSWERED; i++) {
      once.expectSaid("ann", "line " + i);
    }
    once.expectNothingReceived();

    once.say("once", "");
    ann.say("ann", "welcome back");
    once.expectSaid("ann", "welcome back");
  }

  @Test
  void aMemberWhosePortIsClosedIsRemovedAsSoonAsTheSystemTells() {
    carol.close();
    // Each must have been heard before the next, so that all refusals but the last have come.
    for (int i = 0; i < 10 * Peer.MAX_FAILURES; i++) {
      ann.say("ann", "line " + i);
      bob.expectSaid("ann", "line " + i);
    }
    settle(ann, bob);
    server.advance(Duration.ofSeconds(2));
    boolean told = relayKind == RelayKind.BATCHED || relayKind == RelayKind.BATCHED_TWO_THREADS;
    if (!told) {
      server.advance(Duration.ofSeconds(50));
      settle(ann, bob);
      server.advance(Duration.ofSeconds(9));
    }

    RecordedLog.await(
        told ? "lobby-removed unreachable=1 members=2" : "lobby-removed silent=1 members=2");
  }

  @Test
  void theRoomsAreUndisturbed() {
    TestPeer host = server.peer().create("tea", "host").keepalive();
    TestPeer guest = server.peer().join("tea", "guest").keepalive();
    host.expect("* guest joined");

    ann.say("ann", "in the lobby");
    host.send("in the room");

    guest.expect("host: in the room");
    bob.expectSaid("ann", "in the lobby");
    host.say("host", "");
    ann.say("ann", "and here?");
    host.expectSaid("ann", "and here?");
    host.expectNothing();
    guest.expectNothing();
    carol.expectSaid("ann", "in the lobby");
    carol.expectSaid("ann", "and here?");
  }

  @Test
  void aBurstArrivesInOrder() {
    for (int i = 0; i < 200; i++) {
      ann.say("ann", "line " + i);
    }
    for (int i = 0; i < 200; i++) {
      bob.expectSaid("ann", "line " + i);
    }
  }

  @Test
  void whenTheServerStopsTheLobbySaysNothing() {
    server.stop();

    ann.expectNothingReceived();
    assertThat(RecordedLog.lines())
        .anyMatch(line -> line.text().startsWith("relay-stopped for=lobby "));
  }

  private TestPeer newcomer() {
    return server.peer();
  }

  private TestPeer[] newcomers(int count) {
    return Stream.generate(this::newcomer).limit(count).toArray(TestPeer[]::new);
  }

  /** Makes them members who have spoken twice, and waits until the server has dealt with it. */
  private static void settle(TestPeer... peers) {
    for (TestPeer peer : peers) {
      peer.say("", "");
      peer.say("", "");
    }
    expectNothing(peers);
  }

  /**
   * Nothing has come to two or more members: what each receives next is what another one says only
   * now.
   */
  private static void expectNothing(TestPeer... peers) {
    TestPeer first = peers[0];
    first.expectMarkAt(Arrays.asList(peers).subList(1, peers.length));
    peers[1].expectMarkAt(List.of(first));
  }
}
