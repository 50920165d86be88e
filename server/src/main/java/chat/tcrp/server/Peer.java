package chat.tcrp.server;

import java.net.InetSocketAddress;

/** Where datagrams for one member go, and how sending there fares. Used by one relay loop only. */
final class Peer {
  /** So many failed sends in a row mean that the peer is gone. */
  static final int MAX_FAILURES = 5;

  private final InetSocketAddress address;
  private int failures;

  Peer(InetSocketAddress address) {
    this.address = address;
  }

  InetSocketAddress address() {
    return address;
  }

  void sendFailed() {
    failures++;
  }

  void sendSucceeded() {
    failures = 0;
  }

  boolean unreachable() {
    return failures >= MAX_FAILURES;
  }
}
