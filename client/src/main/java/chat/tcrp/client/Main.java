package chat.tcrp.client;

import static java.util.stream.Collectors.joining;

import chat.tcrp.client.face.Output;
import chat.tcrp.client.face.Problem;
import chat.tcrp.client.face.Safe;
import chat.tcrp.program.Configuration;
import chat.tcrp.program.Usage;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The program {@code chat-client}. */
@Command(
    name = "chat-client",
    version = Main.VERSION,
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    subcommands = {
      EnterCommand.Create.class,
      EnterCommand.Join.class,
      LobbyCommand.class,
      RoomsCommand.class,
      TrustCommand.class,
      BenchCommand.class,
      GenerateCompletion.class,
      CommandLine.HelpCommand.class
    },
    description = {
      "Chats in rooms, in a terminal or through a pipe.",
      "Options may also stand in files, see --config, or in the environment, such as"
          + " CHAT_CLIENT_NAME=ann."
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:done; also when the room closed",
      "1:the server refused, or the host removed you",
      "2:wrong usage",
      "69:the server cannot be reached, or lines were not sent",
      "70:a defect of the program",
      "74:the input cannot be read, or the output cannot be written",
      "76:the server is not the one that is meant, or does not encrypt",
      "130:interrupted before joining"
    },
    footerHeading = "%nEnvironment:%n",
    footer = {
      "  CHAT_SERVER         the server, HOST[:PORT], or several, unless --server names one",
      "  CHAT_CLIENT_*       any option, such as CHAT_CLIENT_NAME=ann",
      "  CHAT_JAVA_OPTS      options for the Java virtual machine",
      "  NO_COLOR, TERM      no colours where NO_COLOR is set or TERM is dumb",
      "  TZ                  the time zone of the times before lines",
      "  XDG_STATE_HOME      where the files below are, instead of ~/.local/state",
      "",
      "Files:",
      "  ~/.config/chat-client/config",
      "                      options and names of servers; else /etc/chat-client/config",
      "  ~/.local/state/chat-client/history",
      "                      what was typed in a terminal, the last thousand lines",
      "  ~/.local/state/chat-client/known_servers",
      "                      the key of every server that was met",
      "",
      "Examples:",
      "  chat-client create tea                 make a room and host it",
      "  chat-client join tea --server HOST     enter it",
      "  chat-client rooms                      see what is there"
    })
public final class Main implements Runnable {
  static final String VERSION = "chat-client 1.0.0";

  private static final Usage USAGE = new Usage(1, Main::complain);

  @Spec private CommandSpec spec;

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Show the stack trace of an error.")
  private boolean debug;

  @Mixin private final Configuration configuration;

  private Main(Map<String, String> environment) {
    configuration =
        new Configuration("chat-client", environment)
            // One password would be tried in every room.
            .without("password", "password-file")
            .apartFrom("bench")
            .alsoFrom("server", "CHAT_SERVER")
            .withFamily(NamedServers.FAMILY);
  }

  /**
   * Runs the program and ends the process with its exit status: 0 done, 1 the server refused, 2
   * usage, 69 the server cannot be reached, 70 a defect, 74 the input cannot be read or the output
   * cannot be written, 76 the server is not the one that is meant or does not encrypt, 130
   * interrupted before joining.
   *
   * @param args the command line
   */
  public static void main(String[] args) {
    boolean debug = List.of(args).contains("--debug");
    Defect.endsTheProgram(debug);
    Output out = Output.standard();
    PrintWriter writer = out.writer();
    CommandLine program = commandLine(System.getenv()).setOut(writer);
    int status = USAGE.execute(program, args);
    writer.flush();
    System.exit(out.problem().map(problem -> report(program, problem, debug)).orElse(status));
  }

  /**
   * The command line as it is where the environment says nothing: the manual pages are made of it.
   */
  static CommandLine commandLine() {
    return commandLine(Map.of());
  }

  /**
   * The command line with its error handling: a short message on standard error, a trace only with
   * --debug.
   *
   * @param environment what may hold options, and where the files are that may
   */
  static CommandLine commandLine(Map<String, String> environment) {
    Main main = new Main(environment);
    CommandLine program = new CommandLine(main);
    program.getSubcommands().values().forEach(c -> c.getCommandSpec().version(VERSION));
    program.setExecutionExceptionHandler(
        (error, commandLine, result) -> report(commandLine, error, main.debug));
    return main.configuration.govern(program, USAGE, () -> NamedServers.check(main.spec));
  }

  private static int report(CommandLine commandLine, Exception error, boolean debug) {
    if (debug) {
      error.printStackTrace(commandLine.getErr());
    }
    if (error instanceof Problem problem) {
      complain(commandLine, problem.getMessage());
      return problem.exitStatus();
    }
    complain(commandLine, Defect.message(error, debug));
    return Problem.DEFECT;
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "what to do? create, join, lobby, rooms, trust or bench");
  }

  /** Says what is wrong, on standard error. */
  static void complain(CommandLine commandLine, String message) {
    PrintWriter err = commandLine.getErr();
    err.println("chat-client: " + message.lines().map(Safe::text).collect(joining("\n")));
    err.flush();
  }
}
