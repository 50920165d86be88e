package chat.tcrp.server.cluster;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import chat.tcrp.server.cluster.nats.EngineConfig;
import io.nats.client.Connection;
import io.nats.client.Nats;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * NATS servers on loopback, with JetStream, as processes of their own: one, or a cluster of
 * several. Where the program is missing, the test is skipped; with {@code NATS_REQUIRED=1} in the
 * environment it fails.
 */
public final class NatsServers implements AutoCloseable {
  private static final String MISSING = "nats-server is not installed: apt-get install nats-server";

  private final Path directory;
  private final int[] ports;
  private final int[] routes;
  private final boolean withJetStream;
  private final List<String> more;
  private final Process[] processes;

  private NatsServers(int count, boolean withJetStream, List<String> more) throws IOException {
    this.directory = Files.createTempDirectory("nats");
    this.withJetStream = withJetStream;
    this.more = more;
    int[] free = freePorts(2 * count);
    this.ports = IntStream.of(free).limit(count).toArray();
    this.routes = IntStream.of(free).skip(count).toArray();
    this.processes = new Process[count];
  }

  /**
   * Starts one.
   *
   * @param more lines of its configuration
   */
  public static NatsServers single(String... more) {
    return launch(1, true, more);
  }

  /** Starts one without JetStream. */
  public static NatsServers withoutJetStream() {
    return launch(1, false);
  }

  /** Starts a cluster of three. */
  public static NatsServers cluster() {
    return cluster(3);
  }

  /** Starts a cluster of so many. */
  public static NatsServers cluster(int count) {
    return launch(count, true);
  }

  private static NatsServers launch(int count, boolean withJetStream, String... more) {
    program();
    try {
      NatsServers servers = new NatsServers(count, withJetStream, List.of(more));
      for (int i = 0; i < count; i++) {
        servers.start(i);
      }
      return servers;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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

  private static int[] freePorts(int count) throws IOException {
    List<ServerSocket> held = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        held.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
      return held.stream().mapToInt(ServerSocket::getLocalPort).toArray();
    } finally {
      for (ServerSocket socket : held) {
        socket.close();
      }
    }
  }

  /** Starts one of them, again when it was killed; it keeps its ports and what it has stored. */
  public void start(int which) throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add("listen: 127.0.0.1:" + ports[which]);
    lines.add("server_name: n" + which);
    if (withJetStream) {
      lines.add("jetstream { store_dir: \"" + store(which) + "\" }");
    }
    if (ports.length > 1) {
      String others =
          IntStream.of(routes)
              .mapToObj(port -> "\"nats://127.0.0.1:" + port + "\"")
              .collect(joining(","));
      lines.add(
          "cluster { name: test, listen: 127.0.0.1:"
              + routes[which]
              + ", routes: ["
              + others
              + "] }");
    }
    lines.addAll(more);
    Path file = Files.write(directory.resolve("n" + which + ".conf"), lines);
    processes[which] =
        new ProcessBuilder(program().toString(), "-c", file.toString())
            .redirectErrorStream(true)
            .redirectOutput(
                ProcessBuilder.Redirect.appendTo(directory.resolve("n" + which + ".log").toFile()))
            .start();
  }

  private Path store(int which) {
    return directory.resolve("store" + which);
  }

  /** Takes what one has stored away, when it does not run. */
  public void forget(int which) {
    remove(store(which));
  }

  /** Their addresses, as an engine takes them. */
  public String addresses() {
    return IntStream.of(ports).mapToObj(port -> "nats://127.0.0.1:" + port).collect(joining(","));
  }

  /** How an engine reaches servers that let in anybody, or whom an address names. */
  public static EngineConfig config(String addresses) {
    return EngineConfig.parse(addresses, Optional.empty(), Optional.empty());
  }

  /** The port of one. */
  public int port(int which) {
    return ports[which];
  }

  /** The one that leads where the leases of the nodes are kept. */
  public int leader() throws Exception {
    Connection connection = Nats.connect(addresses());
    try {
      String name =
          connection
              .jetStreamManagement()
              .getStreamInfo("KV_chat-nodes")
              .getClusterInfo()
              .getLeader();
      return Integer.parseInt(name.substring(1));
    } finally {
      connection.close();
    }
  }

  /** Kills one on the spot. */
  public void kill(int which) {
    try {
      processes[which].destroyForcibly().waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Has one stand still: its connections stay and nothing answers. */
  public void halt(int which) {
    signal(which, "STOP");
    Path stat = Path.of("/proc", Long.toString(processes[which].pid()), "stat");
    try {
      while (!Files.readString(stat).contains(") T ")) {
        Thread.onSpinWait();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Has it go on. */
  public void resume(int which) {
    signal(which, "CONT");
  }

  private void signal(int which, String signal) {
    try {
      String pid = Long.toString(processes[which].pid());
      new ProcessBuilder("kill", "-" + signal, pid).inheritIO().start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What one has logged. */
  public String log(int which) {
    try {
      return Files.readString(directory.resolve("n" + which + ".log"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends all and removes what they have stored. */
  @Override
  public void close() {
    for (int i = 0; i < processes.length; i++) {
      if (processes[i] != null) {
        kill(i);
      }
    }
    remove(directory);
  }

  private static void remove(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Makes a certificate that vouches for itself, and its key, both in PEM.
   *
   * @param name for what, as {@code ip:127.0.0.1}
   */
  public static void certificate(Path certificate, Path key, String name) throws Exception {
    Path store = Files.createTempDirectory("keys").resolve("store");
    String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    int status =
        new ProcessBuilder(
                (keytool
                        + " -genkeypair -alias nats -keyalg EC -groupname secp256r1 -dname CN=nats"
                        + " -validity 2 -ext bc:c -ext san="
                        + name
                        + " -storetype PKCS12 -storepass changeit -keystore "
                        + store)
                    .split(" "))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor();
    assertThat(status).isZero();
    KeyStore keys = KeyStore.getInstance(store.toFile(), "changeit".toCharArray());
    Files.writeString(certificate, pem("CERTIFICATE", keys.getCertificate("nats").getEncoded()));
    Files.writeString(
        key, pem("PRIVATE KEY", keys.getKey("nats", "changeit".toCharArray()).getEncoded()));
    remove(store.getParent());
  }

  private static String pem(String what, byte[] bytes) {
    String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
    return "-----BEGIN " + what + "-----\n" + lines + "\n-----END " + what + "-----\n";
  }
}
