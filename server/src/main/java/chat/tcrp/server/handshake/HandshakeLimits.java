package chat.tcrp.server.handshake;

import chat.tcrp.server.base.Checks;
import chat.tcrp.server.base.Networks;
import java.time.Duration;
import java.util.Objects;

/**
 * What handshakes may take, checked before anything starts. An address is an IPv4 address or the
 * /64 network of an IPv6 address.
 *
 * @param timeout the deadline of a whole TCP exchange
 * @param perMinute how many one address may make in a minute
 * @param trusted who may make as many as they like
 */
public record HandshakeLimits(Duration timeout, int perMinute, Networks trusted) {
  /** The defaults of the program: 10 seconds, 600 a minute, but for the machine itself. */
  public static final HandshakeLimits DEFAULTS =
      new HandshakeLimits(Duration.ofSeconds(10), 600, Networks.LOOPBACK);

  /**
   * Checks every value.
   *
   * @throws IllegalArgumentException naming the first that is out of range
   */
  public HandshakeLimits {
    Checks.positive("handshake timeout", timeout);
    Checks.positive("number of handshakes a minute", perMinute);
    Objects.requireNonNull(trusted, "trusted");
  }

  /** The same with another deadline. */
  public HandshakeLimits within(Duration newTimeout) {
    return new HandshakeLimits(newTimeout, perMinute, trusted);
  }
}
