package chat.tcrp.server.rooms;

import chat.tcrp.protocol.SealKeys;
import java.net.InetAddress;
import java.util.Objects;
import java.util.Optional;

/**
 * Who makes a request.
 *
 * @param ip the address that it comes from
 * @param keys those of the TLS connection that it came by; empty when it came by a plain one, or to
 *     another node
 * @param via the node that it came to; empty when that is this one
 */
public record Caller(InetAddress ip, Optional<SealKeys> keys, Optional<Via> via) {
  /**
   * Another node, which asks for somebody. Tokens in the request are then hashes, in hexadecimal:
   * the tokens themselves are that node's affair.
   *
   * @param node which
   * @param sealed whether the connection to it is sealed
   * @param token of the session that it will give to whom is let in
   */
  public record Via(String node, boolean sealed, TokenHash token) {}

  /** Checks that nothing is missing. */
  public Caller {
    Objects.requireNonNull(ip, "ip");
    Objects.requireNonNull(keys, "keys");
    Objects.requireNonNull(via, "via");
  }

  /** Somebody whose connection to this node is sealed if there are keys. */
  public Caller(InetAddress ip, Optional<SealKeys> keys) {
    this(ip, keys, Optional.empty());
  }

  /** Somebody whose connection is not sealed. */
  public static Caller plain(InetAddress ip) {
    return new Caller(ip, Optional.empty());
  }

  /** Whether nobody else could read the request. */
  public boolean isSealed() {
    return keys.isPresent() || via.filter(Via::sealed).isPresent();
  }
}
