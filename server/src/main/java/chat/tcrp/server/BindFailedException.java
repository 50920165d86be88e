package chat.tcrp.server;

import chat.tcrp.server.base.Addresses;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Locale;

/** A port that cannot be had; the message names it, the cause and the way out. */
public final class BindFailedException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes an exception.
   *
   * @param transport what the port is for: tcp, udp, lobby or metrics
   */
  BindFailedException(String transport, InetSocketAddress address, IOException cause) {
    super(message(transport, address, cause), cause);
  }

  private static String message(String transport, InetSocketAddress address, IOException cause) {
    String option =
        switch (transport) {
          case "tcp" -> "--port";
          case "lobby" -> "--lobby-port";
          case "metrics" -> "--metrics";
          default -> "--udp-port";
        };
    String what = transport + " port " + address.getPort();
    String reason = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
    if (reason.contains("in use")) {
      return what + " is in use. Stop the program that has it, or choose another with " + option;
    }
    if (reason.contains("permission")) {
      return what + " may not be opened by you. Choose one above 1023 with " + option;
    }
    if (reason.contains("assign")) {
      return Addresses.format(address)
          + " is not an address of this machine. Choose another with "
          + (transport.equals("metrics") ? option : "--host, or leave it out");
    }
    return what + " cannot be opened: " + cause.getMessage();
  }
}
