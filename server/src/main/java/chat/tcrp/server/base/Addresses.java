package chat.tcrp.server.base;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.Arrays;

/** How addresses are counted and shown. */
public final class Addresses {
  private Addresses() {}

  /**
   * Whom limits count as one: an IPv4 address, or the /64 network of an IPv6 address, of which a
   * host has many.
   */
  public static InetAddress network(InetAddress address) {
    if (!(address instanceof Inet6Address)) {
      return address;
    }
    byte[] bytes = address.getAddress();
    Arrays.fill(bytes, 8, 16, (byte) 0);
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("16 bytes are an address", e);
    }
  }

  /**
   * What stands for all of this machine's addresses: {@code ::}, which includes those of IPv4, or
   * {@code 0.0.0.0} on a machine without IPv6.
   */
  public static InetAddress all() {
    byte[] any = new byte[supportsIpv6() ? 16 : 4];
    try {
      return InetAddress.getByAddress(any);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("4 or 16 bytes are an address", e);
    }
  }

  /** The family of sockets for an address: {@code ::} takes both, {@code 0.0.0.0} only IPv4. */
  public static StandardProtocolFamily family(InetAddress address) {
    return address instanceof Inet6Address
        ? StandardProtocolFamily.INET6
        : StandardProtocolFamily.INET;
  }

  private static boolean supportsIpv6() {
    try (DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET6)) {
      return channel.isOpen();
    } catch (UnsupportedOperationException | IOException e) {
      return false;
    }
  }

  /** The address and port as one writes them: {@code 127.0.0.1:9001}, {@code [::1]:9001}. */
  public static String format(InetSocketAddress address) {
    return format(address.getAddress()) + ":" + address.getPort();
  }

  /** An IPv4 address, or an IPv6 address in brackets, shortened as people write it (RFC 5952). */
  public static String format(InetAddress address) {
    if (!(address instanceof Inet6Address)) {
      return address.getHostAddress();
    }
    ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
    int runAt = 0;
    int run = 0;
    for (int i = 0; i < 8; i++) {
      int zeros = i;
      while (zeros < 8 && bytes.getShort(2 * zeros) == 0) {
        zeros++;
      }
      if (zeros - i > Math.max(run, 1)) {
        runAt = i;
        run = zeros - i;
      }
    }
    StringBuilder text = new StringBuilder("[");
    for (int i = 0; i < 8; i++) {
      if (run > 0 && i == runAt) {
        text.append("::");
        i += run - 1;
      } else {
        String colon = i == 0 || (run > 0 && i == runAt + run) ? "" : ":";
        text.append(colon).append(Integer.toHexString(bytes.getShort(2 * i) & 0xffff));
      }
    }
    return text.append(']').toString();
  }
}
