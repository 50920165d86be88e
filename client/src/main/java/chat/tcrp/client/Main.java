package chat.tcrp.client;

import static java.util.stream.Collectors.joining;

import java.io.PrintWriter;
import java.util.Comparator;
import java.util.Set;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

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
      BenchCommand.class,
      GenerateCompletion.class,
      CommandLine.HelpCommand.class
    },
    description = "Chats in rooms, in a terminal or through a pipe.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  chat-client create tea                 make a room and host it",
      "  chat-client join tea --server HOST     enter it",
      "  chat-client rooms                      see what is there"
    })
public final class Main implements Runnable {
  static final String VERSION = "chat-client 1.0.0";

  /** So many typos and a word may still be meant. */
  private static final int MAX_TYPOS = 2;

  /** The program or the machine under it failed (EX_SOFTWARE of sysexits). */
  private static final int DEFECT = 70;

  @Spec private CommandSpec spec;

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Show the stack trace of an error.")
  private boolean debug;

  private Main() {}

  /**
   * Runs the program and ends the process with its exit status: 0 done, 1 the server refused, 2
   * usage, 69 the server cannot be reached, 70 a defect, 130 interrupted before joining.
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
    CommandLine program = new CommandLine(main);
    program.getSubcommands().values().forEach(c -> c.getCommandSpec().version(VERSION));
    return program
        .setParameterExceptionHandler(Main::usageError)
        .setExecutionExceptionHandler(
            (error, commandLine, result) -> {
              if (main.debug) {
                error.printStackTrace(commandLine.getErr());
              }
              if (error instanceof Problem problem) {
                complain(commandLine, error.getMessage());
                return problem.exitStatus();
              }
              complain(
                  commandLine,
                  "This should not happen: "
                      + error
                      + (main.debug ? "" : ". Run it with --debug and report what it prints"));
              return DEFECT;
            });
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "what to do? create, join, lobby, rooms or bench");
  }

  private static int usageError(ParameterException error, String[] args) {
    CommandLine commandLine = error.getCommandLine();
    complain(
        commandLine,
        error instanceof UnmatchedArgumentException unmatched
            ? unknown(commandLine, unmatched)
            : error.getMessage());
    commandLine
        .getErr()
        .println("Try: " + commandLine.getCommandSpec().qualifiedName() + " --help");
    return CommandLine.ExitCode.USAGE;
  }

  private static String unknown(CommandLine commandLine, UnmatchedArgumentException error) {
    // Only the first: what follows may be the value of an option that was mistyped.
    String word = error.getUnmatched().getFirst();
    boolean option = word.startsWith("-");
    Set<String> known =
        option
            ? commandLine.getCommandSpec().optionsMap().keySet()
            : commandLine.getSubcommands().keySet();
    if (known.isEmpty()) {
      return "one argument too many: '" + word + "'";
    }
    String given = option ? word.split("=", 2)[0] : word;
    return (option ? "there is no option " : "there is no command ")
        + given
        + known.stream()
            .filter(k -> SlashCommand.distance(k, given) <= MAX_TYPOS)
            .min(Comparator.comparingInt(k -> SlashCommand.distance(k, given)))
            .map(k -> "; did you mean " + k + "?")
            .orElse("");
  }

  private static void complain(CommandLine commandLine, String message) {
    PrintWriter err = commandLine.getErr();
    err.println("chat-client: " + message.lines().map(Safe::text).collect(joining("\n")));
    err.flush();
  }
}
