package chat.tcrp.server.net;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * To which of our addresses a datagram came, and from which the answers go: what Linux writes and
 * reads beside a datagram as its only control message (ip(7), RFC 3542). A socket that is bound to
 * all addresses needs it; the system would answer from whichever address it likes best.
 *
 * <pre>
 * cmsghdr, 16 bytes:  length 0  level 8  type 12
 * in_pktinfo, 12:     interface 16  our address 20  address in the header 24
 * in6_pktinfo, 20:    our address 16  interface 32
 * </pre>
 *
 * On an IPv6 socket an IPv4 datagram has the second form too, with ::ffff:a.b.c.d.
 */
final class PacketInfo {
  /** The place that a control message takes, in either form. */
  static final int BYTES = 40;

  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
  private static final int LEVEL_AT = 8;
  private static final int TYPE_AT = 12;
  private static final int DATA_AT = 16;
  private static final int ADDRESS4_AT = DATA_AT + 4;
  private static final int INTERFACE6_AT = DATA_AT + 16;
  private static final int LENGTH4 = DATA_AT + 12;
  private static final int LENGTH6 = DATA_AT + 20;
  private static final long LOW_INT = 0xffffffffL;

  /** One of our addresses as the system has it. */
  static final class Local {
    /** The first 8 bytes, or all 4 of IPv4. */
    private final long word0;

    private final long word1;

    /**
     * The interface, for addresses that mean something on one link only; else the system's choice.
     */
    private final int link;

    private Local(long word0, long word1, int link) {
      this.word0 = word0;
      this.word1 = word1;
      this.link = link;
    }
  }

  private final boolean six;
  private Local last = new Local(0, 0, 0);

  /**
   * Reads and writes for one socket.
   *
   * @param family of the socket, AF_INET or AF_INET6
   */
  PacketInfo(int family) {
    this.six = family == Libc.AF_INET6;
  }

  /** Whether the datagram beside which a control message was written came to an address. */
  boolean isTo(MemorySegment control, long at, Local local) {
    return six
        ? control.get(LONG, at + DATA_AT) == local.word0
            && control.get(LONG, at + DATA_AT + 8) == local.word1
            && (local.link == 0 || control.get(INT, at + INTERFACE6_AT) == local.link)
        : (control.get(INT, at + ADDRESS4_AT) & LOW_INT) == local.word0;
  }

  /** The address that the datagram beside a control message came to. */
  Local read(MemorySegment control, long at) {
    if (!isTo(control, at, last)) {
      last =
          six
              ? new Local(
                  control.get(LONG, at + DATA_AT),
                  control.get(LONG, at + DATA_AT + 8),
                  isLinkLocal(control, at) ? control.get(INT, at + INTERFACE6_AT) : 0)
              : new Local(control.get(INT, at + ADDRESS4_AT) & LOW_INT, 0, 0);
    }
    // The same object for nearly everybody, which makes it cheap to see that nothing has changed.
    return last;
  }

  /** Whether a name, as a socket has it, has this address. */
  boolean isIn(MemorySegment name, Local local) {
    return six
        ? name.get(LONG, SocketName.ADDRESS6_AT) == local.word0
            && name.get(LONG, SocketName.ADDRESS6_AT + 8) == local.word1
            && local.link == 0
        : (name.get(INT, SocketName.ADDRESS4_AT) & LOW_INT) == local.word0;
  }

  /** Writes the control message that has a datagram sent from an address. */
  void write(MemorySegment control, long at, Local local) {
    control.set(LONG, at, six ? LENGTH6 : LENGTH4);
    control.set(INT, at + LEVEL_AT, six ? Libc.IPPROTO_IPV6 : Libc.IPPROTO_IP);
    control.set(INT, at + TYPE_AT, six ? Libc.IPV6_PKTINFO : Libc.IP_PKTINFO);
    if (six) {
      control.set(LONG, at + DATA_AT, local.word0);
      control.set(LONG, at + DATA_AT + 8, local.word1);
      control.set(INT, at + INTERFACE6_AT, local.link);
    } else {
      control.set(INT, at + DATA_AT, 0);
      control.set(INT, at + ADDRESS4_AT, (int) local.word0);
      control.set(INT, at + ADDRESS4_AT + 4, 0);
    }
  }

  /** The size of a control message in this socket's form, as a header announces it. */
  int size() {
    // CMSG_SPACE: rounded up to whole words.
    return ((six ? LENGTH6 : LENGTH4) + 7) & -8;
  }

  /** The address beside a datagram, for somebody who has another socket. */
  InetAddress address(MemorySegment control, long at) {
    byte[] bytes = new byte[six ? 16 : 4];
    MemorySegment.copy(
        control, ValueLayout.JAVA_BYTE, at + (six ? DATA_AT : ADDRESS4_AT), bytes, 0, bytes.length);
    try {
      return six && isLinkLocal(control, at)
          ? Inet6Address.getByAddress(null, bytes, control.get(INT, at + INTERFACE6_AT))
          : InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("4 or 16 bytes are an address", e);
    }
  }

  /** Writes what the system would write beside a datagram that came to an address. */
  void writeReceived(MemorySegment control, long at, InetAddress to) {
    byte[] bytes = to.getAddress();
    if (six && bytes.length == 4) {
      control.set(LONG, at + DATA_AT, 0);
      control.set(ValueLayout.JAVA_SHORT, at + DATA_AT + 8, (short) 0);
      control.set(ValueLayout.JAVA_SHORT, at + DATA_AT + 10, (short) -1);
    }
    long end = at + (six ? INTERFACE6_AT : ADDRESS4_AT + 4);
    MemorySegment.copy(bytes, 0, control, ValueLayout.JAVA_BYTE, end - bytes.length, bytes.length);
    if (six) {
      control.set(INT, at + INTERFACE6_AT, to instanceof Inet6Address a ? a.getScopeId() : 0);
    }
  }

  private static boolean isLinkLocal(MemorySegment control, long at) {
    return control.get(ValueLayout.JAVA_BYTE, at + DATA_AT) == (byte) 0xfe
        && (control.get(ValueLayout.JAVA_BYTE, at + DATA_AT + 1) & 0xc0) == 0x80;
  }
}
