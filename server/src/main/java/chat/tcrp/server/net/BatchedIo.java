package chat.tcrp.server.net;

import chat.tcrp.protocol.SealedDatagram;
import chat.tcrp.server.base.Peer;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** UDP by Linux's batched system calls, many datagrams a call. */
public final class BatchedIo implements DatagramIo {
  private final Arena arena = Arena.ofShared();
  private final RelayMemory memory = new RelayMemory(arena);
  private final UdpSocket socket;
  private final Epoll epoll;
  private final ErrorQueue errors;
  private final SourceChoice choice;
  private final ReceiveBatch in;
  private final SendBatch out;
  private boolean closed;

  private BatchedIo(
      InetSocketAddress address,
      boolean shared,
      Optional<MemorySegment> steering,
      int wantedBuffers,
      Function<Arena, Libc> system)
      throws IOException {
    Libc libc = system.apply(arena);
    try {
      socket = new UdpSocket(arena, libc, address, shared, steering, wantedBuffers);
    } catch (IOException | RuntimeException e) {
      arena.close();
      throw e;
    }
    try {
      choice = new SourceChoice(arena, libc, socket.names());
    } catch (IOException | RuntimeException e) {
      socket.close();
      arena.close();
      throw e;
    }
    try {
      epoll = new Epoll(arena, libc, socket.fd());
    } catch (IOException | RuntimeException e) {
      choice.close();
      socket.close();
      arena.close();
      throw e;
    }
    MemorySegment places = ReceiveBatch.places(arena);
    errors =
        new ErrorQueue(
            arena,
            libc,
            socket.fd(),
            ReceiveBatch.place(places, RelayMemory.SLOTS),
            socket.names().size());
    in = new ReceiveBatch(arena, libc, socket, memory, places, choice, errors);
    out = new SendBatch(arena, libc, socket, memory, errors);
  }

  /**
   * Opens a socket.
   *
   * @param shared whether other sockets of this process may be bound to the same port
   * @param steering the program that chooses among those sockets, see {@link Steering}; given with
   *     the last of them
   */
  static BatchedIo bind(InetSocketAddress address, boolean shared, Optional<MemorySegment> steering)
      throws IOException {
    return new BatchedIo(address, shared, steering, SocketBuffers.WANTED, Libc::new);
  }

  /**
   * Opens a socket that nobody shares, for tests: with other queues, or a system that fails at
   * will.
   *
   * @param wantedBuffers what is asked for each of the queues, in bytes
   * @param system the system calls of the loop's thread
   */
  static BatchedIo bind(InetSocketAddress address, int wantedBuffers, Function<Arena, Libc> system)
      throws IOException {
    return new BatchedIo(address, false, Optional.empty(), wantedBuffers, system);
  }

  @Override
  public InetSocketAddress localAddress() {
    return socket.localAddress();
  }

  @Override
  public SocketBuffers buffers() {
    return socket.buffers();
  }

  @Override
  public long dropped() {
    return socket.dropped();
  }

  @Override
  public SendCounts sends() {
    return out.counts();
  }

  @Override
  public void await(long timeoutNanos) throws IOException {
    if (epoll.await((int) Math.max(1, TimeUnit.NANOSECONDS.toMillis(timeoutNanos)))) {
      // A call that had already sent something does not say that a datagram was sent back.
      errors.notice();
    }
  }

  @Override
  public void rest(long timeoutNanos) throws IOException {
    if (epoll.rest(timeoutNanos)) {
      errors.notice();
    }
  }

  @Override
  public synchronized void wakeup() {
    if (!closed) {
      epoll.wakeup();
    }
  }

  @Override
  public int receive() throws IOException {
    return in.receive();
  }

  @Override
  public int place(ByteBuffer datagram, InetSocketAddress source, Optional<InetAddress> local) {
    return in.place(datagram, source, local);
  }

  @Override
  public int size(int slot) {
    return in.size(slot);
  }

  @Override
  public boolean isFrom(int slot, Peer peer) {
    return in.isFrom(slot, (Destination) peer);
  }

  @Override
  public boolean isToSenderOf(int slot, Peer peer) {
    return in.isTo(slot, ((Destination) peer).local());
  }

  @Override
  public InetSocketAddress source(int slot) {
    return in.source(slot);
  }

  @Override
  public Optional<InetAddress> local(int slot) {
    return in.local(slot);
  }

  @Override
  public Peer peer(int slot) {
    return in.destination(slot);
  }

  @Override
  public int sourceHash(int slot) {
    return in.sourceHash(slot);
  }

  @Override
  public int takeRefusal() {
    return errors.take() ? RelayMemory.SLOTS : -1;
  }

  @Override
  public boolean isPortClosed() {
    return errors.isPortClosed();
  }

  @Override
  public RelayMemory relayMemory() {
    return memory;
  }

  @Override
  public void send(Peer to, int offset, int size) {
    if (to.sealer() == null) {
      out.add((Destination) to, offset, size);
    } else {
      sendSealed(to, offset, size);
    }
  }

  private void sendSealed(Peer to, int offset, int size) {
    if (!memory.canSeal(size)) {
      out.send();
      memory.clearSealed();
    }
    int at = memory.seal(to.sealer(), offset, size);
    out.add((Destination) to, at, size + SealedDatagram.OVERHEAD);
  }

  /** The error queue tells of every datagram. */
  @Override
  public void probe(Peer to, int offset, int size) {
    send(to, offset, size);
  }

  @Override
  public void flush() {
    out.send();
    memory.clearStage();
  }

  @Override
  public synchronized void close() throws IOException {
    if (!closed) {
      closed = true;
      int failures = socket.close() + choice.close() + epoll.close();
      arena.close();
      if (failures < 0) {
        throw new IOException("closing a socket failed");
      }
    }
  }
}
