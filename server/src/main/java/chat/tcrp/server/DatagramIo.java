package chat.tcrp.server;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * A relay loop's UDP socket: receives into the numbered slots of a {@link RelayMemory}, sends from
 * anywhere in it. Everything but {@link #wakeup} belongs to one thread.
 */
interface DatagramIo extends Outbox, AutoCloseable {
  /** The memory that this socket receives into and sends from. */
  RelayMemory relayMemory();

  @Override
  default ByteBuffer memory() {
    return relayMemory().buffer();
  }

  @Override
  default int stage(int size) {
    int at = relayMemory().stage(size);
    if (at < 0) {
      flush();
      at = relayMemory().stage(size);
    }
    return at;
  }

  /** The address and port that the socket is bound to. */
  InetSocketAddress localAddress();

  /** What was asked of the system for its queues, and what it gave: for the log. */
  SocketBuffers buffers();

  /**
   * How many datagrams the system has dropped so far because the receive queue was full; 0 where it
   * does not tell.
   */
  long dropped();

  /** Waits until a datagram is there, {@link #wakeup} is called or the time is over. */
  void await(long timeoutNanos) throws IOException;

  /** Ends the present or the next {@link #await}; from any thread. */
  void wakeup();

  /**
   * Takes waiting datagrams, without waiting for more.
   *
   * @return how many slots are filled; fewer than {@link RelayMemory#SLOTS} when nothing more was
   *     waiting
   */
  int receive() throws IOException;

  /**
   * Puts a datagram that another loop received into a slot of its own.
   *
   * @return the slot
   */
  int place(ByteBuffer datagram, InetSocketAddress source);

  /** The size of the datagram in a slot; one byte more than allowed when it was larger. */
  int size(int slot);

  /** Whether the datagram in a slot came from this very address and port. */
  boolean isFrom(int slot, Peer peer);

  /** Who sent the datagram in a slot, as an address. */
  InetSocketAddress source(int slot);

  /** Who sent the datagram in a slot, to send to. */
  Peer peer(int slot);

  /** A number that is the same for datagrams from the same address and port, for hash tables. */
  int sourceHash(int slot);

  /**
   * Takes one of the datagrams that the network has sent back, as far as the system tells: its
   * destination is then the source of a slot.
   *
   * @return the slot, or -1 when there is none
   */
  int takeRefusal() throws IOException;

  @Override
  void close() throws IOException;
}
