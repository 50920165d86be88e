package chat.tcrp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import chat.tcrp.server.base.Addresses;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The real program as a process, what signals do to it, and how it ends; see {@link FailingServer}.
 */
class ProgramTest {
  private static final int FAILED = 70;

  /** A disk on which there is never any room. */
  private static final Path FULL = Path.of("/dev/full");

  private static final String[] ANYWHERE = {
    "--host", "127.0.0.1", "--port", "0", "--lobby", "--lobby-port", "0"
  };

  @TempDir private Path directory;
  private Path err;
  private Process process;

  @AfterEach
  void stop() {
    if (process != null) {
      process.destroyForcibly().onExit().join();
    }
  }

  @ParameterizedTest
  @CsvSource({"TERM, 127.0.0.1", "INT, 127.0.0.1", "TERM, 0.0.0.0"})
  void aSignalIsTheUsualEnd(String signal, String host) throws Exception {
    start(Main.class, "--host", host, "--port", "0", "--lobby", "--lobby-port", "0");
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    assertThat(out.readLine()).startsWith("chat-server 1.0.0 · rooms on tcp " + host + ":");

    signal(signal);
    assertThat(status()).isZero();
    assertThat(err()).isEmpty();
  }

  @Test
  void whatFlightRecorderHasIsWrittenAtTheEnd() throws Exception {
    Path recorded = directory.resolve("chat.jfr");
    ProcessBuilder server = builder(Main.class, ANYWHERE);
    server.command().add(1, "-XX:StartFlightRecording=filename=" + recorded);
    start(server.redirectOutput(ProcessBuilder.Redirect.PIPE));
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    while (!out.readLine().startsWith("chat-server ")) {}

    signal("TERM");
    assertThat(status()).isZero();
    assertThat(RecordingFile.readAllEvents(recorded)).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"rooms", "lobby", "log"})
  void anErrorInAnyThreadEndsTheProcessWithItsCause(String thread) throws Exception {
    start(FailingServer.class, with(thread));

    assertThat(status()).isEqualTo(FAILED);
    assertThat(err())
        .contains(
            "chat-server: This should not happen: java.lang.StackOverflowError: of a test."
                + " Run it with --debug and report what it prints (thread "
                + thread
                + ")\n");
  }

  @Test
  void anExhaustedMemoryEndsTheProcessWithItsCause() throws Exception {
    start(FailingServer.class, with("memory"));

    assertThat(status()).isEqualTo(FAILED);
    assertThat(err())
        .contains("chat-server: out of memory (Java heap space). Give the server more with");
  }

  @Test
  void aDefectThatOneConnectionMeetsIsNotTheEndOfTheOthers() throws Exception {
    start(FailingServer.class, with("connection"));

    assertThat(status()).isZero();
    assertThat(err())
        .startsWith(
            "chat-server: This should not happen: java.lang.IllegalStateException: of a test")
        .endsWith("(thread handshake)\n");
  }

  @Test
  void aRelayThatHasFailedIsNoSuccess() throws Exception {
    start(FailingServer.class, with("defect"));

    assertThat(status()).isEqualTo(FAILED);
    assertThat(err()).contains("chat-server: the relay has failed: of a test\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "--version", "generate-completion"})
  void whatCannotBeWrittenIsNotTakenForDone(String option) throws Exception {
    assumeTrue(Files.exists(FULL));
    start(builder(Main.class, option).redirectOutput(FULL.toFile()));

    assertThat(status()).isEqualTo(74);
    assertThat(err())
        .isEqualTo("chat-server: cannot write to standard output: No space left on device\n");
  }

  @Test
  void aServerThatCannotSayWhereItIsRunsAndSaysSo() throws Exception {
    assumeTrue(Files.exists(FULL));
    start(builder(Main.class, ANYWHERE).redirectOutput(FULL.toFile()));
    String complaint = "chat-server: cannot write to standard output: No space left on device\n";
    long deadline = System.nanoTime() + TestPeer.PATIENCE.toNanos();
    while (!err().contains(complaint)) {
      assertThat(System.nanoTime() - deadline).as(err()).isNegative();
      LockSupport.parkNanos(10_000_000);
    }

    assertThat(process.isAlive()).isTrue();
    signal("TERM");
    assertThat(status()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "::, '[::]', localhost",
    "0.0.0.0, 0.0.0.0, localhost",
    "::1, '[::1]', localhost",
    "127.0.0.1, 127.0.0.1, localhost",
    "127.0.0.2, 127.0.0.2, 127.0.0.2"
  })
  void theFirstLineNamesTheAddressThatWasAskedFor(String host, String shown, String toTry)
      throws Exception {
    start(Main.class, "--host", host, "--port", "0", "--lobby", "--lobby-port", "0");
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    String first = out.readLine();
    // Where there is no IPv6, or only one loopback address, there is no such address.
    assumeTrue(first != null || host.equals("127.0.0.1") || host.equals("0.0.0.0"));

    assertThat(first)
        .matches(
            "chat-server 1.0.0 · rooms on tcp AT · chat on udp AT · lobby on udp AT"
                .replace("AT", Pattern.quote(shown) + ":\\d+"));
    assertThat(out.readLine())
        .matches(
            "try: chat-client create tea --server " + toTry + ":\\d+ --server-key SHA256:[^ ]{43}");
  }

  @Test
  void theKeyHasALineOfItsOwnAndStandsInTheInvitation() throws Exception {
    start(Main.class, "--host", "127.0.0.1", "--port", "0");
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);

    assertThat(out.readLine()).startsWith("chat-server ");
    String toTry = out.readLine();
    String key = out.readLine();
    assertThat(out.readLine()).isEqualTo("Ctrl-C stops the server");
    try (TestServer server = TestServer.startSealed()) {
      assertThat(key).isEqualTo("key " + server.fingerprint().orElseThrow());
      assertThat(toTry).endsWith(" --server-key " + server.fingerprint().orElseThrow());
    }
  }

  @Test
  void withoutAHostTheFirstLineSaysAllAddresses() throws Exception {
    start(Main.class, "--port", "0");

    assertThat(process.inputReader(StandardCharsets.UTF_8).readLine())
        .startsWith("chat-server 1.0.0 · rooms on tcp " + Addresses.format(Addresses.all()) + ":");
  }

  @Test
  void aServerThatWasStoppedRemovesNobodyForTheTimeInWhichItDidNotListen() throws Exception {
    start(Main.class, "--host", "127.0.0.1", "--port", "0", "--keepalive-timeout", "3s");
    List<Integer> ports = ports(process.inputReader(StandardCharsets.UTF_8).readLine());

    try (ProcessMember steady = new ProcessMember(ports.get(0), ports.get(1));
        ProcessMember silent = new ProcessMember(ports.get(0), ports.get(1))) {
      steady.create("tea", "steady");
      silent.join("tea", "silent");
      steady.keepCadence();
      silent.keepCadence();

      signal("STOP");
      long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
      while (System.nanoTime() - end < 0) {
        steady.say("");
        // Nobody answers, so that this takes its time.
        steady.hears(Duration.ofMillis(500));
      }
      signal("CONT");

      // Its silence was as long; what it sent may have been lost in a full queue.
      silent.say("still here");
      steady.awaits("silent: still here");
      steady.say("me too");
      silent.awaits("steady: me too");
    }
  }

  private void signal(String name) throws IOException, InterruptedException {
    assertThat(new ProcessBuilder("kill", "-" + name, "" + process.pid()).start().waitFor())
        .isZero();
  }

  /** The ports of TCP and UDP that the first line names. */
  private static List<Integer> ports(String firstLine) {
    return Pattern.compile(":(\\d+)")
        .matcher(firstLine)
        .results()
        .map(found -> Integer.valueOf(found.group(1)))
        .toList();
  }

  private static String[] with(String thread) {
    List<String> arguments = new ArrayList<>(List.of(ANYWHERE));
    arguments.addFirst(thread);
    return arguments.toArray(String[]::new);
  }

  private void start(Class<?> main, String... arguments) throws IOException {
    start(builder(main, arguments));
  }

  private void start(ProcessBuilder builder) throws IOException {
    err = Files.createTempFile(directory, "server", ".err");
    process = builder.redirectError(err.toFile()).start();
  }

  private static ProcessBuilder builder(Class<?> main, String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().remove("STATE_DIRECTORY");
    builder.environment().put("XDG_STATE_HOME", TestServer.STATE.toString());
    return builder;
  }

  private int status() throws InterruptedException {
    assertThat(process.waitFor(TestPeer.PATIENCE.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
    return process.exitValue();
  }

  private String err() throws IOException {
    return Files.readString(err);
  }
}
