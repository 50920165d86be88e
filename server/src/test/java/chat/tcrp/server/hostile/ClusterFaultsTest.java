package chat.tcrp.server.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.server.TestServer;
import chat.tcrp.server.cluster.NatsServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nodes and NATS servers, each a process of its own, that are killed, or stand still for a while.
 */
class ClusterFaultsTest {
  private static final int KICK = 6;
  private static final int OK = 0;
  private static final int NOT_AUTHORISED = 12;
  private static final int SERVER_FULL = 8;
  private static final Duration SOON = Duration.ofSeconds(20);

  /** A node can tell that another is gone only when it has been one itself for a while. */
  private static final Duration GRACE = Duration.ofSeconds(10);

  private @TempDir Path directory;
  private final List<AutoCloseable> started = new ArrayList<>();
  private NatsServers nats;
  private ServerProcess first;
  private ServerProcess second;

  private void start(NatsServers servers) throws Exception {
    nats = servers;
    started.add(servers);
    Path key = Files.write(directory.resolve("key"), new byte[32]);
    first = node(key);
    second = node(key);
    pause(GRACE);
    await(() -> canDecide(first) && canDecide(second));
  }

  /** NATS servers that have just begun need a while to agree on who leads. */
  private static boolean canDecide(ServerProcess node) throws IOException {
    try {
      new Visitor(node.door(), Door.CREATE, "try", "out").leave();
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private ServerProcess node(Path key) throws IOException {
    ServerProcess node =
        new ServerProcess(
            directory,
            "256m",
            "--identity",
            TestServer.IDENTITY.toString(),
            "--cluster",
            nats.addresses(),
            "--cluster-key",
            key.toString());
    started.add(node);
    return node;
  }

  private Visitor visitor(ServerProcess node, int operation, String room, String name)
      throws IOException {
    Visitor visitor = new Visitor(node.door(), operation, room, name);
    started.add(visitor);
    return visitor;
  }

  /** Joins as soon as nothing but the directory stands in the way. */
  private Visitor letIn(ServerProcess node, String room, String name) throws Exception {
    AtomicReference<Visitor> in = new AtomicReference<>();
    await(
        () -> {
          try {
            in.set(visitor(node, Door.JOIN, room, name));
            return true;
          } catch (IOException e) {
            assertThat(e)
                .hasMessageStartingWith("refused: ")
                .hasMessageEndingWith(SERVER_FULL + "]");
            return false;
          }
        });
    return in.get();
  }

  @BeforeEach
  void nothingRunsYet() {
    assertThat(started).isEmpty();
  }

  @AfterEach
  void end() throws Exception {
    for (AutoCloseable each : started.reversed()) {
      each.close();
    }
  }

  @Test
  void aKilledNodesMembersAreBackElsewhereWithinTenSecondsAsIfNothingHadBeen() throws Exception {
    start(NatsServers.single());
    Visitor ann = visitor(first, Door.CREATE, "tea", "ann");
    Visitor bob = visitor(second, Door.JOIN, "tea", "bob");
    assertThat(ann.hears("* bob joined"::equals, SOON)).isTrue();
    bob.heard();

    long killed = System.nanoTime();
    first.signal("KILL");
    await(() -> ann.turnsTo(second.door()));
    assertThat(Duration.ofNanos(System.nanoTime() - killed)).isLessThan(Duration.ofSeconds(10));

    ann.say("here again");
    assertThat(bob.hears("ann: here again"::equals, SOON)).isTrue();
    assertThat(bob.heard()).containsExactly("ann: here again");
    assertThat(ann.about(KICK, "bob")).as("still the host").isEqualTo(OK);
  }

  @Test
  void aNodeThatStoodStillDecidesNothingWhenItGoesOn() throws Exception {
    start(NatsServers.single());
    Visitor ann = visitor(first, Door.CREATE, "tea", "ann");
    Visitor dave = visitor(first, Door.JOIN, "tea", "dave");
    Visitor bob = visitor(second, Door.JOIN, "tea", "bob");
    assertThat(ann.hears("* bob joined"::equals, SOON)).isTrue();
    assertThat(dave.hears("* bob joined"::equals, SOON)).isTrue();

    first.signal("STOP");
    // By then the other one is the home.
    await(() -> bob.about(KICK, "nobody") == NOT_AUTHORISED);
    ann.say("said to who is not the home any more");
    first.signal("CONT");
    ann.say("and once more");
    assertThat(ann.hears(text -> text.startsWith("\004* server stopping"), SOON)).isTrue();
    assertThat(dave.heard()).noneMatch(text -> text.startsWith("ann: "));

    assertThat(ann.turnsTo(second.door())).isTrue();
    ann.say("at the home");
    assertThat(bob.hears("ann: at the home"::equals, SOON)).isTrue();
    assertThat(bob.heard()).noneMatch(text -> text.startsWith("ann: and") || text.contains("left"));
    first.assertRuns();
    // It is a node as before.
    assertThat(dave.turnsTo(first.door())).isTrue();
    dave.say("by way of the other node");
    assertThat(ann.hears("dave: by way of the other node"::equals, SOON)).isTrue();
  }

  @Test
  void whileNatsIsAwayLocalRoomsGoOnAndTheOthersComeBackByThemselves() throws Exception {
    start(NatsServers.single());
    Visitor ann = visitor(first, Door.CREATE, "tea", "ann");
    Visitor bob = visitor(second, Door.JOIN, "tea", "bob");
    Visitor eve = visitor(first, Door.CREATE, "local", "eve");
    Visitor dave = visitor(first, Door.JOIN, "local", "dave");
    assertThat(ann.hears("* bob joined"::equals, SOON)).isTrue();
    assertThat(eve.hears("* dave joined"::equals, SOON)).isTrue();
    assertThat(ann.heard()).containsExactly("* bob joined");

    nats.kill(0);
    await(
        () -> {
          ann.say("hello?");
          bob.say("hello?");
          return ann.hears(ClusterFaultsTest::isHeld, Duration.ofMillis(200))
              && bob.hears(ClusterFaultsTest::isHeld, Duration.ofMillis(200));
        });
    eve.say("we are here");
    assertThat(dave.hears("eve: we are here"::equals, SOON)).isTrue();

    nats.start(0);
    await(
        () -> {
          ann.say("together");
          return bob.hears("ann: together"::equals, Duration.ofMillis(200));
        });
    // Each node finds out for itself that it can reach the others again.
    await(
        () -> {
          bob.say("again");
          return ann.hears("bob: again"::equals, Duration.ofMillis(200));
        });
    assertThat(ann.heard()).noneMatch(text -> text.matches(".*(left|joined|timed out)"));
    eve.say("still here");
    assertThat(dave.hears("eve: still here"::equals, SOON)).isTrue();
  }

  private static boolean isHeld(String text) {
    return text.startsWith("* the other servers cannot be reached");
  }

  @Test
  void ofThreeNatsServersTheOneThatLeadsMayBeKilled() throws Exception {
    start(NatsServers.cluster());
    Visitor ann = visitor(first, Door.CREATE, "tea", "ann");
    Visitor bob = visitor(second, Door.JOIN, "tea", "bob");
    assertThat(ann.hears("* bob joined"::equals, SOON)).isTrue();

    nats.kill(nats.leader());

    // A node may have to connect to another one; the first lines may be lost.
    await(
        () -> {
          ann.say("hello");
          return bob.hears("ann: hello"::equals, Duration.ofMillis(300));
        });
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 80; i++) {
      ann.say("line " + i);
      lines.add("ann: line " + i);
      pause(Duration.ofMillis(100));
    }
    boolean isPaused = ann.heard().stream().anyMatch(ClusterFaultsTest::isHeld);
    Scale.report("a NATS server that led was killed: " + (isPaused ? "a pause" : "nothing seen"));
    if (!isPaused) {
      assertThat(bob.heard()).filteredOn(text -> text.startsWith("ann: line")).isEqualTo(lines);
    }
    Visitor carol = letIn(second, "tea", "carol");
    assertThat(ann.hears("* carol joined"::equals, SOON)).isTrue();
    carol.say("hello");
    assertThat(ann.hears("carol: hello"::equals, SOON)).isTrue();
  }

  @Test
  void manyMembersOverABadNetworkGoThroughTheDeathOfANode() throws Exception {
    int members = Scale.of(40, 200);
    int rooms = members / 10;
    SplittableRandom random = Scale.random();
    start(NatsServers.single());
    List<Lossy> people = new ArrayList<>();
    for (int i = 0; i < members; i++) {
      // The hosts, and so the homes, at the node that dies; of the others one in three.
      ServerProcess node = i < rooms || i % 3 == 0 ? first : second;
      people.add(
          new Lossy(
              new Visitor(
                  node.door(), i < rooms ? Door.CREATE : Door.JOIN, "room" + i % rooms, "m" + i),
              i % rooms,
              node == first,
              random));
      started.add(people.getLast().visitor);
    }
    talk(people, 20);
    first.signal("KILL");
    List<Lossy> lost = people.stream().filter(person -> person.atFirst).toList();
    for (Lossy person : lost) {
      await(() -> person.visitor.turnsTo(second.door()));
    }
    talk(people, 20);
    for (Lossy person : people) {
      person.hear();
    }

    for (int room = 0; room < rooms; room++) {
      int at = room;
      List<Lossy> there = people.stream().filter(person -> person.room == at).toList();
      assertOneOrder(there);
      String list = second.door().list(Door.ROOMS, "", new byte[0]);
      assertThat(list).contains("\"room" + room + "\",\"members\":" + there.size() + ",");
    }
  }

  /** A member who loses a part of what is sent to and by it. */
  private static final class Lossy {
    private final Visitor visitor;
    private final int room;
    private final boolean atFirst;
    private final SplittableRandom random;
    private final List<String> heard = new ArrayList<>();

    Lossy(Visitor visitor, int room, boolean atFirst, SplittableRandom random) {
      this.visitor = visitor;
      this.room = room;
      this.atFirst = atFirst;
      this.random = random.split();
    }

    void say(String text) throws IOException {
      if (random.nextDouble() >= BadLine.LOSS) {
        visitor.say(text);
      }
    }

    void hear() throws IOException {
      for (String text : visitor.heard()) {
        if (text.startsWith("m") && random.nextDouble() >= BadLine.LOSS) {
          assertThat(text).as("in its room").contains(": in " + room + " ");
          heard.add(text);
        } else if (text.startsWith("*")) {
          assertThat(text).doesNotContain("left").doesNotContain("timed out");
        }
      }
    }
  }

  private int said;

  private void talk(List<Lossy> people, int turns) throws IOException {
    for (int turn = 0; turn < turns; turn++) {
      for (Lossy person : people) {
        person.say("in " + person.room + " line " + said++);
      }
      for (Lossy person : people) {
        person.hear();
      }
    }
  }

  /** What several have heard, none has heard twice, and all in the same order. */
  private static void assertOneOrder(List<Lossy> people) {
    Map<String, Integer> order = new TreeMap<>();
    List<String> longest = new ArrayList<>();
    for (Lossy person : people) {
      assertThat(person.heard).doesNotHaveDuplicates();
      longest.addAll(person.heard);
    }
    // An order that all agree on is one in which no two follow each other both ways.
    for (Lossy person : people) {
      for (int i = 0; i < person.heard.size(); i++) {
        order.put(person.heard.get(i), i);
      }
      for (Lossy other : people) {
        int[] common =
            other.heard.stream().filter(order::containsKey).mapToInt(order::get).toArray();
        assertThat(common).isEqualTo(Arrays.stream(common).sorted().toArray());
      }
      order.clear();
    }
    assertThat(longest).isNotEmpty();
  }

  /** Has time go by that the nodes measure themselves. */
  private static void pause(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() - end < 0) {
      LockSupport.parkNanos(end - System.nanoTime());
    }
  }

  private static void await(Callable<Boolean> condition) throws Exception {
    long end = System.nanoTime() + Duration.ofSeconds(40).toNanos();
    while (!condition.call()) {
      assertThat(System.nanoTime() - end).as("in time").isNegative();
      pause(Duration.ofMillis(100));
    }
  }
}
