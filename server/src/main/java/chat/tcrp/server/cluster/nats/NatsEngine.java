package chat.tcrp.server.cluster.nats;

import chat.tcrp.server.base.EventLog;
import chat.tcrp.server.cluster.Engine;
import io.nats.client.JetStreamApiException;
import io.nats.client.Message;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * The engine over NATS: messages are NATS' own, the directory is in key-value buckets of its
 * JetStream, which are made when they are missing. Every subject begins with {@code chat.} and
 * every bucket with {@code chat-}, so that others may use the same servers.
 *
 * <p>While no server can be reached, it is tried for ever; what could not be sent by then is not
 * sent later.
 */
public final class NatsEngine implements Engine {
  /**
   * A thousand messages a second each way cost NATS and two nodes a fifth of a core. Without a
   * pause there were nearly four thousand, which cost as much as relaying what was in them.
   */
  private static final Duration PAUSE = Duration.ofMillis(1);

  private static final String PREFIX = "chat.";
  private static final Duration START_PATIENCE = Duration.ofSeconds(5);
  private static final Duration CLOSE_PATIENCE = Duration.ofMillis(500);

  /** Replicas that cannot be had for so long are done without. */
  private static final Duration REPLICAS_PATIENCE = Duration.ofSeconds(3);

  private static final long RETRY_MILLIS = 250;

  /** When a connection is lost that was there for so long, another server is turned to at once. */
  private static final Duration OF_USE = Duration.ofSeconds(1);

  private final EngineConfig config;
  private final EventLog log;

  /** The servers that were named, and those that they have told of. */
  private final Set<String> servers = new TreeSet<>();

  private final Map<String, Consumer<byte[]>> handlers = new ConcurrentHashMap<>();
  private final List<Consumer<Boolean>> listeners = new CopyOnWriteArrayList<>();
  private final ExecutorService executor =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("cluster-list-", 0).factory());
  private final Directory directory;
  private final Thread keeper =
      Thread.ofPlatform().name("cluster-link").daemon().unstarted(this::keepLinked);

  /** Held while a subscription or the link changes, so that each link has all subscriptions. */
  private final ReentrantLock linking = new ReentrantLock();

  /** Held by a handler: a lost link may still be handing over what it has. */
  private final ReentrantLock handling = new ReentrantLock();

  /** Done when it could be reached for the first time, or never will be. */
  private final CompletableFuture<Void> started = new CompletableFuture<>();

  /** The connection, or null while there is none. */
  private volatile Link link;

  private volatile boolean isAvailable;
  private volatile boolean isClosed;

  /** What stands in the way at the moment. */
  private volatile String trouble = "no answer";

  private NatsEngine(EngineConfig config, EventLog log) {
    this.config = config;
    this.log = log;
    this.directory = new Directory(() -> Optional.ofNullable(link), executor);
    config.servers().stream().map(URI::toString).forEach(servers::add);
  }

  /**
   * Connects, and makes what is missing in the directory.
   *
   * @param log told when the servers are lost and found
   * @throws IOException when that takes more than 5 s or cannot be; the message says what to do
   */
  public static Engine connect(EngineConfig config, EventLog log) throws IOException {
    NatsEngine engine = new NatsEngine(config, log);
    if (config.isTls()) {
      Trust.context(config.ca());
    }
    if (config.credentials().isPresent()) {
      Credentials.read(config.credentials().get());
    }
    engine.keeper.start();
    try {
      engine.started.get(START_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      return engine;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      engine.close();
      throw new IOException("interrupted", e);
    } catch (ExecutionException e) {
      IOException refused = new IOException(engine.inTheWay(), e);
      engine.close();
      throw refused;
    } catch (TimeoutException e) {
      IOException late =
          new IOException(
              engine.inTheWay()
                  + "; start nats-server there, with JetStream (-js), or correct the address",
              e);
      engine.close();
      throw late;
    }
  }

  private String inTheWay() {
    return "no cluster by way of NATS at " + config.addresses() + ": " + trouble;
  }

  private void keepLinked() {
    try {
      while (!isClosed) {
        boolean wasOfUse = false;
        try (Link next = new Link(config, List.copyOf(servers), this::heard, log)) {
          wasOfUse = use(next);
        } catch (Link.Refused e) {
          failed(e);
          started.completeExceptionally(e);
        } catch (IOException e) {
          failed(e);
        }
        if (!isClosed && !wasOfUse) {
          long millis =
              ThreadLocalRandom.current().nextLong(RETRY_MILLIS / 2, RETRY_MILLIS * 3 / 2);
          TimeUnit.MILLISECONDS.sleep(millis);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void failed(Exception e) {
    trouble = String.valueOf(e.getMessage());
  }

  /** Uses a connection until it is lost; answers whether it was one for a while. */
  private boolean use(Link next) throws InterruptedException {
    long since = System.nanoTime();
    linking.lock();
    try {
      link = next;
      handlers.keySet().forEach(subject -> next.subscribe(PREFIX + subject));
    } finally {
      linking.unlock();
    }
    try {
      if (makeBuckets(next)) {
        discover(next.connection().getServers());
        available(true, EngineConfig.shown(String.valueOf(next.connection().getConnectedUrl())));
        started.complete(null);
        next.awaitLoss();
      }
      return System.nanoTime() - since > OF_USE.toNanos();
    } finally {
      link = null;
      if (isAvailable && !isClosed) {
        available(false, next.trouble());
      }
    }
  }

  /** False when the connection is lost before. */
  private boolean makeBuckets(Link next) throws InterruptedException {
    long settling = System.nanoTime() + REPLICAS_PATIENCE.toNanos();
    Buckets buckets = new Buckets(next, log);
    while (true) {
      try {
        buckets.make(System.nanoTime() - settling > 0);
        return true;
      } catch (IOException | JetStreamApiException | IllegalStateException e) {
        failed(e);
      }
      if (next.awaitLoss(RETRY_MILLIS)) {
        return false;
      }
    }
  }

  private void discover(Collection<String> known) {
    // Addresses that were named keep their passwords.
    known.stream().filter(server -> !server.contains("@")).forEach(servers::add);
  }

  private void available(boolean now, String fact) {
    isAvailable = now;
    if (now) {
      log.event(Level.INFO, "cluster-reached", "server", fact);
    } else {
      log.event(Level.WARNING, "cluster-lost", "reason", fact);
    }
    listeners.forEach(listener -> listener.accept(now));
  }

  private void heard(Message message) {
    handling.lock();
    try {
      Consumer<byte[]> handler = handlers.get(message.getSubject().substring(PREFIX.length()));
      if (handler != null) {
        handler.accept(message.getData());
      }
    } catch (RuntimeException | Error e) {
      // The library would only note it.
      Thread thread = Thread.currentThread();
      thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
    } finally {
      handling.unlock();
    }
  }

  @Override
  public boolean publish(String subject, byte[] message) {
    if (message.length > MAX_BYTES) {
      throw new IllegalArgumentException("a message of " + message.length + " bytes");
    }
    Link now = link;
    return now != null && now.publish(PREFIX + subject, message);
  }

  @Override
  public void subscribe(String subject, Consumer<byte[]> handler) {
    linking.lock();
    try {
      if (handlers.put(subject, handler) == null && link != null) {
        link.subscribe(PREFIX + subject);
      }
    } finally {
      linking.unlock();
    }
  }

  @Override
  public void unsubscribe(String subject) {
    linking.lock();
    try {
      if (handlers.remove(subject) != null && link != null) {
        link.unsubscribe(PREFIX + subject);
      }
    } finally {
      linking.unlock();
    }
  }

  @Override
  public CompletableFuture<Optional<Entry>> get(Bucket bucket, String key) {
    return directory.get(bucket, key);
  }

  @Override
  public CompletableFuture<List<Entry>> list(Bucket bucket, String prefix) {
    return directory.list(bucket, prefix);
  }

  @Override
  public CompletableFuture<Long> put(Bucket bucket, String key, String value, long expected) {
    return directory.put(bucket, key, value, expected);
  }

  @Override
  public CompletableFuture<Void> delete(Bucket bucket, String key, long expected) {
    return directory.delete(bucket, key, expected);
  }

  @Override
  public Duration pause() {
    return PAUSE;
  }

  @Override
  public boolean isAvailable() {
    return isAvailable;
  }

  @Override
  public void onAvailability(Consumer<Boolean> listener) {
    listeners.add(listener);
  }

  @Override
  public void close() {
    isClosed = true;
    isAvailable = false;
    try {
      Link last = link;
      if (last != null) {
        last.flush(CLOSE_PATIENCE);
      }
      keeper.interrupt();
      keeper.join(CLOSE_PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    executor.shutdownNow();
  }
}
