package chat.tcrp.client;

import java.io.PrintWriter;
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
    version = "chat-client 1.0.0",
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    subcommands = {
      EnterCommand.Create.class,
      EnterCommand.Join.class,
      RoomsCommand.class,
      GenerateCompletion.class
    },
    description = "Chats in rooms, in a terminal or through a pipe.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  chat-client create tea                 make a room and host it",
      "  chat-client join tea --server HOST     enter it",
      "  chat-client rooms                      see what is there"
    })
public final class Main implements Runnable {
  @Spec private CommandSpec spec;

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Show the stack trace of an error.")
  private boolean debug;

  private Main() {}

  /**
   * Runs the program and ends the process with its exit status: 0 done, 1 the server refused, 2
   * usage, 69 the server cannot be reached, 130 interrupted before joining.
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
        .setParameterExceptionHandler(Main::usageError)
        .setExecutionExceptionHandler(
            (error, commandLine, result) -> {
              if (main.debug) {
                error.printStackTrace(commandLine.getErr());
              }
              complain(commandLine, error.getMessage());
              return error instanceof Problem problem
                  ? problem.exitStatus()
                  : CommandLine.ExitCode.SOFTWARE;
            });
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "what to do? create, join or rooms");
  }

  private static int usageError(ParameterException error, String[] args) {
    CommandLine commandLine = error.getCommandLine();
    complain(commandLine, error.getMessage());
    UnmatchedArgumentException.printSuggestions(error, commandLine.getErr());
    commandLine
        .getErr()
        .println("Try: " + commandLine.getCommandSpec().qualifiedName() + " --help");
    return CommandLine.ExitCode.USAGE;
  }

  private static void complain(CommandLine commandLine, String message) {
    PrintWriter err = commandLine.getErr();
    err.println("chat-client: " + message);
    err.flush();
  }
}
