package chat.tcrp.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import org.jline.reader.LineReader;

/**
 * Where the lines that were typed are kept across runs: in the state directory of the XDG base
 * directory specification, readable by their owner alone.
 *
 * @param file the history file
 */
record History(Path file) {
  private static final int MAX_LINES = 1000;

  /**
   * The history of this user, or empty, with a reason printed nowhere, when there is no place to
   * keep one.
   */
  static Optional<History> ofUser(Map<String, String> environment) {
    String state = environment.getOrDefault("XDG_STATE_HOME", "");
    String home = environment.getOrDefault("HOME", "");
    if (state.isEmpty() && home.isEmpty()) {
      return Optional.empty();
    }
    Path directory = state.isEmpty() ? Path.of(home, ".local", "state") : Path.of(state);
    return create(directory.resolve("chat-client").resolve("history"));
  }

  private static Optional<History> create(Path file) {
    try {
      Files.createDirectories(file.getParent());
      if (Files.notExists(file)) {
        Files.createFile(
            file,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      }
      return Files.isWritable(file) ? Optional.of(new History(file)) : Optional.empty();
    } catch (IOException | UnsupportedOperationException e) {
      // A read-only home is no reason not to chat; up-arrow then knows this run only.
      return Optional.empty();
    }
  }

  void attach(LineReader reader) {
    reader.setVariable(LineReader.HISTORY_FILE, file);
    reader.setVariable(LineReader.HISTORY_SIZE, MAX_LINES);
    reader.setVariable(LineReader.HISTORY_FILE_SIZE, MAX_LINES);
  }
}
