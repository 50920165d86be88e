package chat.tcrp.server.net;

import chat.tcrp.protocol.SealedDatagram;
import chat.tcrp.server.base.Addresses;
import chat.tcrp.server.base.Peer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.net.BindException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.PortUnreachableException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/**
 * UDP by plain {@link DatagramChannel}s: one system call a datagram, on every platform.
 *
 * <p>A channel does not tell to which address of ours a datagram came. So where all addresses are
 * meant, each that the machine has at the start has a channel of its own, through which its peers
 * are answered; the last channel takes what comes to any other address, and answers from the one
 * that the system chooses. And an unconnected channel hears nothing of what becomes of its
 * datagrams, so a {@link #probe} has a connected one for a moment.
 */
final class ChannelIo implements DatagramIo {
  /**
   * How long a full send buffer is waited for before a datagram is given up: fresh news beats old
   * news.
   */
  private static final long SEND_PATIENCE_MILLIS = 20;

  /** A machine may have very many addresses; those beyond share the last channel. */
  private static final int MAX_ADDRESSES = 32;

  /** How often another free port is tried when somebody has taken the one that was found. */
  private static final int FREE_PORT_TRIES = 20;

  /** More probes at once than this are sent without hearing what becomes of them. */
  private static final int MAX_PROBES = 64;

  /** The network says within a moment that a port is closed, or never. */
  private static final long PROBE_NANOS = Duration.ofMillis(500).toNanos();

  /** Whether several sockets may share a port here, as all that goes beyond one channel must. */
  private static final boolean SHARES = sharesPorts();

  /** A peer, and the channel through which it is answered. */
  private static final class Way extends Peer {
    private final DatagramChannel channel;

    Way(InetSocketAddress address, DatagramChannel channel) {
      super(address);
      this.channel = channel;
    }
  }

  /** A channel that is connected to a peer. */
  private record Probe(Way to, long end) {}

  private final List<DatagramChannel> channels;
  private final boolean first;
  private final InetSocketAddress localAddress;
  private final SocketBuffers buffers;
  private final Selector selector = Selector.open();
  private final Arena arena = Arena.ofShared();
  private final RelayMemory memory = new RelayMemory(arena);
  private final ByteBuffer in = memory.buffer().duplicate();
  private final ByteBuffer out = memory.buffer().duplicate();
  private final int[] sizes = new int[RelayMemory.SLOTS + 1];
  private final InetSocketAddress[] sources = new InetSocketAddress[RelayMemory.SLOTS + 1];

  /** The channel through which the sender of what is in a slot is answered. */
  private final DatagramChannel[] ways = new DatagramChannel[RelayMemory.SLOTS + 1];

  /** Where something may wait to be received. */
  private final Queue<SelectionKey> ready = new ArrayDeque<>();

  private final Queue<SelectionKey> probes = new ArrayDeque<>();
  private final Queue<InetSocketAddress> refusals = new ArrayDeque<>();
  private final SendCounts sends = new SendCounts();

  private ChannelIo(List<DatagramChannel> channels, boolean first) throws IOException {
    this.channels = channels;
    this.first = first;
    for (DatagramChannel channel : channels) {
      channel.register(selector, SelectionKey.OP_READ);
    }
    DatagramChannel last = channels.getLast();
    this.localAddress = (InetSocketAddress) last.getLocalAddress();
    this.buffers =
        new SocketBuffers(
            last.getOption(StandardSocketOptions.SO_RCVBUF),
            last.getOption(StandardSocketOptions.SO_SNDBUF));
  }

  /**
   * Opens a socket.
   *
   * @param first whether it is the first of this process at the port, or shares it with the first;
   *     that one tells what was dropped at all of them, since the system's table does not say which
   *     is which
   */
  static ChannelIo bind(InetSocketAddress address, boolean first) throws IOException {
    InetAddress ip = address.getAddress();
    return bind(address, first, SHARES && ip.isAnyLocalAddress() ? addresses(ip) : List.of());
  }

  /**
   * Opens a socket, for tests with their own idea of the machine.
   *
   * @param addresses those of the machine that have a channel of their own
   */
  static ChannelIo bind(InetSocketAddress address, boolean first, List<InetAddress> addresses)
      throws IOException {
    for (int tries = 1; ; tries++) {
      // The port must be nobody else's, although channels of this process will share it.
      InetSocketAddress free = first && SHARES ? free(address) : address;
      List<DatagramChannel> channels = new ArrayList<>();
      try {
        for (InetAddress each : addresses) {
          channels.add(open(new InetSocketAddress(each, free.getPort())));
        }
        channels.add(open(free));
        return new ChannelIo(channels, first);
      } catch (IOException | RuntimeException e) {
        for (DatagramChannel channel : channels) {
          channel.close();
        }
        if (!(e instanceof BindException) || address.getPort() != 0 || tries == FREE_PORT_TRIES) {
          throw e;
        }
      }
    }
  }

  private static boolean sharesPorts() {
    try (DatagramChannel any = DatagramChannel.open()) {
      return any.supportedOptions().contains(StandardSocketOptions.SO_REUSEPORT);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InetSocketAddress free(InetSocketAddress address) throws IOException {
    try (DatagramChannel alone =
        DatagramChannel.open(Addresses.family(address.getAddress())).bind(address)) {
      int port = ((InetSocketAddress) alone.getLocalAddress()).getPort();
      return new InetSocketAddress(address.getAddress(), port);
    }
  }

  /** The machine's addresses that one which stands for all of them means. */
  private static List<InetAddress> addresses(InetAddress all) throws IOException {
    return NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .filter(each -> all instanceof Inet6Address || each instanceof Inet4Address)
        .distinct()
        .limit(MAX_ADDRESSES)
        .toList();
  }

  private static DatagramChannel open(InetSocketAddress address) throws IOException {
    DatagramChannel channel = DatagramChannel.open(Addresses.family(address.getAddress()));
    try {
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.SO_RCVBUF, SocketBuffers.WANTED);
      channel.setOption(StandardSocketOptions.SO_SNDBUF, SocketBuffers.WANTED);
      if (SHARES) {
        channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
      }
      return channel.bind(address);
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
  public SendCounts sends() {
    return sends;
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
    endProbes();
    selector.select(Math.max(1, TimeUnit.NANOSECONDS.toMillis(timeoutNanos)));
    takeReady();
  }

  private void takeReady() {
    ready.addAll(selector.selectedKeys());
    selector.selectedKeys().clear();
  }

  @Override
  public void wakeup() {
    selector.wakeup();
  }

  @Override
  public int receive() throws IOException {
    if (ready.isEmpty()) {
      selector.selectNow();
      takeReady();
    }
    int n = 0;
    while (n < RelayMemory.SLOTS && !ready.isEmpty()) {
      if (receive(ready.element(), n)) {
        n++;
      } else {
        ready.remove();
      }
    }
    return n;
  }

  /** Takes a datagram into a slot; false when none waits at this channel. */
  private boolean receive(SelectionKey key, int slot) throws IOException {
    DatagramChannel channel = (DatagramChannel) key.channel();
    int offset = RelayMemory.slotAt(slot);
    in.limit(offset + RelayMemory.DATAGRAM_BYTES).position(offset);
    InetSocketAddress source = null;
    if (!(key.attachment() instanceof Probe probe)) {
      source = (InetSocketAddress) channel.receive(in);
      ways[slot] = channel;
    } else if (channel.isOpen()) {
      try {
        source = (InetSocketAddress) channel.receive(in);
        ways[slot] = probe.to().channel;
      } catch (PortUnreachableException e) {
        refusals.add(probe.to().address());
      }
    }
    sources[slot] = source;
    sizes[slot] = in.position() - offset;
    return source != null;
  }

  @Override
  public int place(ByteBuffer datagram, InetSocketAddress source, Optional<InetAddress> local) {
    int slot = RelayMemory.SLOTS;
    memory.buffer().put(RelayMemory.slotAt(slot), datagram, 0, datagram.capacity());
    sizes[slot] = datagram.capacity();
    sources[slot] = source;
    ways[slot] =
        channels.stream()
            .filter(channel -> local.equals(address(channel)))
            .findFirst()
            .orElse(channels.getLast());
    return slot;
  }

  /** The address of ours that a channel is bound to; empty when it is for several. */
  private static Optional<InetAddress> address(DatagramChannel channel) {
    return Optional.of(channel.socket().getLocalAddress()).filter(a -> !a.isAnyLocalAddress());
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
  public boolean isToSenderOf(int slot, Peer peer) {
    return ways[slot].equals(((Way) peer).channel);
  }

  @Override
  public InetSocketAddress source(int slot) {
    return sources[slot];
  }

  @Override
  public Optional<InetAddress> local(int slot) {
    return address(ways[slot]);
  }

  @Override
  public Peer peer(int slot) {
    return new Way(sources[slot], ways[slot]);
  }

  @Override
  public int sourceHash(int slot) {
    return sources[slot].hashCode();
  }

  /** Of the datagrams of a {@link #probe} alone; an unconnected channel hears nothing. */
  @Override
  public int takeRefusal() {
    if (refusals.isEmpty()) {
      return -1;
    }
    sources[RelayMemory.SLOTS] = refusals.remove();
    return RelayMemory.SLOTS;
  }

  @Override
  public boolean isPortClosed() {
    return true;
  }

  @Override
  public RelayMemory relayMemory() {
    return memory;
  }

  @Override
  public void send(Peer to, int offset, int size) {
    DatagramChannel channel = ((Way) to).channel;
    setOut(to, offset, size);
    try {
      if (channel.send(out, to.address()) > 0 || sendWhenWritable(channel, to)) {
        to.sendSucceeded();
        sends.addSent(1);
      } else {
        sends.addGivenUp(1);
      }
    } catch (IOException e) {
      // The only news a datagram socket has of a peer: no route, refused by a filter, address gone.
      to.sendFailed();
      sends.addFailed();
    }
  }

  /** Makes {@link #out} what goes to a peer: what lies in the memory, or that sealed. */
  private void setOut(Peer to, int offset, int size) {
    if (to.sealer() == null) {
      out.limit(offset + size).position(offset);
    } else {
      // What was sealed before has been sent.
      memory.clearSealed();
      int at = memory.seal(to.sealer(), offset, size);
      out.limit(at + size + SealedDatagram.OVERHEAD).position(at);
    }
  }

  /**
   * Waits a little for a full send buffer; a datagram that then still does not fit is lost, as
   * datagrams may be.
   */
  private boolean sendWhenWritable(DatagramChannel channel, Peer to) throws IOException {
    SelectionKey key = channel.keyFor(selector);
    key.interestOps(SelectionKey.OP_WRITE);
    try {
      selector.select(SEND_PATIENCE_MILLIS);
      selector.selectedKeys().clear();
      return channel.send(out, to.address()) > 0;
    } finally {
      key.interestOps(SelectionKey.OP_READ);
    }
  }

  /**
   * Sends from the port that the peer knows, by a channel that is connected to it. What the peer
   * sends meanwhile comes in there, and is received like anything else.
   */
  @Override
  public void probe(Peer to, int offset, int size) {
    if (!SHARES || probes.size() >= MAX_PROBES) {
      send(to, offset, size);
      return;
    }
    Way way = (Way) to;
    try {
      DatagramChannel connected =
          open((InetSocketAddress) way.channel.getLocalAddress()).connect(to.address());
      Probe probe = new Probe(way, System.nanoTime() + PROBE_NANOS);
      probes.add(connected.register(selector, SelectionKey.OP_READ, probe));
      setOut(to, offset, size);
      connected.write(out);
      sends.addSent(1);
    } catch (IOException e) {
      to.sendFailed();
      sends.addFailed();
    }
  }

  private void endProbes() throws IOException {
    while (!probes.isEmpty()
        && System.nanoTime() - ((Probe) probes.element().attachment()).end() > 0) {
      probes.remove().channel().close();
    }
  }

  @Override
  public void flush() {
    memory.clearStage();
  }

  @Override
  public void close() throws IOException {
    try (arena;
        selector) {
      for (SelectionKey key : selector.keys()) {
        key.channel().close();
      }
    }
  }
}
