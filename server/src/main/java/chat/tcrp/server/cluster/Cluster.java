package chat.tcrp.server.cluster;

import chat.tcrp.protocol.Request;
import chat.tcrp.protocol.RoomName;
import chat.tcrp.server.base.EventLog;
import chat.tcrp.server.base.Ticker;
import chat.tcrp.server.cluster.Engine.Bucket;
import chat.tcrp.server.cluster.Engine.Entry;
import chat.tcrp.server.metrics.Figure;
import chat.tcrp.server.metrics.Metrics;
import chat.tcrp.server.rooms.Caller;
import chat.tcrp.server.rooms.Elsewhere;
import chat.tcrp.server.rooms.Loops;
import chat.tcrp.server.rooms.Reply;
import chat.tcrp.server.rooms.Requests;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.LongConsumer;
import java.util.random.RandomGenerator;

/**
 * This server as one node of a cluster: which rooms are at home here and which at other nodes, and
 * what becomes of those whose home is no more.
 */
public final class Cluster implements Requests, Metrics.Source {
  /** Where all nodes hear. */
  private static final String ALL = "nodes";

  private static final Duration TICK = Duration.ofMillis(200);

  /** How often it is looked for rooms whose homes are no more, as long as there are some. */
  private static final Duration SWEEP_INTERVAL = Duration.ofSeconds(10);

  private static final long NEVER = Long.MAX_VALUE;

  private final Engine engine;
  private final NodeId self;
  private final Secrets secrets;
  private final Ticker ticker;
  private final EventLog log;

  /** Has something done at once, and logs a defect. */
  private final Executor guarded;

  private final Nodes nodes;
  private final Late loops = new Late();
  private final List<LoopLink> links = new ArrayList<>();
  private final Lists lists;
  private volatile boolean stopped;
  private volatile long nextSweep = NEVER;

  /** The relay loops, which are made after what they are linked to. */
  private static final class Late implements Loops {
    private volatile Loops loops;

    @Override
    public int count() {
      return loops.count();
    }

    @Override
    public int of(RoomName room, int count) {
      return loops.of(room, count);
    }

    @Override
    public void run(int loop, LongConsumer action) {
      loops.run(loop, action);
    }

    @Override
    public boolean arrived(int loop, byte[] message) {
      return loops.arrived(loop, message);
    }
  }

  /**
   * Joins nothing yet.
   *
   * @param engine what the nodes share; closed by the caller
   * @param key that all nodes of the cluster have, and nobody else; at least 32 bytes
   * @param about what others may see of this node, as JSON
   * @param count how many relay loops there will be
   */
  public Cluster(
      Engine engine,
      byte[] key,
      String about,
      int count,
      RandomGenerator random,
      Ticker ticker,
      EventLog log) {
    this.engine = engine;
    this.self = NodeId.random(random, count);
    this.secrets = new Secrets(key);
    this.ticker = ticker;
    this.log = log;
    this.guarded = action -> log.guard("cluster-defect", action);
    this.nodes = new Nodes(engine, self, about, ticker, log, this::dead, this::verify);
    this.lists = new Lists(engine, self, nodes, ticker);
    for (int i = 0; i < count; i++) {
      links.add(new LoopLink(engine, self, nodes, loops, i, this::sweepLater, ticker, log));
    }
  }

  /** The other nodes as a relay loop sees them. */
  public Elsewhere elsewhere(int loop) {
    return links.get(loop);
  }

  /** By which the log calls this node. */
  public String name() {
    return self.text();
  }

  /**
   * Begins to hear other nodes, and makes this one known to them.
   *
   * @param relays the relay loops
   * @param local lists the rooms that are at home here
   */
  public void start(Loops relays, Requests local) {
    attach(relays, local);
    Thread.ofPlatform().daemon().name("cluster").start(this::run);
  }

  private void run() {
    try {
      while (!stopped) {
        log.guard("cluster-defect", this::work);
        Thread.sleep(TICK);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The same without a thread: {@link #work} is to be called several times a second. */
  void attach(Loops relays, Requests local) {
    loops.loops = relays;
    for (int i = 0; i < links.size(); i++) {
      int loop = i;
      engine.subscribe(self.subject(loop), message -> relays.arrived(loop, message));
    }
    lists.attach(local);
    engine.subscribe(self.subject(), lists::received);
    engine.subscribe(ALL, this::heard);
  }

  private void heard(byte[] message) {
    for (Letter.Received record : Letter.read(message)) {
      if (record.kind() == Letter.Kind.BYE) {
        nodes.left(record.sender().text());
      }
    }
  }

  /** Does what is due. */
  void work() {
    nodes.work();
    lists.work();
    if (nextSweep != NEVER && ticker.nanos() - nextSweep >= 0) {
      sweep(Set.of());
    }
  }

  @Override
  public CompletableFuture<Reply> submit(Request request, Caller caller) {
    return Requests.room(request)
        .map(
            room -> {
              CompletableFuture<Reply> answer = new CompletableFuture<>();
              Request hidden = secrets.withoutPassword(request);
              int loop = loops.of(room, links.size());
              loops.run(
                  loop,
                  now -> {
                    if (!answer.isCancelled()) {
                      links.get(loop).route(hidden, caller, now, answer::complete);
                    }
                  });
              return answer;
            })
        .orElseGet(lists::gather);
  }

  /** Whether this node may decide about its rooms at the moment. */
  public boolean mayDecide() {
    return nodes.mayDecide();
  }

  /** How many nodes there are, as far as is known. */
  public int size() {
    return Math.max(1, nodes.alive().size());
  }

  @Override
  public void addTo(Metrics.Builder metrics) {
    metrics.add(Figure.NODES, size());
    metrics.add(Figure.LEASE_HELD, nodes.mayDecide() ? 1 : 0);
  }

  /** Leaves: what is at home here is for others to take over. */
  public CompletableFuture<Void> stop() {
    if (stopped) {
      return CompletableFuture.completedFuture(null);
    }
    stopped = true;
    byte[] bye =
        new Letter.Writer()
            .letter(self.text())
            .record(Letter.Kind.BYE, new byte[0], 0)
            .end()
            .bytes();
    return nodes.stop().whenComplete((nothing, failure) -> engine.publish(ALL, bye));
  }

  private CompletableFuture<Void> verify(boolean isNew) {
    sweepLater();
    return CompletableFuture.allOf(
        links.stream().map(link -> link.verify(isNew)).toArray(CompletableFuture<?>[]::new));
  }

  /** A node is no more: each of its rooms is taken over by the node to which it falls. */
  private void dead(String node) {
    links.forEach(link -> link.dead(node));
    sweep(Set.of(node));
  }

  private void sweepLater() {
    nextSweep = ticker.nanos() + SWEEP_INTERVAL.toNanos();
  }

  /**
   * Takes over what falls to this node of the rooms whose homes are no more. As long as there are
   * some it is looked again: who they fell to may be no more by now, or may have failed.
   *
   * @param gone which nodes are known to be no more; of others that is found out
   */
  private void sweep(Set<String> gone) {
    nextSweep = NEVER;
    After.each(
        engine.list(Bucket.ROOMS, ""),
        guarded,
        (entries, failure) -> {
          if (failure != null) {
            log.event(Level.WARNING, "sweep-failed", "reason", failure.getMessage());
            sweepLater();
          } else {
            Map<String, List<Entry>> byHome = new TreeMap<>();
            entries.forEach(entry -> home(entry).ifPresent(home -> add(byHome, home, entry)));
            // What is ours by the directory may be so without our knowledge.
            byHome.getOrDefault(self.text(), List.of()).forEach(this::adopt);
            byHome.keySet().removeAll(nodes.alive());
            byHome.remove(self.text());
            byHome.forEach((home, rooms) -> sweep(home, gone.contains(home), rooms));
          }
        });
  }

  private static void add(Map<String, List<Entry>> byHome, String home, Entry entry) {
    byHome.computeIfAbsent(home, absent -> new ArrayList<>()).add(entry);
  }

  private Optional<String> home(Entry entry) {
    try {
      return Optional.of(DirectoryJson.home(entry.value()));
    } catch (IOException e) {
      log.event(Level.WARNING, "directory-broken", "key", entry.key(), "reason", e.getMessage());
      return Optional.empty();
    }
  }

  private void sweep(String home, boolean isGone, List<Entry> rooms) {
    After.each(
        isGone ? CompletableFuture.completedFuture(false) : nodes.isAlive(home),
        guarded,
        (alive, failure) -> {
          if (failure != null || !alive) {
            sweepLater();
          }
          if (failure == null && !alive) {
            rooms.stream()
                .filter(room -> heir(room.key()).equals(self.text()))
                .forEach(this::adopt);
          }
        });
  }

  private void adopt(Entry entry) {
    try {
      RoomName name = DirectoryJson.name(entry.key());
      links.get(loops.of(name, links.size())).adopt(name, entry);
    } catch (IllegalArgumentException e) {
      log.event(Level.WARNING, "directory-broken", "key", entry.key(), "reason", e.getMessage());
    }
  }

  /** The node to which a room falls: all come to the same, and to each falls about as much. */
  private String heir(String key) {
    Set<String> candidates = new HashSet<>(nodes.alive());
    candidates.add(self.text());
    return candidates.stream()
        .max(
            (a, b) -> Integer.compare(scatter((a + key).hashCode()), scatter((b + key).hashCode())))
        .orElseThrow();
  }

  private static int scatter(int hash) {
    int mixed = (hash ^ (hash >>> 16)) * 0x7feb352d;
    mixed = (mixed ^ (mixed >>> 15)) * 0x846ca68b;
    return mixed ^ (mixed >>> 16);
  }
}
