package chat.tcrp.server.cluster;

import chat.tcrp.server.base.Peer;
import chat.tcrp.server.net.DatagramIo;
import chat.tcrp.server.net.RelayMemory;
import chat.tcrp.server.net.SendCounts;
import chat.tcrp.server.net.SocketBuffers;
import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.function.BiConsumer;

/** A UDP socket in memory. */
final class SimulatedSocket implements DatagramIo {
  /** As a system's receive buffer, it holds so many datagrams. */
  private static final int CAPACITY = 10_000;

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Datagram(InetSocketAddress from, byte[] bytes) {}

  private final RelayMemory memory = new RelayMemory(Arena.ofAuto());
  private final SendCounts sends = new SendCounts();
  private final ArrayDeque<Datagram> waiting = new ArrayDeque<>();
  private final InetSocketAddress[] sources = new InetSocketAddress[RelayMemory.SLOTS];
  private final int[] sizes = new int[RelayMemory.SLOTS];
  private final Runnable wakeup;
  private final BiConsumer<InetSocketAddress, byte[]> network;

  /**
   * Makes one.
   *
   * @param wakeup is told that there is something to do
   * @param network takes what is sent
   */
  SimulatedSocket(Runnable wakeup, BiConsumer<InetSocketAddress, byte[]> network) {
    this.wakeup = wakeup;
    this.network = network;
  }

  /** A datagram arrives. */
  void arrive(InetSocketAddress from, byte[] bytes) {
    if (waiting.size() < CAPACITY) {
      waiting.add(new Datagram(from, bytes));
      wakeup.run();
    }
  }

  @Override
  public int receive() {
    int slot = 0;
    for (; slot < RelayMemory.SLOTS && !waiting.isEmpty(); slot++) {
      Datagram datagram = waiting.remove();
      memory().put(RelayMemory.slotAt(slot), datagram.bytes());
      sources[slot] = datagram.from();
      sizes[slot] = datagram.bytes().length;
    }
    return slot;
  }

  @Override
  public void send(Peer to, int offset, int size) {
    byte[] bytes = new byte[size];
    memory().get(offset, bytes);
    to.sendSucceeded();
    network.accept(to.address(), bytes);
  }

  @Override
  public void probe(Peer to, int offset, int size) {
    send(to, offset, size);
  }

  @Override
  public void flush() {
    memory.clearStage();
  }

  @Override
  public RelayMemory relayMemory() {
    return memory;
  }

  @Override
  public void wakeup() {
    wakeup.run();
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
    return true;
  }

  @Override
  public InetSocketAddress source(int slot) {
    return sources[slot];
  }

  @Override
  public Optional<InetAddress> local(int slot) {
    return Optional.empty();
  }

  @Override
  public Peer peer(int slot) {
    return new Peer(sources[slot]);
  }

  @Override
  public int sourceHash(int slot) {
    return sources[slot].hashCode();
  }

  @Override
  public int takeRefusal() {
    return -1;
  }

  @Override
  public boolean isPortClosed() {
    return false;
  }

  @Override
  public int place(ByteBuffer datagram, InetSocketAddress source, Optional<InetAddress> local) {
    throw new UnsupportedOperationException("there is one loop");
  }

  @Override
  public InetSocketAddress localAddress() {
    return new InetSocketAddress(9002);
  }

  @Override
  public SocketBuffers buffers() {
    return new SocketBuffers(SocketBuffers.WANTED, SocketBuffers.WANTED);
  }

  @Override
  public long dropped() {
    return 0;
  }

  @Override
  public SendCounts sends() {
    return sends;
  }

  @Override
  public void await(long timeoutNanos) {}

  @Override
  public void close() {}
}
