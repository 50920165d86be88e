package chat.tcrp.server.metrics;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;

/**
 * What one relay loop has done, and has at the moment. The loop alone writes, without locks or
 * barriers, so that counting costs an addition; any thread may read, and sees each number whole and
 * at most a moment old, though not all of the same moment.
 */
public final class LoopMetrics implements Metrics.Source {
  private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);
  private static final long MICRO = 1_000;
  private static final long MILLI = 1_000_000;

  private final String loop;
  private final Count.Where where;
  private final long[] counts = new long[Count.values().length];
  private final Histogram cycleSeconds =
      new Histogram(
          1e-9,
          50 * MICRO,
          100 * MICRO,
          250 * MICRO,
          500 * MICRO,
          MILLI,
          5 * MILLI / 2,
          5 * MILLI,
          10 * MILLI,
          25 * MILLI,
          50 * MILLI,
          100 * MILLI,
          1000 * MILLI);
  private final Histogram cycleDatagrams = new Histogram(1, 0, 1, 2, 4, 8, 16, 32, 64, 256, 1024);

  /** One for all turns, so that none is made for each. */
  private final RelayCycle cycle = new RelayCycle();

  private volatile long turnedAt = System.nanoTime();

  private LoopMetrics(String loop, Count.Where where) {
    this.loop = loop;
    this.where = where;
  }

  /** Those of a loop that has rooms. */
  public static LoopMetrics ofRooms(String loop) {
    return new LoopMetrics(loop, Count.Where.ROOMS);
  }

  /** Those of the lobby's loop. */
  public static LoopMetrics ofLobby() {
    return new LoopMetrics("lobby", Count.Where.LOBBY);
  }

  /** The loop's name. */
  public String loop() {
    return loop;
  }

  public void add(Count count) {
    add(count, 1);
  }

  public void add(Count count, long amount) {
    set(count, counts[count.place()] + amount);
  }

  public void set(Count count, long value) {
    LONGS.setOpaque(counts, count.place(), value);
  }

  /** What has been counted; from any thread. */
  public long get(Count count) {
    return (long) LONGS.getOpaque(counts, count.place());
  }

  /**
   * Members have been put out.
   *
   * @param reason one of those of {@link Figure#EVICTIONS}
   */
  public void evicted(Count reason, int members) {
    add(reason, members);
    Eviction event = new Eviction();
    if (event.shouldCommit()) {
      event.loop = loop;
      event.reason = reason.text();
      event.members = members;
      event.commit();
    }
  }

  /** The loop begins a turn. */
  public void turns() {
    cycle.begin();
  }

  /** The loop has made a turn, which began and ended at times of {@link System#nanoTime}. */
  public void turned(long began, long ended, int datagrams) {
    cycleSeconds.record(ended - began);
    cycleDatagrams.record(datagrams);
    turnedAt = ended;
    cycle.end();
    if (cycle.shouldCommit()) {
      cycle.loop = loop;
      cycle.datagrams = datagrams;
      cycle.commit();
    }
  }

  /** When the last turn ended, by {@link System#nanoTime}; from any thread. */
  public long turnedAt() {
    return turnedAt;
  }

  /** Keys and values for the log: what was done, and of the drops those that there were. */
  public Object[] facts() {
    List<Object> facts = new ArrayList<>();
    for (Count count : Count.values()) {
      boolean isTold =
          count.figure().type() == Figure.Type.COUNTER
              && count.isCountedBy(where)
              && (count.label().isEmpty() || get(count) > 0);
      if (isTold) {
        facts.add(count.key());
        facts.add(get(count));
      }
    }
    return facts.toArray();
  }

  @Override
  public void addTo(Metrics.Builder metrics) {
    for (Count count : Count.values()) {
      if (count.isCountedBy(where)) {
        add(metrics, count);
      }
    }
    metrics.add(Figure.CYCLE_SECONDS, cycleSeconds.distribution(), loop);
    metrics.add(Figure.CYCLE_DATAGRAMS, cycleDatagrams.distribution(), loop);
  }

  private void add(Metrics.Builder metrics, Count count) {
    if (count.figure().labels().isEmpty()) {
      metrics.add(count.figure(), (double) get(count));
    } else if (count.label().isEmpty()) {
      metrics.add(count.figure(), (double) get(count), loop);
    } else {
      metrics.add(count.figure(), (double) get(count), loop, count.label().get());
    }
  }
}
