package chat.tcrp.client.face;

import static java.util.stream.Collectors.joining;

import chat.tcrp.client.session.ServerAddress;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** How others reach a server: with which options, and at which address. */
public final class Neighbours {
  /** The machine answers itself at once, or not at all. */
  private static final Duration PATIENCE = Duration.ofMillis(200);

  private Neighbours() {}

  /** The options that lead from this machine to servers. */
  public static String options(List<ServerAddress> servers) {
    return options(servers, ServerAddress::shownHost);
  }

  /** The options that lead others to the same servers. */
  static String optionsForOthers(List<ServerAddress> servers) {
    return options(servers, Neighbours::hostFor);
  }

  private static String options(
      List<ServerAddress> servers, Function<ServerAddress, String> shownHost) {
    return "--server "
        + servers.stream()
            .map(
                server ->
                    shownHost.apply(server)
                        + (server.port() == ServerAddress.DEFAULT_PORT ? "" : ":" + server.port()))
            .collect(joining(","))
        + servers.stream()
            .filter(server -> server.udpPort() != server.port() + 1)
            .findFirst()
            .map(server -> " --udp-port " + server.udpPort())
            .orElse("");
  }

  /**
   * The host that others name to reach a server, as one writes it before a port: for a server that
   * was reached by a name of this machine alone, its address in the network.
   *
   * @return {@code HOST}, for the person to fill in, when there are several such addresses, or the
   *     server does not listen on it
   */
  static String hostFor(ServerAddress server) {
    if (!server.isLocal()) {
      return server.shownHost();
    }
    try {
      return only(own())
          .filter(listens(server.port()))
          .map(ip -> new ServerAddress(ip.getHostAddress(), server.port(), server.udpPort()))
          .map(ServerAddress::shownHost)
          .orElse("HOST");
    } catch (IOException e) {
      return "HOST";
    }
  }

  /** The addresses that this machine has at the moment. */
  static List<InetAddress> own() throws IOException {
    return NetworkInterface.networkInterfaces()
        .filter(Neighbours::isUp)
        .flatMap(NetworkInterface::inetAddresses)
        .toList();
  }

  /**
   * The only address that others may know this machine by: the only IPv4 one, or else the only IPv6
   * one; empty when there are several.
   */
  static Optional<InetAddress> only(List<InetAddress> own) {
    List<InetAddress> usable =
        own.stream()
            .filter(
                a -> !a.isLoopbackAddress() && !a.isLinkLocalAddress() && !a.isMulticastAddress())
            .toList();
    List<InetAddress> ipv4 = usable.stream().filter(Inet4Address.class::isInstance).toList();
    List<InetAddress> best = ipv4.isEmpty() ? usable : ipv4;
    return best.size() == 1 ? Optional.of(best.getFirst()) : Optional.empty();
  }

  private static boolean isUp(NetworkInterface network) {
    try {
      return network.isUp();
    } catch (IOException e) {
      return false;
    }
  }

  private static Predicate<InetAddress> listens(int port) {
    return address -> {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(address, port), (int) PATIENCE.toMillis());
        return true;
      } catch (IOException e) {
        return false;
      }
    };
  }
}
