package chat.tcrp.server.rooms;

import chat.tcrp.server.base.Peer;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * Who is not there any more, by their silence and by what the network says; which rooms are not.
 */
final class Expiry {
  /**
   * Who cannot be reached is given up only after this silence: a network that is down for some
   * seconds, ours or theirs, must not empty the rooms, and who moves to another address needs a
   * moment to say so.
   */
  static final Duration UNREACHABLE_SILENCE = Duration.ofSeconds(10);

  /** Where members that were never heard are many, they go after this. */
  static final Duration UNHEARD_SILENCE = Duration.ofSeconds(30);

  /** When rooms are short, one that nobody has spoken in goes if its host is silent for so long. */
  static final Duration UNUSED_SILENCE = Duration.ofSeconds(60);

  private static final int MAX_REFUSALS = 10_000;

  private final RoomLimits limits;
  private final Places places;

  /** How many datagrams to an address were sent back since members were last told. */
  private final Map<InetSocketAddress, Integer> refusals = new HashMap<>();

  Expiry(RoomLimits limits, Places places) {
    this.limits = limits;
    this.places = places;
  }

  /** A datagram was sent back. */
  void refused(InetSocketAddress address) {
    if (refusals.size() < MAX_REFUSALS) {
      refusals.merge(address, 1, Integer::sum);
    }
  }

  /** Puts down to the members what was sent back since the last time. */
  void countRefusals(Collection<Room> rooms) {
    if (refusals.isEmpty()) {
      return;
    }
    for (Room room : rooms) {
      for (Member member : room.members()) {
        if (member.peer() != null) {
          member.peer().refused(refusals.getOrDefault(member.peer().address(), 0));
        }
      }
    }
    refusals.clear();
  }

  /** Whether a member has sent nothing for too long. */
  boolean isSilent(Member member, long now) {
    long silence = member.silence(now);
    return silence > limits.idleTimeout().toNanos()
        || ((member.keepsCadence() || member.isAwaited())
            && silence > limits.keepaliveTimeout().toNanos())
        || (!member.isRegistered()
            && silence > UNHEARD_SILENCE.toNanos()
            && places.hasManyUnheard(member.placeOf()));
  }

  /** Whether what is sent to a member comes back, and has for a while. */
  boolean isUnreachable(Member member, long now) {
    Peer peer = member.peer();
    return peer != null
        && peer.unreachable()
        && member.silence(now) > UNREACHABLE_SILENCE.toNanos();
  }

  /** Whether a room takes a place that others need, and serves nobody. */
  boolean isUnused(Room room, long now) {
    return places.areRoomsShort()
        && !room.isSpokenIn()
        && !room.host().keepsCadence()
        && room.host().silence(now) > UNUSED_SILENCE.toNanos();
  }
}
