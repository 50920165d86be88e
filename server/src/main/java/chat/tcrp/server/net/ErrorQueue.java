package chat.tcrp.server.net;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What the network has sent back of a socket's datagrams (IP_RECVERR of ip(7)): the destination of
 * each, and why.
 *
 * <pre>
 * cmsghdr, 16 bytes:            length 0  level 8  type 12
 * sock_extended_err, 16 bytes:  error 16 ...
 * </pre>
 */
final class ErrorQueue {
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

  /** Perhaps the address of ours (see {@link PacketInfo}), then the error with an address. */
  private static final int CONTROL_BYTES = 192;

  private static final int LEVEL_AT = 8;
  private static final int TYPE_AT = 12;
  private static final int DATA_AT = 16;

  private final Libc libc;
  private final int socket;
  private final int nameSize;
  private final MemorySegment header;
  private final MemorySegment control;
  private boolean waiting;
  private int errno;

  /**
   * Looks at nothing yet.
   *
   * @param libc the calls of the socket's thread
   * @param name where the destination of a datagram that was sent back is written
   */
  ErrorQueue(Arena arena, Libc libc, int socket, MemorySegment name, int nameSize) {
    this.libc = libc;
    this.socket = socket;
    this.nameSize = nameSize;
    header = arena.allocate(MessageHeader.BYTES, LONG.byteSize());
    control = arena.allocate(CONTROL_BYTES, LONG.byteSize());
    header.set(LONG, MessageHeader.NAME_AT, name.address());
    header.set(LONG, MessageHeader.CONTROL_AT, control.address());
  }

  /** The system has said that there is something. */
  void notice() {
    waiting = true;
  }

  /** Takes one; false when there is none. */
  boolean take() {
    while (waiting) {
      header.set(INT, MessageHeader.NAME_SIZE_AT, nameSize);
      header.set(LONG, MessageHeader.CONTROL_SIZE_AT, CONTROL_BYTES);
      int n = libc.recvmmsg(socket, header, 1, Libc.MSG_ERRQUEUE | Libc.MSG_DONTWAIT);
      if (n > 0) {
        errno = reason(header.get(LONG, MessageHeader.CONTROL_SIZE_AT));
        // One that was too large for the way says nothing against the peer: the system now knows.
        if (errno != Libc.EMSGSIZE) {
          return true;
        }
      } else if (!isReport(libc.errno())) {
        waiting = false;
      }
    }
    return false;
  }

  /** Whether the one that was taken last came back because nobody listens at its port. */
  boolean isPortClosed() {
    return errno == Libc.ECONNREFUSED;
  }

  /**
   * Whether a call failed only to say that some earlier datagram was sent back. Which one is in the
   * queue; the call itself did nothing, and is to be made again. These are all errors that Linux
   * makes of ICMP messages: anybody can send those, so none of them may end the relay.
   */
  boolean isReport(int callErrno) {
    boolean report =
        switch (callErrno) {
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
    waiting |= report;
    return report;
  }

  /** The error among the control messages of a datagram; 0 when there is none. */
  private int reason(long controlSize) {
    long at = 0;
    while (at + DATA_AT + INT.byteSize() <= Math.min(controlSize, CONTROL_BYTES)) {
      int level = control.get(INT, at + LEVEL_AT);
      int type = control.get(INT, at + TYPE_AT);
      if ((level == Libc.IPPROTO_IP && type == Libc.IP_RECVERR)
          || (level == Libc.IPPROTO_IPV6 && type == Libc.IPV6_RECVERR)) {
        return control.get(INT, at + DATA_AT);
      }
      at += Math.max(DATA_AT, (control.get(LONG, at) + 7) & -8);
    }
    return 0;
  }
}
