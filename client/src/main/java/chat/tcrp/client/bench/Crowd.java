package chat.tcrp.client.bench;

import chat.tcrp.client.face.Problem;
import chat.tcrp.client.session.RefusedException;
import chat.tcrp.client.session.ServerAddress;
import chat.tcrp.client.session.TcrpClient;
import chat.tcrp.client.session.Trust;
import chat.tcrp.protocol.Credentials;
import chat.tcrp.protocol.ProtocolException;
import chat.tcrp.protocol.Request;
import chat.tcrp.protocol.RoomName;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;

/**
 * The users of a load test as TCP knows them: they enter their rooms, several at a time, and leave
 * them.
 */
final class Crowd {
  /** How many handshakes are made at once: well below what a server allows one address. */
  static final int AT_ONCE = 32;

  private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration LEAVE_TIMEOUT = Duration.ofSeconds(2);

  /** When a server has become so slow, it may end the sessions by itself. */
  private static final Duration LEAVE_PATIENCE = Duration.ofSeconds(5);

  private static final long TOLD_EVERY_MILLIS = 100;

  private final List<ServerAddress> servers;
  private final Optional<Trust> trust;
  private final LoadPlan plan;
  private final String prefix;
  private final TcrpClient.Admission[] admissions;
  private final long[] handshakes;
  private long setupNanos;

  /** The address of each server that answered first; all others go to the same one. */
  private final AtomicReferenceArray<InetAddress> reached;

  /**
   * Makes a crowd in which nobody has entered yet.
   *
   * @param servers the nodes of one cluster, over which each room is spread; or one
   * @param trust decides whether a server is the one that is meant; empty for plain sessions
   * @param run in the names of the rooms, so that two runs do not meet
   */
  Crowd(List<ServerAddress> servers, Optional<Trust> trust, LoadPlan plan, int run) {
    this.servers = servers;
    this.reached = new AtomicReferenceArray<>(servers.size());
    this.trust = trust;
    this.plan = plan;
    this.prefix = "bench-%08x-".formatted(run);
    this.admissions = new TcrpClient.Admission[plan.users()];
    this.handshakes = new long[plan.users()];
  }

  /** A handshake or another exchange for one user. */
  @FunctionalInterface
  private interface Work {
    void of(int user) throws Problem;
  }

  /**
   * The host of the first room enters.
   *
   * @return the address by which its server was reached
   */
  InetAddress enterFirst() throws Problem {
    long began = System.nanoTime();
    enter(0);
    setupNanos = System.nanoTime() - began;
    return admissions[0].address();
  }

  /**
   * All others enter, first the hosts; fewer when it is stopped.
   *
   * @param stopped asked before each
   * @param progress told now and then how many are in
   */
  void enterOthers(BooleanSupplier stopped, IntConsumer progress)
      throws Problem, InterruptedException {
    long began = System.nanoTime();
    concurrently(1, plan.rooms(), this::enter, stopped, progress);
    concurrently(plan.rooms(), plan.users(), this::enter, stopped, progress);
    setupNanos += System.nanoTime() - began;
  }

  private void enter(int user) throws Problem {
    Credentials credentials =
        new Credentials(LoadPlan.username(user), Optional.empty(), Optional.empty(), plan.batch());
    RoomName room = room(user);
    long began = System.nanoTime();
    Request request =
        plan.place(user) == 0
            ? new Request.Create(room, credentials)
            : new Request.Join(room, credentials);
    TcrpClient.Admission admission;
    try {
      admission = tcrp(user, HANDSHAKE_TIMEOUT).enter(request);
    } catch (IOException | ProtocolException | RefusedException e) {
      throw Problem.of(server(user), e);
    }
    handshakes[user] = System.nanoTime() - began;
    admissions[user] = admission;
    reached.compareAndSet(serverOf(user), null, admission.address());
  }

  /** Where a user enters: neither the hosts nor the members of a room are all at one server. */
  private int serverOf(int user) {
    return (plan.room(user) + plan.place(user)) % servers.size();
  }

  /** The server that a user enters at. */
  ServerAddress server(int user) {
    return servers.get(serverOf(user));
  }

  private TcrpClient tcrp(int user, Duration timeout) {
    int server = serverOf(user);
    TcrpClient tcrp = new TcrpClient(servers.get(server), trust, timeout);
    return Optional.ofNullable(reached.get(server)).map(tcrp::at).orElse(tcrp);
  }

  /** Hosts leave, which closes their rooms for everybody in them. */
  void leave() throws InterruptedException {
    long deadline = System.nanoTime() + LEAVE_PATIENCE.toNanos();
    try {
      concurrently(
          0, plan.rooms(), this::leave, () -> System.nanoTime() - deadline > 0, left -> {});
    } catch (Problem e) {
      // The server is gone, and so are the rooms, or it will find out that we are.
      System.getLogger(Crowd.class.getName()).log(System.Logger.Level.DEBUG, "leaving failed", e);
    }
  }

  private void leave(int user) throws Problem {
    TcrpClient.Admission admission = admissions[user];
    if (admission == null) {
      return;
    }
    try {
      tcrp(user, LEAVE_TIMEOUT).carryOut(new Request.Leave(room(user), admission.token()));
    } catch (RefusedException e) {
      // The server has ended the session already; the next room may still be there.
      System.getLogger(Crowd.class.getName())
          .log(System.Logger.Level.DEBUG, "leaving was refused", e);
    } catch (IOException | ProtocolException e) {
      throw Problem.of(server(user), e);
    }
  }

  RoomName room(int user) {
    return new RoomName(prefix + plan.room(user));
  }

  /** The token of a user that has entered. */
  TcrpClient.Admission admission(int user) {
    return admissions[user];
  }

  /** How long the handshakes took that were made. */
  LatencyHistogram handshakes() {
    LatencyHistogram histogram = new LatencyHistogram();
    for (int user = 0; user < plan.users(); user++) {
      if (admissions[user] != null) {
        histogram.add(handshakes[user]);
      }
    }
    return histogram;
  }

  /** How long it took until all were in. */
  Duration setup() {
    return Duration.ofNanos(setupNanos);
  }

  private static void concurrently(
      int from, int to, Work work, BooleanSupplier stopped, IntConsumer progress)
      throws Problem, InterruptedException {
    AtomicInteger next = new AtomicInteger(from);
    AtomicReference<Exception> failure = new AtomicReference<>();
    Runnable worker =
        () -> {
          for (int user; (user = next.getAndIncrement()) < to; ) {
            if (stopped.getAsBoolean() || failure.get() != null) {
              return;
            }
            try {
              work.of(user);
            } catch (Problem | RuntimeException e) {
              failure.compareAndSet(null, e);
            }
          }
        };
    try (ExecutorService workers =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("handshake-", 0).factory())) {
      for (int i = 0; i < Math.min(AT_ONCE, to - from); i++) {
        workers.execute(worker);
      }
      workers.shutdown();
      while (!workers.awaitTermination(TOLD_EVERY_MILLIS, TimeUnit.MILLISECONDS)) {
        progress.accept(Math.min(next.get(), to));
      }
    }
    switch (failure.get()) {
      case null -> {}
      case Problem e -> throw e;
      case RuntimeException e -> throw e;
      case Exception e -> throw new IllegalStateException(e);
    }
  }
}
