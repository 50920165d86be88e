package chat.tcrp.server.net;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * The Linux system calls of the batched relay, through the foreign function interface. Constants
 * and layouts are those of 64-bit Linux, the same on x86-64 and AArch64. A call answers what the C
 * function answers; {@link #errno} tells more after -1. An instance belongs to one thread. Tests
 * put a class in its place whose calls fail.
 */
public class Libc {
  static final int AF_INET = 2;
  static final int AF_INET6 = 10;
  static final int SOCK_DGRAM = 2;
  static final int SOCK_NONBLOCK = 0x800;
  static final int SOCK_CLOEXEC = 0x80000;
  static final int SOL_SOCKET = 1;
  static final int SO_SNDBUF = 7;
  static final int SO_RCVBUF = 8;
  static final int SO_REUSEPORT = 15;
  static final int SO_MEMINFO = 55;
  static final int SO_ATTACH_REUSEPORT_CBPF = 51;
  static final int IPPROTO_IP = 0;
  static final int IP_PKTINFO = 8;
  static final int IP_RECVERR = 11;
  static final int IPPROTO_IPV6 = 41;
  static final int IPV6_RECVERR = 25;
  static final int IPV6_V6ONLY = 26;
  static final int IPV6_RECVPKTINFO = 49;
  static final int IPV6_PKTINFO = 50;
  static final int MSG_DONTWAIT = 0x40;
  static final int MSG_ERRQUEUE = 0x2000;
  static final short POLLIN = 1;
  static final short POLLOUT = 4;
  static final short POLLERR = 8;

  /** A struct pollfd: the file, what is asked, what is answered. */
  static final int POLL_FD_BYTES = 8;

  static final int POLL_EVENTS_AT = 4;
  static final int POLL_ANSWER_AT = 6;

  static final int EPOLLIN = 1;
  static final int EPOLLERR = 8;
  static final int EPOLL_CTL_ADD = 1;
  static final int EPOLL_CLOEXEC = 0x80000;

  /** A struct epoll_event is packed on x86-64 only; the file is the first half of its data. */
  static final int EPOLL_EVENT_BYTES = isX86() ? 12 : 16;

  static final int EPOLL_FILE_AT = isX86() ? 4 : 8;

  static final int EFD_NONBLOCK = 0x800;
  static final int EFD_CLOEXEC = 0x80000;
  static final int EINTR = 4;
  static final int EAGAIN = 11;
  static final int EACCES = 13;
  static final int ENONET = 64;
  static final int EPROTO = 71;
  static final int EMSGSIZE = 90;
  static final int ENOPROTOOPT = 92;
  static final int EOPNOTSUPP = 95;
  static final int EADDRINUSE = 98;
  static final int EADDRNOTAVAIL = 99;
  static final int EAFNOSUPPORT = 97;
  static final int ENETUNREACH = 101;
  static final int ECONNREFUSED = 111;
  static final int EHOSTDOWN = 112;
  static final int EHOSTUNREACH = 113;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      CALL_STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private static final MethodHandle SOCKET = function("socket", "III");
  private static final MethodHandle BIND = function("bind", "IPI");
  private static final MethodHandle CONNECT = function("connect", "IPI");
  private static final MethodHandle GETSOCKNAME = function("getsockname", "IPP");
  private static final MethodHandle SETSOCKOPT = function("setsockopt", "IIIPI");
  private static final MethodHandle GETSOCKOPT = function("getsockopt", "IIIPP");
  private static final MethodHandle RECVMMSG = function("recvmmsg", "IPIIP");
  private static final MethodHandle SENDMMSG = function("sendmmsg", "IPII");
  private static final MethodHandle POLL = function("poll", "PLI");
  private static final MethodHandle PPOLL = function("ppoll", "PLPP");
  private static final MethodHandle EPOLL_CREATE1 = function("epoll_create1", "I");
  private static final MethodHandle EPOLL_CTL = function("epoll_ctl", "IIIP");
  private static final MethodHandle EPOLL_WAIT = function("epoll_wait", "IPII");
  private static final MethodHandle EVENTFD = function("eventfd", "II");
  private static final MethodHandle READ = longFunction("read", "IPL");
  private static final MethodHandle WRITE = longFunction("write", "IPL");
  private static final MethodHandle CLOSE = function("close", "I");

  private final MemorySegment state;

  Libc(Arena arena) {
    state = arena.allocate(CALL_STATE);
  }

  /** Whether this system is one that the constants are right for. */
  public static boolean isSupported() {
    return System.getProperty("os.name", "").equals("Linux")
        && (isX86() || System.getProperty("os.arch", "").equals("aarch64"));
  }

  private static boolean isX86() {
    return System.getProperty("os.arch", "").equals("amd64");
  }

  /** What went wrong in the call before. */
  int errno() {
    return (int) ERRNO.get(state, 0L);
  }

  /** Throws when a call failed. */
  int check(String call, int result) throws IOException {
    if (result >= 0) {
      return result;
    }
    String reason =
        switch (errno()) {
          case EADDRINUSE -> "Address already in use";
          case EADDRNOTAVAIL -> "Cannot assign requested address";
          case EACCES -> "Permission denied";
          case EAFNOSUPPORT -> "Address family not supported";
          default -> "error " + errno();
        };
    throw new IOException(reason + " (" + call + ")");
  }

  int socket(int family, int type, int protocol) {
    return call(() -> (int) SOCKET.invokeExact(state, family, type, protocol));
  }

  int bind(int fd, MemorySegment address, int size) {
    return call(() -> (int) BIND.invokeExact(state, fd, address, size));
  }

  int connect(int fd, MemorySegment address, int size) {
    return call(() -> (int) CONNECT.invokeExact(state, fd, address, size));
  }

  int getsockname(int fd, MemorySegment address, MemorySegment size) {
    return call(() -> (int) GETSOCKNAME.invokeExact(state, fd, address, size));
  }

  int setsockopt(int fd, int level, int name, MemorySegment value, int size) {
    return call(() -> (int) SETSOCKOPT.invokeExact(state, fd, level, name, value, size));
  }

  int getsockopt(int fd, int level, int name, MemorySegment value, MemorySegment size) {
    return call(() -> (int) GETSOCKOPT.invokeExact(state, fd, level, name, value, size));
  }

  int recvmmsg(int fd, MemorySegment messages, int count, int flags) {
    return call(
        () -> (int) RECVMMSG.invokeExact(state, fd, messages, count, flags, MemorySegment.NULL));
  }

  int sendmmsg(int fd, MemorySegment messages, int count, int flags) {
    return call(() -> (int) SENDMMSG.invokeExact(state, fd, messages, count, flags));
  }

  int poll(MemorySegment fds, long count, int timeoutMillis) {
    return call(() -> (int) POLL.invokeExact(state, fds, count, timeoutMillis));
  }

  /** As {@link #poll}, with the time in nanoseconds. */
  int ppoll(MemorySegment fds, long count, MemorySegment timeout) {
    return call(() -> (int) PPOLL.invokeExact(state, fds, count, timeout, MemorySegment.NULL));
  }

  int epollCreate1(int flags) {
    return call(() -> (int) EPOLL_CREATE1.invokeExact(state, flags));
  }

  int epollCtl(int epoll, int operation, int fd, MemorySegment event) {
    return call(() -> (int) EPOLL_CTL.invokeExact(state, epoll, operation, fd, event));
  }

  int epollWait(int epoll, MemorySegment events, int count, int timeoutMillis) {
    return call(() -> (int) EPOLL_WAIT.invokeExact(state, epoll, events, count, timeoutMillis));
  }

  int eventfd(int value, int flags) {
    return call(() -> (int) EVENTFD.invokeExact(state, value, flags));
  }

  int read(int fd, MemorySegment buffer, long size) {
    return call(() -> (int) (long) READ.invokeExact(state, fd, buffer, size));
  }

  int write(int fd, MemorySegment buffer, long size) {
    return call(() -> (int) (long) WRITE.invokeExact(state, fd, buffer, size));
  }

  int close(int fd) {
    return call(() -> (int) CLOSE.invokeExact(state, fd));
  }

  @FunctionalInterface
  private interface Call {
    int run() throws Throwable;
  }

  private static int call(Call call) {
    try {
      return call.run();
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("a system call does not throw", e);
    }
  }

  private static MethodHandle function(String name, String parameters) {
    return link(name, ValueLayout.JAVA_INT, parameters);
  }

  private static MethodHandle longFunction(String name, String parameters) {
    return link(name, ValueLayout.JAVA_LONG, parameters);
  }

  /** Links a function; its parameters as letters: I for int, L for long, P for pointer. */
  @SuppressWarnings("restricted") // Native access is what this class is for.
  private static MethodHandle link(String name, ValueLayout result, String parameters) {
    MemoryLayout[] layouts =
        parameters
            .chars()
            .mapToObj(
                c ->
                    switch (c) {
                      case 'I' -> ValueLayout.JAVA_INT;
                      case 'L' -> ValueLayout.JAVA_LONG;
                      default -> ValueLayout.ADDRESS;
                    })
            .toArray(MemoryLayout[]::new);
    SymbolLookup libraries = LINKER.defaultLookup();
    return LINKER.downcallHandle(
        libraries.findOrThrow(name),
        FunctionDescriptor.of(result, layouts),
        Linker.Option.captureCallState("errno"));
  }
}
