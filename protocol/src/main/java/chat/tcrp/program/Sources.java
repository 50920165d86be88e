package chat.tcrp.program;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/** The environment and the files that a program is configured by. */
final class Sources {
  private final String program;
  private final String prefix;
  private final Map<String, String> environment;
  private final Keys keys;

  private final Map<String, Setting> settings = new LinkedHashMap<>();
  private final List<String> places = new ArrayList<>();

  /** Nothing is read yet. */
  Sources(String program, Map<String, String> environment, Keys keys) {
    this.program = program;
    this.prefix = program.replace('-', '_').toUpperCase(Locale.ROOT) + "_";
    this.environment = environment;
    this.keys = keys;
  }

  /** What has a value, by its key; of several values the one that counts. */
  Map<String, Setting> settings() {
    return settings;
  }

  /** What has become of each file, in words. */
  List<String> places() {
    return places;
  }

  /**
   * Reads the variables.
   *
   * @param others further variables, by the keys that they stand for
   * @param warning is told of a variable that was probably meant to be another
   */
  void readEnvironment(Map<String, String> others, Consumer<String> warning) {
    Set<String> known = new LinkedHashSet<>(Set.of(variable("config")));
    for (String key : keys.options().keySet()) {
      known.add(variable(key));
      readVariable(key, variable(key));
      Optional.ofNullable(others.get(key)).ifPresent(other -> readVariable(key, other));
    }
    // Others may have variables that begin so, but not ones that look so much like ours.
    environment.keySet().stream()
        .filter(name -> name.startsWith(prefix) && !known.contains(name))
        .sorted()
        .forEach(
            name ->
                Typos.nearest(name, known, Function.identity())
                    .ifPresent(
                        near ->
                            warning.accept(
                                "the variable "
                                    + name
                                    + " means nothing; did you mean "
                                    + near
                                    + "?")));
  }

  private void readVariable(String key, String variable) {
    value(variable)
        .ifPresent(value -> settings.putIfAbsent(key, Setting.ofEnvironment(key, variable, value)));
  }

  /** As elsewhere, a variable that is empty is as good as none. */
  private Optional<String> value(String variable) {
    return Optional.ofNullable(environment.get(variable)).filter(value -> !value.isEmpty());
  }

  private String variable(String key) {
    return prefix + key.replace('-', '_').toUpperCase(Locale.ROOT);
  }

  /**
   * Reads the files. What has been read before counts more.
   *
   * @param named the only one; empty for what the environment names, else for the usual places
   * @throws IllegalArgumentException when one cannot be read or has something wrong in it
   */
  void readFiles(Optional<Path> named) {
    Optional<String> fromEnvironment = value(variable("config"));
    if (named.isPresent()) {
      readFile(named.get(), "--config: ");
    } else if (fromEnvironment.isPresent()) {
      readFile(Path.of(fromEnvironment.get()), variable("config") + ": ");
    } else {
      usualPlaces().forEach(this::readIfThere);
    }
  }

  /** The user's, if there is a user with a home, and the system's. */
  private List<Path> usualPlaces() {
    Path ofUser = Path.of(environment.getOrDefault("XDG_CONFIG_HOME", ""));
    Path home = Path.of(environment.getOrDefault("HOME", ""));
    List<Path> directories = new ArrayList<>();
    // The XDG specification says that a relative path is to be ignored.
    if (ofUser.isAbsolute()) {
      directories.add(ofUser);
    } else if (home.isAbsolute()) {
      directories.add(home.resolve(".config"));
    }
    directories.add(Path.of("/etc"));
    return directories.stream().map(d -> d.resolve(program).resolve("config")).toList();
  }

  private void readIfThere(Path place) {
    // What may not be looked at is not there either: to a service, the home that it is kept from.
    if (Files.exists(place)) {
      readFile(place, "");
    } else {
      places.add(place + " is not there");
    }
  }

  private void readFile(Path file, String whoSaysSo) {
    List<ConfigFile.Entry> entries;
    try {
      entries = ConfigFile.read(file);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          whoSaysSo + "cannot read '" + file + "': " + UnreadableFile.reason(file, e), e);
    }
    places.add(file + " is read");
    for (ConfigFile.Entry entry : entries) {
      Setting setting = Setting.ofFile(entry);
      keys.refusal(entry.key())
          .ifPresent(
              why -> {
                throw new IllegalArgumentException(setting.blamed(why));
              });
      settings.putIfAbsent(entry.key(), setting);
    }
  }
}
