package chat.tcrp.client;

import chat.tcrp.client.face.SlashCommand;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
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
final class Usage {
  /** So many typos and a word may still be meant. */
  private static final int MAX_TYPOS = 2;

  private Usage() {}

  /** Says in one line what is wrong, and in a second where the help is. */
  static int complain(ParameterException error, String[] args) {
    CommandLine commandLine = error.getCommandLine();
    Main.complain(commandLine, mistake(error));
    commandLine
        .getErr()
        .println("Try: " + commandLine.getCommandSpec().qualifiedName() + " --help");
    return CommandLine.ExitCode.USAGE;
  }

  /**
   * What is wrong when the locale has mangled an argument: what it has no characters for is
   * replaced before the program gets to see it.
   */
  static Optional<ParameterException> unreadable(CommandLine program, String... args) {
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

  private static String mistake(ParameterException error) {
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
  private static String allowed(ArgSpec argument) {
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
      return "1 to 65535";
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
    if (type.equals(Path.class)) {
      return "the name of a file";
    }
    throw new IllegalStateException("nothing is known of " + type);
  }

  private static String unknown(UnmatchedArgumentException error) {
    CommandLine commandLine = error.getCommandLine();
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
}
