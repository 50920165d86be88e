package chat.tcrp.server.handshake;

import chat.tcrp.server.base.Addresses;
import chat.tcrp.server.rooms.Listing;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Bounds the lists that are being sent. One may have megabytes, and a client may be slow to take
 * it, or do so on purpose. Those who are sent the very same list share its bytes.
 */
final class ListingBudget {
  /** So many bytes of different lists may be under way, as far as the memory allows. */
  private static final long MAX_BYTES = 64 << 20;

  /** Of the memory; while a list is written it takes twice its size and more. */
  private static final int SHARE_OF_MEMORY = 16;

  /** So many lists may be under way to one address. */
  private static final int MAX_PER_NETWORK = 8;

  /** What a list takes of the budget while it is being sent. */
  interface Share extends AutoCloseable {
    /** Whether there is nothing to take. */
    boolean isRefused();

    @Override
    void close();
  }

  private final long maxBytes;
  private final Map<InetAddress, Integer> perNetwork = new HashMap<>();

  /** To how many each list is under way. */
  private final Map<Listing, Integer> perListing = new HashMap<>();

  private long bytes;

  /**
   * Has everything to give.
   *
   * @param memory that the process may use, in bytes
   */
  ListingBudget(long memory) {
    maxBytes = Math.min(MAX_BYTES, memory / SHARE_OF_MEMORY);
  }

  /**
   * Takes what a list needs, waiting for it if need be; the list should not be written before.
   *
   * @param patience how long to wait
   */
  synchronized Share take(InetAddress client, Listing listing, Duration patience)
      throws InterruptedException {
    InetAddress network = Addresses.network(client);
    int underWay = perNetwork.merge(network, 1, Integer::sum);
    boolean has = false;
    try {
      has = underWay <= MAX_PER_NETWORK && awaitRoom(listing, patience);
    } finally {
      if (!has) {
        giveBack(perNetwork, network);
      }
    }
    if (has && perListing.merge(listing, 1, Integer::sum) == 1) {
      bytes += listing.maxBytes();
    }
    boolean isRefused = !has;
    return new Share() {
      @Override
      public boolean isRefused() {
        return isRefused;
      }

      @Override
      public void close() {
        if (!isRefused) {
          giveBack(network, listing);
        }
      }
    };
  }

  private boolean awaitRoom(Listing listing, Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    // One that is larger than all of the budget may go alone.
    while (!perListing.containsKey(listing) && bytes > 0 && bytes + listing.maxBytes() > maxBytes) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    return true;
  }

  private synchronized void giveBack(InetAddress network, Listing listing) {
    giveBack(perNetwork, network);
    giveBack(perListing, listing);
    if (!perListing.containsKey(listing)) {
      bytes -= listing.maxBytes();
    }
    notifyAll();
  }

  private static <K> void giveBack(Map<K, Integer> counts, K key) {
    counts.computeIfPresent(key, (k, count) -> count > 1 ? count - 1 : null);
  }
}
