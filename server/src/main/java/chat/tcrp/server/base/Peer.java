package chat.tcrp.server.base;

import chat.tcrp.protocol.Sealer;
import java.net.InetSocketAddress;

/**
 * Where datagrams for one member go, and how sending there fares. Used by one relay loop only; its
 * socket makes it, and may know more of it.
 */
public class Peer {
  /**
   * So many failed sends, or so many that the network refused, in a row mean that the peer is gone.
   */
  public static final int MAX_FAILURES = 5;

  private final InetSocketAddress address;
  private Sealer sealer;
  private int failures;
  private int refusals;

  public Peer(InetSocketAddress address) {
    this.address = address;
  }

  public final InetSocketAddress address() {
    return address;
  }

  /** Everything that goes there is sealed from now on; null for nothing. */
  public final void seal(Sealer newSealer) {
    sealer = newSealer;
  }

  /** What seals everything that goes there; null when it goes as it is. */
  public final Sealer sealer() {
    return sealer;
  }

  /** A datagram could not be sent there. */
  public final void sendFailed() {
    failures++;
  }

  public final void sendSucceeded() {
    if (failures != 0) {
      failures = 0;
    }
  }

  /** The network has sent datagrams back: nobody listens there, or there is no way. */
  public final void refused(int datagrams) {
    refusals += datagrams;
  }

  /** Something came from there. */
  public final void heard() {
    refusals = 0;
  }

  public final boolean unreachable() {
    return failures >= MAX_FAILURES || refusals >= MAX_FAILURES;
  }
}
