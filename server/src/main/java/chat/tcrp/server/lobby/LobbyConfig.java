package chat.tcrp.server.lobby;

import chat.tcrp.server.base.Checks;
import java.time.Duration;

/**
 * How the lobby is to run.
 *
 * @param port its UDP port, 0 to 65535; 0 takes a free one
 * @param idleTimeout a member that has sent nothing for so long is removed
 * @param maxMembers how many members there may be at once
 * @param admissionsPerSecond how many new addresses become members in a second
 */
public record LobbyConfig(int port, Duration idleTimeout, int maxMembers, int admissionsPerSecond) {
  /** The UDP port when nothing else is said. */
  public static final int DEFAULT_PORT = 9001;

  /** How long one may be silent when nothing else is said. */
  public static final Duration DEFAULT_IDLE_TIMEOUT = Duration.ofSeconds(60);

  /**
   * Checks every value.
   *
   * @throws IllegalArgumentException naming the first that is out of range
   */
  public LobbyConfig {
    Checks.port("lobby port", port);
    Checks.positive("lobby's idle timeout", idleTimeout);
    Checks.positive("number of members of the lobby", maxMembers);
    Checks.positive("number of admissions to the lobby", admissionsPerSecond);
  }
}
