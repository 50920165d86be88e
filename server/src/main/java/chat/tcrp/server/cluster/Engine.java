package chat.tcrp.server.cluster;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * What the nodes of a cluster share: messages between them, which may be lost as datagrams may, and
 * a directory that is changed by compare-and-set.
 *
 * <p>Nothing in it waits: what takes time answers with a future, which fails with {@link
 * EngineException}. Futures are completed, and handlers called, on threads of the engine's, which
 * must not be held up. Everything may be called from any thread.
 */
public interface Engine extends AutoCloseable {
  /** The greatest size of a message or a value, in bytes. */
  int MAX_BYTES = 512 << 10;

  /** The parts of the directory. */
  enum Bucket {
    /** Which nodes there are; an entry that is not written for {@link #LEASE} is gone. */
    NODES,
    /** The rooms. */
    ROOMS,
    /** Who is in them. */
    MEMBERS
  }

  /**
   * How long an entry of {@link Bucket#NODES} is there after it has been written: longer than it
   * most often takes the servers that keep the directory to agree on a leader when they have lost
   * theirs.
   */
  Duration LEASE = Duration.ofMillis(8500);

  /**
   * A value of the directory.
   *
   * @param key letters, digits, {@code -}, {@code _}, and dots between parts that are not empty
   * @param value a text of at most {@link #MAX_BYTES} in UTF-8
   * @param revision of the bucket when it was written; each later write of any key has a greater
   *     one
   */
  record Entry(String key, String value, long revision) {}

  /** Stands for no revision: the key must not be there. */
  long ABSENT = 0;

  /**
   * Sends a message to all that have subscribed to a subject, each of which gets what one sender
   * sends in order.
   *
   * @param subject letters, digits, {@code -}, {@code _}, and dots between parts
   * @param message at most {@link #MAX_BYTES}; not to be changed afterwards
   * @return false when it was dropped at once, since too much is waiting or nobody can be reached
   */
  boolean publish(String subject, byte[] message);

  /**
   * Hears what is sent to a subject from now on.
   *
   * @param handler is given one message after another, in the order in which they came, also of
   *     several subjects
   */
  void subscribe(String subject, Consumer<byte[]> handler);

  /** Hears no more of a subject; nothing happens when it was not heard. */
  void unsubscribe(String subject);

  /** The entry of a key, if there is one. */
  CompletableFuture<Optional<Entry>> get(Bucket bucket, String key);

  /**
   * All entries whose keys begin so, in no order; empty for all. One that is being written at the
   * same time may be missing.
   */
  CompletableFuture<List<Entry>> list(Bucket bucket, String prefix);

  /**
   * Writes a value if nobody else has meanwhile. What one node writes to one key is carried out in
   * its order.
   *
   * @param expected the revision that the key must have, or {@link #ABSENT}
   * @return the new revision; fails with {@link EngineException.Conflict} when it has another
   */
  CompletableFuture<Long> put(Bucket bucket, String key, String value, long expected);

  /**
   * Takes a key out if nobody has written it meanwhile; leaves nothing behind that would grow.
   *
   * @param expected the revision that it must have
   */
  CompletableFuture<Void> delete(Bucket bucket, String key, long expected);

  /**
   * How long messages are worth waiting for one another: each costs the engine and the nodes more
   * than what is in it.
   */
  Duration pause();

  /** Whether the others can be reached, as far as is known at the moment. */
  boolean isAvailable();

  /** Hears when that changes. */
  void onAvailability(Consumer<Boolean> listener);

  /** Sends what waits, for a moment at most, and ends; futures that are not done fail. */
  @Override
  void close();
}
