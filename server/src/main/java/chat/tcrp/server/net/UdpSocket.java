package chat.tcrp.server.net;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;

/** A UDP socket of Linux, without blocking, that hears of what the network sends back. */
final class UdpSocket {
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;

  /** What SO_MEMINFO tells: nine numbers, the last of them the drops. */
  private static final int MEMORY_INFO_BYTES = 36;

  private static final int DROPS_AT = 32;
  private static final long LOW_INT = 0xffffffffL;

  private final Libc libc;
  private final int fd;
  private final SocketName names;
  private final Optional<PacketInfo> packetInfo;
  private final SocketBuffers buffers;
  private final InetSocketAddress localAddress;
  private final MemorySegment scratch;
  private final MemorySegment size;

  /**
   * Opens a socket.
   *
   * @param address where to bind it; all IPv6 addresses of the machine include those of IPv4
   * @param shared whether other sockets of this process may be bound to the same port
   * @param steering the program that chooses among those sockets, see {@link Steering}; given with
   *     the last of them
   * @param wantedBuffers what is asked for each of the queues, in bytes
   */
  UdpSocket(
      Arena arena,
      Libc libc,
      InetSocketAddress address,
      boolean shared,
      Optional<MemorySegment> steering,
      int wantedBuffers)
      throws IOException {
    this.libc = libc;
    scratch = arena.allocate(MEMORY_INFO_BYTES, Long.BYTES);
    size = arena.allocate(INT);
    InetAddress ip = address.getAddress();
    boolean all = ip.isAnyLocalAddress();
    boolean dualStack = all && ip instanceof Inet6Address;
    int family = ip instanceof Inet4Address ? Libc.AF_INET : Libc.AF_INET6;
    int type = Libc.SOCK_DGRAM | Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC;
    int opened = libc.socket(family, type, 0);
    if (opened < 0 && libc.errno() == Libc.EAFNOSUPPORT && dualStack) {
      // A machine without IPv6.
      family = Libc.AF_INET;
      opened = libc.socket(family, type, 0);
    }
    fd = libc.check("socket", opened);
    names = new SocketName(family);
    packetInfo = all ? Optional.of(new PacketInfo(family)) : Optional.empty();
    try {
      buffers =
          new SocketBuffers(
              resize(Libc.SO_RCVBUF, wantedBuffers), resize(Libc.SO_SNDBUF, wantedBuffers));
      if (!names.isFour()) {
        option(Libc.IPPROTO_IPV6, Libc.IPV6_V6ONLY, dualStack ? 0 : 1);
        option(Libc.IPPROTO_IPV6, Libc.IPV6_RECVERR, 1);
        option(Libc.IPPROTO_IPV6, Libc.IPV6_RECVPKTINFO, all ? 1 : 0);
      }
      if (names.isFour() || dualStack) {
        option(Libc.IPPROTO_IP, Libc.IP_RECVERR, 1);
      }
      if (names.isFour()) {
        option(Libc.IPPROTO_IP, Libc.IP_PKTINFO, all ? 1 : 0);
      }
      if (shared) {
        option(Libc.SOL_SOCKET, Libc.SO_REUSEPORT, 1);
      }
      MemorySegment name = arena.allocate(SocketName.PLACE_BYTES, Long.BYTES);
      names.write(address, name);
      libc.check("bind", libc.bind(fd, name, names.size()));
      if (steering.isPresent()) {
        steer(steering.get());
      }
      size.set(INT, 0, SocketName.PLACE_BYTES);
      libc.check("getsockname", libc.getsockname(fd, name, size));
      localAddress = names.read(name);
    } catch (IOException | RuntimeException e) {
      libc.close(fd);
      throw e;
    }
  }

  private void steer(MemorySegment program) throws IOException {
    libc.check(
        "steering",
        libc.setsockopt(
            fd, Libc.SOL_SOCKET, Libc.SO_ATTACH_REUSEPORT_CBPF, program, (int) program.byteSize()));
  }

  /**
   * Asks for a size of a queue, and answers what was given; the system counts its own overhead too,
   * so half of it.
   */
  private int resize(int option, int wanted) throws IOException {
    option(Libc.SOL_SOCKET, option, wanted);
    size.set(INT, 0, (int) INT.byteSize());
    libc.check("getsockopt", libc.getsockopt(fd, Libc.SOL_SOCKET, option, scratch, size));
    return scratch.get(INT, 0) / 2;
  }

  private void option(int level, int name, int value) throws IOException {
    scratch.set(INT, 0, value);
    libc.check("setsockopt", libc.setsockopt(fd, level, name, scratch, (int) INT.byteSize()));
  }

  int fd() {
    return fd;
  }

  /** The form in which the system gives and takes addresses at this socket. */
  SocketName names() {
    return names;
  }

  /**
   * The form of what the system tells beside each datagram; empty when there is but one address.
   */
  Optional<PacketInfo> packetInfo() {
    return packetInfo;
  }

  InetSocketAddress localAddress() {
    return localAddress;
  }

  SocketBuffers buffers() {
    return buffers;
  }

  /** How many datagrams the system has dropped because the queue was full. */
  long dropped() {
    size.set(INT, 0, MEMORY_INFO_BYTES);
    int result = libc.getsockopt(fd, Libc.SOL_SOCKET, Libc.SO_MEMINFO, scratch, size);
    return result < 0 ? 0 : scratch.get(INT, DROPS_AT) & LOW_INT;
  }

  /** Answers less than 0 when that fails. */
  int close() {
    return libc.close(fd);
  }
}
