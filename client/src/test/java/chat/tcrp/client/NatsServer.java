package chat.tcrp.client;

import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What is between the nodes of a cluster. Where the program is missing, the test is skipped; with
 * {@code NATS_REQUIRED=1} in the environment it fails.
 */
final class NatsServer implements AutoCloseable {
  private static final String MISSING = "nats-server is not installed: apt-get install nats-server";

  private final int port = Programs.freePorts().port();
  private final Process process;

  private NatsServer(Path directory) throws IOException {
    process =
        new ProcessBuilder(
                program().toString(),
                "-js",
                "-sd",
                directory.resolve("nats").toString(),
                "-a",
                "127.0.0.1",
                "-p",
                Integer.toString(port))
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("nats.log").toFile())
            .start();
  }

  /** Starts one that keeps what it stores in a directory; returns when it can be reached. */
  static NatsServer start(Path directory) throws Exception {
    NatsServer server = new NatsServer(directory);
    Await.until("nats-server", server::isReached);
    return server;
  }

  private static Path program() {
    // Debian has it where only root's path leads.
    String path = System.getenv("PATH") + ":/usr/sbin:/usr/local/bin";
    Optional<Path> program =
        Stream.of(path.split(":"))
            .map(directory -> Path.of(directory, "nats-server"))
            .filter(Files::isExecutable)
            .findFirst();
    if (program.isEmpty()) {
      if ("1".equals(System.getenv("NATS_REQUIRED"))) {
        fail(MISSING);
      }
      abort(MISSING);
    }
    return program.get();
  }

  private boolean isReached() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  /** Its address, as {@code --cluster} takes it. */
  String address() {
    return "nats://127.0.0.1:" + port;
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
