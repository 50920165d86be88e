package chat.tcrp.server;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * UDP by Linux's batched system calls: one {@code recvmmsg} for up to {@link RelayMemory#SLOTS}
 * datagrams, one {@code sendmmsg} for up to {@value #MAX_QUEUED}. The structures that these calls
 * want lie ready; for a delivery only the address, the place and the size are written.
 *
 * <pre>
 * mmsghdr, 64 bytes:  name* 0  namelen 8  iov* 16  iovlen 24  control* 32  controllen 40  flags 48  | len 56
 * iovec, 16 bytes:    base* 0  len 8
 * sockaddr_in, 16:    family 0  port 2  address 4
 * sockaddr_in6, 28:   family 0  port 2  flow 4  address 8  scope 24
 * </pre>
 */
final class BatchedIo implements DatagramIo {
  static final int MAX_QUEUED = 1024;

  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfInt UNALIGNED_INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
  private static final ValueLayout.OfShort PORT =
      ValueLayout.JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);

  private static final int HEADER_BYTES = 64;
  private static final int NAME_SIZE_AT = 8;
  private static final int IOV_AT = 16;
  private static final int IOV_COUNT_AT = 24;
  private static final int CONTROL_AT = 32;
  private static final int CONTROL_SIZE_AT = 40;
  private static final int RECEIVED_AT = 56;
  private static final int IOVEC_BYTES = 16;

  /** The place for an address: a sockaddr_in6 has 28 bytes, here in four words. */
  private static final int NAME_BYTES = 32;

  private static final int SOCKADDR_IN_BYTES = 16;
  private static final int SOCKADDR_IN6_BYTES = 28;
  private static final int MAX_EVENTS = 2;
  private static final long LOW_INT = 0xffffffffL;

  /** A cmsghdr of 16 bytes, a sock_extended_err of 16 that begins with the error, an address. */
  private static final int CONTROL_BYTES = 64;

  private static final int CONTROL_ERRNO_AT = 16;

  /** What SO_MEMINFO tells: nine numbers, the last of them the drops. */
  private static final int MEMORY_INFO_BYTES = 36;

  private static final int DROPS_AT = 32;

  /**
   * How long a full send buffer is waited for before datagrams are given up: fresh news beats old
   * news.
   */
  private static final int SEND_PATIENCE_MILLIS = 20;

  private final Arena arena = Arena.ofShared();
  private final RelayMemory memory = new RelayMemory(arena);
  private final Libc libc;
  private final Libc wakeLibc = new Libc(arena);
  private final int family;
  private final int nameBytes;
  private final int fd;
  private final int wakeFd;
  private final MemorySegment wakeValue;
  private final SocketBuffers buffers;
  private final InetSocketAddress localAddress;

  private final MemorySegment in;
  private final MemorySegment inNames;
  private final int[] sizes = new int[RelayMemory.SLOTS + 1];
  private final MemorySegment out;
  private final MemorySegment outNames;
  private final MemorySegment outPieces;
  private final Peer[] outPeers = new Peer[MAX_QUEUED];
  private int queued;

  /** How many headers of {@link #in} the system has written to since they were made ready. */
  private int used = RelayMemory.SLOTS;

  private final int epollFd;
  private final MemorySegment events;
  private final MemorySegment pollFds;
  private final MemorySegment scratch;
  private final MemorySegment errors;
  private final MemorySegment errorControl;
  private final MemorySegment memoryInfo;
  private final MemorySegment memoryInfoSize;
  private boolean refusalsWaiting;
  private boolean closed;

  private BatchedIo(
      InetSocketAddress address,
      boolean shared,
      Optional<MemorySegment> steering,
      int wantedBuffers,
      Function<Arena, Libc> system)
      throws IOException {
    libc = system.apply(arena);
    in = arena.allocate((long) RelayMemory.SLOTS * HEADER_BYTES, LONG.byteSize());
    inNames = arena.allocate((long) (RelayMemory.SLOTS + 1) * NAME_BYTES, LONG.byteSize());
    out = arena.allocate((long) MAX_QUEUED * HEADER_BYTES, LONG.byteSize());
    outNames = arena.allocate((long) MAX_QUEUED * NAME_BYTES, LONG.byteSize());
    outPieces = arena.allocate((long) MAX_QUEUED * IOVEC_BYTES, LONG.byteSize());
    pollFds = arena.allocate(LONG);
    events = arena.allocate((long) MAX_EVENTS * Libc.EPOLL_EVENT_BYTES, LONG.byteSize());
    scratch = arena.allocate(NAME_BYTES, LONG.byteSize());
    errors = arena.allocate(HEADER_BYTES, LONG.byteSize());
    errorControl = arena.allocate(CONTROL_BYTES, LONG.byteSize());
    memoryInfo = arena.allocate(MEMORY_INFO_BYTES, INT.byteSize());
    memoryInfoSize = arena.allocate(INT);
    wakeValue = arena.allocate(LONG);
    wakeValue.set(LONG, 0, 1);
    InetAddress ip = address.getAddress();
    boolean dualStack = ip.isAnyLocalAddress() && ip instanceof Inet6Address;
    int wanted = ip instanceof Inet4Address ? Libc.AF_INET : Libc.AF_INET6;
    int type = Libc.SOCK_DGRAM | Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC;
    int opened = libc.socket(wanted, type, 0);
    if (opened < 0 && libc.errno() == Libc.EAFNOSUPPORT && dualStack) {
      // A machine without IPv6.
      wanted = Libc.AF_INET;
      opened = libc.socket(wanted, type, 0);
    }
    family = wanted;
    nameBytes = family == Libc.AF_INET ? SOCKADDR_IN_BYTES : SOCKADDR_IN6_BYTES;
    try {
      fd = libc.check("socket", opened);
    } catch (IOException e) {
      arena.close();
      throw e;
    }
    try {
      buffers =
          new SocketBuffers(
              resize(Libc.SO_RCVBUF, wantedBuffers), resize(Libc.SO_SNDBUF, wantedBuffers));
      if (family == Libc.AF_INET6) {
        option(Libc.IPPROTO_IPV6, Libc.IPV6_V6ONLY, dualStack ? 0 : 1);
        option(Libc.IPPROTO_IPV6, Libc.IPV6_RECVERR, 1);
      }
      if (family == Libc.AF_INET || dualStack) {
        option(Libc.IPPROTO_IP, Libc.IP_RECVERR, 1);
      }
      if (shared) {
        option(Libc.SOL_SOCKET, Libc.SO_REUSEPORT, 1);
      }
      write(address, scratch);
      libc.check("bind", libc.bind(fd, scratch, nameBytes));
      if (steering.isPresent()) {
        MemorySegment program = steering.get();
        libc.check(
            "steering",
            libc.setsockopt(
                fd,
                Libc.SOL_SOCKET,
                Libc.SO_ATTACH_REUSEPORT_CBPF,
                program,
                (int) program.byteSize()));
      }
      localAddress = readLocalAddress();
      epollFd = libc.check("epoll_create1", libc.epollCreate1(Libc.EPOLL_CLOEXEC));
      wakeFd = libc.check("eventfd", libc.eventfd(0, Libc.EFD_NONBLOCK | Libc.EFD_CLOEXEC));
      watch(fd);
      watch(wakeFd);
    } catch (IOException | RuntimeException e) {
      libc.close(fd);
      arena.close();
      throw e;
    }
    prepare();
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

  /** Writes what never changes into the structures of the system calls. */
  private void prepare() {
    for (int i = 0; i < RelayMemory.SLOTS; i++) {
      MemorySegment piece = arena.allocate(IOVEC_BYTES, LONG.byteSize());
      piece.set(LONG, 0, memory.address() + RelayMemory.slotAt(i));
      piece.set(LONG, LONG.byteSize(), RelayMemory.DATAGRAM_BYTES);
      long header = (long) i * HEADER_BYTES;
      in.set(LONG, header, inNames.address() + (long) i * NAME_BYTES);
      in.set(LONG, header + IOV_AT, piece.address());
      in.set(LONG, header + IOV_COUNT_AT, 1);
    }
    for (int i = 0; i < MAX_QUEUED; i++) {
      long header = (long) i * HEADER_BYTES;
      out.set(LONG, header, outNames.address() + (long) i * NAME_BYTES);
      out.set(INT, header + NAME_SIZE_AT, nameBytes);
      out.set(LONG, header + IOV_AT, outPieces.address() + (long) i * IOVEC_BYTES);
      out.set(LONG, header + IOV_COUNT_AT, 1);
    }
    // Of a datagram that was sent back only the destination and the reason matter.
    errors.set(LONG, 0, name(RelayMemory.SLOTS).address());
    errors.set(LONG, CONTROL_AT, errorControl.address());
    pollFds.set(INT, 0, fd);
    pollFds.set(ValueLayout.JAVA_SHORT, 4, Libc.POLLOUT);
  }

  private void watch(int file) throws IOException {
    events.set(UNALIGNED_INT, 0, Libc.EPOLLIN);
    events.set(UNALIGNED_INT, Libc.EPOLL_FILE_AT, file);
    libc.check("epoll_ctl", libc.epollCtl(epollFd, Libc.EPOLL_CTL_ADD, file, events));
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
    memoryInfoSize.set(INT, 0, MEMORY_INFO_BYTES);
    int result = libc.getsockopt(fd, Libc.SOL_SOCKET, Libc.SO_MEMINFO, memoryInfo, memoryInfoSize);
    return result < 0 ? 0 : memoryInfo.get(INT, DROPS_AT) & LOW_INT;
  }

  @Override
  public void await(long timeoutNanos) throws IOException {
    int millis = (int) Math.max(1, TimeUnit.NANOSECONDS.toMillis(timeoutNanos));
    int ready = libc.epollWait(epollFd, events, MAX_EVENTS, millis);
    if (ready < 0 && libc.errno() != Libc.EINTR) {
      libc.check("epoll_wait", ready);
    }
    for (int i = 0; i < ready; i++) {
      long event = (long) i * Libc.EPOLL_EVENT_BYTES;
      if (events.get(UNALIGNED_INT, event + Libc.EPOLL_FILE_AT) == wakeFd) {
        libc.read(wakeFd, scratch, LONG.byteSize());
      } else {
        // A call that had already sent something does not say that a datagram was sent back.
        refusalsWaiting |= (events.get(UNALIGNED_INT, event) & Libc.EPOLLERR) != 0;
      }
    }
  }

  @Override
  public synchronized void wakeup() {
    if (!closed) {
      wakeLibc.write(wakeFd, wakeValue, LONG.byteSize());
    }
  }

  @Override
  public int receive() throws IOException {
    for (int i = 0; i < used; i++) {
      in.set(INT, (long) i * HEADER_BYTES + NAME_SIZE_AT, nameBytes);
    }
    used = 0;
    int n;
    do {
      n = libc.recvmmsg(fd, in, RelayMemory.SLOTS, Libc.MSG_DONTWAIT);
    } while (n < 0 && isReport(libc.errno()));
    if (n < 0) {
      int errno = libc.errno();
      if (errno != Libc.EAGAIN && errno != Libc.EINTR) {
        libc.check("recvmmsg", n);
      }
      return 0;
    }
    used = n;
    for (int i = 0; i < n; i++) {
      sizes[i] = in.get(INT, (long) i * HEADER_BYTES + RECEIVED_AT);
    }
    return n;
  }

  @Override
  public int place(ByteBuffer datagram, InetSocketAddress source) {
    int slot = RelayMemory.SLOTS;
    memory.buffer().put(RelayMemory.slotAt(slot), datagram, 0, datagram.capacity());
    sizes[slot] = datagram.capacity();
    write(source, name(slot));
    return slot;
  }

  @Override
  public int size(int slot) {
    return sizes[slot];
  }

  @Override
  public boolean isFrom(int slot, Peer peer) {
    long at = (long) slot * NAME_BYTES;
    if (inNames.get(LONG, at) != peer.word0()) {
      return false;
    }
    return family == Libc.AF_INET
        || (inNames.get(LONG, at + 8) == peer.word1()
            && inNames.get(LONG, at + 16) == peer.word2()
            && (inNames.get(LONG, at + 24) & LOW_INT) == peer.word3());
  }

  @Override
  public InetSocketAddress source(int slot) {
    return read(name(slot));
  }

  @Override
  public Peer peer(int slot) {
    long at = (long) slot * NAME_BYTES;
    if (family == Libc.AF_INET) {
      return new Peer(source(slot), inNames.get(LONG, at), 0, 0, 0);
    }
    return new Peer(
        source(slot),
        inNames.get(LONG, at),
        inNames.get(LONG, at + 8),
        inNames.get(LONG, at + 16),
        inNames.get(LONG, at + 24) & LOW_INT);
  }

  @Override
  public int sourceHash(int slot) {
    long at = (long) slot * NAME_BYTES;
    long words = inNames.get(LONG, at);
    if (family == Libc.AF_INET6) {
      words = words * 31 + inNames.get(LONG, at + 8);
      words = words * 31 + inNames.get(LONG, at + 16);
    }
    return Long.hashCode(words * 0x9e3779b97f4a7c15L);
  }

  @Override
  public int takeRefusal() throws IOException {
    while (refusalsWaiting) {
      errors.set(INT, NAME_SIZE_AT, nameBytes);
      errors.set(LONG, CONTROL_SIZE_AT, CONTROL_BYTES);
      int n = libc.recvmmsg(fd, errors, 1, Libc.MSG_ERRQUEUE | Libc.MSG_DONTWAIT);
      if (n > 0) {
        // One that was too large for the way says nothing against the peer: the system now knows.
        if (errorControl.get(INT, CONTROL_ERRNO_AT) != Libc.EMSGSIZE) {
          return RelayMemory.SLOTS;
        }
      } else if (!isReport(libc.errno())) {
        refusalsWaiting = false;
      }
    }
    return -1;
  }

  /**
   * Whether a call failed only to say that some earlier datagram was sent back. Which one is in the
   * error queue; the call itself did nothing, and is to be made again. These are all errors that
   * Linux makes of ICMP messages: anybody can send those, so none of them may end the relay.
   */
  private boolean isReport(int errno) {
    boolean report =
        switch (errno) {
          case Libc.ECONNREFUSED,
              Libc.EHOSTUNREACH,
              Libc.ENETUNREACH,
              Libc.EHOSTDOWN,
              Libc.ENONET,
              Libc.ENOPROTOOPT,
              Libc.EOPNOTSUPP,
              Libc.EPROTO,
              Libc.EACCES,
              Libc.EMSGSIZE ->
              true;
          default -> false;
        };
    refusalsWaiting |= report;
    return report;
  }

  @Override
  public RelayMemory relayMemory() {
    return memory;
  }

  @Override
  public void send(Peer to, int offset, int size) {
    if (queued == MAX_QUEUED) {
      sendQueued();
    }
    long name = (long) queued * NAME_BYTES;
    outNames.set(LONG, name, to.word0());
    outNames.set(LONG, name + 8, to.word1());
    outNames.set(LONG, name + 16, to.word2());
    outNames.set(LONG, name + 24, to.word3());
    long piece = (long) queued * IOVEC_BYTES;
    outPieces.set(LONG, piece, memory.address() + offset);
    outPieces.set(LONG, piece + 8, size);
    outPeers[queued] = to;
    queued++;
  }

  @Override
  public void flush() {
    sendQueued();
    memory.clearStage();
  }

  /**
   * Sends all that is queued. The system stops at the first datagram that fails, and says so only
   * when asked to begin with that one: so each failure is one peer's, and the others are sent all
   * the same.
   */
  private void sendQueued() {
    int done = 0;
    boolean waited = false;
    boolean again = false;
    while (done < queued) {
      MemorySegment rest = out.asSlice((long) done * HEADER_BYTES);
      int sent = libc.sendmmsg(fd, rest, queued - done, Libc.MSG_DONTWAIT);
      if (sent > 0) {
        for (int i = done; i < done + sent; i++) {
          outPeers[i].sendSucceeded();
        }
        done += sent;
        waited = false;
        again = false;
        continue;
      }
      int errno = libc.errno();
      if (isReport(errno) && !again) {
        // Most likely a report of an earlier one; if it is of this very one, the second try says
        // so too.
        again = true;
        continue;
      }
      again = false;
      if (errno == Libc.EINTR) {
        continue;
      }
      if (errno == Libc.EAGAIN) {
        if (waited) {
          // The queue has not moved in all that time: what is left is lost, as datagrams may be.
          break;
        }
        awaitWritable();
        waited = true;
        continue;
      }
      outPeers[done].sendFailed();
      done++;
    }
    queued = 0;
  }

  private void awaitWritable() {
    libc.poll(pollFds, 1, SEND_PATIENCE_MILLIS);
  }

  @Override
  public synchronized void close() throws IOException {
    if (!closed) {
      closed = true;
      int failures = libc.close(fd) + libc.close(wakeFd) + libc.close(epollFd);
      arena.close();
      if (failures < 0) {
        throw new IOException("closing a socket failed");
      }
    }
  }

  private MemorySegment name(int slot) {
    return inNames.asSlice((long) slot * NAME_BYTES, NAME_BYTES);
  }

  /**
   * Asks for a size of a queue, and answers what was given; the system counts its own overhead too,
   * so half of it.
   */
  private int resize(int option, int wanted) throws IOException {
    option(Libc.SOL_SOCKET, option, wanted);
    MemorySegment size = scratch.asSlice(8, 4);
    size.set(INT, 0, 4);
    libc.check("getsockopt", libc.getsockopt(fd, Libc.SOL_SOCKET, option, scratch, size));
    return scratch.get(INT, 0) / 2;
  }

  private void option(int level, int name, int value) throws IOException {
    scratch.set(INT, 0, value);
    libc.check("setsockopt", libc.setsockopt(fd, level, name, scratch, 4));
  }

  private InetSocketAddress readLocalAddress() throws IOException {
    MemorySegment size = arena.allocate(INT);
    size.set(INT, 0, NAME_BYTES);
    libc.check("getsockname", libc.getsockname(fd, scratch, size));
    return read(scratch);
  }

  /** Writes an address as this socket's family has it: IPv4 on an IPv6 socket as ::ffff:a.b.c.d. */
  private void write(InetSocketAddress address, MemorySegment name) {
    name.fill((byte) 0);
    name.set(ValueLayout.JAVA_SHORT, 0, (short) family);
    name.set(PORT, 2, (short) address.getPort());
    InetAddress ip = address.getAddress();
    byte[] bytes = ip.getAddress();
    if (family == Libc.AF_INET) {
      if (!ip.isAnyLocalAddress()) {
        MemorySegment.copy(bytes, 0, name, ValueLayout.JAVA_BYTE, 4, bytes.length);
      }
      return;
    }
    if (ip instanceof Inet6Address six) {
      MemorySegment.copy(bytes, 0, name, ValueLayout.JAVA_BYTE, 8, bytes.length);
      name.set(INT, 24, six.getScopeId());
    } else if (!ip.isAnyLocalAddress()) {
      name.set(ValueLayout.JAVA_SHORT, 18, (short) -1);
      MemorySegment.copy(bytes, 0, name, ValueLayout.JAVA_BYTE, 20, bytes.length);
    }
  }

  /** Reads an address; an IPv4-mapped one is IPv4, as everywhere in the server. */
  private InetSocketAddress read(MemorySegment name) {
    boolean four = family == Libc.AF_INET;
    byte[] bytes = new byte[four ? 4 : 16];
    MemorySegment.copy(name, ValueLayout.JAVA_BYTE, four ? 4 : 8, bytes, 0, bytes.length);
    int port = name.get(PORT, 2) & 0xffff;
    try {
      int scope = four ? 0 : name.get(INT, 24);
      InetAddress ip =
          scope == 0
              ? InetAddress.getByAddress(bytes)
              : Inet6Address.getByAddress(null, bytes, scope);
      return new InetSocketAddress(ip, port);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("4 or 16 bytes are an address", e);
    }
  }
}
