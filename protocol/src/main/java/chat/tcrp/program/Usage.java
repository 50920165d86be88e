package chat.tcrp.program;

import java.net.InetAddress;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * What is wrong with a command line: what was given, and what may be. The parser's own words are
 * those of a programmer.
 */
public final class Usage {
  private final int firstPort;
  private final BiConsumer<CommandLine, String> complaint;

  /**
   * @param firstPort the least port that may be given
   * @param complaint says what is wrong on a command line's standard error
   */
  public Usage(int firstPort, BiConsumer<CommandLine, String> complaint) {
    this.firstPort = firstPort;
    this.complaint = complaint;
  }

  /**
   * Runs a program, unless its arguments cannot be read.
   *
   * @return the exit status
   */
  public int execute(CommandLine program, String... args) {
    return unreadable(program, args)
        .map(error -> complain(error, args))
        .orElseGet(() -> program.execute(args));
  }

  /**
   * Says in one line what is wrong, and in a second where the help is.
   *
   * @return the exit status
   */
  public int complain(ParameterException error, String[] args) {
    CommandLine commandLine = error.getCommandLine();
    complaint.accept(commandLine, mistake(error));
    commandLine
        .getErr()
        .println("Try: " + commandLine.getCommandSpec().qualifiedName() + " --help");
    return CommandLine.ExitCode.USAGE;
  }

  /**
   * What is wrong when the locale has mangled an argument: what it has no characters for is
   * replaced before the program gets to see it.
   */
  private static Optional<ParameterException> unreadable(CommandLine program, String... args) {
    Charset locale = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
    if (locale.equals(StandardCharsets.UTF_8)) {
      return Optional.empty();
    }
    return Arrays.stream(args)
        .filter(argument -> !StandardCharsets.US_ASCII.newEncoder().canEncode(argument))
        .findFirst()
        .map(
            argument ->
                new ParameterException(
                    program,
                    "'"
                        + argument
                        + "' cannot be read in this locale, which is not one of UTF-8; set LC_ALL to one that is,"
                        + " for instance C.UTF-8"));
  }

  private String mistake(ParameterException error) {
    return switch (error) {
      case UnmatchedArgumentException unmatched -> unknown(unmatched);
      case MissingParameterException missing -> missing(missing.getMissing());
      case OverwrittenOptionException twice ->
          name(twice.getOverwritten()) + " may be given only once";
      case ParameterException wrong when wrong.getArgSpec() != null ->
          name(wrong.getArgSpec())
              + " must be "
              + allowed(wrong.getArgSpec())
              + ", not '"
              + wrong.getValue()
              + "'";
      default -> error.getMessage().replaceFirst("^Error: ", "");
    };
  }

  private static String missing(List<ArgSpec> missing) {
    return missing.getFirst() instanceof OptionSpec option
        ? name(option) + " needs a value: " + option.longestName() + " " + option.paramLabel()
        : name(missing.getFirst()) + " is missing";
  }

  private static String name(ArgSpec argument) {
    return argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
  }

  /** What may be given, in a person's words. */
  private String allowed(ArgSpec argument) {
    Class<?> type = argument.auxiliaryTypes()[0];
    if (type.isEnum()) {
      List<String> choices =
          Arrays.stream(type.getEnumConstants())
              .map(choice -> choice.toString().toLowerCase(Locale.ROOT))
              .toList();
      return String.join(", ", choices.subList(0, choices.size() - 1)) + " or " + choices.getLast();
    }
    if (type.equals(boolean.class)) {
      return "given without a value";
    }
    if (name(argument).endsWith("port")) {
      return firstPort + " to 65535";
    }
    if (type.equals(int.class) || type.equals(Integer.class)) {
      return "a whole number up to " + Integer.MAX_VALUE;
    }
    if (type.equals(double.class)) {
      return "a number";
    }
    if (type.equals(Duration.class)) {
      return "a duration like 500ms, 30s, 5m or 1h";
    }
    if (type.equals(long.class)) {
      return "a size like 512k, 64m or 1g";
    }
    if (type.equals(InetAddress.class)) {
      return "an address of this machine, like 127.0.0.1 or ::1";
    }
    if (type.equals(Path.class)) {
      return "the name of a file";
    }
    throw new IllegalStateException("nothing is known of " + type);
  }

  private static String unknown(UnmatchedArgumentException error) {
    // Only the first: what follows may be the value of an option that was mistyped.
    String word = error.getUnmatched().getFirst();
    CommandLine commandLine = error.getCommandLine();
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
        + Typos.nearest(given, known, Function.identity())
            .map(near -> "; did you mean " + near + "?")
            .orElse("");
  }
}
