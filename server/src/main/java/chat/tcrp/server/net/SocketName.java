package chat.tcrp.server.net;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;

/**
 * Addresses and ports as the system calls have them, in the form of one socket's family.
 *
 * <pre>
 * sockaddr_in, 16 bytes:   family 0  port 2  address 4
 * sockaddr_in6, 28 bytes:  family 0  port 2  flow 4  address 8  scope 24
 * </pre>
 *
 * On an IPv6 socket an IPv4 address has the second form, as ::ffff:a.b.c.d.
 */
final class SocketName {
  /** The place that a name takes in memory, in either form: whole words. */
  static final int PLACE_BYTES = 32;

  private static final ValueLayout.OfShort PORT =
      ValueLayout.JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);
  private static final int PORT_AT = 2;
  static final int ADDRESS4_AT = 4;
  static final int ADDRESS6_AT = 8;
  private static final int SCOPE_AT = 24;
  private static final int BYTES4 = 16;
  private static final int BYTES6 = 28;

  private final int family;

  /**
   * Reads and writes for one socket.
   *
   * @param family AF_INET or AF_INET6
   */
  SocketName(int family) {
    this.family = family;
  }

  boolean isFour() {
    return family == Libc.AF_INET;
  }

  /** The size of a name in this form. */
  int size() {
    return isFour() ? BYTES4 : BYTES6;
  }

  void write(InetSocketAddress address, MemorySegment name) {
    name.fill((byte) 0);
    name.set(ValueLayout.JAVA_SHORT, 0, (short) family);
    name.set(PORT, PORT_AT, (short) address.getPort());
    InetAddress ip = address.getAddress();
    byte[] bytes = ip.getAddress();
    if (ip.isAnyLocalAddress()) {
      return;
    }
    if (isFour()) {
      MemorySegment.copy(bytes, 0, name, ValueLayout.JAVA_BYTE, ADDRESS4_AT, bytes.length);
    } else if (ip instanceof Inet6Address six) {
      MemorySegment.copy(bytes, 0, name, ValueLayout.JAVA_BYTE, ADDRESS6_AT, bytes.length);
      name.set(ValueLayout.JAVA_INT, SCOPE_AT, six.getScopeId());
    } else {
      name.set(ValueLayout.JAVA_SHORT, ADDRESS6_AT + 10, (short) -1);
      MemorySegment.copy(bytes, 0, name, ValueLayout.JAVA_BYTE, ADDRESS6_AT + 12, bytes.length);
    }
  }

  /** Reads a name; an IPv4-mapped address is IPv4, as everywhere in the server. */
  InetSocketAddress read(MemorySegment name) {
    byte[] bytes = new byte[isFour() ? 4 : 16];
    MemorySegment.copy(
        name, ValueLayout.JAVA_BYTE, isFour() ? ADDRESS4_AT : ADDRESS6_AT, bytes, 0, bytes.length);
    int port = name.get(PORT, PORT_AT) & 0xffff;
    int scope = isFour() ? 0 : name.get(ValueLayout.JAVA_INT, SCOPE_AT);
    try {
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
