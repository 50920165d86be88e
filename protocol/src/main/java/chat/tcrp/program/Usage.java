package chat.tcrp.program;

import java.net.InetAddress;
import java.net.InetSocketAddress;
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
import picocli.CommandLine.Model.CommandSpec;
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

  /** Says something on standard error that is no reason to end. */
  void warn(CommandLine commandLine, String text) {
    complaint.accept(commandLine, text);
  }

  /**
   * What is wrong with a value that is of the right form: where it comes from, unless it is on the
   * command line, and why it cannot be.
   *
   * @param command the command that has the option
   * @param option its long name
   * @param e says why
   * @return to be thrown
   */
  public static ParameterException mistake(
      CommandSpec command, String option, IllegalArgumentException e) {
    return mistake(command, Configuration.setting(command, option), e);
  }

  /**
   * The same where it is not known which option is wrong: it is the first from a file or the
   * environment that alone leads to the same complaint, or else that the complaint names.
   *
   * @param command the command that has the options
   * @param e says why
   * @param alone what is wrong with a command line that has this argument only
   * @return to be thrown
   */
  public static ParameterException mistake(
      CommandSpec command, IllegalArgumentException e, Function<String, Optional<String>> alone) {
    String complaint = e.getMessage();
    List<Setting> suspects = Configuration.settings(command);
    return mistake(
        command,
        suspects.stream()
            .filter(s -> alone.apply(s.argument()).equals(Optional.of(complaint)))
            .findFirst()
            .or(
                () ->
                    suspects.stream()
                        .filter(s -> (complaint + " ").contains("--" + s.key() + " "))
                        .findFirst()),
        e);
  }

  private static ParameterException mistake(
      CommandSpec command, Optional<Setting> origin, IllegalArgumentException e) {
    String message = e.getMessage();
    return new ParameterException(
        command.commandLine(), origin.map(s -> s.blamed(message)).orElse(message), e);
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
      case ParameterException wrong when wrong.getArgSpec() != null -> wrongValue(wrong);
      default -> error.getMessage().replaceFirst("^Error: ", "");
    };
  }

  private String wrongValue(ParameterException error) {
    ArgSpec argument = error.getArgSpec();
    Optional<Setting> setting =
        Configuration.setting(error.getCommandLine().getCommandSpec(), name(argument));
    String what = setting.map(Setting::key).orElseGet(() -> name(argument));
    String allowed = allowed(argument, setting.isPresent());
    String message = what + " must be " + allowed + ", not '" + error.getValue() + "'";
    return setting.map(s -> s.blamed(message)).orElse(message);
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
  private String allowed(ArgSpec argument, boolean configured) {
    Class<?> type = argument.auxiliaryTypes()[0];
    if (type.isEnum()) {
      List<String> choices =
          Arrays.stream(type.getEnumConstants())
              .map(choice -> choice.toString().toLowerCase(Locale.ROOT))
              .toList();
      return String.join(", ", choices.subList(0, choices.size() - 1)) + " or " + choices.getLast();
    }
    if (type.equals(boolean.class)) {
      return configured ? "true or false" : "given without a value";
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
    if (type.equals(InetSocketAddress.class)) {
      return "a port, or an address and a port like 127.0.0.1:9003 or [::1]:9003";
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
