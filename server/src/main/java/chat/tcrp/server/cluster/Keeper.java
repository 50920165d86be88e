package chat.tcrp.server.cluster;

import chat.tcrp.server.cluster.Engine.Bucket;
import chat.tcrp.server.cluster.Engine.Entry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Keeps the directory's entries of a relay loop's rooms as these are: each entry is written again
 * when it has changed, one write at a time, and only while nobody else has written it. Used on the
 * loop's thread only.
 */
final class Keeper {
  /** An entry, as it is there and as it is to be. */
  private final class Slot {
    private final Bucket bucket;
    private final String key;
    private long revision;
    private boolean busy;

    /** What is to be written next; null for nothing. */
    private Supplier<String> next;

    /** Whether it is to be taken out after that, and whether that is under way. */
    private boolean ends;

    private boolean deleting;

    private boolean failed;
    private final List<Runnable> waiting = new ArrayList<>();

    Slot(Bucket bucket, String key) {
      this.bucket = bucket;
      this.key = key;
    }

    void go() {
      if (busy) {
        return;
      }
      open.add(this);
      if (next != null) {
        String value = next.get();
        next = null;
        busy = true;
        After.each(
            engine.put(bucket, key, value, revision),
            loop,
            (written, failure) -> put(value, written, failure));
      } else if (ends) {
        busy = true;
        deleting = true;
        After.each(
            engine.delete(bucket, key, revision), loop, (nothing, failure) -> deleted(failure));
      } else {
        release();
      }
    }

    private void put(String value, Long written, Throwable failure) {
      busy = false;
      if (failure == null) {
        failed = false;
        revision = written;
        go();
      } else if (isConflict(failure)) {
        slots.remove(key, this);
        release();
        lost.accept(key);
      } else {
        next = next == null ? () -> value : next;
        failed = true;
        release();
      }
    }

    private void deleted(Throwable failure) {
      busy = false;
      deleting = false;
      if (failure == null || isConflict(failure)) {
        // Taken out, or somebody else's by now.
        ends = false;
        revision = Engine.ABSENT;
        if (next == null) {
          slots.remove(key, this);
        }
        go();
      } else {
        failed = true;
        release();
      }
    }

    private void release() {
      open.remove(this);
      List<Runnable> released = List.copyOf(waiting);
      waiting.clear();
      released.forEach(Runnable::run);
    }
  }

  private final Engine engine;
  private final Executor loop;
  private final Consumer<String> lost;
  private final Map<String, Slot> slots = new HashMap<>();

  /** Those that are being written. */
  private final Set<Slot> open = new LinkedHashSet<>();

  /**
   * Keeps nothing yet.
   *
   * @param loop has something done on the loop's thread
   * @param lost is told of a key that somebody else has written
   */
  Keeper(Engine engine, Executor loop, Consumer<String> lost) {
    this.engine = engine;
    this.loop = loop;
    this.lost = lost;
  }

  static boolean isConflict(Throwable failure) {
    return failure instanceof EngineException.Conflict;
  }

  /** Keeps an entry that is there already. */
  void has(Bucket bucket, Entry entry) {
    has(bucket, entry.key(), entry.revision());
  }

  /** The same, of a revision. */
  void has(Bucket bucket, String key, long revision) {
    Slot slot = new Slot(bucket, key);
    slot.revision = revision;
    slots.put(key, slot);
  }

  /** The revision in which an entry is there, as far as is known. */
  long revision(String key) {
    Slot slot = slots.get(key);
    return slot == null ? Engine.ABSENT : slot.revision;
  }

  /** Has an entry be what it then is. */
  void save(Bucket bucket, String key, Supplier<String> value) {
    Slot slot = slots.computeIfAbsent(key, absent -> new Slot(bucket, key));
    slot.next = value;
    slot.ends = slot.deleting;
    slot.go();
  }

  /** Has an entry be no more. */
  void remove(String key) {
    Slot slot = slots.get(key);
    if (slot != null) {
      slot.next = null;
      slot.ends = slot.busy || slot.revision != Engine.ABSENT;
      if (slot.ends) {
        slot.go();
      } else {
        slots.remove(key);
        slot.release();
      }
    }
  }

  /** Keeps an entry no more: it is somebody else's. */
  void forget(String key) {
    Slot slot = slots.remove(key);
    if (slot != null) {
      slot.release();
    }
  }

  /** Does something when all that is to be written now has been, or could not be. */
  void whenSaved(Runnable action) {
    if (open.isEmpty()) {
      action.run();
      return;
    }
    int[] left = {open.size()};
    for (Slot slot : open) {
      slot.waiting.add(
          () -> {
            left[0]--;
            if (left[0] == 0) {
              action.run();
            }
          });
    }
  }

  /** Tries again what could not be written. */
  void retry() {
    for (Slot slot : List.copyOf(slots.values())) {
      if (slot.failed && !slot.busy) {
        slot.go();
      }
    }
  }

  /** How many entries are kept. */
  int size() {
    return slots.size() + open.size();
  }
}
