package chat.tcrp.server;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The program {@code chat-server}. */
@Command(
    name = "chat-server",
    version = "chat-server " + Main.VERSION,
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    sortOptions = false,
    subcommands = {GenerateCompletion.class, CommandLine.HelpCommand.class},
    description = "Hosts chat rooms: handshakes over TCP, messages over UDP.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  chat-server                        on all addresses, tcp 9001 and udp 9002",
      "  chat-server --port 7000            tcp 7000 and udp 7001",
      "  chat-server --host 127.0.0.1       for programs on this machine only",
      "  chat-server --idle-timeout 1h      forget the silent after an hour",
      "  chat-server --lobby                open the lobby too, on udp 9001"
    })
public final class Main implements Callable<Integer> {
  static final String VERSION = "1.0.0";

  @Spec private CommandSpec spec;

  @Option(
      names = "--host",
      paramLabel = "ADDR",
      description = "Address to listen on. Default: all of this machine's, IPv4 and IPv6.")
  private Optional<InetAddress> host = Optional.empty();

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "" + ServerConfig.DEFAULT_PORT,
      description = "TCP port of the handshakes; 0 takes a free one. Default: ${DEFAULT-VALUE}.")
  private int port;

  @Option(
      names = "--udp-port",
      paramLabel = "N",
      description = "UDP port of the messages; 0 takes a free one. Default: the TCP port + 1.")
  private Optional<Integer> udpPort = Optional.empty();

  @Option(
      names = "--idle-timeout",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description =
          "Remove a member that has sent nothing for so long. Default: 5m; in the lobby 60s.")
  private Optional<Duration> idleTimeout = Optional.empty();

  @Option(
      names = "--keepalive-timeout",
      paramLabel = "TIME",
      defaultValue = "30s",
      converter = DurationConverter.class,
      description =
          "Remove a member whose keepalives have stopped for so long. Default: ${DEFAULT-VALUE}.")
  private Duration keepaliveTimeout;

  @Option(
      names = "--max-rooms",
      paramLabel = "N",
      defaultValue = "10000",
      description = "How many rooms there may be at once. Default: ${DEFAULT-VALUE}.")
  private int maxRooms;

  @Option(
      names = "--max-members",
      paramLabel = "N",
      defaultValue = "5000",
      description = "How many members a room may have. Default: ${DEFAULT-VALUE}.")
  private int maxMembers;

  @Option(
      names = "--lobby",
      description =
          "Open the lobby too: one room for everybody on one UDP port, without handshake, token or password. Off by "
              + "default, since such a relay can be made to send to forged addresses.")
  private boolean lobby;

  @Option(
      names = "--lobby-port",
      paramLabel = "N",
      defaultValue = "" + LobbyConfig.DEFAULT_PORT,
      description = "UDP port of the lobby; 0 takes a free one. Default: ${DEFAULT-VALUE}.")
  private int lobbyPort;

  @Option(
      names = "--lobby-members",
      paramLabel = "N",
      defaultValue = "2000",
      description = "How many members the lobby may have. Default: ${DEFAULT-VALUE}.")
  private int lobbyMembers;

  @Option(
      names = "--lobby-admissions",
      paramLabel = "N",
      defaultValue = "100",
      description =
          "How many new addresses the lobby admits in a second. Default: ${DEFAULT-VALUE}.")
  private int lobbyAdmissions;

  @Option(
      names = "--io",
      paramLabel = "MODE",
      defaultValue = "auto",
      description =
          "How datagrams are received and sent: batched (Linux), channel, or auto for the best there is. Default: ${DEFAULT-VALUE}.")
  private IoMode io;

  @Option(
      names = "--relay-threads",
      paramLabel = "N",
      defaultValue = "1",
      description = "How many threads relay messages. Default: ${DEFAULT-VALUE}.")
  private int relayThreads;

  @Option(names = "--debug", description = "Log more, and show the stack trace of an error.")
  private boolean debug;

  private Main() {}

  /**
   * Runs the program and ends the process with its exit status.
   *
   * @param args the command line
   */
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  /**
   * The command line with its error handling: a short message on standard error, a trace only with
   * --debug.
   */
  static CommandLine commandLine() {
    Main main = new Main();
    return new CommandLine(main)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(Main::usageError)
        .setExecutionExceptionHandler(
            (error, commandLine, result) -> {
              if (main.debug) {
                error.printStackTrace(commandLine.getErr());
              }
              complain(commandLine, error.getMessage());
              return CommandLine.ExitCode.SOFTWARE;
            });
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    ServerConfig config = config();
    configureLogging();
    ChatServer server = ChatServer.start(config, Ticker.SYSTEM, new SecureRandom());
    // A signal ends the process through this hook; halting in it makes the exit status 0 instead of
    // the signal's.
    Thread stop =
        new Thread(
            () -> {
              try {
                server.close();
                Runtime.getRuntime().halt(CommandLine.ExitCode.OK);
              } catch (IOException e) {
                System.err.println("chat-server: closing failed: " + e.getMessage());
              }
            },
            "stop");
    Runtime.getRuntime().addShutdownHook(stop);
    announce(server);
    server.awaitEnd();
    return CommandLine.ExitCode.OK;
  }

  private ServerConfig config() {
    for (String option : new String[] {"--lobby-port", "--lobby-members", "--lobby-admissions"}) {
      if (!lobby && spec.commandLine().getParseResult().hasMatchedOption(option)) {
        throw new ParameterException(
            spec.commandLine(), option + " means nothing without --lobby, which opens the lobby");
      }
    }
    try {
      ServerConfig defaults = ServerConfig.defaults();
      return new ServerConfig(
          host,
          port,
          udpPort.map(OptionalInt::of).orElseGet(OptionalInt::empty),
          idleTimeout.orElse(defaults.idleTimeout()),
          keepaliveTimeout,
          maxRooms,
          maxMembers,
          defaults.handshakeTimeout(),
          io,
          relayThreads,
          lobby ? Optional.of(lobbyConfig()) : Optional.empty());
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private LobbyConfig lobbyConfig() {
    return new LobbyConfig(
        lobbyPort,
        idleTimeout.orElse(LobbyConfig.DEFAULT_IDLE_TIMEOUT),
        lobbyMembers,
        lobbyAdmissions);
  }

  /**
   * Says where the server can be reached, on standard output and always in UTF-8, for people and
   * scripts.
   */
  private static void announce(ChatServer server) {
    PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    int port = server.tcpAddress().getPort();
    int udpPort = server.udpAddress().getPort();
    out.println(
        "chat-server %s · rooms on tcp %s · chat on udp %s%s"
            .formatted(
                VERSION,
                Addresses.format(server.tcpAddress()),
                Addresses.format(server.udpAddress()),
                server
                    .lobbyAddress()
                    .map(address -> " · lobby on udp " + Addresses.format(address))
                    .orElse("")));
    out.println(
        "try: chat-client create tea"
            + (port == ServerConfig.DEFAULT_PORT ? "" : " --server localhost:" + port)
            + (udpPort == port + 1 ? "" : " --udp-port " + udpPort));
    server
        .lobbyAddress()
        .map(InetSocketAddress::getPort)
        .ifPresent(
            lobbyPort ->
                out.println(
                    "try: chat-client lobby"
                        + (lobbyPort == LobbyConfig.DEFAULT_PORT
                            ? ""
                            : " --server localhost:" + lobbyPort)));
    out.println("Ctrl-C stops the server");
  }

  /**
   * One line an event, without what the runtime would put before it; must come before the first
   * logger.
   */
  private void configureLogging() {
    System.setProperty("jdk.system.logger.format", "%1$tFT%1$tT.%1$tL %4$s %5$s%6$s%n");
    System.setProperty("jdk.system.logger.level", debug ? "DEBUG" : "INFO");
  }

  private static int usageError(ParameterException error, String[] args) {
    CommandLine commandLine = error.getCommandLine();
    if (error instanceof UnmatchedArgumentException unmatched && !unmatched.isUnknownOption()) {
      complain(
          commandLine,
          "one argument too many: '"
              + unmatched.getUnmatched().getFirst()
              + "'; there are only options");
    } else {
      complain(commandLine, error.getMessage());
      UnmatchedArgumentException.printSuggestions(error, commandLine.getErr());
    }
    commandLine.getErr().println("Try: chat-server --help");
    return CommandLine.ExitCode.USAGE;
  }

  private static void complain(CommandLine commandLine, String message) {
    PrintWriter err = commandLine.getErr();
    err.println("chat-server: " + message);
    err.flush();
  }
}
