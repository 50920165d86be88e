package chat.tcrp.server;

import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * A relay loop's UDP socket. A drain takes what is waiting into numbered slots of {@link
 * #memory()}; each slot has {@link #HEADROOM} free bytes before the datagram, so that the sender's
 * name can be put in front of a message without copying it. Everything but {@link #wakeup} belongs
 * to one thread.
 */
interface DatagramIo extends Outbox, AutoCloseable {
  /** Free bytes before a received datagram: more than a name and its mark have. */
  int HEADROOM = 264;

  /** The address and port that the socket is bound to. */
  InetSocketAddress localAddress();

  /** Waits until a datagram is there, {@link #wakeup} is called or the time is over. */
  void await(long timeoutNanos) throws IOException;

  /** Ends the present or the next {@link #await}; from any thread. */
  void wakeup();

  /**
   * Takes waiting datagrams, without waiting for more.
   *
   * @return how many slots are filled, 0 when nothing was waiting
   */
  int receive() throws IOException;

  /** The greatest answer of {@link #receive}; fewer means that nothing more was waiting. */
  int slots();

  /** Where the datagram in a slot begins. */
  int offset(int slot);

  /** The size of the datagram in a slot; one byte more than allowed when it was larger. */
  int size(int slot);

  /** Whether the datagram in a slot came from this very address and port. */
  boolean isFrom(int slot, Peer peer);

  /** Who sent the datagram in a slot. */
  InetSocketAddress source(int slot);

  @Override
  void close() throws IOException;
}
