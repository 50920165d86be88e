package chat.tcrp.server.top;

import chat.tcrp.server.base.Addresses;
import chat.tcrp.server.metrics.BusyRooms;
import chat.tcrp.server.metrics.Metrics;
import chat.tcrp.server.metrics.RoomsJson;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** A server that shows its figures, by HTTP. */
final class Remote {
  private static final Duration PATIENCE = Duration.ofSeconds(8);

  /** Whatever answers there, no more is read of it. */
  private static final int MAX_BYTES = 4 << 20;

  private final InetSocketAddress address;

  Remote(InetSocketAddress address) {
    this.address = address;
  }

  /** Where it is, for people. */
  String name() {
    return Addresses.format(address);
  }

  Metrics metrics() throws IOException {
    return PageReader.read(get("/metrics"));
  }

  /** Its busiest rooms. */
  List<BusyRooms.Row> rooms() throws IOException {
    return RoomsJson.read(get("/rooms"));
  }

  private String get(String path) throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection)
            URI.create("http://" + name() + path).toURL().openConnection(Proxy.NO_PROXY);
    connection.setConnectTimeout((int) PATIENCE.toMillis());
    connection.setReadTimeout((int) PATIENCE.toMillis());
    connection.setInstanceFollowRedirects(false);
    try {
      if (connection.getResponseCode() != HttpURLConnection.HTTP_OK) {
        throw new IOException("what answers there is no chat-server");
      }
      try (InputStream body = connection.getInputStream()) {
        return new String(body.readNBytes(MAX_BYTES), StandardCharsets.UTF_8);
      }
    } catch (ConnectException e) {
      throw new IOException("nobody listens there", e);
    } catch (SocketTimeoutException e) {
      throw new IOException("it does not answer", e);
    } finally {
      connection.disconnect();
    }
  }
}
