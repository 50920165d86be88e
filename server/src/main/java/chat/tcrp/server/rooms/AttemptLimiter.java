package chat.tcrp.server.rooms;

import chat.tcrp.server.base.Addresses;
import java.net.InetAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Bounds guessing: an address may fail {@value #BURST} times, and then once more every {@link
 * #REFILL}. Only failures count; who knows the password is never slowed down by it before having
 * failed.
 */
public final class AttemptLimiter {
  static final int BURST = 10;
  static final Duration REFILL = Duration.ofSeconds(6);

  /** So many addresses are remembered; the one that failed longest ago is forgotten first. */
  private static final int MAX_ADDRESSES = 10_000;

  /** For each address that has failed, the time at which all its failures will be forgotten. */
  private final Map<InetAddress, Long> clearAt =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<InetAddress, Long> eldest) {
          return size() > MAX_ADDRESSES;
        }
      };

  /** Whether the address has used its attempts up for now. */
  synchronized boolean exhausted(InetAddress address, long now) {
    Long clear = clearAt.get(Addresses.network(address));
    return clear != null && clear - now > (BURST - 1) * REFILL.toNanos();
  }

  synchronized void failed(InetAddress address, long now) {
    InetAddress network = Addresses.network(address);
    Long clear = clearAt.remove(network);
    long from = clear == null || clear - now < 0 ? now : clear;
    clearAt.put(network, from + REFILL.toNanos());
  }
}
