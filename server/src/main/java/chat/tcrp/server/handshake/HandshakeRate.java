package chat.tcrp.server.handshake;

import chat.tcrp.server.base.Addresses;
import java.net.InetAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** How many handshakes each address makes in a minute. Used by the acceptor's thread only. */
final class HandshakeRate {
  private static final long MINUTE = Duration.ofMinutes(1).toNanos();

  /** So many addresses are remembered; who came longest ago is forgotten first. */
  private static final int MAX_REMEMBERED = 10_000;

  private final HandshakeLimits limits;
  private final long price;

  /** When the handshakes of an address so far will have been paid for. */
  private final Map<InetAddress, Long> paidAt =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<InetAddress, Long> eldest) {
          return size() > MAX_REMEMBERED;
        }
      };

  HandshakeRate(HandshakeLimits limits) {
    this.limits = limits;
    this.price = MINUTE / limits.perMinute();
  }

  /** Counts a handshake; false when there have been too many. */
  boolean mayMakeOne(InetAddress client, long now) {
    if (limits.trusted().contains(client)) {
      return true;
    }
    InetAddress network = Addresses.network(client);
    Long paid = paidAt.remove(network);
    long from = paid == null || paid - now < 0 ? now : paid;
    boolean mayMake = from - now <= MINUTE - price;
    paidAt.put(network, mayMake ? from + price : from);
    return mayMake;
  }
}
