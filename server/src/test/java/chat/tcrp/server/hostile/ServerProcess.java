package chat.tcrp.server.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.server.TestPeer;
import chat.tcrp.server.TestServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The real program in a process of its own, with as much memory as a test gives it. */
final class ServerProcess implements AutoCloseable {
  private static final Pattern WHERE = Pattern.compile("tcp \\S+:(\\d+) · chat on udp \\S+:(\\d+)");

  private static final String COMPLAINT = "chat-server: ";

  private final Process process;
  private final Path err;
  private final Door door;

  /**
   * Starts it.
   *
   * @param directory where it may write its log
   * @param heap of the virtual machine, as -Xmx has it
   */
  ServerProcess(Path directory, String heap, String... options) throws IOException {
    err = Files.createTempFile(directory, "server", ".err");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // A short life is not worth a second compiler.
                "-XX:TieredStopAtLevel=" + Scale.of(1, 4),
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx" + heap,
                "-cp",
                System.getProperty("java.class.path"),
                "chat.tcrp.server.Main",
                "--host",
                Door.HERE,
                "--port",
                "0"));
    command.addAll(List.of(options));
    process = new ProcessBuilder(command).redirectError(err.toFile()).start();
    Matcher where = WHERE.matcher(process.inputReader(StandardCharsets.UTF_8).readLine());
    assertThat(where.find()).isTrue();
    door = new Door(at(where.group(1)), at(where.group(2)));
  }

  private static InetSocketAddress at(String port) {
    return new InetSocketAddress(TestServer.address(Door.HERE), Integer.parseInt(port));
  }

  Door door() {
    return door;
  }

  /** Kills it on the spot, {@code KILL}, or has it stand still, {@code STOP}, and go on. */
  void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, "" + process.pid()).inheritIO().start().waitFor();
  }

  /** How much memory it takes of the system, in MiB. */
  long memory() throws IOException {
    return Files.readAllLines(Path.of("/proc", "" + process.pid(), "status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) >> 10)
        .sum();
  }

  /** How many files it has open, connections among them. */
  long files() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("/proc", "" + process.pid(), "fd"))) {
      return files.count();
    }
  }

  /** What it says of itself; events are logged nowhere in tests. */
  private String err() throws IOException {
    return Files.readString(err);
  }

  /** It runs, and has not just begun to end. */
  void assertRuns() throws IOException {
    assertThat(process.isAlive() && !err().contains(COMPLAINT)).as("runs: " + err()).isTrue();
  }

  /** Stops it as an operator does; it must have run until now, and say nothing of an error. */
  void stop() throws Exception {
    assertRuns();
    process.destroy();
    assertThat(process.waitFor(TestPeer.PATIENCE.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
    assertThat(err()).doesNotContain(COMPLAINT);
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
