package chat.tcrp.server.base;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/**
 * A set of networks, as an operator writes it: {@code 127.0.0.0/8,::1,192.168.7.0/24}, or {@code
 * none}.
 *
 * @param networks the networks
 */
public record Networks(List<Network> networks) {
  /** No address at all. */
  public static final Networks NONE = new Networks(List.of());

  /** The machine itself. */
  public static final Networks LOOPBACK = parse("127.0.0.0/8,::1");

  /**
   * One network.
   *
   * @param address an address in it
   * @param prefix how many bits its addresses have in common
   */
  public record Network(InetAddress address, int prefix) {
    boolean contains(InetAddress other) {
      byte[] a = address.getAddress();
      byte[] b = other.getAddress();
      if (a.length != b.length) {
        return false;
      }
      for (int bit = 0; bit < prefix; bit += Byte.SIZE) {
        int mask = prefix - bit >= Byte.SIZE ? 0xff : 0xff << (Byte.SIZE - (prefix - bit));
        if (((a[bit / Byte.SIZE] ^ b[bit / Byte.SIZE]) & mask & 0xff) != 0) {
          return false;
        }
      }
      return true;
    }

    @Override
    public String toString() {
      String text = Addresses.format(address).replace("[", "").replace("]", "");
      return prefix == address.getAddress().length * Byte.SIZE ? text : text + "/" + prefix;
    }
  }

  /** Copies the list. */
  public Networks {
    networks = List.copyOf(networks);
  }

  /**
   * Reads a list of networks, separated by commas.
   *
   * @throws IllegalArgumentException naming what cannot be understood
   */
  public static Networks parse(String text) {
    if (text.equals("none")) {
      return NONE;
    }
    List<Network> networks = new ArrayList<>();
    for (String each : text.split(",", -1)) {
      networks.add(network(each.strip()));
    }
    return new Networks(networks);
  }

  private static Network network(String text) {
    int slash = text.indexOf('/');
    String literal = slash < 0 ? text : text.substring(0, slash);
    // A name would be looked up, and mean something else tomorrow.
    if (!literal.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")) {
      throw notANetwork(text);
    }
    try {
      InetAddress address = InetAddress.getByName(literal);
      int bits = address.getAddress().length * Byte.SIZE;
      String prefix = slash < 0 ? Integer.toString(bits) : text.substring(slash + 1);
      if (!prefix.matches("[0-9]{1,3}") || Integer.parseInt(prefix) > bits) {
        throw notANetwork(text);
      }
      return new Network(address, Integer.parseInt(prefix));
    } catch (UnknownHostException e) {
      throw notANetwork(text);
    }
  }

  private static IllegalArgumentException notANetwork(String text) {
    return new IllegalArgumentException(
        "'" + text + "' is not a network; write it like 127.0.0.0/8 or fd00::/8, or none");
  }

  /** Whether an address is in one of the networks. */
  public boolean contains(InetAddress address) {
    return networks.stream().anyMatch(network -> network.contains(address));
  }

  @Override
  public String toString() {
    return networks.isEmpty()
        ? "none"
        : String.join(",", networks.stream().map(Network::toString).toList());
  }
}
