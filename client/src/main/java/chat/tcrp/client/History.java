package chat.tcrp.client;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jline.reader.LineReader;

/**
 * Where the lines that were typed are kept across runs: in the state directory of the XDG base
 * directory specification, readable by their owner alone.
 *
 * @param file the history file
 */
record History(Path file) {
  private static final int MAX_LINES = 1000;

  /** A line as the editor writes it: the time, the text. */
  private static final Pattern ENTRY = Pattern.compile("\\d+:.*", Pattern.DOTALL);

  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");
  private static final FileAttribute<?> OWNERS_DIRECTORY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  /**
   * The history of this user, or empty, with a reason printed nowhere, when there is no place to
   * keep one.
   */
  static Optional<History> ofUser(Map<String, String> environment) {
    return stateDirectory(environment)
        .flatMap(directory -> create(directory.resolve("chat-client").resolve("history")));
  }

  /** The specification says that a relative path is to be ignored. */
  private static Optional<Path> stateDirectory(Map<String, String> environment) {
    Path state = Path.of(environment.getOrDefault("XDG_STATE_HOME", ""));
    if (state.isAbsolute()) {
      return Optional.of(state);
    }
    Path home = Path.of(environment.getOrDefault("HOME", ""));
    return home.isAbsolute() ? Optional.of(home.resolve(".local/state")) : Optional.empty();
  }

  private static Optional<History> create(Path file) {
    try {
      Files.createDirectories(file.getParent(), OWNERS_DIRECTORY);
      putDamagedAside(file);
      if (Files.notExists(file)) {
        Files.createFile(file, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
      }
      // Some people make it a link to /dev/null, whose permissions are not ours to change.
      if (!Files.isRegularFile(file) || !Files.isWritable(file)) {
        return Optional.empty();
      }
      Files.setPosixFilePermissions(file, OWNER_ONLY);
      return Optional.of(new History(file));
    } catch (IOException | UnsupportedOperationException e) {
      // A read-only home is no reason not to chat; up-arrow then knows this run only.
      return Optional.empty();
    }
  }

  /** The line editor would not start with what it cannot read, or would forget it line by line. */
  private static void putDamagedAside(Path file) throws IOException {
    if (Files.isRegularFile(file) && !isWhole(file)) {
      Files.move(
          file,
          file.resolveSibling(file.getFileName() + ".damaged"),
          StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static boolean isWhole(Path file) throws IOException {
    try {
      return Files.readString(file).lines().allMatch(line -> ENTRY.matcher(line).matches());
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  void attach(LineReader reader) {
    reader.setVariable(LineReader.HISTORY_FILE, file);
    reader.setVariable(LineReader.HISTORY_SIZE, MAX_LINES);
    reader.setVariable(LineReader.HISTORY_FILE_SIZE, MAX_LINES);
  }
}
