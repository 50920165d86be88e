package chat.tcrp.server.monitor;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * How a server lets see what it does.
 *
 * @param page where the page with its figures is; port 0 takes a free one; empty for none
 * @param stats how often a line of figures is logged, 1 s or more; empty for never
 */
public record MonitoringConfig(Optional<InetSocketAddress> page, Optional<Duration> stats) {
  /** Not at all. */
  public static final MonitoringConfig NONE =
      new MonitoringConfig(Optional.empty(), Optional.empty());

  /**
   * Checks every value.
   *
   * @throws IllegalArgumentException when the interval is too short
   */
  public MonitoringConfig {
    Objects.requireNonNull(page, "page");
    stats.ifPresent(
        interval -> {
          if (interval.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("--stats must be 1s or more");
          }
        });
  }
}
