package chat.tcrp.server.rooms;

import chat.tcrp.server.base.Addresses;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How many rooms and sessions there are, and may be: in all, and for each address, so that nobody
 * can take all of them. Shared by all relay loops.
 */
public final class Places {
  /** Places are short when more than this share of them is taken. */
  private static final double SHORT = 0.9;

  /** An address may have so many members that have not been heard before they go early. */
  private static final int MAX_UNHEARD = 8;

  /** What one address has; there is none of it for an address that has nothing. */
  private static final class Share {
    private int rooms;
    private int sessions;
    private int unheard;

    private boolean isNothing() {
      return rooms == 0 && sessions == 0;
    }
  }

  private final RoomLimits limits;
  private final Map<InetAddress, Share> shares = new HashMap<>();
  private int rooms;
  private int sessions;
  private boolean closed;

  public Places(RoomLimits limits) {
    this.limits = limits;
  }

  /** Why a place is not to be had. */
  enum Refusal {
    /** There are no more. */
    NONE_LEFT,
    /** The address has as many as it may. */
    NONE_FOR_ADDRESS
  }

  /** Takes a place for a room and its host, or says why not. */
  synchronized Optional<Refusal> takeRoom(InetAddress from) {
    if (closed || rooms >= limits.maxRooms()) {
      return Optional.of(Refusal.NONE_LEFT);
    }
    if (share(from).rooms >= limits.maxRoomsPerAddress() && isBounded(from)) {
      return Optional.of(Refusal.NONE_FOR_ADDRESS);
    }
    Optional<Refusal> refusal = takeSession(from);
    if (refusal.isEmpty()) {
      rooms++;
      share(from).rooms++;
    }
    return refusal;
  }

  /** Takes a place for a member that has not been heard by UDP yet, or says why not. */
  synchronized Optional<Refusal> takeSession(InetAddress from) {
    try {
      if (sessions >= limits.maxSessions()) {
        return Optional.of(Refusal.NONE_LEFT);
      }
      if (share(from).sessions >= limits.maxSessionsPerAddress() && isBounded(from)) {
        return Optional.of(Refusal.NONE_FOR_ADDRESS);
      }
      sessions++;
      share(from).sessions++;
      share(from).unheard++;
      return Optional.empty();
    } finally {
      forgetIfNothing(from);
    }
  }

  /** Takes a place for a room that another server has let in; its members' are not among it. */
  synchronized boolean takeRoomAgain(InetAddress from) {
    if (rooms >= limits.maxRooms()) {
      return false;
    }
    rooms++;
    share(from).rooms++;
    return true;
  }

  /**
   * Takes a place for a member that another server has let in, whatever the address has already.
   */
  synchronized boolean takeSessionAgain(InetAddress from, boolean wasHeard) {
    if (sessions >= limits.maxSessions()) {
      return false;
    }
    sessions++;
    share(from).sessions++;
    share(from).unheard += wasHeard ? 0 : 1;
    return true;
  }

  /** Lets no more rooms be made: the server is about to stop. */
  public synchronized void closeForRooms() {
    closed = true;
  }

  private boolean isBounded(InetAddress from) {
    return !limits.trusted().contains(from);
  }

  synchronized void giveRoomBack(InetAddress from) {
    rooms--;
    share(from).rooms--;
    forgetIfNothing(from);
  }

  /** A member has been heard for the first time. */
  synchronized void heard(InetAddress from) {
    share(from).unheard--;
  }

  synchronized void giveSessionBack(InetAddress from, boolean wasHeard) {
    sessions--;
    share(from).sessions--;
    share(from).unheard -= wasHeard ? 0 : 1;
    forgetIfNothing(from);
  }

  synchronized int rooms() {
    return rooms;
  }

  synchronized boolean areRoomsShort() {
    return rooms > limits.maxRooms() * SHORT;
  }

  /** Whether an address has more members that were never heard than it needs to. */
  synchronized boolean hasManyUnheard(InetAddress from) {
    Share share = shares.get(Addresses.network(from));
    return sessions > limits.maxSessions() * SHORT
        || (share != null && share.unheard > MAX_UNHEARD);
  }

  private Share share(InetAddress from) {
    return shares.computeIfAbsent(Addresses.network(from), network -> new Share());
  }

  private void forgetIfNothing(InetAddress from) {
    shares.computeIfPresent(
        Addresses.network(from), (network, share) -> share.isNothing() ? null : share);
  }
}
