package chat.tcrp.server.cluster;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** One node's way to a {@link MemoryHub}. */
public final class MemoryEngine implements Engine {
  private final MemoryHub hub;
  private final String name;
  private final Map<String, Consumer<byte[]>> handlers = new ConcurrentHashMap<>();
  private final List<Consumer<Boolean>> listeners = new CopyOnWriteArrayList<>();

  MemoryEngine(MemoryHub hub, String name) {
    this.hub = hub;
    this.name = name;
  }

  String name() {
    return name;
  }

  boolean hears(String subject) {
    return handlers.containsKey(subject);
  }

  /** What it hears; a view. */
  Set<String> subjects() {
    return handlers.keySet();
  }

  void hear(String subject, byte[] message) {
    Consumer<byte[]> handler = handlers.get(subject);
    if (handler != null) {
      handler.accept(message);
    }
  }

  void available(boolean isNow) {
    listeners.forEach(listener -> listener.accept(isNow));
  }

  @Override
  public boolean publish(String subject, byte[] message) {
    return hub.publish(name, subject, message);
  }

  @Override
  public void subscribe(String subject, Consumer<byte[]> handler) {
    handlers.put(subject, handler);
  }

  @Override
  public void unsubscribe(String subject) {
    handlers.remove(subject);
  }

  @Override
  public CompletableFuture<Optional<Entry>> get(Bucket bucket, String key) {
    return hub.get(name, bucket, key);
  }

  @Override
  public CompletableFuture<List<Entry>> list(Bucket bucket, String prefix) {
    return hub.list(name, bucket, prefix);
  }

  @Override
  public CompletableFuture<Long> put(Bucket bucket, String key, String value, long expected) {
    return hub.put(name, bucket, key, value, expected);
  }

  @Override
  public CompletableFuture<Void> delete(Bucket bucket, String key, long expected) {
    return hub.delete(name, bucket, key, expected);
  }

  @Override
  public Duration pause() {
    return Duration.ZERO;
  }

  @Override
  public boolean isAvailable() {
    return hub.isAvailable(name);
  }

  @Override
  public void onAvailability(Consumer<Boolean> listener) {
    listeners.add(listener);
  }

  @Override
  public void close() {
    hub.closed(this);
  }
}
