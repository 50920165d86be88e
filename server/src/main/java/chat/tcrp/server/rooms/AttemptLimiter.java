package chat.tcrp.server.rooms;

import chat.tcrp.protocol.RoomName;
import chat.tcrp.server.base.Addresses;
import java.net.InetAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Bounds the guessing of passwords and tokens, for each address and room: after {@value #BURST}
 * failures, of which one is forgiven every {@link #REFILL}, each further failure costs a pause that
 * is twice as long as the one before. The /64 network of an IPv6 address bears ten times as much,
 * so that somebody else in it is not locked out by the first guesser there, and yet many addresses
 * are no way to guess on.
 *
 * <p>Only failures count, and only of what was looked at: nobody pauses who has not failed.
 */
public final class AttemptLimiter {
  static final int BURST = 10;
  static final Duration REFILL = Duration.ofSeconds(6);
  static final Duration MAX_PAUSE = Duration.ofMinutes(10);
  private static final int NETWORK_FACTOR = 10;

  /** So many are remembered; who failed longest ago is forgotten first. */
  private static final int MAX_REMEMBERED = 10_000;

  private record Guesser(InetAddress address, RoomName room) {}

  /** What is remembered of a guesser. */
  private static final class History {
    /** When all failures will be forgiven. */
    private long clearAt;

    private long pauseUntil;
    private int pauses;
  }

  private final Map<Guesser, History> records =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Guesser, History> eldest) {
          return size() > MAX_REMEMBERED;
        }
      };

  /** Whether an address has to wait before it may try again in a room. */
  synchronized boolean mustWait(InetAddress address, RoomName room, long now) {
    return isPausing(new Guesser(address, room), now)
        || isPausing(new Guesser(Addresses.network(address), room), now);
  }

  private boolean isPausing(Guesser guesser, long now) {
    History record = records.get(guesser);
    return record != null && record.pauses > 0 && record.pauseUntil - now > 0;
  }

  /** An address has tried, and failed. */
  synchronized void failed(InetAddress address, RoomName room, long now) {
    InetAddress network = Addresses.network(address);
    failed(new Guesser(address, room), BURST, now);
    if (!network.equals(address)) {
      failed(new Guesser(network, room), BURST * NETWORK_FACTOR, now);
    }
  }

  private void failed(Guesser guesser, int burst, long now) {
    History known = records.remove(guesser);
    History record = known;
    if (known == null || known.clearAt - now < 0) {
      record = new History();
      record.clearAt = now;
    }
    record.clearAt += REFILL.toNanos();
    if (record.clearAt - now >= burst * REFILL.toNanos()) {
      long pause = REFILL.toNanos() << Math.min(record.pauses, Integer.SIZE / 2);
      record.pauses++;
      record.pauseUntil = now + Math.min(pause, MAX_PAUSE.toNanos());
      // The pause itself forgives nothing: whoever goes on after it waits longer.
      record.clearAt = record.pauseUntil + burst * REFILL.toNanos();
    }
    records.put(guesser, record);
  }
}
