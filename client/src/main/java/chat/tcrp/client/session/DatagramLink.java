package chat.tcrp.client.session;

import chat.tcrp.protocol.ClientDatagram;
import chat.tcrp.protocol.ProtocolException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The way of one admission's datagrams: a socket of its own, so that nothing which was meant for an
 * earlier one is taken for an answer, and the keys that seal them.
 */
final class DatagramLink implements AutoCloseable {
  private static final int RECEIVE_BUFFER = 1 << 20;

  /** How often a datagram for which the system has no room is tried again, a millisecond apart. */
  private static final int SEND_TRIES = 100;

  private final DatagramChannel channel;
  private final DatagramSeal seal;
  private final ByteBuffer in = ByteBuffer.allocate(DatagramSeal.MAX_BYTES + 1);

  private DatagramLink(DatagramChannel channel, DatagramSeal seal) {
    this.channel = channel;
    this.seal = seal;
  }

  /**
   * Opens a link to the server that has admitted us.
   *
   * @param selector ends its wait when something arrives
   */
  static DatagramLink open(TcrpClient.Admission to, Selector selector) throws IOException {
    DatagramChannel channel = DatagramChannel.open();
    try {
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER);
      channel.connect(new InetSocketAddress(to.address(), to.server().udpPort()));
      channel.register(selector, SelectionKey.OP_READ);
      return new DatagramLink(channel, new DatagramSeal(to.keys()));
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /**
   * Takes what the server has sent next, without waiting; what is not from it is passed over.
   *
   * @return empty when nothing is there
   * @throws java.net.PortUnreachableException when nobody listens at the server's port
   * @throws IOException when the network is away
   */
  Optional<byte[]> receive() throws IOException {
    while (channel.read(in.clear()) > 0) {
      byte[] bytes = new byte[in.flip().remaining()];
      in.get(bytes);
      Optional<byte[]> opened = seal.open(bytes);
      if (opened.isPresent()) {
        return opened;
      }
    }
    return Optional.empty();
  }

  /**
   * Sends a datagram, and waits for a moment while the system has no room for it.
   *
   * @throws ProtocolException when it is too long
   * @throws IOException when the network is away
   */
  void send(ClientDatagram datagram) throws ProtocolException, IOException {
    ByteBuffer bytes = ByteBuffer.wrap(seal.seal(datagram));
    for (int i = 0; channel.write(bytes) == 0 && i < SEND_TRIES; i++) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
