package chat.tcrp.server.handshake;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * The exchanges in progress. Each waits, with next to nothing, until what its client has to say
 * first is there; then for one of the places, in which there is work to do for it. So nobody takes
 * a place by saying nothing, and a rush of honest clients is served by turns.
 *
 * <p>When there are too many connections, one goes that has not said anything whole yet. Who has a
 * place loses it only to those who wait for one, and only when its client has let the server wait
 * for some time: never while the server is at work for it.
 */
final class InProgress {
  /**
   * How many there may be; a network is an address, or what counts as one.
   *
   * @param connections in all, with a place or without
   * @param connectionsOfNetwork of one network
   * @param places in all
   * @param placesOfNetwork of one network
   * @param stall how long a client with a place may let the server wait while others want it
   */
  record Bounds(
      int connections, int connectionsOfNetwork, int places, int placesOfNetwork, Duration stall) {}

  /** A connection that is to be closed. */
  record Ended(Socket socket, Reason reason) {}

  enum Reason {
    /** It has lasted too long. */
    OVERDUE,
    /** It has let others wait. */
    STALLED
  }

  /** How far an exchange has come, and for whom it waits. */
  private enum Step {
    /** For what the client has to say first. */
    ARRIVING,
    /** For a place. */
    QUEUED,
    /** In its place, for the server. */
    OURS,
    /** In its place, for the client. */
    THEIRS
  }

  private final Bounds bounds;
  private final long patience;
  private final Map<Socket, Exchange> all = new LinkedHashMap<>();
  private final Map<InetAddress, Group> groups = new HashMap<>();

  /** Those of which some are queued, who was first to be first. */
  private final Set<Group> queues = new LinkedHashSet<>();

  private int places;
  private boolean closed;

  /**
   * Holds nothing yet.
   *
   * @param patience how long an exchange may last
   */
  InProgress(Bounds bounds, Duration patience) {
    this.bounds = bounds;
    this.patience = patience.toNanos();
  }

  /** The exchanges of a network, those that have been at a step for longest first. */
  private static final class Group {
    private final Map<Step, Set<Exchange>> steps = new EnumMap<>(Step.class);

    Group() {
      for (Step step : Step.values()) {
        steps.put(step, new LinkedHashSet<>());
      }
    }

    Set<Exchange> at(Step step) {
      return steps.get(step);
    }

    int size() {
      return steps.values().stream().mapToInt(Set::size).sum();
    }

    int places() {
      return at(Step.OURS).size() + at(Step.THEIRS).size();
    }

    int waiting() {
      return size() - places();
    }
  }

  /** One of the exchanges. */
  final class Exchange {
    private final Socket socket;
    private final InetAddress network;
    private final long deadline;
    private final CompletableFuture<Void> place = new CompletableFuture<>();
    private Step step = Step.ARRIVING;
    private long since;

    private Exchange(Socket socket, InetAddress network, long now) {
      this.socket = socket;
      this.network = network;
      this.deadline = now + patience;
    }

    /**
     * Waits for a place, and is ours then.
     *
     * @throws TimeoutException when there is none in time
     * @throws CancellationException when the exchange has been ended meanwhile
     */
    void awaitPlace(Duration time) throws InterruptedException, TimeoutException {
      queue(this);
      try {
        place.get(time.toNanos(), TimeUnit.NANOSECONDS);
      } catch (ExecutionException e) {
        throw new IllegalStateException("nothing fails", e);
      }
    }

    /** All is there from the client that has to be: it has to wait for us now. */
    void ours() {
      turn(this, Step.OURS);
    }

    /** It is the client's turn to say something, or to take what we say. */
    void theirs() {
      turn(this, Step.THEIRS);
    }

    /** Whether what we wait for has come already, but nobody has had the time to read it. */
    private boolean hasUnread() {
      try {
        return socket.getInputStream().available() > 0;
      } catch (IOException e) {
        return false;
      }
    }
  }

  /** One that has not been added. */
  Exchange exchange(Socket socket, InetAddress network, long now) {
    return new Exchange(socket, network, now);
  }

  /**
   * Adds one, at its beginning.
   *
   * @return the one that has to go for it, or itself, which is not among these
   */
  synchronized Optional<Socket> add(Exchange newcomer) {
    Group group = groups.getOrDefault(newcomer.network, new Group());
    Optional<Exchange> victim = Optional.empty();
    if (group.size() >= bounds.connectionsOfNetwork()) {
      victim = Optional.of(first(group.at(Step.ARRIVING)).orElse(newcomer));
    } else if (all.size() >= bounds.connections()) {
      // Of whoever has the most: the others have not taken the room.
      victim =
          groups.values().stream()
              .max(Comparator.comparingInt(Group::waiting))
              .flatMap(most -> first(most.at(Step.ARRIVING)).or(() -> first(most.at(Step.QUEUED))))
              .or(() -> Optional.of(newcomer));
    }
    victim.ifPresent(exchange -> remove(exchange.socket));
    if (victim.isEmpty() || victim.get() != newcomer) {
      all.put(newcomer.socket, newcomer);
      groups.computeIfAbsent(newcomer.network, n -> new Group()).at(Step.ARRIVING).add(newcomer);
      notifyAll();
    }
    return victim.map(exchange -> exchange.socket);
  }

  private static Optional<Exchange> first(Set<Exchange> exchanges) {
    return exchanges.stream().findFirst();
  }

  private synchronized void queue(Exchange exchange) {
    if (all.containsKey(exchange.socket)) {
      move(exchange, Step.QUEUED);
      queues.add(groups.get(exchange.network));
      givePlaces();
      notifyAll();
    } else {
      exchange.place.cancel(false);
    }
  }

  /** To those who have the fewest, and among them in turn. */
  private void givePlaces() {
    while (places < bounds.places()) {
      Optional<Group> next =
          queues.stream()
              .filter(group -> group.places() < bounds.placesOfNetwork())
              .min(Comparator.comparingInt(Group::places));
      if (next.isEmpty()) {
        return;
      }
      Exchange exchange = first(next.get().at(Step.QUEUED)).orElseThrow();
      places++;
      move(exchange, Step.OURS);
      exchange.place.complete(null);
    }
  }

  private synchronized void turn(Exchange exchange, Step step) {
    if (all.containsKey(exchange.socket) && hasPlace(exchange)) {
      move(exchange, step);
      if (!queues.isEmpty()) {
        notifyAll();
      }
    }
  }

  private static boolean hasPlace(Exchange exchange) {
    return exchange.step == Step.OURS || exchange.step == Step.THEIRS;
  }

  private void move(Exchange exchange, Step step) {
    Group group = groups.get(exchange.network);
    group.at(exchange.step).remove(exchange);
    exchange.step = step;
    exchange.since = System.nanoTime();
    group.at(step).add(exchange);
    if (group.at(Step.QUEUED).isEmpty()) {
      queues.remove(group);
    }
  }

  synchronized void remove(Socket socket) {
    Exchange exchange = all.remove(socket);
    if (exchange == null) {
      return;
    }
    Group group = groups.get(exchange.network);
    group.at(exchange.step).remove(exchange);
    if (group.at(Step.QUEUED).isEmpty()) {
      queues.remove(group);
    }
    if (group.size() == 0) {
      groups.remove(exchange.network);
    }
    exchange.place.cancel(false);
    if (hasPlace(exchange)) {
      places--;
      givePlaces();
    }
    if (all.isEmpty()) {
      notifyAll();
    }
  }

  /** Waits for one that has to go, and takes it out; empty after the close. */
  synchronized Optional<Ended> awaitEnded() throws InterruptedException {
    while (!closed) {
      long now = System.nanoTime();
      Optional<Exchange> oldest = all.values().stream().findFirst();
      Optional<Exchange> stalled = stalled();
      long untilOverdue = oldest.map(e -> e.deadline - now).orElse(Long.MAX_VALUE);
      long untilStalled =
          stalled.map(e -> e.since + bounds.stall().toNanos() - now).orElse(Long.MAX_VALUE);
      if (untilOverdue <= 0) {
        return Optional.of(end(oldest.orElseThrow(), Reason.OVERDUE));
      }
      if (untilStalled > 0) {
        wait(Duration.ofNanos(Math.min(untilOverdue, untilStalled)).toMillis() + 1);
      } else if (stalled.orElseThrow().hasUnread()) {
        move(stalled.get(), Step.THEIRS);
      } else {
        return Optional.of(end(stalled.get(), Reason.STALLED));
      }
    }
    return Optional.empty();
  }

  private Ended end(Exchange exchange, Reason reason) {
    remove(exchange.socket);
    return new Ended(exchange.socket, reason);
  }

  /** Whoever of those that others wait for has let the server wait for longest. */
  private Optional<Exchange> stalled() {
    if (queues.isEmpty()) {
      return Optional.empty();
    }
    Stream<Group> candidates =
        places < bounds.places()
            ? queues.stream()
            : groups.values().stream()
                .filter(group -> !group.at(Step.THEIRS).isEmpty())
                .max(Comparator.comparingInt(Group::places))
                .stream();
    return candidates
        .flatMap(group -> first(group.at(Step.THEIRS)).stream())
        .min(Comparator.comparingLong(exchange -> exchange.since));
  }

  /** Waits until there is none, but no longer than that. */
  synchronized void awaitNone(Duration patience) throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    for (long left; !all.isEmpty() && (left = end - System.nanoTime()) > 0; ) {
      wait(Duration.ofNanos(left).toMillis() + 1);
    }
  }

  /** Takes all out; those that are added from now on are not waited for. */
  synchronized List<Socket> close() {
    closed = true;
    notifyAll();
    return new ArrayList<>(all.keySet());
  }
}
