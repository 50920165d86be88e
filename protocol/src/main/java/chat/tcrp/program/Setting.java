package chat.tcrp.program;

/**
 * A value from a file or the environment.
 *
 * @param key the long name of the option without its dashes, or what stands in the file
 * @param value as it stands there, never empty
 * @param where {@code FILE:LINE}, or the name of the variable
 * @param origin the same with its kind: {@code file FILE:LINE}, {@code env NAME}
 */
public record Setting(String key, String value, String where, String origin) {
  static Setting ofFile(ConfigFile.Entry entry) {
    return new Setting(entry.key(), entry.value(), entry.where(), "file " + entry.where());
  }

  static Setting ofEnvironment(String key, String variable, String value) {
    return new Setting(key, value, variable, "env " + variable);
  }

  /** The same on a command line. */
  String argument() {
    return "--" + key + "=" + value;
  }

  /**
   * Says where a value comes from that cannot be.
   *
   * @param message why not
   * @return the place and the message
   */
  public String blamed(String message) {
    // In a file an option has no dashes.
    String named = "--" + key;
    return where + ": " + (message.startsWith(named) ? message.substring(2) : message);
  }
}
