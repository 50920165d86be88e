package chat.tcrp.server;

import java.net.InetSocketAddress;

/**
 * Where datagrams for one member go, and how sending there fares. Used by one relay loop only; its
 * socket makes it, and may know more of it.
 */
class Peer {
  /**
   * So many failed sends, or so many that the network refused, in a row mean that the peer is gone.
   */
  static final int MAX_FAILURES = 5;

  private final InetSocketAddress address;
  private int failures;
  private int refusals;

  Peer(InetSocketAddress address) {
    this.address = address;
  }

  final InetSocketAddress address() {
    return address;
  }

  /** A datagram could not be sent there. */
  final void sendFailed() {
    failures++;
  }

  final void sendSucceeded() {
    if (failures != 0) {
      failures = 0;
    }
  }

  /** The network has sent datagrams back: nobody listens there, or there is no way. */
  final void refused(int datagrams) {
    refusals += datagrams;
  }

  /** Something came from there. */
  final void heard() {
    refusals = 0;
  }

  final boolean unreachable() {
    return failures >= MAX_FAILURES || refusals >= MAX_FAILURES;
  }
}
