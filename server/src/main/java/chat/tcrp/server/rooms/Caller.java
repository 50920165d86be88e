package chat.tcrp.server.rooms;

import chat.tcrp.protocol.SealKeys;
import java.net.InetAddress;
import java.util.Objects;
import java.util.Optional;

/**
 * Who makes a request.
 *
 * @param ip the address that it comes from
 * @param keys those of the TLS connection that it came by; empty when it came by a plain one
 */
public record Caller(InetAddress ip, Optional<SealKeys> keys) {
  /** Checks that nothing is missing. */
  public Caller {
    Objects.requireNonNull(ip, "ip");
    Objects.requireNonNull(keys, "keys");
  }

  /** Somebody whose connection is not sealed. */
  public static Caller plain(InetAddress ip) {
    return new Caller(ip, Optional.empty());
  }

  /** Whether nobody else could read the request. */
  boolean isSealed() {
    return keys.isPresent();
  }
}
