package chat.tcrp.server.rooms;

import chat.tcrp.server.base.Checks;
import java.time.Duration;

/**
 * What the rooms bear, checked before anything starts.
 *
 * @param idleTimeout a member that has sent nothing for so long is removed
 * @param keepaliveTimeout a member that has kept a cadence of keepalives, and then sent nothing for
 *     so long, is removed
 * @param maxRooms how many rooms there may be at once
 * @param maxMembers how many members a room may have
 */
public record RoomLimits(
    Duration idleTimeout, Duration keepaliveTimeout, int maxRooms, int maxMembers) {
  /** The defaults of the program: 5 minutes, 30 seconds, 10,000 rooms of 5,000 members. */
  public static final RoomLimits DEFAULTS =
      new RoomLimits(Duration.ofMinutes(5), Duration.ofSeconds(30), 10_000, 5_000);

  /**
   * Checks every value.
   *
   * @throws IllegalArgumentException naming the first that is out of range
   */
  public RoomLimits {
    Checks.positive("idle timeout", idleTimeout);
    Checks.positive("keepalive timeout", keepaliveTimeout);
    Checks.positive("number of rooms", maxRooms);
    Checks.positive("number of members", maxMembers);
  }

  /**
   * The same with other timeouts.
   *
   * @param newIdleTimeout for anybody
   * @param newKeepaliveTimeout for who has kept a cadence of keepalives
   * @return a changed copy
   */
  public RoomLimits timingOut(Duration newIdleTimeout, Duration newKeepaliveTimeout) {
    return new RoomLimits(newIdleTimeout, newKeepaliveTimeout, maxRooms, maxMembers);
  }

  /**
   * The same for another number of rooms and members.
   *
   * @param newMaxRooms how many rooms
   * @param newMaxMembers how many members a room
   * @return a changed copy
   */
  public RoomLimits holding(int newMaxRooms, int newMaxMembers) {
    return new RoomLimits(idleTimeout, keepaliveTimeout, newMaxRooms, newMaxMembers);
  }

  /** The shorter of the timeouts. */
  public Duration shortestTimeout() {
    return idleTimeout.compareTo(keepaliveTimeout) < 0 ? idleTimeout : keepaliveTimeout;
  }
}
