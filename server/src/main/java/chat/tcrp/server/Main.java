package chat.tcrp.server;

import chat.tcrp.program.Configuration;
import chat.tcrp.program.DurationConverter;
import chat.tcrp.program.SizeConverter;
import chat.tcrp.program.Usage;
import chat.tcrp.server.base.Addresses;
import chat.tcrp.server.base.Networks;
import chat.tcrp.server.base.Ticker;
import chat.tcrp.server.handshake.HandshakeLimits;
import chat.tcrp.server.handshake.IdentitySource;
import chat.tcrp.server.handshake.PlainPolicy;
import chat.tcrp.server.handshake.SealingConfig;
import chat.tcrp.server.lobby.LobbyConfig;
import chat.tcrp.server.metrics.Recordings;
import chat.tcrp.server.net.IoMode;
import chat.tcrp.server.rooms.RoomLimits;
import chat.tcrp.server.top.Top;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program {@code chat-server}. */
@Command(
    name = "chat-server",
    version = "chat-server " + Main.VERSION,
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    sortOptions = false,
    subcommands = {Top.class, GenerateCompletion.class, CommandLine.HelpCommand.class},
    description = {
      "Hosts chat rooms: handshakes over TCP, messages over UDP.",
      "Options may also stand in files, see --config, or in the environment, such as"
          + " CHAT_SERVER_MAX_ROOMS=500."
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:stopped by a signal",
      "1:it cannot listen: a port is in use, an address is not this machine's",
      "2:wrong usage",
      "70:it failed while it ran: the memory is exhausted, a socket is lost, a defect",
      "74:--help, --version or generate-completion could not be written"
    },
    footerHeading = "%nEnvironment:%n",
    footer = {
      "  CHAT_SERVER_*       any option, such as CHAT_SERVER_MAX_ROOMS=500",
      "  CHAT_JAVA_OPTS      options for the Java virtual machine, such as -Xmx1g",
      "  STATE_DIRECTORY     where a service keeps the key; systemd sets it",
      "  XDG_STATE_HOME      where others keep it, instead of ~/.local/state",
      "",
      "Files:",
      "  ~/.config/chat-server/config",
      "                      options; else, key by key, /etc/chat-server/config",
      "  ~/.local/state/chat-server/identity.p12",
      "                      the key that clients know the server by",
      "",
      "Examples:",
      "  chat-server                        on all addresses, tcp 9001 and udp 9002",
      "  chat-server --port 7000            tcp 7000 and udp 7001",
      "  chat-server --host 127.0.0.1       for programs on this machine only",
      "  chat-server --idle-timeout 1h      forget the silent after an hour",
      "  chat-server --lobby                open the lobby too, on udp 9001"
    })
public final class Main implements Callable<Integer> {
  static final String VERSION = "1.0.0";

  /** The addresses of the name localhost, at one of which a client finds a server. */
  private static final List<String> LOCALHOST = List.of("127.0.0.1", "[::1]");

  /** The output cannot be written (EX_IOERR of sysexits). */
  private static final int UNWRITABLE = 74;

  private static final Usage USAGE = new Usage(0, Main::complain);

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
      names = "--max-sessions",
      paramLabel = "N",
      defaultValue = "100000",
      description = "How many members all rooms together may have. Default: ${DEFAULT-VALUE}.")
  private int maxSessions;

  @Option(
      names = "--max-rooms-per-address",
      paramLabel = "N",
      defaultValue = "100",
      description =
          "How many rooms at once one address may have made; an IPv6 address counts with its /64 network. Default: "
              + "${DEFAULT-VALUE}.")
  private int maxRoomsPerAddress;

  @Option(
      names = "--max-sessions-per-address",
      paramLabel = "N",
      defaultValue = "500",
      description =
          "How many members may come from one address, in all rooms together. Default: ${DEFAULT-VALUE}.")
  private int maxSessionsPerAddress;

  @Option(
      names = "--handshakes-per-minute",
      paramLabel = "N",
      defaultValue = "600",
      description =
          "How many handshakes one address may make in a minute. Default: ${DEFAULT-VALUE}.")
  private int handshakesPerMinute;

  @Option(
      names = "--trusted-net",
      paramLabel = "NETS",
      defaultValue = "127.0.0.0/8,::1",
      description =
          "Networks, separated by commas, to which the three limits for each address do not apply; none for no"
              + " network. Default: ${DEFAULT-VALUE}.")
  private String trustedNet;

  @Option(
      names = "--member-budget",
      paramLabel = "N",
      defaultValue = "50000",
      description =
          "How many deliveries a second one member may cause: a message costs one for each other member of the room."
              + " Default: ${DEFAULT-VALUE}.")
  private int memberBudget;

  @Option(
      names = "--backlog",
      paramLabel = "N",
      defaultValue = "128",
      description =
          "How many lines a room keeps for members who come back, 32 KiB of them at most; 0 for none. Default: "
              + "${DEFAULT-VALUE}.")
  private int backlog;

  @Option(
      names = "--backlog-memory",
      paramLabel = "SIZE",
      defaultValue = "64m",
      converter = SizeConverter.class,
      description = "How much all rooms together keep of lines. Default: ${DEFAULT-VALUE}.")
  private long backlogMemory;

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

  @Option(
      names = "--plain",
      paramLabel = "WHO",
      defaultValue = "allow",
      description =
          "Who may connect without TLS: allow everybody, local for programs on this machine, or refuse. Default: ${DEFAULT-VALUE}.")
  private PlainPolicy plain;

  @Option(
      names = "--identity",
      paramLabel = "FILE",
      description =
          "The server's key for TLS, made if it is not there. Default: identity.p12 in $$STATE_DIRECTORY or ~/.local/state/chat-server.")
  private Optional<Path> identity = Optional.empty();

  @Option(
      names = "--tls-cert",
      paramLabel = "FILE",
      description = "A certificate in PEM to use instead, with --tls-key.")
  private Optional<Path> tlsCertificate = Optional.empty();

  @Option(names = "--tls-key", paramLabel = "FILE", description = "Its key, PKCS #8 in PEM.")
  private Optional<Path> tlsKey = Optional.empty();

  @Mixin private HandoverOption handover;
  @Mixin private ClusterOptions cluster;
  @Mixin private final MonitoringOptions monitoring = new MonitoringOptions();

  @Option(names = "--debug", description = "Log more, and show the stack trace of an error.")
  private boolean debug;

  @Mixin private final Configuration configuration;

  private final Ticker ticker;

  private Main(Ticker ticker, Map<String, String> environment) {
    this.ticker = ticker;
    configuration = new Configuration("chat-server", environment);
  }

  /**
   * Runs the program and ends the process with its exit status: 0 stopped by a signal, 1 it cannot
   * listen, 2 usage, 70 it failed while running, 74 the output cannot be written.
   *
   * @param args the command line
   */
  public static void main(String[] args) {
    run(Ticker.SYSTEM, args);
  }

  /** The same with another clock. */
  static void run(Ticker ticker, String... args) {
    boolean debug = List.of(args).contains("--debug");
    Defect.endsTheProcess(debug);
    StringWriter out = new StringWriter();
    CommandLine program = commandLine(ticker, System.getenv()).setOut(new PrintWriter(out, true));
    int status = USAGE.execute(program, args);
    System.exit(print(program, out.toString()) ? status : UNWRITABLE);
  }

  /**
   * The command line as it is where the environment says nothing: the manual pages are made of it.
   */
  static CommandLine commandLine() {
    return commandLine(Ticker.SYSTEM, Map.of());
  }

  /**
   * The command line with its error handling: a short message on standard error, a trace only with
   * --debug.
   *
   * @param environment what may hold options, and where the files are that may
   */
  static CommandLine commandLine(Ticker ticker, Map<String, String> environment) {
    Main main = new Main(ticker, environment);
    CommandLine program =
        new CommandLine(main)
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setExecutionExceptionHandler(
                (error, commandLine, result) -> {
                  main.report(error);
                  return error instanceof IOException
                      ? CommandLine.ExitCode.SOFTWARE
                      : Defect.STATUS;
                });
    return main.configuration.apartFrom("top").govern(program, USAGE, main::config);
  }

  private void report(Exception error) {
    if (debug) {
      error.printStackTrace(spec.commandLine().getErr());
    }
    complain(
        spec.commandLine(),
        error instanceof IOException ? error.getMessage() : Defect.message(error, debug));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    ServerConfig config = config();
    Defect.endsTheProcess(debug);
    configureLogging();
    ChatServer server =
        ChatServer.start(
            config, ticker, new SecureRandom(), handover.handover(), cluster.join(handover));
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server), "stop"));
    print(spec.commandLine(), announcement(server));
    try {
      server.awaitEnd();
      return CommandLine.ExitCode.OK;
    } catch (IOException e) {
      report(e);
      return Defect.STATUS;
    }
  }

  /**
   * Runs in every exit. A signal's exit status is replaced, which only a halt from here can do; a
   * server that has ended by itself has failed.
   */
  private static void stop(ChatServer server) {
    boolean failed = server.hasEnded();
    try {
      server.close();
    } catch (IOException e) {
      System.err.println("chat-server: closing failed: " + e.getMessage());
      failed = true;
    }
    try {
      Recordings.awaitWritten();
    } catch (InterruptedException e) {
      // Whoever wants the process to end faster than that shall have it.
      failed = true;
    }
    Runtime.getRuntime().halt(failed ? Defect.STATUS : CommandLine.ExitCode.OK);
  }

  /** How the server is to run, by its options. */
  ServerConfig config() {
    // In a file they may wait for the lobby to be opened.
    for (String option : new String[] {"--lobby-port", "--lobby-members", "--lobby-admissions"}) {
      if (!lobby && spec.commandLine().getParseResult().hasMatchedOption(option)) {
        throw new ParameterException(
            spec.commandLine(), option + " means nothing without --lobby, which opens the lobby");
      }
    }
    try {
      Networks trusted = trusted();
      return new ServerConfig(
          host,
          port,
          udpPort.map(OptionalInt::of).orElseGet(OptionalInt::empty),
          RoomLimits.DEFAULTS
              .with()
              .idleTimeout(idleTimeout.orElse(RoomLimits.DEFAULTS.idleTimeout()))
              .keepaliveTimeout(keepaliveTimeout)
              .maxRooms(maxRooms)
              .maxMembers(maxMembers)
              .maxSessions(maxSessions)
              .maxRoomsPerAddress(maxRoomsPerAddress)
              .maxSessionsPerAddress(maxSessionsPerAddress)
              .memberBudget(memberBudget)
              .backlog(backlog, backlogMemory)
              .trusted(trusted)
              .build(),
          new HandshakeLimits(HandshakeLimits.DEFAULTS.timeout(), handshakesPerMinute, trusted),
          io,
          relayThreads,
          lobby ? Optional.of(lobbyConfig()) : Optional.empty(),
          new SealingConfig(Optional.of(identitySource()), plain),
          monitoring.config());
    } catch (IllegalArgumentException e) {
      throw Usage.mistake(spec, e, argument -> mistake(ticker, argument));
    }
  }

  /** What is wrong with an option alone. */
  private static Optional<String> mistake(Ticker ticker, String argument) {
    CommandLine program = commandLine(ticker, Map.of());
    program.parseArgs(argument);
    try {
      program.<Main>getCommand().config();
      return Optional.empty();
    } catch (ParameterException e) {
      return Optional.of(e.getMessage());
    }
  }

  private Networks trusted() {
    try {
      return Networks.parse(trustedNet);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("--trusted-net: " + e.getMessage(), e);
    }
  }

  private IdentitySource identitySource() {
    if (tlsCertificate.isPresent() != tlsKey.isPresent()) {
      throw new IllegalArgumentException("--tls-cert and --tls-key belong together");
    }
    if (tlsCertificate.isPresent()) {
      if (identity.isPresent()) {
        throw new IllegalArgumentException("--identity means nothing with --tls-cert");
      }
      return new IdentitySource.Pem(tlsCertificate.get(), tlsKey.get());
    }
    return identity
        .map(IdentitySource.Kept::new)
        .orElseGet(
            () -> IdentitySource.usual(System.getenv(), Path.of(System.getProperty("user.home"))));
  }

  private LobbyConfig lobbyConfig() {
    return new LobbyConfig(
        lobbyPort,
        idleTimeout.orElse(LobbyConfig.DEFAULT_IDLE_TIMEOUT),
        lobbyMembers,
        lobbyAdmissions);
  }

  /** Where the server can be reached, for people and scripts. */
  private static String announcement(ChatServer server) {
    InetSocketAddress tcp = server.tcpAddress();
    int udpPort = server.udpAddress().getPort();
    Optional<InetSocketAddress> lobby = server.lobbyAddress();
    return "chat-server %s · rooms on tcp %s · chat on udp %s%s\n"
            .formatted(
                VERSION,
                Addresses.format(tcp),
                Addresses.format(server.udpAddress()),
                lobby.map(at -> " · lobby on udp " + Addresses.format(at)).orElse(""))
        + "try: chat-client create tea"
        + serverOption(tcp, ServerConfig.DEFAULT_PORT)
        + (udpPort == tcp.getPort() + 1 ? "" : " --udp-port " + udpPort)
        + server.fingerprint().map(key -> " --server-key " + key).orElse("")
        + lobby
            .map(at -> "\ntry: chat-client lobby" + serverOption(at, LobbyConfig.DEFAULT_PORT))
            .orElse("")
        + server.fingerprint().map(key -> "\nkey " + key).orElse("")
        + server
            .metricsAddress()
            .map(at -> "\nmetrics on http://" + Addresses.format(at) + "/metrics")
            .orElse("")
        + "\nCtrl-C stops the server\n";
  }

  /** How a client on this machine is told where the server is, unless it looks there anyway. */
  private static String serverOption(InetSocketAddress at, int defaultPort) {
    InetAddress ip = at.getAddress();
    String host = Addresses.format(ip);
    boolean isLocalhost = ip.isAnyLocalAddress() || LOCALHOST.contains(host);
    if (isLocalhost && at.getPort() == defaultPort) {
      return "";
    }
    return " --server "
        + (isLocalhost ? "localhost" : host)
        + (at.getPort() == defaultPort ? "" : ":" + at.getPort());
  }

  /**
   * Prints on standard output, in UTF-8; what cannot be printed is told on standard error, unless
   * the reader has had enough.
   *
   * @return false when it cannot be printed
   */
  private static boolean print(CommandLine commandLine, String text) {
    // Java's printing streams keep to themselves why something could not be written.
    FileOutputStream out = new FileOutputStream(FileDescriptor.out);
    try {
      out.write(text.getBytes(StandardCharsets.UTF_8));
      return true;
    } catch (IOException e) {
      String reason = String.valueOf(e.getMessage());
      if (reason.startsWith("Broken pipe") || reason.startsWith("Connection reset")) {
        return true;
      }
      complain(
          commandLine,
          "cannot write to standard output: "
              + (reason.equals("Bad file descriptor")
                  ? "it is closed, or not open for writing. With >/dev/null nobody needs to read it"
                  : reason));
      return false;
    }
  }

  /** Must come before the first logger. */
  private void configureLogging() {
    System.setProperty("jdk.system.logger.level", debug ? "DEBUG" : "INFO");
  }

  /** Says what is wrong, on standard error. */
  static void complain(CommandLine commandLine, String message) {
    PrintWriter err = commandLine.getErr();
    err.println("chat-server: " + message);
    err.flush();
  }
}
