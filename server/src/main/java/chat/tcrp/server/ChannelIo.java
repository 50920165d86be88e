package chat.tcrp.server;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.TimeUnit;

/** UDP by a plain {@link DatagramChannel}: one system call a datagram, on every platform. */
final class ChannelIo implements DatagramIo {
  /**
   * How long a full send buffer is waited for before a datagram is given up: fresh news beats old
   * news.
   */
  private static final long SEND_PATIENCE_MILLIS = 20;

  private final DatagramChannel channel;
  private final Selector selector;
  private final SelectionKey key;
  private final SocketBuffers buffers;
  private final boolean first;
  private final InetSocketAddress localAddress;
  private final Arena arena = Arena.ofShared();
  private final RelayMemory memory = new RelayMemory(arena);
  private final ByteBuffer in = memory.buffer().duplicate();
  private final ByteBuffer out = memory.buffer().duplicate();
  private final int[] sizes = new int[RelayMemory.SLOTS + 1];
  private final InetSocketAddress[] sources = new InetSocketAddress[RelayMemory.SLOTS + 1];

  private ChannelIo(DatagramChannel channel, Selector selector, boolean first) throws IOException {
    this.first = first;
    this.channel = channel;
    this.selector = selector;
    this.key = channel.register(selector, SelectionKey.OP_READ);
    this.localAddress = (InetSocketAddress) channel.getLocalAddress();
    this.buffers =
        new SocketBuffers(
            channel.getOption(StandardSocketOptions.SO_RCVBUF),
            channel.getOption(StandardSocketOptions.SO_SNDBUF));
  }

  /**
   * Opens a socket.
   *
   * @param shared whether other sockets of this process may be bound to the same port
   * @param first whether it is the first of those: that one tells what was dropped at all of them,
   *     since the system's table does not say which is which
   */
  static ChannelIo bind(InetSocketAddress address, boolean shared, boolean first)
      throws IOException {
    DatagramChannel channel = DatagramChannel.open(Addresses.family(address.getAddress()));
    try {
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.SO_RCVBUF, SocketBuffers.WANTED);
      channel.setOption(StandardSocketOptions.SO_SNDBUF, SocketBuffers.WANTED);
      if (shared) {
        channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
      }
      channel.bind(address);
      return new ChannelIo(channel, Selector.open(), first);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  @Override
  public InetSocketAddress localAddress() {
    return localAddress;
  }

  @Override
  public SocketBuffers buffers() {
    return buffers;
  }

  @Override
  public long dropped() {
    return first ? KernelDrops.of(localAddress().getPort()) : 0;
  }

  @Override
  public void await(long timeoutNanos) throws IOException {
    selector.select(Math.max(1, TimeUnit.NANOSECONDS.toMillis(timeoutNanos)));
    selector.selectedKeys().clear();
  }

  @Override
  public void wakeup() {
    selector.wakeup();
  }

  @Override
  public int receive() throws IOException {
    int n = 0;
    while (n < RelayMemory.SLOTS) {
      int offset = RelayMemory.slotAt(n);
      in.limit(offset + RelayMemory.DATAGRAM_BYTES).position(offset);
      InetSocketAddress source = (InetSocketAddress) channel.receive(in);
      if (source == null) {
        break;
      }
      sources[n] = source;
      sizes[n] = in.position() - offset;
      n++;
    }
    return n;
  }

  @Override
  public int place(ByteBuffer datagram, InetSocketAddress source) {
    int slot = RelayMemory.SLOTS;
    memory.buffer().put(RelayMemory.slotAt(slot), datagram, 0, datagram.capacity());
    sizes[slot] = datagram.capacity();
    sources[slot] = source;
    return slot;
  }

  @Override
  public int size(int slot) {
    return sizes[slot];
  }

  @Override
  public boolean isFrom(int slot, Peer peer) {
    return sources[slot].equals(peer.address());
  }

  @Override
  public InetSocketAddress source(int slot) {
    return sources[slot];
  }

  @Override
  public Peer peer(int slot) {
    return new Peer(sources[slot]);
  }

  @Override
  public int sourceHash(int slot) {
    return sources[slot].hashCode();
  }

  /** An unconnected channel hears nothing of what becomes of its datagrams. */
  @Override
  public int takeRefusal() {
    return -1;
  }

  @Override
  public RelayMemory relayMemory() {
    return memory;
  }

  @Override
  public void send(Peer to, int offset, int size) {
    out.limit(offset + size).position(offset);
    try {
      if (channel.send(out, to.address()) > 0 || sendWhenWritable(to)) {
        to.sendSucceeded();
      }
    } catch (IOException e) {
      // The only news a datagram socket has of a peer: no route, refused by a filter, address gone.
      to.sendFailed();
    }
  }

  /**
   * Waits a little for a full send buffer; a datagram that then still does not fit is lost, as
   * datagrams may be.
   */
  private boolean sendWhenWritable(Peer to) throws IOException {
    key.interestOps(SelectionKey.OP_WRITE);
    try {
      selector.select(SEND_PATIENCE_MILLIS);
      selector.selectedKeys().clear();
      return channel.send(out, to.address()) > 0;
    } finally {
      key.interestOps(SelectionKey.OP_READ);
    }
  }

  @Override
  public void flush() {
    memory.clearStage();
  }

  @Override
  public void close() throws IOException {
    try (arena;
        channel) {
      selector.close();
    }
  }
}
