package chat.tcrp.server.handshake;

import java.net.InetAddress;

/** Who may make requests by a connection that is not sealed. */
public enum PlainPolicy {
  /** Everybody. */
  ALLOW,
  /** Programs on this machine. */
  LOCAL,
  /** Nobody. */
  REFUSE;

  boolean admits(InetAddress from) {
    return switch (this) {
      case ALLOW -> true;
      case LOCAL -> from.isLoopbackAddress();
      case REFUSE -> false;
    };
  }
}
