package chat.tcrp.server.handshake;

import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The handshakes in progress, oldest first. When there are too many, an unfinished one has to go,
 * so that a newcomer gets in: honest ones take a moment, and those that are there to take places do
 * not end.
 */
final class InProgress {
  private record Entry(InetAddress network, long deadline) {}

  private final int max;
  private final int maxPerNetwork;
  private final long patience;
  private final Map<Socket, Entry> entries = new LinkedHashMap<>();
  private final Map<InetAddress, Set<Socket>> byNetwork = new HashMap<>();
  private boolean closed;

  /**
   * Holds nothing yet.
   *
   * @param max how many there may be in all
   * @param maxPerNetwork how many of one address or network
   * @param patience how long one may last
   */
  InProgress(int max, int maxPerNetwork, Duration patience) {
    this.max = max;
    this.maxPerNetwork = maxPerNetwork;
    this.patience = patience.toNanos();
  }

  /**
   * Adds one.
   *
   * @return the one that has to go for it, which is no longer among these
   */
  synchronized Optional<Socket> add(Socket socket, InetAddress network, long now) {
    Optional<Socket> victim = Optional.empty();
    if (count(network) >= maxPerNetwork) {
      victim = Optional.of(byNetwork.get(network).iterator().next());
    } else if (entries.size() >= max) {
      // Of whoever has the most: the others have not taken the places.
      victim =
          byNetwork.values().stream()
              .max(Comparator.comparingInt(Set::size))
              .map(sockets -> sockets.iterator().next());
    }
    victim.ifPresent(this::remove);
    entries.put(socket, new Entry(network, now + patience));
    byNetwork.computeIfAbsent(network, n -> new LinkedHashSet<>()).add(socket);
    notifyAll();
    return victim;
  }

  private int count(InetAddress network) {
    return byNetwork.getOrDefault(network, Set.of()).size();
  }

  synchronized void remove(Socket socket) {
    Entry entry = entries.remove(socket);
    if (entry != null) {
      byNetwork.computeIfPresent(
          entry.network(),
          (network, sockets) -> {
            sockets.remove(socket);
            return sockets.isEmpty() ? null : sockets;
          });
      if (entries.isEmpty()) {
        notifyAll();
      }
    }
  }

  /** Waits for one that has lasted too long, and takes it out; empty after the close. */
  synchronized Optional<Socket> awaitOverdue() throws InterruptedException {
    while (!closed) {
      Optional<Map.Entry<Socket, Entry>> oldest = entries.entrySet().stream().findFirst();
      long left = oldest.map(e -> e.getValue().deadline() - System.nanoTime()).orElse(0L);
      if (oldest.isEmpty()) {
        wait();
      } else if (left > 0) {
        wait(Duration.ofNanos(left).toMillis() + 1);
      } else {
        remove(oldest.get().getKey());
        return Optional.of(oldest.get().getKey());
      }
    }
    return Optional.empty();
  }

  /** Waits until there is none, but no longer than that. */
  synchronized void awaitNone(Duration patience) throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    for (long left; !entries.isEmpty() && (left = end - System.nanoTime()) > 0; ) {
      wait(Duration.ofNanos(left).toMillis() + 1);
    }
  }

  /** Takes all out; those that are added from now on are not waited for. */
  synchronized List<Socket> close() {
    closed = true;
    notifyAll();
    return new ArrayList<>(entries.keySet());
  }
}
