package chat.tcrp.server.lobby;

import chat.tcrp.server.base.Peer;
import chat.tcrp.server.net.DatagramIo;

/** Someone in the lobby: an address from which something came not long ago. */
final class LobbyMember {
  /**
   * So many datagrams go to an address that has spoken once only; a forged address never speaks
   * twice by itself.
   */
  static final int MAX_UNANSWERED = 32;

  private Peer peer;

  /** The hash of the address, see {@link DatagramIo#sourceHash}. */
  private final int hash;

  private long lastHeard;
  private boolean spokeTwice;
  private int received;

  LobbyMember(Peer peer, int hash, long now) {
    this.peer = peer;
    this.hash = hash;
    this.lastHeard = now;
  }

  Peer peer() {
    return peer;
  }

  /** The same address, reached from another address of ours. */
  void answerTo(Peer newPeer) {
    peer = newPeer;
  }

  int hash() {
    return hash;
  }

  void spokeAgain(long now) {
    lastHeard = now;
    spokeTwice = true;
    peer.heard();
  }

  /** Whether another datagram may go there; counts it if so. */
  boolean mayReceive() {
    return spokeTwice || received++ < MAX_UNANSWERED;
  }

  /** For how long nothing came from there, in nanoseconds. */
  long silence(long now) {
    return now - lastHeard;
  }
}
