package chat.tcrp.server;

import chat.tcrp.protocol.ClientDatagram;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.TimeUnit;

/** UDP by a plain {@link DatagramChannel}: one system call a datagram, on every platform. */
final class ChannelIo implements DatagramIo {
  private static final int SLOTS = 64;

  /** One byte more than allowed, to see that a datagram was too large. */
  private static final int SLOT_BYTES = HEADROOM + ClientDatagram.MAX_BYTES + 1;

  private static final int STAGE_AT = SLOTS * SLOT_BYTES;
  private static final int STAGE_BYTES = 64 << 10;
  private static final int SOCKET_BUFFER = 4 << 20;

  /**
   * How long a full send buffer is waited for before a datagram is given up: fresh news beats old
   * news.
   */
  private static final long SEND_PATIENCE_MILLIS = 20;

  private final DatagramChannel channel;
  private final Selector selector;
  private final SelectionKey key;
  private final ByteBuffer memory = ByteBuffer.allocateDirect(STAGE_AT + STAGE_BYTES);
  private final ByteBuffer in = memory.duplicate();
  private final ByteBuffer out = memory.duplicate();
  private final int[] sizes = new int[SLOTS];
  private final InetSocketAddress[] sources = new InetSocketAddress[SLOTS];
  private int staged = STAGE_AT;

  private ChannelIo(DatagramChannel channel, Selector selector) throws IOException {
    this.channel = channel;
    this.selector = selector;
    this.key = channel.register(selector, SelectionKey.OP_READ);
  }

  static ChannelIo bind(InetSocketAddress address) throws IOException {
    DatagramChannel channel = DatagramChannel.open();
    try {
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER);
      channel.setOption(StandardSocketOptions.SO_SNDBUF, SOCKET_BUFFER);
      channel.bind(address);
      return new ChannelIo(channel, Selector.open());
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  @Override
  public InetSocketAddress localAddress() {
    return (InetSocketAddress) channel.socket().getLocalSocketAddress();
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
    while (n < SLOTS) {
      int offset = offset(n);
      in.limit(offset + ClientDatagram.MAX_BYTES + 1).position(offset);
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
  public int slots() {
    return SLOTS;
  }

  @Override
  public int offset(int slot) {
    return slot * SLOT_BYTES + HEADROOM;
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
  public ByteBuffer memory() {
    return memory;
  }

  @Override
  public int stage(byte[] bytes) {
    if (staged + bytes.length > memory.capacity()) {
      flush();
    }
    int offset = staged;
    memory.put(offset, bytes);
    staged += bytes.length;
    return offset;
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
    staged = STAGE_AT;
  }

  @Override
  public void close() throws IOException {
    try (channel) {
      selector.close();
    }
  }
}
