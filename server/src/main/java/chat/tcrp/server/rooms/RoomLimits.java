package chat.tcrp.server.rooms;

import chat.tcrp.server.base.Checks;
import chat.tcrp.server.base.Networks;
import java.time.Duration;
import java.util.Objects;

/**
 * What the rooms bear, checked before anything starts. An address is an IPv4 address or the /64
 * network of an IPv6 address.
 *
 * @param idleTimeout a member that has sent nothing for so long is removed
 * @param keepaliveTimeout a member that has kept a cadence of keepalives, and then sent nothing for
 *     so long, is removed
 * @param maxRooms how many rooms there may be at once
 * @param maxMembers how many members a room may have
 * @param maxSessions how many members there may be in all rooms together
 * @param maxRoomsPerAddress how many rooms one address may have made that are still there
 * @param maxSessionsPerAddress how many memberships one address may hold
 * @param memberBudget how many deliveries a second one member may cause
 * @param backlogLines how many lines a room keeps for who comes back; 0 for none
 * @param backlogBytes how many bytes all rooms together keep
 * @param trusted who is exempt from what is bounded for each address
 */
public record RoomLimits(
    Duration idleTimeout,
    Duration keepaliveTimeout,
    int maxRooms,
    int maxMembers,
    int maxSessions,
    int maxRoomsPerAddress,
    int maxSessionsPerAddress,
    int memberBudget,
    int backlogLines,
    long backlogBytes,
    Networks trusted) {
  /** The longest backlog in lines. */
  public static final int MAX_BACKLOG_LINES = 10_000;

  /** The defaults of the program. */
  public static final RoomLimits DEFAULTS = new Builder().build();

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
    Checks.positive("number of sessions", maxSessions);
    Checks.positive("number of rooms for each address", maxRoomsPerAddress);
    Checks.positive("number of sessions for each address", maxSessionsPerAddress);
    Checks.positive("budget of a member", memberBudget);
    if (backlogLines < 0 || backlogLines > MAX_BACKLOG_LINES) {
      throw new IllegalArgumentException(
          "the backlog must be 0 to " + MAX_BACKLOG_LINES + " lines, not " + backlogLines);
    }
    Checks.positive("memory of the backlogs", backlogBytes);
    Objects.requireNonNull(trusted, "trusted");
  }

  /** Begins with these limits. */
  public Builder with() {
    return new Builder()
        .idleTimeout(idleTimeout)
        .keepaliveTimeout(keepaliveTimeout)
        .maxRooms(maxRooms)
        .maxMembers(maxMembers)
        .maxSessions(maxSessions)
        .maxRoomsPerAddress(maxRoomsPerAddress)
        .maxSessionsPerAddress(maxSessionsPerAddress)
        .memberBudget(memberBudget)
        .backlog(backlogLines, backlogBytes)
        .trusted(trusted);
  }

  /** The shorter of the timeouts. */
  public Duration shortestTimeout() {
    return idleTimeout.compareTo(keepaliveTimeout) < 0 ? idleTimeout : keepaliveTimeout;
  }

  /** Limits that are being chosen; what is not chosen is as by default. */
  public static final class Builder {
    private Duration idleTimeout = Duration.ofMinutes(5);
    private Duration keepaliveTimeout = Duration.ofSeconds(30);
    private int maxRooms = 10_000;
    private int maxMembers = 5_000;
    private int maxSessions = 100_000;
    private int maxRoomsPerAddress = 100;
    private int maxSessionsPerAddress = 500;
    private int memberBudget = 50_000;
    private int backlogLines = 128;
    private long backlogBytes = 64 << 20;
    private Networks trusted = Networks.LOOPBACK;

    private Builder() {}

    public Builder idleTimeout(Duration time) {
      idleTimeout = time;
      return this;
    }

    public Builder keepaliveTimeout(Duration time) {
      keepaliveTimeout = time;
      return this;
    }

    public Builder maxRooms(int count) {
      maxRooms = count;
      return this;
    }

    public Builder maxMembers(int count) {
      maxMembers = count;
      return this;
    }

    public Builder maxSessions(int count) {
      maxSessions = count;
      return this;
    }

    public Builder maxRoomsPerAddress(int count) {
      maxRoomsPerAddress = count;
      return this;
    }

    public Builder maxSessionsPerAddress(int count) {
      maxSessionsPerAddress = count;
      return this;
    }

    public Builder memberBudget(int deliveriesPerSecond) {
      memberBudget = deliveriesPerSecond;
      return this;
    }

    public Builder backlog(int lines, long bytes) {
      backlogLines = lines;
      backlogBytes = bytes;
      return this;
    }

    public Builder trusted(Networks networks) {
      trusted = networks;
      return this;
    }

    /**
     * The limits as chosen.
     *
     * @throws IllegalArgumentException naming the first that is out of range
     */
    public RoomLimits build() {
      return new RoomLimits(
          idleTimeout,
          keepaliveTimeout,
          maxRooms,
          maxMembers,
          maxSessions,
          maxRoomsPerAddress,
          maxSessionsPerAddress,
          memberBudget,
          backlogLines,
          backlogBytes,
          trusted);
    }
  }
}
