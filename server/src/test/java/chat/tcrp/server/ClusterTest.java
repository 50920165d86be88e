package chat.tcrp.server;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.protocol.Credentials;
import chat.tcrp.protocol.Request;
import chat.tcrp.protocol.RoomName;
import chat.tcrp.protocol.ServerDatagram;
import chat.tcrp.protocol.ServerDatagram.Text;
import chat.tcrp.protocol.Status;
import chat.tcrp.protocol.Token;
import chat.tcrp.protocol.Username;
import chat.tcrp.server.TestPeer.Answer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** Several nodes that act as one server, and what becomes of rooms when nodes are gone. */
class ClusterTest {
  /** Within this time after the end of its home a room has another. */
  private static final Duration NEW_HOME = Duration.ofSeconds(10);

  @Test
  void aNameIsTakenOnceWhereverItIsAskedFor() {
    try (TestServer server = TestServer.startCluster(3)) {
      server.peer().at(0).create("tea", "ann").keepalive();
      server.peer().at(1).create("a name: with * and . and >", "bob").keepalive();

      assertThat(
              server
                  .peer()
                  .at(2)
                  .request(new Request.Create(new RoomName("tea"), TestPeer.credentials("carol"))))
          .isEqualTo(Answer.refused(Status.ROOM_EXISTS));
      TestPeer carol = server.peer().at(2).join("a name: with * and . and >", "carol").keepalive();
      assertThat(carol.members().result()).contains("bob", "carol");
      assertThat(carol.request(new Request.Rooms()).result())
          .contains("tea", "a name: with * and . and >", "\"members\":2");
    }
  }

  @Test
  void allMembersSeeOneOrderWhateverTheirNode() {
    try (TestServer server = TestServer.startCluster(3)) {
      List<TestPeer> members = new ArrayList<>();
      TestPeer ann = server.peer().at(0).create("tea", "ann").keepalive();
      for (int i = 0; i < 6; i++) {
        members.add(server.peer().at(i % 3).join("tea", "m" + i).keepalive());
      }
      members.forEach(TestPeer::drainedKeepalive);
      ann.drainedKeepalive();
      TestPeer listener = server.peer().at(1).join("tea", "listener").keepalive();
      TestPeer other = server.peer().at(2).join("tea", "other").keepalive();
      listener.expect("* other joined");

      for (int i = 0; i < 100; i++) {
        members.get(i % members.size()).send("line " + i);
      }

      List<String> heard = new ArrayList<>();
      List<String> heardByOther = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        heard.add(new String(listener.receive(), StandardCharsets.UTF_8));
        heardByOther.add(new String(other.receive(), StandardCharsets.UTF_8));
      }
      assertThat(heardByOther).isEqualTo(heard).doesNotHaveDuplicates();
    }
  }

  @Test
  void aRoomWhoseMembersAreAllAtItsHomeCostsTheOthersNothing() {
    try (TestServer server = TestServer.startCluster(2)) {
      TestPeer ann = server.peer().at(0).create("tea", "ann").keepalive();
      TestPeer bob = server.peer().at(0).join("tea", "bob").keepalive();
      ann.expect("* bob joined");
      long before = server.nodes().messages();

      for (int i = 0; i < 50; i++) {
        ann.send("line " + i);
        bob.expect("ann: line " + i);
      }

      assertThat(server.nodes().messages()).isEqualTo(before);
    }
  }

  @Test
  void aNodeThatStopsLeavesItsRoomsToTheOthersAtOnce() throws Exception {
    try (TestServer server = TestServer.startCluster(2)) {
      TestPeer ann = server.peer().at(0).create("tea", "ann").keepalive();
      TestPeer bob = server.peer().at(1).join("tea", "bob").keepalive();
      ann.expect("* bob joined");
      ann.ban("eve");

      server.nodes().node(0).close();

      ann.expectEnd("server stopping");
      ann.at(1).enter(rejoin("tea", ann)).keepalive();
      ann.send("here again");
      bob.expect("ann: here again");
      assertThat(server.peer().at(1).tryJoin("tea", TestPeer.credentials("eve")))
          .isEqualTo(Answer.refused(Status.NOT_AUTHORISED));
      assertThat(ann.kick("bob")).as("still the host").isEqualTo(Answer.DONE);
      bob.expectEnd("bob was removed by ann");
    }
  }

  @Test
  void theMembersOfANodeThatIsGoneComeBackAtAnotherAndNobodyNotices() {
    try (TestServer server = TestServer.startCluster(3)) {
      TestPeer ann = server.peer().at(0).create("tea", "ann").keepalive();
      TestPeer bob = server.peer().at(1).join("tea", "bob").keepalive();
      TestPeer carol = server.peer().at(2).join("tea", "carol").keepalive();
      ann.expect("* bob joined");
      ann.expect("* carol joined");
      bob.expect("* carol joined");
      awaitGrace();

      // The home.
      long gone = System.nanoTime();
      server.nodes().cutOff(0, true);
      await(() -> ann.at(1).request(rejoin("tea", ann)).status() == Status.OK);
      assertThat(Duration.ofNanos(System.nanoTime() - gone)).isLessThan(NEW_HOME);
      ann.enter(rejoin("tea", ann)).keepalive();
      ann.send("from another node");
      bob.expect("ann: from another node");
      carol.expect("ann: from another node");
      bob.send("good");
      ann.expect("bob: good");
      carol.expect("bob: good");
      assertThat(ann.kick("carol")).as("still the host").isEqualTo(Answer.DONE);
      carol.expectEnd("carol was removed by ann");
    }
  }

  @Test
  void whoComesBackAtAnotherNodeIsNotSentWhatItHasSaidItself() {
    try (TestServer server = TestServer.startCluster(2)) {
      TestPeer ann = server.peer().at(0);
      ann.enter(new Request.Create(new RoomName("tea"), following("ann", Optional.empty())));
      assertThat(ann.progress().last()).isZero();
      TestPeer bob = server.peer().at(1);
      bob.enter(new Request.Join(new RoomName("tea"), following("bob", Optional.empty())));
      assertThat(bob.progress().last()).isZero();
      ann.expect("* bob joined");
      ann.send("mine");
      bob.expect("ann: mine");
      bob.send("yours");
      ann.expect("bob: yours");
      await(() -> bob.progress().last() == 2);

      TestPeer back = ann.withSameTokenAt("127.0.0.1").at(1);
      back.enter(new Request.Join(new RoomName("tea"), following("ann", Optional.of(ann.token()))));
      back.progress();
      bob.send("next");
      List<ServerDatagram> lines = new ArrayList<>(back.passedOver());
      await(
          () -> {
            lines.addAll(back.linesUntilAcknowledged());
            return lines.contains(new Text("bob", "next"));
          });
      assertThat(lines).containsExactly(new Text("bob", "yours"), new Text("bob", "next"));
    }
  }

  /** Credentials of somebody who wants what was said since the room was made. */
  private static Credentials following(String name, Optional<Token> token) {
    return new Credentials(
        new Username(name), Optional.empty(), token, false, Optional.of(0L), false);
  }

  @Test
  void aNodeThatIsCutOffGoesOnWithWhatIsItsOwnAndFindsItsWayBack() {
    try (TestServer server = TestServer.startCluster(2)) {
      TestPeer ann = server.peer().at(0).create("tea", "ann").keepalive();
      TestPeer bob = server.peer().at(1).join("tea", "bob").keepalive();
      ann.expect("* bob joined");
      TestPeer dave = server.peer().at(0).create("local", "dave").keepalive();
      TestPeer eve = server.peer().at(0).join("local", "eve").keepalive();
      dave.expect("* eve joined");
      awaitGrace();

      server.nodes().cutOff(0, true);
      await(
          () -> {
            ann.send("");
            ann.send("is anybody there?");
            return ann.lastText().contains("cannot be reached");
          });
      dave.send("we are");
      eve.expect("dave: we are");
      await(() -> bob.kick("ann").status() == Status.NOT_AUTHORISED);

      server.nodes().cutOff(0, false);
      // The room is at home at the other node by now: who was here has to go there.
      assertThat(ann.lastText()).startsWith("\004* server stopping");
      ann.at(1).enter(rejoin("tea", ann)).keepalive();
      ann.send("there you are");
      bob.expect("ann: there you are");
    }
  }

  /** A node can tell that another is gone only when it has held its own lease for a while. */
  private static void awaitGrace() {
    long end = System.nanoTime() + Duration.ofSeconds(6).toNanos();
    await(() -> System.nanoTime() - end >= 0);
  }

  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - end).as("in time").isNegative();
      LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
    }
  }

  private static Request rejoin(String room, TestPeer who) {
    return new Request.Join(
        new RoomName(room),
        new Credentials(
            new Username("whoever"), Optional.empty(), Optional.of(who.token()), false));
  }
}
