package chat.tcrp.program;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.ScopeType;

/**
 * Where the options of a program come from that are not on its command line: an environment
 * variable, else the user's file, else the system's; or else the one file that {@code --config}
 * names. The keys in a file are the long names of the options without their dashes, and the
 * variables are made of them: {@code CHAT_SERVER_MAX_ROOMS}.
 *
 * <p>It is a mixin of the program's first command. A command line is parsed twice: as it stands,
 * which tells help from work, and then with the configuration, which help does not need.
 */
public final class Configuration implements IDefaultValueProvider {
  private final Map<String, String> otherVariables = new LinkedHashMap<>();
  private final Keys keys = new Keys();
  private final Set<String> given = new HashSet<>();
  private final Sources sources;
  private Usage usage;
  private Runnable check;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      description =
          "Take options from this file, in lines KEY = VALUE. Default: "
              + "~/.config/${ROOT-COMMAND-NAME}/config, then /etc/${ROOT-COMMAND-NAME}/config.")
  private Optional<Path> file = Optional.empty();

  @Option(
      names = "--print-config",
      scope = ScopeType.INHERIT,
      description = "Print what the options are and where each comes from, and end.")
  private boolean prints;

  /**
   * The configuration of a program; nothing is read yet.
   *
   * @param program its name, such as {@code chat-server}
   * @param environment the process's environment variables
   */
  public Configuration(String program, Map<String, String> environment) {
    sources = new Sources(program, environment, keys);
  }

  /**
   * Options that only a command line can give, such as those about secrets.
   *
   * @param options their long names without dashes
   * @return this
   */
  public Configuration without(String... options) {
    List.of(options).forEach(keys::exclude);
    return this;
  }

  /**
   * A command whose own options only a command line can give.
   *
   * @param command its name
   * @return this
   */
  public Configuration apartFrom(String command) {
    keys.excludeCommand(command);
    return this;
  }

  /**
   * Another variable that an option is read from, when the usual one is not set.
   *
   * @param key the option's long name without dashes
   * @param variable the variable's name
   * @return this
   */
  public Configuration alsoFrom(String key, String variable) {
    otherVariables.put(key, variable);
    return this;
  }

  /**
   * Keys {@code FAMILY.NAME}, which are no options, may stand in files.
   *
   * @param family what comes before the dot
   * @return this
   */
  public Configuration withFamily(String family) {
    keys.addFamily(family);
    return this;
  }

  /**
   * Has it govern a program, of whose first command it is a mixin.
   *
   * @param program the program, with all its commands
   * @param howToComplain says what is wrong with options, wherever they come from
   * @param howToCheck throws a {@link ParameterException} when what is printed cannot be
   * @return the program
   */
  public CommandLine govern(CommandLine program, Usage howToComplain, Runnable howToCheck) {
    usage = howToComplain;
    check = howToCheck;
    keys.addAll(program);
    return program.setExecutionStrategy(this::execute).setParameterExceptionHandler(this::complain);
  }

  /** The configuration that a command is under; empty when it is none. */
  private static Optional<Configuration> of(CommandSpec command) {
    // The specification of a mixin in a mixin knows its command line, but not what that is told.
    return command.commandLine().getDefaultValueProvider() instanceof Configuration configuration
        ? Optional.of(configuration)
        : Optional.empty();
  }

  /**
   * Where an option's value comes from.
   *
   * @param command the command that has the option
   * @param option its long name, with or without dashes
   * @return empty when it is on the command line, or nowhere
   */
  public static Optional<Setting> setting(CommandSpec command, String option) {
    return of(command).flatMap(c -> c.setting(option.replaceFirst("^--", "")));
  }

  private Optional<Setting> setting(String key) {
    return given.contains(key)
        ? Optional.empty()
        : Optional.ofNullable(sources.settings().get(key));
  }

  /**
   * What files say of a family.
   *
   * @param command a command of the program
   * @param family what comes before the dot
   * @return the names after the dot, with their settings
   */
  public static Map<String, Setting> family(CommandSpec command, String family) {
    Map<String, Setting> members = new LinkedHashMap<>();
    of(command)
        .map(configuration -> configuration.sources.settings())
        .orElse(Map.of())
        .forEach(
            (key, setting) -> {
              if (key.startsWith(family + ".")) {
                members.put(key.substring(family.length() + 1), setting);
              }
            });
    return members;
  }

  /**
   * The settings that a command runs with.
   *
   * @param command the command
   * @return those of its options that come from a file or the environment
   */
  public static List<Setting> settings(CommandSpec command) {
    return command.options().stream().flatMap(o -> setting(command, Keys.of(o)).stream()).toList();
  }

  /** The value of an option that is not on the command line; null, as picocli has it, for none. */
  @Override
  public String defaultValue(ArgSpec argument) {
    return argument instanceof OptionSpec option
        ? setting(Keys.of(option)).map(Setting::value).orElse(null)
        : null;
  }

  private int execute(ParseResult parsed) {
    List<CommandLine> commands = parsed.asCommandLineList();
    CommandLine last = commands.getLast();
    boolean isHelp =
        last.getCommandSpec().helpCommand()
            || commands.stream()
                .anyMatch(c -> c.isUsageHelpRequested() || c.isVersionHelpRequested());
    if (isHelp) {
      return new RunLast().execute(parsed);
    }
    configure(last);
    String[] args = parsed.originalArgs().toArray(String[]::new);
    ParseResult again = commands.getFirst().parseArgs(args);
    return prints ? print(last) : new RunLast().execute(again);
  }

  /** Without a room the configuration is printed all the same. */
  private int complain(ParameterException error, String[] args) {
    CommandLine last = error.getCommandLine();
    if (!prints || !isOnlyIncomplete(error)) {
      return usage.complain(error, args);
    }
    try {
      configure(last);
      parseIncomplete(first(last), args);
      return print(last);
    } catch (ParameterException e) {
      return usage.complain(e, args);
    }
  }

  private static boolean isOnlyIncomplete(ParameterException error) {
    return error instanceof MissingParameterException missing
        && missing.getMissing().stream().noneMatch(ArgSpec::isOption);
  }

  private static void parseIncomplete(CommandLine program, String... args) {
    try {
      program.parseArgs(args);
    } catch (MissingParameterException e) {
      // As before, and all but that has been parsed.
    }
  }

  private static CommandLine first(CommandLine command) {
    return command.getCommandSpec().root().commandLine();
  }

  private int print(CommandLine last) {
    check.run();
    CommandLine program = first(last);
    new ConfigurationListing(sources, given)
        .lines(keys.options(), last)
        .forEach(program.getOut()::println);
    program.getOut().flush();
    return CommandLine.ExitCode.OK;
  }

  /** Reads what there is, and has picocli ask for it. */
  private void configure(CommandLine last) {
    CommandLine program = first(last);
    for (CommandLine each = last; each != null; each = each.getParent()) {
      each.getParseResult().matchedOptions().forEach(option -> given.add(Keys.of(option)));
    }
    try {
      sources.readEnvironment(otherVariables, warning -> usage.warn(program, warning));
      sources.readFiles(file);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(program, e.getMessage(), e);
    }
    // What stands in a file is meant as it stands there, whatever ${} means to picocli.
    program.setInterpolateVariables(false).setDefaultValueProvider(this);
    keys.options()
        .forEach((key, option) -> setting(key).ifPresent(s -> checkType(program, option, s)));
  }

  /** Whether an option can have a value, even one that the present command does not have. */
  private static void checkType(CommandLine program, OptionSpec option, Setting setting) {
    OptionSpec copy =
        OptionSpec.builder(option.longestName())
            .typeInfo(option.typeInfo())
            .converters(option.converters())
            .arity(option.arity())
            .build();
    CommandLine scratch =
        new CommandLine(CommandSpec.create().addOption(copy))
            .setCaseInsensitiveEnumValuesAllowed(program.isCaseInsensitiveEnumValuesAllowed());
    try {
      scratch.parseArgs(option.longestName() + "=" + setting.value());
    } catch (ParameterException e) {
      throw new ParameterException(program, e.getMessage(), option, setting.value());
    }
  }
}
