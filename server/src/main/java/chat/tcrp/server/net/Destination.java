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

  /**
   * Makes a peer.
   *
   * @param local null where the system chooses
   */
  Destination(
      InetSocketAddress address,
      long word0,
      long word1,
      long word2,
      long word3,
      PacketInfo.Local local) {
    super(address);
    this.word0 = word0;
    this.word1 = word1;
    this.word2 = word2;
    this.word3 = word3;
    this.local = local;
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

  /** The address of ours from which datagrams go there; null where the system chooses. */
  PacketInfo.Local local() {
    return local;
  }
}
