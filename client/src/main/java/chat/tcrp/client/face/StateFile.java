package chat.tcrp.client.face;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/** The files that the program keeps for its user, which are for nobody else to read. */
public final class StateFile {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  /** For files to be created with. */
  public static final FileAttribute<?> OWNERS_FILE =
      PosixFilePermissions.asFileAttribute(OWNER_ONLY);

  private static final FileAttribute<?> OWNERS_DIRECTORY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  /** A change takes no time; whoever holds the lock for longer has been stopped. */
  private static final Duration LOCK_PATIENCE = Duration.ofSeconds(1);

  /** The lock of a file is between processes alone. */
  private static final ReentrantLock PROCESS_LOCK = new ReentrantLock();

  private StateFile() {}

  /**
   * A file of the user's state directory (XDG Base Directory Specification), created when it is not
   * there.
   *
   * @return empty when there is no place for one: a read-only home is no reason not to chat
   */
  public static Optional<Path> find(Map<String, String> environment, String name) {
    return directory(environment)
        .flatMap(directory -> create(directory.resolve("chat-client").resolve(name)));
  }

  /** The specification says that a relative path is to be ignored. */
  private static Optional<Path> directory(Map<String, String> environment) {
    Path state = Path.of(environment.getOrDefault("XDG_STATE_HOME", ""));
    if (state.isAbsolute()) {
      return Optional.of(state);
    }
    Path home = Path.of(environment.getOrDefault("HOME", ""));
    return home.isAbsolute() ? Optional.of(home.resolve(".local/state")) : Optional.empty();
  }

  private static Optional<Path> create(Path file) {
    try {
      Files.createDirectories(file.getParent(), OWNERS_DIRECTORY);
      if (Files.notExists(file)) {
        Files.createFile(file, OWNERS_FILE);
      }
      // Some people make it a link to /dev/null, whose permissions are not ours to change.
      if (!Files.isRegularFile(file) || !Files.isWritable(file)) {
        return Optional.empty();
      }
      Files.setPosixFilePermissions(file, OWNER_ONLY);
      return Optional.of(file);
    } catch (IOException | UnsupportedOperationException e) {
      return Optional.empty();
    }
  }

  /** What is done with a file while nobody else changes it. */
  @FunctionalInterface
  public interface Change {
    void make() throws IOException;
  }

  /**
   * Changes a file while no other thread, and no other process that does the same, changes it.
   *
   * @throws IOException when it fails, or somebody else takes too long
   */
  public static void exclusively(Path file, Change change) throws IOException {
    PROCESS_LOCK.lock();
    try (FileChannel lockFile =
        FileChannel.open(
            file.resolveSibling(file.getFileName() + ".lock"),
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
            OWNERS_FILE)) {
      lock(lockFile);
      change.make();
    } finally {
      PROCESS_LOCK.unlock();
    }
  }

  /** Locks until the file is closed. */
  private static void lock(FileChannel lockFile) throws IOException {
    long deadline = System.nanoTime() + LOCK_PATIENCE.toNanos();
    while (lockFile.tryLock() == null) {
      if (System.nanoTime() - deadline > 0) {
        throw new IOException("another program keeps the file locked");
      }
      LockSupport.parkNanos(1_000_000);
    }
  }
}
