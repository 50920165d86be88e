package chat.tcrp.program;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** What of a program can be configured. */
final class Keys {
  private final Set<String> onCommandLineOnly = new HashSet<>(Set.of("config", "print-config"));
  private final Set<String> apart = new HashSet<>();
  private final Set<String> families = new HashSet<>();
  private final Map<String, OptionSpec> options = new LinkedHashMap<>();

  /** The key of an option: its long name without the dashes. */
  static String of(OptionSpec option) {
    return option.longestName().replaceFirst("^--", "");
  }

  /** An option is not to be configured. */
  void exclude(String key) {
    onCommandLineOnly.add(key);
  }

  /** The options of a command are not to be configured, unless others have them too. */
  void excludeCommand(String name) {
    apart.add(name);
  }

  /** There are keys {@code FAMILY.NAME}. */
  void addFamily(String family) {
    families.add(family);
  }

  /** The options of a command and those below it, each once. */
  void addAll(CommandLine commandLine) {
    CommandSpec command = commandLine.getCommandSpec();
    if (command.helpCommand() || apart.contains(command.name())) {
      return;
    }
    for (OptionSpec option : command.options()) {
      boolean isHelp = option.usageHelp() || option.versionHelp();
      if (!isHelp && !onCommandLineOnly.contains(of(option))) {
        options.putIfAbsent(of(option), option);
      }
    }
    commandLine.getSubcommands().values().forEach(this::addAll);
  }

  /** All options, by their keys, in the order in which they are listed. */
  Map<String, OptionSpec> options() {
    return options;
  }

  /** Why a key may not stand in a file; empty when it may. */
  Optional<String> refusal(String key) {
    if (options.containsKey(key) || families.stream().anyMatch(f -> isMember(key, f))) {
      return Optional.empty();
    }
    if (onCommandLineOnly.contains(key)) {
      return Optional.of(key + " can be given on the command line only");
    }
    return Optional.of(
        "unknown key '"
            + key
            + "'"
            + Typos.nearest(key, options.keySet(), Function.identity())
                .map(near -> "; did you mean " + near + "?")
                .orElse(""));
  }

  private static boolean isMember(String key, String family) {
    return key.startsWith(family + ".")
        && key.substring(family.length() + 1).matches("[^\\s:/\\[\\]]+");
  }
}
