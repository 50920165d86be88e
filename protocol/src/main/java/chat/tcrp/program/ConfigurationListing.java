package chat.tcrp.program;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The effective values of all options, in the form of a configuration file that has the same
 * effect, each with its origin.
 */
final class ConfigurationListing {
  /** Origins begin in one column, unless that leaves them too little of 80. */
  private static final int MAX_COLUMN = 40;

  private static final Pattern DEFAULT = Pattern.compile("Default: (.*?)\\.?$");

  /** Who one is, in an address. */
  private static final Pattern LOGIN = Pattern.compile("://[^/@,\\s]+@");

  private final Map<String, Setting> settings;
  private final List<String> places;
  private final Set<String> given;

  /**
   * @param sources the environment and files, which have been read
   * @param given the keys of the options that are on the command line
   */
  ConfigurationListing(Sources sources, Set<String> given) {
    this.settings = sources.settings();
    this.places = sources.places();
    this.given = given;
  }

  private record Line(String setting, String origin) {}

  /**
   * The lines of a file.
   *
   * @param options all that can be configured, by their keys
   * @param last the last command of the command line, which has been parsed
   */
  List<String> lines(Map<String, OptionSpec> options, CommandLine last) {
    List<Line> lines = new ArrayList<>();
    options.forEach((key, option) -> lines.add(line(key, option, last)));
    settings.forEach(
        (key, setting) -> {
          if (!options.containsKey(key)) {
            lines.add(
                new Line(key + " = " + ConfigFile.written(setting.value()), setting.origin()));
          }
        });
    int column =
        lines.stream()
            .mapToInt(line -> width(line.setting))
            .filter(width -> width <= MAX_COLUMN)
            .max()
            .orElse(0);
    List<String> text = new ArrayList<>(places.stream().map(place -> "# " + place).toList());
    for (Line line : lines) {
      String space = " ".repeat(Math.max(0, column - width(line.setting)));
      text.add(line.setting + space + "  # " + line.origin);
    }
    return text;
  }

  private Line line(String key, OptionSpec option, CommandLine last) {
    if (given.contains(key)) {
      return line(key, given(option, last), "option");
    }
    Setting setting = settings.get(key);
    if (setting != null) {
      return line(key, setting.value(), setting.origin());
    }
    if (option.defaultValue() != null) {
      return line(key, option.defaultValue(), "default");
    }
    if (isFlag(option)) {
      return line(key, "false", "default");
    }
    // What there is when nothing is said cannot be said.
    Matcher described = DEFAULT.matcher(String.join(" ", option.description()));
    return new Line(
        "# " + key + " =",
        described.find() ? "default: " + described.group(1).replace("$$", "$") : "default");
  }

  private static Line line(String key, String value, String origin) {
    Matcher login = LOGIN.matcher(value);
    if (login.find()) {
      // What is printed is shown to others.
      return new Line(
          "# " + key + " = " + login.replaceAll("://***@"), origin + ", but for the password");
    }
    return ConfigFile.canHold(value)
        ? new Line(key + " = " + ConfigFile.written(value), origin)
        : new Line("# " + key + " =", origin + ", and cannot stand in a file");
  }

  private static String given(OptionSpec option, CommandLine last) {
    for (CommandLine each = last; each != null; each = each.getParent()) {
      OptionSpec matched = each.getParseResult().matchedOption(option.longestName());
      if (matched != null) {
        return isFlag(option)
            ? String.valueOf(matched.<Object>getValue())
            : matched.stringValues().getLast();
      }
    }
    throw new IllegalStateException(option.longestName() + " was not given");
  }

  private static boolean isFlag(OptionSpec option) {
    return option.auxiliaryTypes()[0].equals(boolean.class);
  }

  private static int width(String text) {
    return text.codePointCount(0, text.length());
  }
}
