package chat.tcrp.server.net;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * What Linux tells of datagrams that it dropped because nobody took them in time ({@code
 * /proc/net/udp}).
 */
final class KernelDrops {
  private static final List<Path> TABLES =
      List.of(Path.of("/proc/net/udp"), Path.of("/proc/net/udp6"));
  private static final int LOCAL_ADDRESS_FIELD = 1;

  private KernelDrops() {}

  /**
   * The datagrams dropped so far at all sockets that are bound to a port; 0 where there is no such
   * table.
   */
  static long of(int port) {
    return TABLES.stream().filter(Files::isReadable).mapToLong(table -> of(port, table)).sum();
  }

  private static long of(int port, Path table) {
    try {
      return of(port, Files.readAllLines(table));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The same from the lines of such a table: the second field is the local address and port, the
   * last one the drops.
   */
  static long of(int port, List<String> lines) {
    String ending = String.format(Locale.ROOT, ":%04X", port);
    return lines.stream()
        // Most are not ours, and there may be thousands.
        .filter(line -> line.contains(ending))
        .map(line -> line.strip().split("\\s+"))
        .filter(f -> f.length > LOCAL_ADDRESS_FIELD && f[LOCAL_ADDRESS_FIELD].endsWith(ending))
        .mapToLong(f -> Long.parseLong(f[f.length - 1]))
        .sum();
  }
}
