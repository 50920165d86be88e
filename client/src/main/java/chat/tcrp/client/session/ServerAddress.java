package chat.tcrp.client.session;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Where a server is.
 *
 * @param host a name or an address, IPv6 without brackets
 * @param port the TCP port, 1 to 65535
 * @param udpPort the UDP port, 1 to 65535
 */
public record ServerAddress(String host, int port, int udpPort) {
  /** The TCP port when nothing else is said. */
  public static final int DEFAULT_PORT = 9001;

  private static final int MAX_PORT = 65535;

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException when the host is empty or a port is out of range
   */
  public ServerAddress {
    if (host.isBlank()) {
      throw new IllegalArgumentException("the server address has no host");
    }
    checkPort("TCP port", port);
    checkPort("UDP port", udpPort);
  }

  /**
   * Reads what a person writes: {@code HOST}, {@code HOST:PORT}, {@code [IPV6]}, {@code
   * [IPV6]:PORT}.
   *
   * @param text the address
   * @return the server; its UDP port is the one after its TCP port
   * @throws IllegalArgumentException when it cannot be understood, saying why
   */
  public static ServerAddress parse(String text) {
    return parse(text, OptionalInt.empty());
  }

  /**
   * The same with a UDP port that is not the one after the TCP port.
   *
   * @param text the address
   * @param udpPort the UDP port; empty for the TCP port + 1
   * @return the server
   * @throws IllegalArgumentException when it cannot be understood, saying why
   */
  public static ServerAddress parse(String text, OptionalInt udpPort) {
    if (text.contains("/")) {
      throw noServer(text, "write only the host, without http:// and without a path");
    }
    String host = text;
    int port = DEFAULT_PORT;
    int portMark = text.startsWith("[") ? text.indexOf("]:") + 1 : text.lastIndexOf(':');
    if (!text.startsWith("[") && text.indexOf(':') != portMark) {
      throw noServer(text, "write an IPv6 address in brackets, like [::1]:9001");
    }
    if (portMark > 0) {
      host = text.substring(0, portMark);
      port = parsePort(text, text.substring(portMark + 1));
    }
    if (host.startsWith("[")) {
      if (!host.endsWith("]")) {
        throw noServer(text, "a bracket is too few or too many");
      }
      host = host.substring(1, host.length() - 1);
    }
    if (host.isBlank() || text.startsWith(":")) {
      throw noServer(text, "the host is missing");
    }
    if (udpPort.isEmpty() && port == MAX_PORT) {
      throw new IllegalArgumentException(
          "after TCP port " + MAX_PORT + " there is none for UDP; name one with --udp-port");
    }
    return new ServerAddress(host, port, udpPort.orElse(port + 1));
  }

  /**
   * Reads one server, or several with commas between them; one that is named again counts once.
   *
   * @param text the addresses
   * @param udpPort the UDP port of all of them; empty for the TCP port + 1
   * @return the servers, in that order
   * @throws IllegalArgumentException when it cannot be understood, saying why
   */
  public static List<ServerAddress> parseAll(String text, OptionalInt udpPort) {
    String[] words = text.split(",", -1);
    Set<ServerAddress> servers = new LinkedHashSet<>();
    for (String word : words) {
      if (words.length > 1 && word.isEmpty()) {
        throw new IllegalArgumentException(
            "before and after each comma stands a server, not as in '" + text + "'");
      }
      if (words.length > 1 && word.contains(" ")) {
        throw new IllegalArgumentException("leave out the blanks in '" + text + "'");
      }
      servers.add(parse(word, udpPort));
    }
    return List.copyOf(servers);
  }

  /** The server as one writes it: {@code localhost:9001}, {@code [::1]:9001}. */
  @Override
  public String toString() {
    return shownHost() + ":" + port;
  }

  /**
   * The host as one writes it before a port.
   *
   * @return IPv6 in brackets
   */
  public String shownHost() {
    return host.contains(":") ? "[" + host + "]" : host;
  }

  /**
   * Whether the host is the machine that the program runs on, by its name alone; nothing is looked
   * up.
   *
   * @return true for {@code localhost} and the loopback addresses
   */
  public boolean isLocal() {
    return host.equals("localhost") || host.startsWith("127.") || host.equals("::1");
  }

  private static int parsePort(String server, String text) {
    if (text.isEmpty()) {
      throw noServer(server, "after the colon comes a port; 9001 need not be written");
    }
    // Integer.parseInt alone would take signs, and digits of every script.
    if (!text.matches("[0-9]{1,9}")) {
      throw noServer(server, "'" + text + "' is no port");
    }
    int port = Integer.parseInt(text);
    if (port < 1 || port > MAX_PORT) {
      throw noServer(server, "a port is 1 to " + MAX_PORT);
    }
    return port;
  }

  private static IllegalArgumentException noServer(String text, String advice) {
    return new IllegalArgumentException(
        "the server must be HOST or HOST:PORT, not '" + text + "'; " + advice);
  }

  private static void checkPort(String what, int port) {
    if (port < 1 || port > MAX_PORT) {
      throw new IllegalArgumentException(
          "the " + what + " must be 1 to " + MAX_PORT + ", not " + port);
    }
  }
}
