package chat.tcrp.server;

import java.net.InetAddress;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
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
  private Usage() {}

  /** Says in one line what is wrong, and in a second where the help is. */
  static int complain(ParameterException error, String[] args) {
    CommandLine commandLine = error.getCommandLine();
    Main.complain(commandLine, mistake(error));
    commandLine.getErr().println("Try: chat-server --help");
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
      default -> error.getMessage();
    };
  }

  private static String missing(List<ArgSpec> missing) {
    OptionSpec option = (OptionSpec) missing.getFirst();
    return name(option) + " needs a value: " + name(option) + " " + option.paramLabel();
  }

  /** There are only options. */
  private static String name(ArgSpec argument) {
    return ((OptionSpec) argument).longestName();
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
      return "0 to 65535";
    }
    if (type.equals(int.class) || type.equals(Integer.class)) {
      return "a whole number up to " + Integer.MAX_VALUE;
    }
    if (type.equals(Duration.class)) {
      return "a duration like 500ms, 30s, 5m or 1h";
    }
    if (type.equals(InetAddress.class)) {
      return "an address of this machine, like 127.0.0.1 or ::1";
    }
    throw new IllegalStateException("nothing is known of " + type);
  }

  private static String unknown(UnmatchedArgumentException error) {
    // Only the first: what follows may be the value of an option that was mistyped.
    String word = error.getUnmatched().getFirst();
    if (!error.isUnknownOption()) {
      return "one argument too many: '" + word + "'; there are only options";
    }
    return "there is no option "
        + word.split("=", 2)[0]
        + error.getSuggestions().stream()
            .findFirst()
            .map(near -> "; did you mean " + near + "?")
            .orElse("");
  }
}
