package chat.tcrp.server.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.protocol.Request;
import chat.tcrp.protocol.RoomName;
import chat.tcrp.protocol.Status;
import chat.tcrp.server.EveryRelayTest;
import chat.tcrp.server.TestPeer;
import chat.tcrp.server.TestPeer.Answer;
import chat.tcrp.server.TestServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/**
 * Clients that do not know operation 3 just go. When they, or somebody beside them, want the name
 * or the room again, the network is asked whether they are still there.
 */
class GhostTest extends EveryRelayTest {
  private static final Duration SILENCE = Duration.ofSeconds(10);

  @AutoClose private final TestServer server = TestServer.start();

  @Test
  void aHostThatHasGoneDoesNotKeepTheRoom() {
    TestPeer ann = server.peer().create("tea", "ann");
    TestPeer bob = server.peer().join("tea", "bob").keepalive();
    ann.send("anybody?");
    bob.expect("ann: anybody?");
    ann.close();
    server.advance(SILENCE);

    TestPeer again = server.peer().create("tea", "ann").keepalive();

    bob.expectEnd("room closed: ann (host) left");
    again.expectNothing();
  }

  @Test
  void aMemberThatHasGoneDoesNotKeepTheName() {
    TestPeer ann = server.peer().create("tea", "ann").keepalive();
    TestPeer bob = server.peer().join("tea", "bob");
    ann.expect("* bob joined");
    bob.send("bye");
    ann.expect("bob: bye");
    bob.close();
    server.advance(SILENCE);

    TestPeer again = server.peer().join("tea", "Bob").keepalive();

    ann.expect("* bob left");
    ann.expect("* Bob joined");
    again.send("hi");
    ann.expect("Bob: hi");
  }

  @Test
  void ofSeveralWhoWantTheNameOneGetsIt() throws Exception {
    server.peer().create("tea", "ann").keepalive();
    TestPeer bob = server.peer().join("tea", "bob").keepalive();
    bob.close();
    server.advance(SILENCE);

    List<CompletableFuture<Answer>> answers =
        Stream.generate(() -> inBackground(join("bob"))).limit(8).toList();

    List<Status> statuses =
        Stream.of(answers).flatMap(List::stream).map(GhostTest::status).toList();
    assertThat(statuses).containsOnlyOnce(Status.OK).filteredOn(s -> s != Status.OK).hasSize(7);
    assertThat(statuses).containsOnly(Status.OK, Status.USERNAME_TAKEN);
  }

  @Test
  void whoIsSilentButThereKeepsTheName() throws Exception {
    TestPeer ann = server.peer().create("tea", "ann").keepalive();
    TestPeer bob = server.peer().join("tea", "bob").keepalive();
    ann.expect("* bob joined");
    server.advance(SILENCE);
    CompletableFuture<Answer> answer = inBackground(join("bob"));

    assertThat(bob.receive()).as("asks for a sign of life").containsExactly(0x06);
    ann.keepalive();
    assertThat(answer).as("waits").isNotDone();
    server.advance(Ghosts.PATIENCE);

    assertThat(status(answer)).isEqualTo(Status.USERNAME_TAKEN);
    ann.send("still there, bob?");
    bob.expect("ann: still there, bob?");
  }

  @Test
  void whatAMemberSaysWhileItIsAskedForArrives() throws Exception {
    TestPeer ann = server.peer().create("tea", "ann").keepalive();
    TestPeer bob = server.peer().join("tea", "bob").keepalive();
    ann.expect("* bob joined");
    server.advance(SILENCE);
    CompletableFuture<Answer> answer = inBackground(join("bob"));
    assertThat(bob.receive()).containsExactly(0x06);

    bob.send("I am here");
    ann.expect("bob: I am here");
    bob.keepalive();
    server.advance(Ghosts.PATIENCE);

    assertThat(status(answer)).isEqualTo(Status.USERNAME_TAKEN);
    ann.send("good");
    bob.expect("ann: good");
  }

  @Test
  void aSilentHostThatIsThereKeepsTheRoom() throws Exception {
    TestPeer ann = server.peer().create("tea", "ann").keepalive();
    server.advance(SILENCE);
    CompletableFuture<Answer> answer =
        inBackground(new Request.Create(new RoomName("tea"), TestPeer.credentials("bob")));

    assertThat(ann.receive()).containsExactly(0x06);
    server.advance(Ghosts.PATIENCE);

    assertThat(status(answer)).isEqualTo(Status.ROOM_EXISTS);
    ann.expectNothing();
  }

  @Test
  void nobodyIsAskedForWithoutReason() {
    TestPeer ann = server.peer().create("tea", "ann").cadence();
    TestPeer bob = server.peer().join("tea", "bob").keepalive();
    TestPeer unheard = server.peer().join("tea", "unheard");
    TestPeer carol = server.peer().create("safe", "carol", "secret").keepalive();
    TestPeer dave = server.peer();
    dave.enter(new Request.Join(new RoomName("safe"), TestPeer.credentials("dave", "secret")));
    dave.keepalive();
    Answer taken = Answer.refused(Status.USERNAME_TAKEN);

    server.advance(SILENCE.minusNanos(1));
    assertThat(server.peer().request(join("bob"))).as("silent for too short").isEqualTo(taken);
    server.advance(Duration.ofNanos(1));
    assertThat(server.peer("127.0.0.2").request(join("bob"))).as("elsewhere").isEqualTo(taken);
    assertThat(server.peer().request(join("ann"))).as("sends keepalives").isEqualTo(taken);
    assertThat(server.peer().request(join("unheard"))).as("no address").isEqualTo(taken);
    assertThat(server.peer().tryJoin("safe", TestPeer.credentials("dave")))
        .as("another reason to refuse")
        .isEqualTo(Answer.refused(Status.WRONG_PASSWORD));

    ann.expect("* bob joined");
    ann.expect("* unheard joined");
    bob.expect("* unheard joined");
    carol.expect("* dave joined");
    Stream.of(ann, bob, carol, dave).forEach(TestPeer::expectNothing);
    unheard.expectNothingReceived();
  }

  @Test
  void aStoppingServerAnswersWhoeverWaits() throws Exception {
    TestPeer ann = server.peer().create("tea", "ann").keepalive();
    server.advance(SILENCE);
    CompletableFuture<Answer> answer =
        inBackground(new Request.Create(new RoomName("tea"), TestPeer.credentials("bob")));
    assertThat(ann.receive()).containsExactly(0x06);

    server.stop();

    ann.expectEnd("server stopping");
    assertThat(answer.handle((a, e) -> true).get(TestPeer.PATIENCE.toSeconds(), TimeUnit.SECONDS))
        .isTrue();
  }

  private static Request join(String username) {
    return new Request.Join(new RoomName("tea"), TestPeer.credentials(username));
  }

  private CompletableFuture<Answer> inBackground(Request request) {
    TestPeer peer = server.peer();
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                answer.complete(peer.request(request));
              } catch (RuntimeException | AssertionError e) {
                answer.completeExceptionally(e);
              }
            });
    return answer;
  }

  private static Status status(CompletableFuture<Answer> answer) {
    return answer.orTimeout(TestPeer.PATIENCE.toSeconds(), TimeUnit.SECONDS).join().status();
  }
}
