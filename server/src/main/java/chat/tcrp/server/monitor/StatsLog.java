package chat.tcrp.server.monitor;

import chat.tcrp.server.base.EventLog;
import chat.tcrp.server.metrics.Figure;
import chat.tcrp.server.metrics.Figure.Label;
import chat.tcrp.server.metrics.Interval;
import chat.tcrp.server.metrics.Metrics;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** Logs a line of figures at an interval. */
public final class StatsLog implements AutoCloseable {
  private final Duration interval;
  private final Supplier<Metrics> metrics;
  private final EventLog log;
  private final Thread thread = Thread.ofPlatform().name("stats").daemon().unstarted(this::run);

  public StatsLog(Duration interval, Supplier<Metrics> metrics, EventLog log) {
    this.interval = interval;
    this.metrics = metrics;
    this.log = log;
  }

  public void start() {
    thread.start();
  }

  private void run() {
    try {
      Metrics before = metrics.get();
      long at = System.nanoTime();
      while (true) {
        Thread.sleep(interval);
        Metrics now = metrics.get();
        long ended = System.nanoTime();
        log.event(Level.INFO, "stats", facts(Interval.between(before, now, (ended - at) / 1e9)));
        before = now;
        at = ended;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  static Object[] facts(Interval interval) {
    List<Object> facts = new ArrayList<>();
    add(facts, "seconds", interval.seconds());
    add(facts, "rooms", interval.now().sum(Figure.ROOMS));
    add(facts, "members", interval.now().sum(Figure.MEMBERS));
    add(facts, "lobby-members", interval.now().sum(Figure.LOBBY_MEMBERS));
    add(facts, "received-rate", interval.perSecond(Figure.DATAGRAMS_RECEIVED));
    add(facts, "sent-rate", interval.perSecond(Figure.DATAGRAMS_SENT));
    add(facts, "message-rate", interval.perSecond(Figure.MESSAGES));
    add(facts, "delivery-rate", interval.perSecond(Figure.DELIVERIES));
    add(facts, "handshake-rate", interval.perSecond(Figure.HANDSHAKES));
    add(facts, "drop-rate", interval.perSecond(Figure.DROPS));
    interval
        .perSecond(Figure.DROPS, Label.REASON)
        .forEach((reason, rate) -> add(facts, reason.replace('_', '-') + "-rate", rate));
    add(facts, "evicted", interval.since().sum(Figure.EVICTIONS));
    add(facts, "cycle-p50-ms", 1e3 * interval.quantile(Figure.CYCLE_SECONDS, 0.5));
    add(facts, "cycle-p99-ms", 1e3 * interval.quantile(Figure.CYCLE_SECONDS, 0.99));
    return facts.toArray();
  }

  /** Three digits behind the point are enough of anything, and none of them for what is whole. */
  private static void add(List<Object> facts, String key, double number) {
    facts.add(key);
    facts.add(
        number == Math.rint(number)
            ? String.valueOf((long) number)
            : String.format(Locale.ROOT, "%.3f", number));
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join(Duration.ofSeconds(1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
