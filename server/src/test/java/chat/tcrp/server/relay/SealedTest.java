package chat.tcrp.server.relay;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.protocol.Credentials;
import chat.tcrp.protocol.MemberInfo;
import chat.tcrp.protocol.Request;
import chat.tcrp.protocol.RoomInfo;
import chat.tcrp.protocol.RoomName;
import chat.tcrp.protocol.SealedDatagram;
import chat.tcrp.protocol.ServerDatagram;
import chat.tcrp.protocol.Status;
import chat.tcrp.protocol.Token;
import chat.tcrp.protocol.Username;
import chat.tcrp.server.EveryRelayTest;
import chat.tcrp.server.SealedPeer;
import chat.tcrp.server.TestPeer;
import chat.tcrp.server.TestPeer.Answer;
import chat.tcrp.server.TestServer;
import chat.tcrp.server.handshake.PlainPolicy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Sessions that nobody can listen to, speak in, or take over. */
class SealedTest extends EveryRelayTest {
  @AutoClose private final TestServer server = TestServer.startSealed();

  private SealedPeer sealedHost() {
    SealedPeer ann = server.sealedPeer();
    ann.create("tea", "ann").keepalive();
    return ann;
  }

  private SealedPeer sealedGuest(TestPeer host, String name) {
    SealedPeer guest = server.sealedPeer();
    guest.join("tea", name).keepalive();
    host.expect("* " + name + " joined");
    return guest;
  }

  private TestPeer plainGuest(TestPeer host, String name) {
    TestPeer guest = server.peer().join("tea", name).keepalive();
    host.expect("* " + name + " joined");
    return guest;
  }

  private static MemberInfo listed(String name, boolean host, boolean isSealed) {
    return new MemberInfo(
        new Username(name), host, isSealed, Optional.of(Duration.ZERO), Optional.empty());
  }

  @Test
  void sealedAndPlainMembersAreInOneRoom() throws Exception {
    SealedPeer ann = sealedHost();
    TestPeer bob = plainGuest(ann, "bob");
    SealedPeer carol = sealedGuest(ann, "carol");
    bob.expect("* carol joined");

    ann.send("grüße, 🍵");
    bob.expect("ann: grüße, 🍵");
    carol.expect("ann: grüße, 🍵");
    bob.send("hello");
    ann.expect("bob: hello");
    carol.expect("bob: hello");

    assertThat(MemberInfo.decode(bytes(ann.members())))
        .isEqualTo(MemberInfo.decode(bytes(bob.members())))
        .containsExactly(
            listed("ann", true, true), listed("bob", false, false), listed("carol", false, true));
    assertThat(bob.members().result())
        .isEqualTo(
            "[{\"username\":\"ann\",\"host\":true,\"sealed\":true,\"idle\":0},"
                + "{\"username\":\"bob\",\"host\":false,\"idle\":0},"
                + "{\"username\":\"carol\",\"host\":false,\"sealed\":true,\"idle\":0}]");
    assertThat(carol.leave()).isEqualTo(Answer.DONE);
    ann.expect("* carol left");
    bob.expect("* carol left");
    assertThat(ann.kick("bob")).isEqualTo(Answer.DONE);
    bob.expectEnd("bob was removed by ann");
    ann.expect("* bob was removed by ann");
    assertThat(ann.leave()).isEqualTo(Answer.DONE);
    ann.expectNothingReceived();
  }

  @Test
  void whatGoesToASealedMemberShowsNothing() {
    SealedPeer ann = sealedHost();
    TestPeer bob = plainGuest(ann, "bob");
    for (String text : new String[] {"", "x", "a secret"}) {
      bob.send(text.isEmpty() ? "y" : text);
      byte[] received = ann.receiveRaw();
      assertThat(received[0]).isEqualTo(SealedDatagram.MARK);
      assertThat(new String(received, StandardCharsets.ISO_8859_1)).doesNotContain("bob", "secret");
    }
  }

  @Test
  void theLongestMessageIsThatOfAPlainClient() {
    SealedPeer ann = sealedHost();
    TestPeer bob = plainGuest(ann, "bob");
    // 4096 less the two sizes, "tea" and a token of 24 bytes.
    ann.send("x".repeat(4067));
    bob.expect("ann: " + "x".repeat(4067));
    ann.send("x".repeat(4068));
    ann.send("x".repeat(8000));
    ann.expectNothing();
    bob.expectNothing();

    bob.send("y".repeat(4067));
    ann.expect("bob: " + "y".repeat(4067));
  }

  @Test
  void manyLinesAreReceivedInAnyForm() {
    SealedPeer ann = sealedHost();
    SealedPeer carol = server.sealedPeer();
    carol
        .enter(
            new Request.Join(
                new RoomName("tea"),
                new Credentials(new Username("carol"), Optional.empty(), Optional.empty(), true)))
        .keepalive();
    ann.expect("* carol joined");
    TestPeer bob = plainGuest(ann, "bob");
    carol.expect("* bob joined");

    List<String> said = new ArrayList<>();
    List<String> batched = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      String text = i + "z".repeat(i);
      said.add("bob: " + text);
      bob.send(text);
      if (i % 20 == 19) {
        // No more at once than a client's socket holds.
        bob.keepalive();
        said.subList(i - 19, i + 1).forEach(ann::expect);
        while (batched.size() < said.size()) {
          batched.addAll(List.of(new String(carol.receive(), StandardCharsets.UTF_8).split("\n")));
        }
      }
    }
    assertThat(batched).isEqualTo(said);
  }

  @Test
  void aNoticeReachesManyMembersOfBothKinds() {
    SealedPeer ann = sealedHost();
    List<TestPeer> members = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      TestPeer guest = i % 2 == 0 ? server.sealedPeer() : server.peer();
      guest.join("tea", "guest" + i).keepalive();
      ann.expect("* guest" + i + " joined");
      members.forEach(m -> assertThat(m.receive()).isNotEmpty());
      members.add(guest);
    }
    assertThat(ann.leave()).isEqualTo(Answer.DONE);
    members.forEach(member -> member.expectEnd("room closed: ann (host) left"));
  }

  @Test
  void whoReturnsIsSentWhatWasSaidSealed() {
    SealedPeer ann = sealedHost();
    SealedPeer bob = server.sealedPeer();
    bob.enter(new Request.Join(new RoomName("tea"), since("bob", Optional.empty())));
    bob.expectUpToDate(0);
    ann.expect("* bob joined");
    for (int i = 1; i <= 50; i++) {
      ann.send("line " + i);
    }
    ann.drainedKeepalive();

    // The session goes over to another address, and to other keys.
    SealedPeer moved = server.sealedPeer("127.0.0.2");
    moved.enter(new Request.Join(new RoomName("tea"), since("bob", Optional.of(bob.token()))));
    ServerDatagram.Progress first = moved.progress();
    assertThat(first.last()).isEqualTo(50);
    List<ServerDatagram> lines = new ArrayList<>(moved.passedOver());
    while (lines.size() < 50) {
      lines.addAll(ServerDatagram.decode(moved.receive()));
    }
    assertThat(lines).hasSize(50).endsWith(new ServerDatagram.Text("ann", "line 50"));
  }

  private static Credentials since(String name, Optional<Token> token) {
    return new Credentials(
        new Username(name), Optional.empty(), token, true, Optional.of(0L), false);
  }

  @Test
  void aSealedTokenIsGoodInsideTlsOnly() {
    SealedPeer ann = sealedHost();
    SealedPeer bob = sealedGuest(ann, "bob");
    TestPeer thief = bob.withSameTokenAt("127.0.0.1");
    Answer refused = Answer.refused(Status.NOT_AUTHORISED);

    assertThat(thief.leave()).isEqualTo(refused);
    assertThat(thief.members()).isEqualTo(refused);
    TestPeer thiefOfHost = ann.withSameTokenAt("127.0.0.1");
    assertThat(thiefOfHost.kick("bob")).isEqualTo(refused);
    assertThat(thiefOfHost.ban("bob")).isEqualTo(refused);
    assertThat(thiefOfHost.unban("bob")).isEqualTo(refused);
    assertThat(thief.tryJoin("tea", thief.returning()).status())
        .as("an ordinary join, under another name")
        .isEqualTo(Status.OK);
    ann.expect("* another joined");
    bob.expect("* another joined");
    assertThat(thief.tryJoin("tea", TestPeer.credentials("bob")).status())
        .isEqualTo(Status.USERNAME_TAKEN);
    assertThat(
            thiefOfHost.request(new Request.Create(new RoomName("tea"), thiefOfHost.returning())))
        .isEqualTo(Answer.refused(Status.ROOM_EXISTS));

    thief.send("");
    thief.send("I am bob");
    bob.expectNothing();
    ann.expectNothing();
    thief.expectNothingReceived();
    assertThat(bob.members().status()).isEqualTo(Status.OK);
  }

  @Test
  void aSealedTokenIsGoodForARejoinFromAnywhereAndForNothingElseElsewhere() {
    SealedPeer ann = sealedHost();
    SealedPeer bob = sealedGuest(ann, "bob");
    SealedPeer elsewhere = server.sealedPeer("127.0.0.2").withTokenOf(bob);
    assertThat(elsewhere.leave()).isEqualTo(Answer.refused(Status.NOT_AUTHORISED));

    elsewhere.rejoin().keepalive();
    elsewhere.send("here now");
    ann.expect("bob: here now");
    ann.send("hi");
    elsewhere.expect("ann: hi");
    bob.send("still here?");
    elsewhere.expectNothing();
    bob.expectNothingReceived();
    assertThat(bob.leave()).isEqualTo(Answer.refused(Status.NOT_AUTHORISED));
    // Bound to the new address: a datagram of the session from the old one counts for nothing.
    SealedPeer back = elsewhere.at("127.0.0.1");
    back.send("from the old address");
    elsewhere.expectNothing();
    back.expectNothingReceived();
    ann.expectNothing();
    assertThat(elsewhere.leave()).isEqualTo(Answer.DONE);
  }

  @Test
  void theHostTakesASealedRoomBackFromAnotherAddress() {
    SealedPeer ann = sealedHost();
    SealedPeer elsewhere = server.sealedPeer("127.0.0.2").withTokenOf(ann);
    elsewhere.enter(new Request.Create(new RoomName("tea"), elsewhere.returning())).keepalive();
    assertThat(elsewhere.kick("nobody")).isEqualTo(Answer.refused(Status.INVALID_USERNAME));
  }

  @Test
  void aPlainTokenIsBoundToItsAddressInsideTlsToo() {
    SealedPeer ann = sealedHost();
    TestPeer bob = plainGuest(ann, "bob");
    SealedPeer elsewhere = server.sealedPeer("127.0.0.2").withTokenOf(bob);
    assertThat(elsewhere.tryJoin("tea", elsewhere.returning()).status()).isEqualTo(Status.OK);
    ann.expect("* another joined");
    bob.expect("* another joined");

    assertThat(server.sealedPeer().withTokenOf(bob).members().status()).isEqualTo(Status.OK);
  }

  @Test
  void aPlainSessionBecomesASealedOneAndNeverAgainAPlainOne() {
    SealedPeer ann = sealedHost();
    TestPeer bob = plainGuest(ann, "bob");
    SealedPeer upgraded = server.sealedPeer().withTokenOf(bob);
    upgraded.rejoin();
    // Its answer may have been lost: the plain token is good for another try, but not without TLS.
    assertThat(bob.tryJoin("tea", bob.returning()).status()).isEqualTo(Status.OK);
    ann.expect("* another joined");
    SealedPeer again = server.sealedPeer().withTokenOf(bob);
    again.rejoin().keepalive();
    again.send("safe");
    ann.expect("bob: safe");
    bob.send("not me");
    ann.expectNothing();
    again.expectNothing();
    assertThat(again.members().result()).contains("\"bob\",\"host\":false,\"sealed\":true");
  }

  @Test
  void aRoomMayAskForSealedSessions() throws Exception {
    SealedPeer ann = server.sealedPeer();
    ann.enter(new Request.Create(new RoomName("vault"), sealedOnly("ann"))).keepalive();
    Answer required = Answer.refused(Status.SEALED_SESSION_REQUIRED);

    assertThat(server.peer().tryJoin("vault", TestPeer.credentials("bob"))).isEqualTo(required);
    assertThat(server.peer().request(new Request.Create(new RoomName("other"), sealedOnly("bob"))))
        .isEqualTo(required);
    SealedPeer carol = server.sealedPeer();
    carol.join("vault", "carol").keepalive();
    ann.expect("* carol joined");
    String rooms = server.peer().request(new Request.Rooms()).result();
    assertThat(rooms)
        .isEqualTo("[{\"room\":\"vault\",\"members\":2,\"protected\":false,\"sealed\":true}]");
    assertThat(RoomInfo.decode(rooms.getBytes(StandardCharsets.UTF_8)))
        .containsExactly(new RoomInfo(new RoomName("vault"), 2, false, true));
    // A lost session's token does not make a plain connection a sealed one.
    assertThat(carol.withSameTokenAt("127.0.0.1").tryJoin("vault", carol.returning()))
        .isEqualTo(required);
  }

  private static Credentials sealedOnly(String name) {
    return new Credentials(
        new Username(name),
        Optional.empty(),
        Optional.empty(),
        false,
        Optional.empty(),
        false,
        true,
        false);
  }

  @Test
  void plainConnectionsAreRefusedWhereTheyAreNotWanted() {
    Answer required = Answer.refused(Status.SEALED_SESSION_REQUIRED);
    try (TestServer strict = TestServer.startSealed(PlainPolicy.REFUSE)) {
      TestPeer plain = strict.peer();
      RoomName tea = new RoomName("tea");
      assertThat(plain.request(new Request.Create(tea, TestPeer.credentials("ann"))))
          .isEqualTo(required);
      assertThat(plain.tryJoin("tea", TestPeer.credentials("ann"))).isEqualTo(required);
      assertThat(plain.request(new Request.Rooms())).isEqualTo(required);
      SealedPeer ann = strict.sealedPeer();
      ann.create("tea", "ann").keepalive();
      assertThat(ann.withSameTokenAt("127.0.0.1").leave()).isEqualTo(required);
    }
    try (TestServer local = TestServer.startSealed(PlainPolicy.LOCAL)) {
      local.peer("127.0.0.7").create("tea", "ann").keepalive();
    }
  }

  @Test
  void datagramsThatAreOvertakenAreTakenOnce() {
    SealedPeer ann = sealedHost();
    SealedPeer bob = sealedGuest(ann, "bob");
    List<byte[]> datagrams = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      datagrams.add(bob.sealed("m" + i));
    }
    Collections.shuffle(datagrams, new Random(5));
    List<String> received = new ArrayList<>();
    for (byte[] datagram : datagrams) {
      bob.sendRaw(datagram);
      bob.sendRaw(datagram);
      received.add(new String(ann.receive(), StandardCharsets.UTF_8));
    }
    ann.expectNothing();
    assertThat(received).doesNotHaveDuplicates().hasSize(200);
  }

  @Test
  void onlyTheNewestDatagramMovesASessionToAnotherPort() {
    SealedPeer ann = sealedHost();
    SealedPeer bob = sealedGuest(ann, "bob");
    byte[] held = bob.sealed("held back");
    bob.keepalive();
    SealedPeer other = bob.atAnotherPort();

    // Somebody who has kept a datagram from arriving sends it from a port of its own.
    other.sendRaw(held);
    ann.expect("bob: held back");
    ann.send("one");
    bob.expect("ann: one");
    other.expectNothingReceived();

    other.send("moved");
    ann.expect("bob: moved");
    ann.send("two");
    other.expect("ann: two");
    bob.expectNothingReceived();

    // A copy of the newest moves nothing.
    byte[] newest = other.sealed("newest");
    other.sendRaw(newest);
    ann.expect("bob: newest");
    bob.sendRaw(newest);
    ann.send("three");
    other.expect("ann: three");
    bob.expectNothingReceived();
  }

  @Test
  void silenceEndsASealedSessionAndItsTokenBringsItBackFromElsewhere() {
    SealedPeer ann = sealedHost();
    SealedPeer bob = sealedGuest(ann, "bob");
    ann.cadence();
    bob.cadence();
    server.advance(Duration.ofSeconds(20));
    ann.keepalive();
    server.advance(Duration.ofSeconds(20));
    bob.expectEnd("bob timed out");
    ann.expect("* bob timed out");
    bob.send("anybody?");
    ann.expectNothing();
    bob.expectNothingReceived();
    server.sealedPeer("127.0.0.2").withTokenOf(bob).rejoin().keepalive();
    ann.expect("* another joined");
  }

  private static byte[] bytes(Answer answer) {
    return answer.result().getBytes(StandardCharsets.UTF_8);
  }
}
