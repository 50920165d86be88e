package chat.tcrp.client.bench;

import chat.tcrp.client.face.Problem;
import chat.tcrp.client.session.ServerAddress;
import chat.tcrp.client.session.Trust;
import chat.tcrp.protocol.ProtocolException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * A load test: everybody enters, everybody sends at the times that the plan has, whatever the
 * server does (open loop), and everybody leaves. All but {@link #stop} belongs to one thread.
 */
public final class LoadTest implements AutoCloseable {
  private static final Duration REACH_PATIENCE = Duration.ofSeconds(10);
  private static final long RESEND_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  /** How many keepalives may be unanswered at first, so that no queue overflows before the test. */
  private static final int UNANSWERED = 128;

  /** How many messages may be sent before datagrams have their turn again. */
  private static final int BURST = 32;

  private static final long KEEPALIVE_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** What has not come after so much silence is taken for lost. */
  private static final long QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private static final long DRAIN_NANOS = TimeUnit.SECONDS.toNanos(3);
  private static final long TOLD_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private final List<ServerAddress> servers;
  private final LoadPlan plan;
  private final StatusLine status;
  private final Duration reachPatience;
  private final LoadTally tally;
  private final Crowd crowd;
  private final Swarm swarm;
  private final long total;
  private final long warmup;
  private final long end;
  private boolean sending;
  private long next;
  private long nextKeepalive;
  private long toldAt;
  private long measuredNanos;
  private double busy;
  private volatile boolean stopped;

  /**
   * Prepares a test; nothing reaches the network yet.
   *
   * @param servers the nodes of one cluster, over which each room is spread; or one
   * @param trust decides whether a server is the one that is meant; empty for plain sessions
   * @param run a random number that distinguishes this test's rooms and messages
   * @param status where progress is shown
   */
  public LoadTest(
      List<ServerAddress> servers, Optional<Trust> trust, LoadPlan plan, int run, StatusLine status)
      throws IOException {
    this(servers, trust, plan, run, status, REACH_PATIENCE);
  }

  /** The same with another patience for the first answers by UDP. */
  LoadTest(
      List<ServerAddress> servers,
      Optional<Trust> trust,
      LoadPlan plan,
      int run,
      StatusLine status,
      Duration reachPatience)
      throws IOException {
    this.servers = servers;
    this.reachPatience = reachPatience;
    this.plan = plan;
    this.status = status;
    this.tally = new LoadTally(plan, run);
    this.crowd = new Crowd(servers, trust, plan, run);
    this.swarm = new Swarm(plan, tally, run, this::sendDue);
    this.warmup = plan.warmup().toNanos();
    this.end = warmup + plan.duration().toNanos();
    this.total = plan.dueBefore(end);
  }

  /**
   * Runs the test, to its end or until it is stopped.
   *
   * @return what was seen so far
   * @throws Problem when the server refuses somebody or cannot be reached
   */
  public LoadReport run() throws Problem, InterruptedException {
    try {
      enter();
      if (!stopped) {
        reach();
      }
      if (!stopped) {
        measure();
        drain();
      }
    } catch (IOException | ProtocolException e) {
      throw Problem.of(servers.getFirst(), e);
    } finally {
      status.clear();
    }
    return new LoadReport(
        servers,
        plan,
        tally,
        crowd.handshakes(),
        crowd.setup(),
        Duration.ofNanos(measuredNanos),
        busy,
        stopped);
  }

  /** Ends {@link #run} soon; from any thread. */
  public void stop() {
    stopped = true;
    swarm.wakeup();
  }

  private void enter() throws IOException, ProtocolException, InterruptedException, Problem {
    swarm.open(plan.users(), crowd.enterFirst());
    crowd.enterOthers(
        () -> stopped, in -> status.show("joining: %d of %d".formatted(in, plan.users())));
    for (int user = 0; user < plan.users() && !stopped; user++) {
      swarm.admit(user, crowd.room(user), crowd.admission(user));
    }
  }

  /** Everybody sends keepalives until one is answered. */
  private void reach() throws IOException, Problem {
    swarm.startAt(System.nanoTime());
    while (swarm.reached() < plan.users() && !stopped) {
      long round = swarm.now();
      if (round > reachPatience.toNanos()) {
        throw unreached();
      }
      status.show("reaching the server by udp: %d of %d".formatted(swarm.reached(), plan.users()));
      int before = swarm.reached();
      int sent = 0;
      for (int user = 0; user < plan.users() && !stopped; user++) {
        if (!swarm.isReached(user)) {
          swarm.keepAlive(user);
          sent++;
          boolean waits = sent - (swarm.reached() - before) > UNANSWERED;
          swarm.receive(waits ? 1 : 0);
        }
      }
      while (swarm.reached() < plan.users() && swarm.now() - round < RESEND_NANOS && !stopped) {
        swarm.receive(10);
      }
    }
  }

  private Problem unreached() {
    int silent = 0;
    while (swarm.isReached(silent)) {
      silent++;
    }
    ServerAddress server = crowd.server(silent);
    int[] there =
        IntStream.range(0, plan.users()).filter(u -> crowd.server(u).equals(server)).toArray();
    return new Problem(
        Problem.UNAVAILABLE,
        "udp port %d on %s answers %d of %d users; is it blocked, or not the server's? Name it with --udp-port"
            .formatted(
                server.udpPort(),
                server.shownHost(),
                IntStream.of(there).filter(swarm::isReached).count(),
                there.length),
        new IOException("no answer to keepalives"));
  }

  private void measure() throws IOException {
    swarm.startAt(System.nanoTime());
    long measuredFrom = 0;
    long idle = 0;
    long now = 0;
    sending = true;
    while (now < end && !isOver()) {
      if (measuredFrom == 0 && now >= warmup) {
        measuredFrom = Math.max(1, now);
        idle = 0;
      }
      long sentBefore = next;
      sendDue();
      keepAlive(now);
      int received = swarm.receive(sleepMillis());
      long later = swarm.now();
      if (received == 0 && next == sentBefore) {
        idle += later - now;
        giveWay();
      }
      now = later;
      tell(now);
    }
    sending = false;
    if (measuredFrom > 0) {
      measuredNanos = Math.min(now, end) - warmup;
      busy = 1 - (double) idle / Math.max(1, now - measuredFrom);
    }
    for (long k = next; k < plan.dueBefore(Math.min(now, end)); k++) {
      tally.unsent(plan.dueNanos(k));
    }
  }

  /** Where there are fewer processors than programs, the server may need this one. */
  @SuppressWarnings("ThreadPriorityCheck") // a courtesy; nothing relies on what the scheduler does
  private static void giveWay() {
    Thread.yield();
  }

  /** Sends what is due, up to a burst. */
  private void sendDue() {
    long now = swarm.now();
    for (int i = 0; i < BURST && sending && next < total; i++) {
      long due = plan.dueNanos(next);
      if (due > now) {
        return;
      }
      swarm.send((int) (next % plan.users()), due);
      next++;
    }
  }

  /** Messages keep a session alive as well; only who seldom says something needs keepalives. */
  private void keepAlive(long now) {
    if (plan.rate() * KEEPALIVE_NANOS >= TimeUnit.SECONDS.toNanos(1)) {
      return;
    }
    while (keepaliveDue() <= now) {
      swarm.keepAlive((int) (nextKeepalive % plan.users()));
      nextKeepalive++;
    }
  }

  private long keepaliveDue() {
    return (long) ((double) nextKeepalive / plan.users() * KEEPALIVE_NANOS);
  }

  /**
   * How long to sleep for the next message not to be late: a sleep may last a millisecond longer
   * than it should, so the last two are waited for without sleeping.
   */
  private long sleepMillis() {
    long due = next < total ? plan.dueNanos(next) : end;
    long most = Math.min(due - swarm.now(), TOLD_EVERY_NANOS);
    return Math.max(0, TimeUnit.NANOSECONDS.toMillis(most) - 1);
  }

  private void drain() throws IOException {
    long began = swarm.now();
    long lastNews = began;
    long seen = tally.all();
    long due = next * (plan.usersPerRoom() - 1);
    while (tally.all() < due && !sessionsOver()) {
      swarm.receive(10);
      long now = swarm.now();
      if (tally.all() > seen) {
        seen = tally.all();
        lastNews = now;
      }
      long patience = stopped ? QUIET_NANOS : DRAIN_NANOS;
      if (now - lastNews > QUIET_NANOS || now - began > patience) {
        return;
      }
    }
  }

  private boolean isOver() {
    return stopped || sessionsOver();
  }

  private boolean sessionsOver() {
    return tally.ends() >= plan.users();
  }

  private void tell(long now) {
    if (!status.isShown() || now - toldAt < TOLD_EVERY_NANOS) {
      return;
    }
    toldAt = now;
    status.show(
        now < warmup
            ? String.format(Locale.ROOT, "warming up: %.1f of %.1f s", now / 1e9, warmup / 1e9)
            : String.format(
                Locale.ROOT,
                "%.1f of %.1f s: %,d sent, %,d delivered, p50 %.3f ms, p99 %.3f ms",
                (now - warmup) / 1e9,
                (end - warmup) / 1e9,
                tally.sent(),
                tally.delivered(),
                tally.latency().quantile(0.5) / 1e6,
                tally.latency().quantile(0.99) / 1e6));
  }

  /** Leaves all rooms and closes all sockets. */
  @Override
  public void close() throws IOException {
    try (swarm) {
      crowd.leave();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
