package chat.tcrp.server.cluster;

import chat.tcrp.server.cluster.Engine.Bucket;
import chat.tcrp.server.cluster.Engine.Entry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * What the nodes of one process share: messages and a directory in memory, with delays, losses and
 * partitions. Everything happens one after another, at times that a {@link Time} decides.
 */
public final class MemoryHub {
  /** How long an answer of the directory is waited for. */
  static final Duration PATIENCE = Duration.ofSeconds(2);

  /** When things happen. */
  public interface Time {
    long nanos();

    /** Has something done later, after what was to be done at the same time or before. */
    void later(long nanos, Runnable action);
  }

  /** Things happen at once, one after another, in a thread of their own. */
  public static final class Machine implements Time, AutoCloseable {
    private final ScheduledExecutorService thread =
        Executors.newSingleThreadScheduledExecutor(
            action -> Thread.ofPlatform().daemon().name("hub").unstarted(action));

    @Override
    public long nanos() {
      return System.nanoTime();
    }

    @Override
    public void later(long nanos, Runnable action) {
      var _ = thread.schedule(action, nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void close() {
      thread.shutdownNow();
    }
  }

  private record Way(String from, String to) {
    boolean isOf(String name) {
      return from.equals(name) || to.equals(name);
    }
  }

  /** Something that waits for a node; what is its own, as the end of its patience, is not lost. */
  private record Waiting(Runnable action, boolean mayBeLost) {}

  private record Kept(String value, long revision, long written) {}

  private final Time time;
  private final RandomGenerator random;
  private final Map<Bucket, TreeMap<String, Kept>> directory = new EnumMap<>(Bucket.class);
  private final Map<String, MemoryEngine> engines = new LinkedHashMap<>();

  /** When the last message of one to another arrives: none overtakes it. */
  private final Map<Way, Long> arrivals = new HashMap<>();

  private final Set<String> away = new HashSet<>();

  /** What waits for nodes that stand still. */
  private final Map<String, List<Waiting>> paused = new HashMap<>();

  private long revision;
  private long maxDelayNanos;
  private double loss;
  private boolean leaderless;
  private long ledSince;
  private long messages;

  /** Is told of each change of rooms and members in the directory. */
  private Consumer<String> onChange = change -> {};

  public MemoryHub(Time time, RandomGenerator random) {
    this.time = time;
    this.random = random;
    this.ledSince = time.nanos();
    for (Bucket bucket : Bucket.values()) {
      directory.put(bucket, new TreeMap<>());
    }
  }

  /** Tells of each change of rooms and members in the directory, for whoever looks for a cause. */
  public synchronized void onChange(Consumer<String> listener) {
    onChange = listener;
  }

  private void changed(String from, Bucket bucket, String key, Object what) {
    if (bucket != Bucket.NODES) {
      onChange.accept(
          "%s of %s by %s: %s"
              .formatted(key, DirectoryJson.name(DirectoryJson.roomOf(key)), from, what));
    }
  }

  /** Has messages take so long, at most, and so many be lost. */
  public synchronized void disturb(Duration maxDelay, double lossOfMessages) {
    maxDelayNanos = maxDelay.toNanos();
    loss = lossOfMessages;
  }

  /** Cuts nodes off from the directory and from all others. */
  public synchronized void cutOff(String name, boolean off) {
    if (off ? away.add(name) : away.remove(name)) {
      engines.get(name).available(!off);
    }
  }

  /** Has the directory refuse to be changed, as one does that has no leader. */
  public synchronized void beLeaderless(boolean now) {
    if (leaderless && !now) {
      ledSince = time.nanos();
    }
    leaderless = now;
  }

  /** For how long the directory can be changed; negative while it cannot. */
  synchronized long ledNanos() {
    return leaderless ? -1 : time.nanos() - ledSince;
  }

  /** Has a node stand still: what comes for it waits until it goes on. */
  public synchronized void pause(String name) {
    paused.putIfAbsent(name, new ArrayList<>());
  }

  /**
   * Has a node go on.
   *
   * @param lost whether what has waited for it is lost
   */
  public void goOn(String name, boolean lost) {
    List<Waiting> waiting;
    synchronized (this) {
      waiting = paused.remove(name);
    }
    for (Waiting each : waiting) {
      if (!lost || !each.mayBeLost()) {
        each.action().run();
      }
    }
  }

  /** The directory is lost with all that is in it. */
  public synchronized void loseDirectory() {
    directory.values().forEach(Map::clear);
    revision = 0;
  }

  private void deliver(String name, boolean mayBeLost, Runnable action) {
    synchronized (this) {
      List<Waiting> waiting = paused.get(name);
      if (waiting != null) {
        waiting.add(new Waiting(action, mayBeLost));
        return;
      }
    }
    action.run();
  }

  /** How many messages have been sent. */
  public synchronized long messages() {
    return messages;
  }

  /** What is in the directory. */
  public List<Entry> entries(Bucket bucket) {
    return entries(bucket, "");
  }

  /** One of these. */
  public synchronized Optional<Entry> entry(Bucket bucket, String key) {
    expire();
    return Optional.ofNullable(directory.get(bucket).get(key))
        .map(kept -> new Entry(key, kept.value(), kept.revision()));
  }

  private synchronized List<Entry> entries(Bucket bucket, String prefix) {
    expire();
    List<Entry> entries = new ArrayList<>();
    directory
        .get(bucket)
        .subMap(prefix, prefix + Character.MAX_VALUE)
        .forEach((key, kept) -> entries.add(new Entry(key, kept.value(), kept.revision())));
    return entries;
  }

  /** The way of one more node to the others. */
  public synchronized MemoryEngine engine(String name) {
    MemoryEngine engine = new MemoryEngine(this, name);
    engines.put(name, engine);
    return engine;
  }

  synchronized void closed(MemoryEngine engine) {
    engines.remove(engine.name(), engine);
    paused.remove(engine.name());
    arrivals.keySet().removeIf(way -> way.isOf(engine.name()));
  }

  private boolean isThere(String name) {
    return engines.containsKey(name) && !away.contains(name);
  }

  synchronized boolean isAvailable(String name) {
    return isThere(name);
  }

  private long delay() {
    return maxDelayNanos == 0 ? 0 : random.nextLong(maxDelayNanos);
  }

  synchronized boolean publish(String from, String subject, byte[] message) {
    if (!isThere(from)) {
      return false;
    }
    messages++;
    for (MemoryEngine engine : List.copyOf(engines.values())) {
      if (engine.hears(subject) && isThere(engine.name()) && random.nextDouble() >= loss) {
        Way way = new Way(from, engine.name());
        long at = Math.max(time.nanos() + delay(), arrivals.getOrDefault(way, Long.MIN_VALUE));
        arrivals.put(way, at);
        time.later(
            Math.max(0, at - time.nanos()),
            () -> {
              if (isAvailable(engine.name())) {
                deliver(engine.name(), true, () -> engine.hear(subject, message));
              }
            });
      }
    }
    return true;
  }

  /** Something that the directory does for a node, now or never. */
  private <T> CompletableFuture<T> ask(String from, Supplier<Result<T>> action) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    time.later(
        PATIENCE.toNanos(),
        () ->
            deliver(
                from,
                false,
                () ->
                    answer.completeExceptionally(
                        new EngineException("no answer of the directory"))));
    time.later(
        delay(),
        () -> {
          Result<T> result;
          synchronized (this) {
            if (!isThere(from)) {
              return;
            }
            expire();
            result = action.get();
          }
          time.later(
              delay(),
              () -> {
                if (isAvailable(from)) {
                  deliver(from, true, () -> result.to(answer));
                }
              });
        });
    return answer;
  }

  private record Result<T>(T value, EngineException failure) {
    void to(CompletableFuture<T> answer) {
      if (failure == null) {
        answer.complete(value);
      } else {
        answer.completeExceptionally(failure);
      }
    }
  }

  private void expire() {
    long oldest = time.nanos() - Engine.LEASE.toNanos();
    directory.get(Bucket.NODES).values().removeIf(kept -> kept.written() - oldest < 0);
  }

  CompletableFuture<Optional<Entry>> get(String from, Bucket bucket, String key) {
    return ask(
        from,
        () ->
            new Result<>(
                Optional.ofNullable(directory.get(bucket).get(key))
                    .map(kept -> new Entry(key, kept.value(), kept.revision())),
                null));
  }

  CompletableFuture<List<Entry>> list(String from, Bucket bucket, String prefix) {
    return ask(from, () -> new Result<>(entries(bucket, prefix), null));
  }

  CompletableFuture<Long> put(String from, Bucket bucket, String key, String value, long expected) {
    return change(
        from,
        bucket,
        key,
        expected,
        () -> {
          revision++;
          changed(from, bucket, key, value);
          directory.get(bucket).put(key, new Kept(value, revision, time.nanos()));
          return revision;
        });
  }

  CompletableFuture<Void> delete(String from, Bucket bucket, String key, long expected) {
    return change(
        from,
        bucket,
        key,
        expected,
        () -> {
          changed(from, bucket, key, "removed");
          directory.get(bucket).remove(key);
          return null;
        });
  }

  private <T> CompletableFuture<T> change(
      String from, Bucket bucket, String key, long expected, Supplier<T> action) {
    return ask(
        from,
        () -> {
          if (leaderless) {
            return new Result<>(null, new EngineException("no leader"));
          }
          if (revisionOf(bucket, key) != expected) {
            changed(from, bucket, key, "conflict");
            return new Result<>(null, new EngineException.Conflict(key));
          }
          return new Result<>(action.get(), null);
        });
  }

  private long revisionOf(Bucket bucket, String key) {
    Kept kept = directory.get(bucket).get(key);
    return kept == null ? Engine.ABSENT : kept.revision();
  }
}
