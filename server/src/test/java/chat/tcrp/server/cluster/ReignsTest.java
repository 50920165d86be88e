package chat.tcrp.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.protocol.ClientDatagram;
import chat.tcrp.protocol.Credentials;
import chat.tcrp.protocol.ProtocolException;
import chat.tcrp.protocol.Request;
import chat.tcrp.protocol.RoomName;
import chat.tcrp.protocol.RoomTopic;
import chat.tcrp.protocol.ServerDatagram;
import chat.tcrp.protocol.Token;
import chat.tcrp.protocol.Username;
import chat.tcrp.server.base.EventLog;
import chat.tcrp.server.cluster.Engine.Bucket;
import chat.tcrp.server.rooms.Caller;
import chat.tcrp.server.rooms.Member;
import chat.tcrp.server.rooms.Reply;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which node is the home of a room, and what that knows, when nodes come and go. */
class ReignsTest {
  private static final InetAddress IP = InetAddress.getLoopbackAddress();

  private static final RoomName TEA = new RoomName("tea");

  /** So many that each of two nodes takes some over. */
  private static final List<RoomName> ROOMS =
      IntStream.range(0, 8).mapToObj(i -> new RoomName("room" + i)).toList();

  private final SplittableRandom random = new SplittableRandom(1);
  private final VirtualTime time = new VirtualTime();
  private final MemoryHub hub = new MemoryHub(time, random.split());
  private final EventLog log = new EventLog();
  private final Map<InetSocketAddress, List<String>> heard = new HashMap<>();

  private SimulatedNode home;
  private SimulatedNode other;
  private Token ann;
  private Token ben;

  /** A room that spans two nodes. */
  private void annAndBen() {
    home = start("home");
    other = start("other");
    pass(Duration.ofSeconds(10));
    ann = create(home, TEA, "ann");
    ben = join(other, TEA, "ben");
  }

  private SimulatedNode start(String name) {
    return new SimulatedNode(
        name,
        time,
        hub,
        random.split(),
        log,
        (from, to, datagram) -> {
          for (ServerDatagram each : ServerDatagram.decode(datagram)) {
            if (each instanceof ServerDatagram.Text(String _, String text)) {
              heard.computeIfAbsent(to, absent -> new ArrayList<>()).add(text);
            }
          }
        });
  }

  private void pass(Duration length) {
    time.runUntil(time.nanos() + length.toNanos(), () -> {});
  }

  private static CompletableFuture<Reply> enter(SimulatedNode node, Request request) {
    return node.submit(request, Caller.plain(IP));
  }

  private List<Token> enterAll(SimulatedNode node, Function<RoomName, Request> request) {
    List<CompletableFuture<Reply>> replies =
        ROOMS.stream().map(room -> enter(node, request.apply(room))).toList();
    pass(Duration.ofSeconds(1));
    return replies.stream().map(reply -> token(reply.join())).toList();
  }

  /** Has ann at home and ben at another node in each of the rooms; answers ben's tokens. */
  private List<Token> annAndBenInAll(SimulatedNode edge) {
    enterAll(home, room -> new Request.Create(room, who("ann", Optional.empty())));
    return enterAll(edge, room -> new Request.Join(room, who("ben", Optional.empty())));
  }

  private Reply ask(SimulatedNode node, Request request) {
    CompletableFuture<Reply> reply = enter(node, request);
    pass(Duration.ofSeconds(3));
    assertThat(reply).isDone();
    return reply.join();
  }

  private void assertComesBack(SimulatedNode node, Request rejoin) {
    assertThat(ask(node, rejoin))
        .isInstanceOfSatisfying(
            Reply.Admitted.class, reply -> assertThat(reply.rejoined()).isTrue());
  }

  private static Token token(Reply reply) {
    assertThat(reply).isInstanceOf(Reply.Admitted.class);
    return ((Reply.Admitted) reply).token();
  }

  private static Credentials who(String name, Optional<Token> token) {
    return new Credentials(
        new Username(name), Optional.empty(), token, false, Optional.empty(), false);
  }

  private Token create(SimulatedNode node, RoomName room, String name) {
    return token(ask(node, new Request.Create(room, who(name, Optional.empty()))));
  }

  private Token join(SimulatedNode node, RoomName room, String name) {
    return token(ask(node, new Request.Join(room, who(name, Optional.empty()))));
  }

  @Test
  void aRoomThatWasClosedWhileItsHomeWasAwayStaysClosed() {
    annAndBen();

    home.cutOff(true);
    pass(Duration.ofSeconds(12));
    assertThat(other.rooms().room(TEA)).isPresent();
    assertThat(ask(other, new Request.Leave(TEA, ann))).isInstanceOf(Reply.Done.class);
    assertThat(hub.entries(Bucket.ROOMS)).isEmpty();

    home.cutOff(false);
    pass(Duration.ofSeconds(10));
    assertThat(home.rooms().rooms()).isEmpty();
    assertThat(hub.entries(Bucket.ROOMS)).isEmpty();
    assertThat(hub.entries(Bucket.MEMBERS)).isEmpty();
  }

  @Test
  void roomsOutlastALostDirectory() {
    annAndBen();

    hub.loseDirectory();
    pass(Duration.ofSeconds(10));
    assertThat(home.rooms().room(TEA))
        .hasValueSatisfying(room -> assertThat(room.size()).isEqualTo(2));
    assertThat(hub.entries(Bucket.ROOMS)).hasSize(1);
    assertThat(hub.entries(Bucket.MEMBERS)).hasSize(2);
  }

  @Test
  void whoHasGoneToAnotherNodeIsNotTakenForAGuestOfTheNextHome() {
    home = start("home");
    SimulatedNode before = start("before");
    SimulatedNode after = start("after");
    pass(Duration.ofSeconds(10));
    List<Token> tokens = annAndBenInAll(before);

    // It never hears that its guests have gone.
    before.pause();
    for (int i = 0; i < ROOMS.size(); i++) {
      var _ = enter(after, new Request.Join(ROOMS.get(i), who("ben", Optional.of(tokens.get(i)))));
    }
    pass(Duration.ofMillis(500));
    before.goOn(true);
    home.kill();
    pass(Duration.ofSeconds(10));

    int overtaken = 0;
    for (RoomName room : ROOMS) {
      boolean isBefore = before.rooms().room(room).isPresent();
      SimulatedNode next = isBefore ? before : after;
      Member ben = next.member(room, "ben").orElseThrow();
      assertThat(ben.edge()).isEqualTo(isBefore ? after.name() : null);
      overtaken += isBefore ? 1 : 0;
    }
    assertThat(overtaken).isPositive();
  }

  @Test
  void nobodyIsToldThatSomethingIsSoWhichTheNextHomeWouldNotKnow() {
    annAndBen();

    home.cutOff(true);
    assertThat(ask(home, new Request.Topic(TEA, ann, Optional.of(new RoomTopic("green")))))
        .isInstanceOf(Reply.Refused.class);
  }

  @Test
  void aNodeThatDoesNotKnowWhetherItHasTakenARoomOverFindsOut() {
    annAndBen();

    // The answer is lost that tells it.
    boolean[] isLost = {false};
    hub.onChange(
        change -> {
          if (change.contains(" by other: ") && !isLost[0]) {
            isLost[0] = true;
            other.cutOff(true);
          }
        });
    home.kill();
    pass(Duration.ofSeconds(10));
    assertThat(isLost[0]).isTrue();
    assertThat(other.rooms().room(TEA)).isEmpty();
    other.cutOff(false);
    pass(Duration.ofSeconds(15));
    assertThat(other.rooms().room(TEA))
        .hasValueSatisfying(room -> assertThat(room.size()).isEqualTo(2));
  }

  @Test
  void aSessionThatHasEndedIsNotTakenForTheOneAfterIt() throws ProtocolException {
    annAndBen();

    hub.disturb(Duration.ofMillis(50), 0);
    Request rejoin = new Request.Join(TEA, who("ben", Optional.of(ben)));
    var _ = enter(other, rejoin);
    pass(Duration.ofMillis(2));
    // Behind the question, before its answer, which never comes to ben.
    arrive(other, TEA, ben, 1, "");
    pass(Duration.ofSeconds(1));
    assertComesBack(home, rejoin);
  }

  @Test
  void aTokenWhoseRejoinWasNotAnsweredIsGoodAtTheNextHomeToo() {
    annAndBen();
    Request rejoin = new Request.Join(TEA, who("ben", Optional.of(ben)));
    var _ = enter(other, rejoin);
    pass(Duration.ofSeconds(1));

    home.kill();
    pass(Duration.ofSeconds(10));
    assertThat(other.rooms().room(TEA)).isPresent();
    assertComesBack(other, rejoin);
  }

  @Test
  void guestsOfAHomeThatIsGoneAreFoundByTheNextOne() throws ProtocolException {
    SimulatedNode next = start("next");
    home = start("home");
    SimulatedNode edge = start("edge");
    pass(Duration.ofSeconds(10));
    List<Token> tokens = annAndBenInAll(edge);
    for (int i = 0; i < ROOMS.size(); i++) {
      arrive(edge, ROOMS.get(i), tokens.get(i), i, "");
    }

    edge.cutOff(true);
    pass(Duration.ofSeconds(10));
    edge.cutOff(false);
    // Its home has it again, and nobody else has seen yet that it is there.
    pass(Duration.ofMillis(1500));
    home.stop();
    pass(Duration.ofSeconds(8));
    for (RoomName room : ROOMS) {
      SimulatedNode now = edge.rooms().room(room).isPresent() ? edge : next;
      assertThat(now.member(room, "ben").orElseThrow().isAwaited()).as("%s", room).isFalse();
    }
  }

  @Test
  void whoCouldNotComeBackWhileNobodyCouldDecideHasTimeAfterThat() throws ProtocolException {
    annAndBen();
    arrive(home, TEA, ann, 1, "");
    arrive(other, TEA, ben, 2, "");

    home.cutOff(true);
    other.cutOff(true);
    pass(SimulatedNode.LIMITS.idleTimeout().plusSeconds(10));
    home.cutOff(false);
    other.cutOff(false);
    pass(Duration.ofSeconds(10));
    assertThat(home.member(TEA, "ann")).isPresent();
    assertThat(home.member(TEA, "ben")).isPresent();

    pass(SimulatedNode.LIMITS.idleTimeout());
    assertThat(home.rooms().room(TEA)).isEmpty();
    assertThat(hub.entries(Bucket.MEMBERS)).isEmpty();
  }

  @Test
  void whatWasToBeTakenOutOfTheDirectoryStaysWhenTheRoomIsAnothers() {
    annAndBen();
    Token cid = join(home, TEA, "cid");

    home.cutOff(true);
    var _ = enter(home, new Request.Leave(TEA, cid));
    pass(Duration.ofSeconds(12));
    assertThat(home.member(TEA, "cid")).isEmpty();
    assertThat(other.rooms().room(TEA)).isPresent();
    home.cutOff(false);
    pass(Duration.ofSeconds(5));
    assertThat(other.member(TEA, "cid")).isPresent();
    assertThat(hub.entries(Bucket.MEMBERS)).hasSize(3);
  }

  @Test
  void aRoomThatWasAboutToEndIsNotTakenOver() {
    annAndBen();

    // The home dies between what it writes of the end.
    hub.onChange(
        change -> {
          if (!home.isGone()) {
            home.kill();
          }
        });
    hub.disturb(Duration.ofMillis(20), 0);
    var _ = enter(home, new Request.Leave(TEA, ann));
    pass(Duration.ofSeconds(1));
    assertThat(home.isGone()).isTrue();
    assertThat(hub.entries(Bucket.ROOMS)).hasSize(1);

    pass(Duration.ofSeconds(20));
    assertThat(other.rooms().room(TEA)).isEmpty();
    assertThat(hub.entries(Bucket.ROOMS)).isEmpty();
    assertThat(hub.entries(Bucket.MEMBERS)).isEmpty();
  }

  @Test
  void aDirectoryThatHasLostItsLeaderIsNotNoticedUntilItHasAnother() throws ProtocolException {
    annAndBen();
    arrive(home, TEA, ann, 1, "");
    arrive(other, TEA, ben, 2, "");
    pass(Duration.ofSeconds(1));
    heard.clear();

    List<String> lines = new ArrayList<>();
    hub.beLeaderless(true);
    for (int i = 0; i < 60; i++) {
      lines.add("line " + i);
      arrive(home, TEA, ann, 1, "line " + i);
      pass(Duration.ofMillis(100));
    }
    hub.beLeaderless(false);
    pass(Duration.ofSeconds(10));

    assertThat(heard.get(new InetSocketAddress(IP, 2002))).isEqualTo(lines);
    assertThat(heard.get(new InetSocketAddress(IP, 2001))).isNullOrEmpty();
  }

  @Test
  void aRoomOfOneNodeGoesOnWithoutAPauseWhileTheDirectoryIsSlowToRefuse() throws ProtocolException {
    home = start("home");
    pass(Duration.ofSeconds(10));
    ann = create(home, TEA, "ann");
    ben = join(home, TEA, "ben");
    arrive(home, TEA, ann, 1, "");
    arrive(home, TEA, ben, 2, "");
    pass(Duration.ofSeconds(1));
    heard.clear();

    List<String> lines = new ArrayList<>();
    hub.beLeaderless(true);
    hub.disturb(Duration.ofMillis(2500), 0);
    for (int i = 0; i < 150; i++) {
      lines.add("line " + i);
      arrive(home, TEA, ann, 1, "line " + i);
      pass(Duration.ofMillis(100));
    }

    assertThat(heard.get(new InetSocketAddress(IP, 2002))).isEqualTo(lines);
    assertThat(heard.get(new InetSocketAddress(IP, 2001))).isNullOrEmpty();
  }

  @Test
  void aRoomHasAnotherHomeTenSecondsAfterTheDeathOfItsHomeWhenTheDirectoryLostItsLeaderToo() {
    annAndBen();

    home.kill();
    hub.beLeaderless(true);
    pass(Duration.ofMillis(5500));
    hub.beLeaderless(false);
    pass(Duration.ofMillis(4500));

    assertThat(other.rooms().room(TEA)).isPresent();
  }

  @Test
  void whoAsksForARoomWhoseHomeHasDiedIsAnsweredAsSoonAsThatIsSeen() {
    annAndBen();

    home.kill();
    CompletableFuture<Reply> reply =
        enter(other, new Request.Join(TEA, who("ann", Optional.of(ann))));
    pass(Engine.LEASE.plusMillis(600));

    assertThat(reply)
        .isCompletedWithValueMatching(
            answer -> answer instanceof Reply.Admitted admitted && admitted.rejoined());
  }

  @Test
  void whatWasWrittenOfARoomThatWasNotMadeInTheEndIsTakenOut() {
    MemoryEngine gone = hub.engine("gone");
    String key = DirectoryJson.key(TEA);
    String claim = DirectoryJson.claim(NodeId.random(random, 1).text());
    var _ = gone.put(Bucket.ROOMS, key, claim, Engine.ABSENT);
    var _ = gone.put(Bucket.MEMBERS, DirectoryJson.key(key, 7), "ann", Engine.ABSENT);
    pass(Duration.ofSeconds(1));
    assertThat(hub.entries(Bucket.MEMBERS)).hasSize(1);

    start("node");
    pass(Duration.ofSeconds(30));
    assertThat(hub.entries(Bucket.ROOMS)).isEmpty();
    assertThat(hub.entries(Bucket.MEMBERS)).isEmpty();
  }

  @Test
  void aRoomWithMembersAtManyNodesHasASubjectOfItsOwn() throws ProtocolException {
    home = start("home");
    List<SimulatedNode> others = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      others.add(start("other" + i));
    }
    pass(Duration.ofSeconds(10));
    ann = create(home, TEA, "ann");
    arrive(home, TEA, ann, 999, "");
    Map<SimulatedNode, Token> tokens = new HashMap<>();
    for (int i = 0; i < others.size(); i++) {
      Token token = join(others.get(i), TEA, "user" + i);
      tokens.put(others.get(i), token);
      arrive(others.get(i), TEA, token, i, "");
      pass(Duration.ofMillis(100));
    }
    // The first line makes the nodes hear it.
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      lines.add("line " + i);
      arrive(home, TEA, ann, 999, "line " + i);
      pass(Duration.ofMillis(50));
    }
    assertThat(others).allSatisfy(node -> assertThat(node.roomSubjects()).isEqualTo(1));
    for (int i = 0; i < others.size(); i++) {
      assertThat(heard.get(new InetSocketAddress(IP, 2000 + i))).isEqualTo(lines);
    }
    long before = hub.messages();
    arrive(home, TEA, ann, 999, "one more");
    pass(Duration.ofMillis(20));
    assertThat(hub.messages() - before).isEqualTo(1);

    tokens.forEach((node, token) -> ask(node, new Request.Leave(TEA, token)));
    assertThat(others).allSatisfy(node -> assertThat(node.roomSubjects()).isZero());
  }

  private static void arrive(
      SimulatedNode node, RoomName room, Token token, int client, String text)
      throws ProtocolException {
    node.arrive(
        new InetSocketAddress(IP, 2000 + client), new ClientDatagram(room, token, text).encode());
  }
}
