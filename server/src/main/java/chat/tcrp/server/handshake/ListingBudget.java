package chat.tcrp.server.handshake;

import chat.tcrp.server.base.Addresses;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Bounds the lists that are being sent. One may have megabytes, and a client may be slow to take
 * it, or do so on purpose.
 */
final class ListingBudget {
  /** So many bytes may be under way to all clients together. */
  private static final int MAX_BYTES = 64 << 20;

  /** So many lists may be under way to one address. */
  private static final int MAX_PER_NETWORK = 8;

  /** What a list takes of the budget while it is being sent. */
  interface Share extends AutoCloseable {
    /** Whether there is nothing to take. */
    boolean isRefused();

    @Override
    void close();
  }

  private final Semaphore bytes = new Semaphore(MAX_BYTES);
  private final Map<InetAddress, Integer> perNetwork = new ConcurrentHashMap<>();

  /**
   * Takes what a list needs, waiting for it if need be.
   *
   * @param patience how long to wait
   */
  Share take(InetAddress client, int size, Duration patience) throws InterruptedException {
    InetAddress network = Addresses.network(client);
    boolean mayHave = perNetwork.merge(network, 1, Integer::sum) <= MAX_PER_NETWORK;
    int cost = Math.min(size, MAX_BYTES);
    boolean has = mayHave && bytes.tryAcquire(cost, patience.toMillis(), TimeUnit.MILLISECONDS);
    return new Share() {
      @Override
      public boolean isRefused() {
        return !has;
      }

      @Override
      public void close() {
        if (has) {
          bytes.release(cost);
        }
        perNetwork.computeIfPresent(network, (n, count) -> count > 1 ? count - 1 : null);
      }
    };
  }
}
