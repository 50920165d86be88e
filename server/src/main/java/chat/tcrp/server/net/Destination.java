package chat.tcrp.server.net;

import chat.tcrp.server.base.Peer;
import java.net.InetSocketAddress;

/** A peer with its address in the system's form (a sockaddr in words), and ours for it. */
final class Destination extends Peer {
  private final long word0;
  private final long word1;
  private final long word2;
  private final long word3;
  private final PacketInfo.Local local;
  private final PacketInfo.Local source;

  /**
   * Makes a peer.
   *
   * @param local the address of ours that it has asked; null where there is but one
   * @param isChosen whether the system would send from there by itself
   */
  Destination(
      InetSocketAddress address,
      long word0,
      long word1,
      long word2,
      long word3,
      PacketInfo.Local local,
      boolean isChosen) {
    super(address);
    this.word0 = word0;
    this.word1 = word1;
    this.word2 = word2;
    this.word3 = word3;
    this.local = local;
    this.source = isChosen ? null : local;
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

  /** The address of ours that the peer has asked; null where there is but one. */
  PacketInfo.Local local() {
    return local;
  }

  /** From which address of ours to send; null for the one that the system chooses. */
  PacketInfo.Local source() {
    return source;
  }
}
