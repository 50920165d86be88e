package chat.tcrp.server.cluster;

import chat.tcrp.server.base.EventLog;
import chat.tcrp.server.base.Ticker;
import chat.tcrp.server.cluster.Engine.Bucket;
import chat.tcrp.server.cluster.Engine.Entry;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Which nodes there are, and whether this one may act as a home: each has a lease, an entry that
 * vanishes when it is not renewed. A node that has not renewed its own in time stops deciding
 * before anybody else can begin to; it goes on when it has found out which rooms are still its own.
 */
final class Nodes {
  /** Finds out which rooms are still this node's. */
  interface Verification {
    /**
     * Looks for them in the directory.
     *
     * @param isNew whether the directory has been lost, and what is in it was written after that
     * @return completes when that is known
     */
    CompletableFuture<Void> verify(boolean isNew);
  }

  /** A lease, and since when it has been found unchanged. */
  private record Lease(long revision, long since) {}

  /** How often the lease is renewed. */
  private static final Duration RENEWAL = Duration.ofMillis(250);

  /** How often it is looked for the leases of others, while all renew theirs. */
  private static final Duration LOOK = Duration.ofSeconds(1);

  /** Who has not renewed its lease for so long is looked for as often as can be. */
  private static final Duration LATE = Duration.ofSeconds(3);

  /**
   * How long a node relies on a lease after it has asked for it. It lasts longer, also by the
   * clocks of other machines.
   */
  private static final Duration RELIANCE = Engine.LEASE.minusSeconds(1);

  /**
   * When a renewal fails that was asked for so long after the last success, the directory is away.
   */
  private static final Duration AWAY = Duration.ofSeconds(3);

  private final Engine engine;
  private final NodeId self;
  private final String about;
  private final Ticker ticker;
  private final EventLog log;

  /** Are told of a node that is no more. */
  private final Consumer<String> dead;

  private final Verification verification;

  /** Has something done at once, and logs a defect. */
  private final Executor guarded;

  private volatile Set<String> alive = Set.of();

  /** The leases, by their nodes, as they were found last. */
  private Map<String, Lease> leases = Map.of();

  /** When this node has asked for the lease that it has, or has begun to. */
  private volatile long renewed;

  private volatile boolean lapsed = true;

  /** Whether renewals have come to nothing for so long that the directory is away. */
  private volatile boolean isUnanswered;

  private long revision = Engine.ABSENT;

  /** The greatest revision that was seen: a smaller one comes from a directory begun anew. */
  private long greatest;

  /** Whether the directory has been begun anew since it was found out what is this node's. */
  private boolean isNew;

  private boolean renewing;
  private boolean polling;
  private boolean verifying;
  private boolean stopped;
  private long nextRenewal;
  private long nextPoll;

  /** Since when the lease has been held without a gap. */
  private volatile long heldSince;

  /**
   * Holds no lease yet.
   *
   * @param about what others may see of this node, as JSON
   */
  Nodes(
      Engine engine,
      NodeId self,
      String about,
      Ticker ticker,
      EventLog log,
      Consumer<String> dead,
      Verification verification) {
    this.engine = engine;
    this.self = self;
    this.about = about;
    this.ticker = ticker;
    this.log = log;
    this.dead = dead;
    this.verification = verification;
    this.guarded = action -> log.guard("cluster-defect", action);
    this.nextRenewal = ticker.nanos();
    this.nextPoll = nextRenewal;
    this.heldSince = nextRenewal;
    this.renewed = nextRenewal;
  }

  /** The nodes that have leases, as was seen last. */
  Set<String> alive() {
    return alive;
  }

  /** Whether this node may decide about its rooms. From any thread, for every message. */
  boolean mayDecide() {
    if (lapsed) {
      return false;
    }
    if (isReliable()) {
      return true;
    }
    lapse();
    return false;
  }

  private boolean isReliable() {
    return ticker.nanos() - renewed < RELIANCE.toNanos();
  }

  /** Whether nobody can be asked: then nobody else can decide about this node's rooms either. */
  boolean isAway() {
    return !engine.isAvailable() || isUnanswered;
  }

  /**
   * Whether it is certain that a node that has no lease has had time to renew it: the directory was
   * there all the time.
   */
  private boolean canTellDead() {
    return mayDecide() && ticker.nanos() - heldSince >= Engine.LEASE.toNanos();
  }

  /** Whether a node is there; fails when that cannot be told. */
  CompletableFuture<Boolean> isAlive(String node) {
    if (alive.contains(node)) {
      return CompletableFuture.completedFuture(true);
    }
    return engine
        .get(Bucket.NODES, node)
        .thenCompose(
            entry -> {
              if (entry.isPresent()) {
                came(node);
              }
              return entry.isPresent() || canTellDead()
                  ? CompletableFuture.completedFuture(entry.isPresent())
                  : CompletableFuture.failedFuture(
                      new EngineException("whether a node is there cannot be told yet"));
            });
  }

  private synchronized void came(String node) {
    Set<String> more = new HashSet<>(alive);
    more.add(node);
    alive = ordered(more);
  }

  /** A set of nodes that all go through in one order, whichever run it is. */
  private static Set<String> ordered(Set<String> nodes) {
    return Collections.unmodifiableSet(new TreeSet<>(nodes));
  }

  private synchronized void lapse() {
    if (!lapsed) {
      lapsed = true;
      log.event(Level.WARNING, "lease-lapsed", "node", self);
    }
  }

  /** Renews the lease, and looks who is there, when it is time; to be called often. */
  synchronized void work() {
    long now = ticker.nanos();
    if (stopped) {
      return;
    }
    if (!lapsed && !isReliable()) {
      lapse();
    }
    if (!renewing && now - nextRenewal >= 0) {
      renewing = true;
      nextRenewal = now + RENEWAL.toNanos();
      After.each(
          engine.put(Bucket.NODES, self.text(), about, revision),
          guarded,
          (written, failure) -> renewal(now, written, failure));
    }
    if (!polling && now - nextPoll >= 0) {
      polling = true;
      nextPoll = now + LOOK.toNanos();
      After.each(engine.list(Bucket.NODES, ""), guarded, this::seen);
    }
  }

  private void renewal(long asked, Long written, Throwable failure) {
    boolean verify = false;
    boolean verifiesNew = false;
    synchronized (this) {
      renewing = false;
      if (failure == null) {
        isUnanswered = false;
        revision = written;
        isNew |= written <= greatest;
        greatest = written;
        renewed = asked;
        if ((lapsed || isNew) && !verifying) {
          verifying = true;
          verify = true;
          verifiesNew = isNew;
        }
      } else if (Keeper.isConflict(failure)) {
        // It is not there any more, or it is, but the answer was lost.
        After.each(
            engine.get(Bucket.NODES, self.text()),
            guarded,
            (entry, why) -> {
              if (why == null) {
                revision(entry.map(Entry::revision).orElse(Engine.ABSENT));
              }
            });
      } else {
        isUnanswered |= asked - renewed >= AWAY.toNanos();
      }
    }
    if (verify) {
      boolean ofNew = verifiesNew;
      After.each(verification.verify(ofNew), guarded, (nothing, why) -> verified(ofNew, why));
    }
  }

  private synchronized void revision(long now) {
    revision = now;
    nextRenewal = ticker.nanos();
  }

  private synchronized void verified(boolean ofNew, Throwable failure) {
    verifying = false;
    if (failure == null && isReliable()) {
      lapsed = false;
      // It may have been lost while it was still looked through as it was.
      isNew &= !ofNew;
      heldSince = ticker.nanos();
      log.event(Level.INFO, "lease-held", "node", self);
    }
  }

  private void seen(List<Entry> entries, Throwable failure) {
    Set<String> missing = new HashSet<>();
    synchronized (this) {
      polling = false;
      if (failure != null || stopped) {
        return;
      }
      Set<String> there = new HashSet<>();
      entries.forEach(entry -> there.add(entry.key()));
      if (areLate(entries)) {
        nextPoll = ticker.nanos();
      }
      if (canTellDead()) {
        missing.addAll(alive);
        missing.removeAll(there);
        missing.remove(self.text());
      }
      there.addAll(alive);
      for (String node : there) {
        if (!alive.contains(node) && !node.equals(self.text())) {
          log.event(Level.INFO, "node-came", "node", node);
        }
      }
      alive = ordered(there);
    }
    // An entry that is just being written may be missing in a list.
    for (String node : missing) {
      After.each(
          engine.get(Bucket.NODES, node),
          guarded,
          (entry, why) -> {
            if (why == null && entry.isEmpty() && forget(node)) {
              log.event(Level.WARNING, "node-gone", "node", node);
              dead.accept(node);
            }
          });
    }
  }

  /** Whether one of these leases has not been renewed for a while. */
  private boolean areLate(List<Entry> entries) {
    long now = ticker.nanos();
    Map<String, Lease> found = new HashMap<>();
    for (Entry entry : entries) {
      Lease before = leases.get(entry.key());
      found.put(
          entry.key(),
          before != null && before.revision() == entry.revision()
              ? before
              : new Lease(entry.revision(), now));
    }
    leases = found;
    return found.values().stream().anyMatch(lease -> now - lease.since() >= LATE.toNanos());
  }

  /** Takes a node for gone; false when it was that before. */
  private synchronized boolean forget(String node) {
    Set<String> others = new HashSet<>(alive);
    boolean was = others.remove(node);
    alive = ordered(others);
    return was;
  }

  /** A node has said that it is leaving. */
  void left(String node) {
    if (forget(node)) {
      log.event(Level.INFO, "node-left", "node", node);
      dead.accept(node);
    }
  }

  /** Gives the lease back, so that others need not wait for its end. */
  CompletableFuture<Void> stop() {
    synchronized (this) {
      stopped = true;
      lapsed = true;
      return engine.delete(Bucket.NODES, self.text(), revision);
    }
  }
}
