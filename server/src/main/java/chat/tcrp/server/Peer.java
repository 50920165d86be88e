package chat.tcrp.server;

import java.net.InetSocketAddress;

/** Where datagrams for one member go, and how sending there fares. Used by one relay loop only. */
final class Peer {
  /**
   * So many failed sends, or so many that the network refused, in a row mean that the peer is gone.
   */
  static final int MAX_FAILURES = 5;

  private final InetSocketAddress address;

  /**
   * The address as the system has it (a sockaddr in words); zero where the I/O has no use for it.
   */
  private final long word0;

  private final long word1;
  private final long word2;
  private final long word3;
  private int failures;
  private int refusals;

  Peer(InetSocketAddress address) {
    this(address, 0, 0, 0, 0);
  }

  Peer(InetSocketAddress address, long word0, long word1, long word2, long word3) {
    this.address = address;
    this.word0 = word0;
    this.word1 = word1;
    this.word2 = word2;
    this.word3 = word3;
  }

  InetSocketAddress address() {
    return address;
  }

  long word0() {
    return word0;
  }

  long word1() {
    return word1;
  }

  long word2() {
    return word2;
  }

  long word3() {
    return word3;
  }

  /** A datagram could not be sent there. */
  void sendFailed() {
    failures++;
  }

  void sendSucceeded() {
    if (failures != 0) {
      failures = 0;
    }
  }

  /** The network has sent datagrams back: nobody listens there, or there is no way. */
  void refused(int datagrams) {
    refusals += datagrams;
  }

  /** Something came from there. */
  void heard() {
    refusals = 0;
  }

  boolean unreachable() {
    return failures >= MAX_FAILURES || refusals >= MAX_FAILURES;
  }
}
