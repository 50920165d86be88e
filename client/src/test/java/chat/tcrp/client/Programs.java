package chat.tcrp.client;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.client.face.Problem;
import chat.tcrp.client.session.ServerAddress;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The real programs, as processes of their own. */
public final class Programs {
  /** Of util-linux, in every Linux distribution. */
  public static final Path SCRIPT = Path.of("/usr/bin/script");

  /** The environment of somebody who has no configuration, whatever the machine's may be. */
  static final Map<String, String> UNCONFIGURED = Map.of("CHAT_CLIENT_CONFIG", "/dev/null");

  private Programs() {}

  /** The command that runs a main class with the class path of the tests. */
  public static List<String> java(Class<?> main, String... args) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx128m",
                "-Dstdout.encoding=UTF-8",
                "-Dstderr.encoding=UTF-8",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
    command.addAll(List.of(args));
    return command;
  }

  /**
   * A program as it is delivered, but for the image: the script that starts it, with the image's
   * options, on the Java and the modules of the tests.
   */
  static Path launcher(Path directory, String program, Class<?> main) throws IOException {
    Path bin = Files.createDirectories(directory.resolve(program).resolve("bin"));
    Files.createSymbolicLink(
        bin.resolve("java"), Path.of(System.getProperty("java.home"), "bin", "java"));
    Files.writeString(
        bin.resolve("modules"),
        "--module-path \"" + modulePath() + "\"\n--add-modules org.jline.terminal.ffm\n");
    Path launcher = bin.resolve(program);
    Files.writeString(
        launcher,
        Files.readString(Path.of("..", ".mvn", "launcher"))
            .replace("@program@", program)
            .replace("@main@", main.getPackageName() + "/" + main.getName())
            .replace("@options@", System.getProperty("image.jvm.options") + " \"@$bin/modules\""));
    assertThat(launcher.toFile().setExecutable(true)).isTrue();
    return launcher;
  }

  private static final Pattern LIBRARY =
      Pattern.compile("[/\\\\](chat|jackson|picocli|jline|jnats)-[^/\\\\]*\\.jar$");

  /** The modules of both programs and what they require, as classes and jars. */
  static String modulePath() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .filter(entry -> !entry.endsWith("test-classes"))
        // An automatic module, as jnats is here, would have the modules of the tests resolved too.
        .filter(entry -> !entry.endsWith(".jar") || LIBRARY.matcher(entry).find())
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** The command that has a shell run another at a pseudoterminal of its own. */
  public static List<String> atTerminal(String command) {
    return List.of(SCRIPT.toString(), "-qfec", command, "/dev/null");
  }

  /** A command as a shell takes it. */
  public static String shellCommand(List<String> command) {
    return command.stream().map(Problem::quoted).collect(Collectors.joining(" "));
  }

  /** A server that can be killed and started again on the same ports. */
  public static final class Server implements AutoCloseable {
    private final ServerAddress address;
    private final List<String> options;
    private Process process;

    private Server(ServerAddress address, String... options) {
      this.address = address;
      this.options = List.of(options);
    }

    public static Server start(String... options) throws IOException {
      Server server = new Server(freePorts(), options);
      server.restart();
      return server;
    }

    /** With its UDP port beside its TCP port, so that clients need not be told. */
    static Server startOnNeighbouringPorts(String... options) throws IOException {
      for (int tries = 0; ; tries++) {
        ServerAddress free = freePorts();
        Server server =
            new Server(new ServerAddress(free.host(), free.port(), free.port() + 1), options);
        try {
          server.restart();
          return server;
        } catch (IOException e) {
          if (tries == 20) {
            throw e;
          }
        }
      }
    }

    public ServerAddress address() {
      return address;
    }

    /** Starts it; returns when it can be reached. */
    public void restart() throws IOException {
      List<String> command =
          java(
              chat.tcrp.server.Main.class,
              "--host",
              address.host(),
              "--port",
              "" + address.port(),
              "--udp-port",
              "" + address.udpPort());
      command.addAll(options);
      process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
      if (out.readLine() == null) {
        throw new IOException("the server did not start");
      }
    }

    /** As kill -9 does: no socket is closed in order, nobody is told. */
    public void kill() {
      process.destroyForcibly().onExit().join();
    }

    /** As an operator stops it; returns when it has ended. */
    public void stop() throws InterruptedException {
      process.destroy();
      assertThat(process.waitFor(TestClient.PATIENCE.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
      assertThat(process.exitValue()).isZero();
    }

    @Override
    public void close() {
      kill();
    }
  }

  /** A client whose input and output are pipes. */
  public static final class Client implements AutoCloseable {
    private final Process process;
    private final Path out;
    private final Path err;

    public Client(Path directory, String... args) throws IOException {
      this(directory, Map.of(), args);
    }

    Client(Path directory, Map<String, String> environment, String... args) throws IOException {
      this(directory, environment, java(Main.class, args));
    }

    /**
     * Has a shell run a command at a terminal of its own; what is typed goes there. The shell is
     * the system's, whatever the user's is. It stays beside the command, gets Ctrl-C too and ends
     * with its own status then, unless the command begins with {@code exec}.
     */
    public static Client atTerminal(Path directory, String command) throws IOException {
      return new Client(
          directory,
          Map.of(
              "TERM", "xterm-256color", "XDG_STATE_HOME", directory.toString(), "SHELL", "/bin/sh"),
          Programs.atTerminal(command));
    }

    /** Has a shell run a script that stands in a file, so that its bytes are those of UTF-8. */
    public static Client ofShell(Path directory, Map<String, String> environment, String script)
        throws IOException {
      Path file = Files.writeString(Files.createTempFile(directory, "script", ".sh"), script);
      return new Client(directory, environment, List.of("/bin/sh", file.toString()));
    }

    private Client(Path directory, Map<String, String> environment, List<String> command)
        throws IOException {
      out = Files.createTempFile(directory, "client", ".out");
      err = Files.createTempFile(directory, "client", ".err");
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
      builder.environment().remove("CHAT_SERVER");
      builder.environment().putAll(environment);
      process = builder.start();
    }

    public Client type(String text) throws IOException {
      process.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().flush();
      return this;
    }

    public Client endInput() throws IOException {
      process.getOutputStream().close();
      return this;
    }

    public Process process() {
      return process;
    }

    /** Sends a signal by its name. */
    public void signal(String name) throws IOException, InterruptedException {
      new ProcessBuilder("kill", "-" + name, "" + process.pid()).start().waitFor();
    }

    public String out() {
      return read(out);
    }

    public String err() {
      return read(err);
    }

    /** Waits for the end. */
    public int status() throws InterruptedException {
      if (!process.waitFor(TestClient.PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError("the client does not end; it said: " + err());
      }
      return process.exitValue();
    }

    @Override
    public void close() {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().onExit().join();
    }

    private static String read(Path file) {
      try {
        return Files.readString(file);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /**
   * Ports that nobody has at the moment. A program that is started anew on the same ports cannot
   * have the system choose them, so they are none of those that the system gives to others
   * meanwhile: on Linux it gives from 32768 on, elsewhere from 49152 on.
   */
  public static ServerAddress freePorts() {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(10_000, 30_000);
      int udpPort = ThreadLocalRandom.current().nextInt(10_000, 30_000);
      try (ServerSocket tcp = new ServerSocket(port, 1, loopback);
          DatagramSocket udp = new DatagramSocket(new InetSocketAddress(loopback, udpPort))) {
        return new ServerAddress(loopback.getHostAddress(), tcp.getLocalPort(), udp.getLocalPort());
      } catch (IOException e) {
        assertThat(e).isInstanceOf(BindException.class);
      }
    }
  }
}
