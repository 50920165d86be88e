package chat.tcrp.server.cluster;

import chat.tcrp.server.cluster.Engine.Bucket;
import chat.tcrp.server.cluster.Engine.Entry;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Keeps the directory's entries of a relay loop's rooms as these are: each entry is written again
 * when it has changed, one write at a time, and only while nobody else has written it. The entry of
 * a room that ends says so first; then those of its members are taken out, which nobody would find
 * without it; then it is. Used on the loop's thread only.
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

    private final List<Consumer<Boolean>> waiting = new ArrayList<>();

    Slot(Bucket bucket, String key) {
      this.bucket = bucket;
      this.key = key;
    }

    void go() {
      if (busy) {
        return;
      }
      if (next == null && (!ends || mustWait())) {
        failed.remove(this);
        release(true);
        return;
      }
      if (!mayWrite.getAsBoolean()) {
        fail();
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
      } else {
        busy = true;
        deleting = true;
        After.each(
            engine.delete(bucket, key, revision), loop, (nothing, failure) -> deleted(failure));
      }
    }

    /** Whether another entry is to be written or taken out before this one can be taken out. */
    private boolean mustWait() {
      if (hasMembers(key)) {
        return true;
      }
      Slot room = slots.get(DirectoryJson.roomOf(key));
      return room != null && room != this && room.ends && (room.busy || room.next != null);
    }

    private void put(String value, Long written, Throwable failure) {
      busy = false;
      if (failure == null) {
        failed.remove(this);
        revision = written;
        go();
        if (ends) {
          takeOutMembers(key);
        }
      } else if (isConflict(failure)) {
        conflict();
      } else {
        next = next == null ? () -> value : next;
        fail();
      }
    }

    /** Has it be tried again later. */
    private void fail() {
      if (slots.get(key) == this) {
        failed.add(this);
      }
      release(false);
    }

    private void deleted(Throwable failure) {
      busy = false;
      deleting = false;
      if (failure == null) {
        ends = false;
        failed.remove(this);
        revision = Engine.ABSENT;
        if (next == null) {
          slots.remove(key, this);
        }
        go();
        goOnWithRoom(key);
      } else if (isConflict(failure)) {
        conflict();
      } else {
        fail();
      }
    }

    /** It is not there any more, or was written by somebody else, or by us unknown to us. */
    private void conflict() {
      failed.remove(this);
      slots.remove(key, this);
      release(false);
      goOnWithRoom(key);
      lost.accept(key);
    }

    private void release(boolean saved) {
      open.remove(this);
      List<Consumer<Boolean>> released = List.copyOf(waiting);
      waiting.clear();
      released.forEach(waiter -> waiter.accept(saved));
    }
  }

  private final Engine engine;
  private final Executor loop;
  private final BooleanSupplier mayWrite;
  private final Consumer<String> lost;
  private final NavigableMap<String, Slot> slots = new TreeMap<>();

  /** Those that are being written. */
  private final Set<Slot> open = new LinkedHashSet<>();

  /** Those that could not be written, and are to be. */
  private final Set<Slot> failed = new LinkedHashSet<>();

  /**
   * Keeps nothing yet.
   *
   * @param loop has something done on the loop's thread
   * @param mayWrite whether this node may decide what is in the directory; while it may not, all
   *     that is to be written waits for {@link #retry}
   * @param lost is told of a key that somebody else has written
   */
  Keeper(Engine engine, Executor loop, BooleanSupplier mayWrite, Consumer<String> lost) {
    this.mayWrite = mayWrite;
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
    failed.remove(slots.put(key, slot));
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

  /**
   * Has a room be no more.
   *
   * @param value by which it is known to have ended until all is taken out
   */
  void end(String roomKey, String value) {
    Slot slot = slots.get(roomKey);
    if (slot != null && (slot.busy || slot.revision != Engine.ABSENT)) {
      slot.next = () -> value;
      slot.ends = true;
      slot.go();
    } else {
      remove(roomKey);
    }
  }

  /** Goes on with taking out what is left of the members of a room that has ended. */
  void takeOutMembers(String roomKey) {
    String members = DirectoryJson.membersOf(roomKey);
    for (String key = slots.ceilingKey(members);
        key != null && key.startsWith(members);
        key = slots.higherKey(key)) {
      slots.get(key).go();
    }
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
        forget(key);
      }
    }
  }

  /** Keeps an entry no more: it is somebody else's. */
  void forget(String key) {
    Slot slot = slots.remove(key);
    if (slot != null) {
      failed.remove(slot);
      slot.next = null;
      slot.ends = false;
      slot.release(true);
      goOnWithRoom(key);
    }
  }

  /** Whether an entry is kept, or is still to be taken out. */
  boolean keeps(String key) {
    return slots.containsKey(key);
  }

  /** The keys of the rooms of which entries are kept, or are still to be taken out. */
  Set<String> rooms() {
    Set<String> rooms = new LinkedHashSet<>();
    slots.keySet().forEach(key -> rooms.add(DirectoryJson.roomOf(key)));
    return rooms;
  }

  /** Keeps no entry of a room any more: it is somebody else's. */
  void forgetRoom(String roomKey) {
    forget(roomKey);
    while (hasMembers(roomKey)) {
      forget(slots.ceilingKey(DirectoryJson.membersOf(roomKey)));
    }
  }

  /** Whether entries of a room's members are kept, or are still to be taken out. */
  private boolean hasMembers(String key) {
    String members = DirectoryJson.membersOf(key);
    String first = slots.ceilingKey(members);
    return first != null && first.startsWith(members);
  }

  /** An entry is not kept any more: that of its room may have waited for that. */
  private void goOnWithRoom(String key) {
    Slot room = slots.get(DirectoryJson.roomOf(key));
    if (room != null && room.ends) {
      room.go();
    }
  }

  /**
   * Does something when all that is to be written now has been, or could not be.
   *
   * @param action is told whether all has been
   */
  void whenSaved(Consumer<Boolean> action) {
    if (open.isEmpty()) {
      action.accept(failed.isEmpty());
      return;
    }
    int[] left = {open.size()};
    boolean[] all = {failed.isEmpty()};
    for (Slot slot : open) {
      slot.waiting.add(
          saved -> {
            left[0]--;
            all[0] &= saved;
            if (left[0] == 0) {
              action.accept(all[0]);
            }
          });
    }
  }

  /** Tries again what could not be written. */
  void retry() {
    if (!failed.isEmpty()) {
      List.copyOf(failed).forEach(Slot::go);
    }
  }

  /** How many entries are kept. */
  int size() {
    return slots.size() + open.size() + failed.size();
  }
}
