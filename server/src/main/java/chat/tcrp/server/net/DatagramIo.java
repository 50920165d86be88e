package chat.tcrp.server.net;

import chat.tcrp.server.base.Outbox;
import chat.tcrp.server.base.Peer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A relay loop's UDP socket: receives into the numbered slots of a {@link RelayMemory}, sends from
 * anywhere in it. Everything but {@link #wakeup} belongs to one thread.
 */
public interface DatagramIo extends Outbox, AutoCloseable {
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

  /** What became of what was sent. */
  SendCounts sends();

  /** Waits until a datagram is there, {@link #wakeup} is called or the time is over. */
  void await(long timeoutNanos) throws IOException;

  /**
   * Waits until {@link #wakeup} is called or the time is over, so that datagrams are taken together
   * which come meanwhile. Where that takes more than it spares, a datagram ends it, too.
   */
  default void rest(long timeoutNanos) throws IOException {
    await(timeoutNanos);
  }

  /** Ends the present or the next {@link #await} or {@link #rest}; from any thread. */
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
   * @param local the address of ours that it came to; empty when that is not known
   * @return the slot
   */
  int place(ByteBuffer datagram, InetSocketAddress source, Optional<InetAddress> local);

  /** The size of the datagram in a slot; one byte more than allowed when it was larger. */
  int size(int slot);

  /** Whether the datagram in a slot came from this very address and port. */
  boolean isFrom(int slot, Peer peer);

  /**
   * Whether the datagram in a slot came to the address of ours from which datagrams to this peer
   * are sent; always when there is but one.
   */
  boolean isToSenderOf(int slot, Peer peer);

  /** Who sent the datagram in a slot, as an address. */
  InetSocketAddress source(int slot);

  /** The address of ours that the datagram in a slot came to; empty when that is not known. */
  Optional<InetAddress> local(int slot);

  /** Who sent the datagram in a slot, to send to, from the address that it came to. */
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

  /**
   * Whether the datagram that {@link #takeRefusal} took last was sent back because nobody listens
   * at its port: the program there has ended.
   */
  boolean isPortClosed();

  @Override
  void close() throws IOException;
}
