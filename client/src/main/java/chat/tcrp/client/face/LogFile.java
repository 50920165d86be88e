package chat.tcrp.client.face;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.Locale;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * A file to which lines are appended, each with date, time and zone, and written at once.
 *
 * <p>A thread of its own writes, because a disk that is full or does not answer must not stop the
 * conversation: up to {@value #MAX_WAITING} lines wait for it, and of more than that it is written
 * how many there were.
 */
public final class LogFile implements AutoCloseable {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ssxxx", Locale.ROOT);

  static final int MAX_WAITING = 1000;

  private static final Duration RETRY = Duration.ofSeconds(1);

  /** The end of the program waits so long for what is still to be written. */
  private static final Duration CLOSE_PATIENCE = Duration.ofMillis(500);

  /**
   * What can be written to.
   *
   * @param path how it is called
   * @param channel takes what is appended
   */
  public record Opened(Path path, WritableByteChannel channel) {}

  private final Path path;
  private final WritableByteChannel channel;
  private final Clock clock;
  private final Consumer<String> news;
  private final Thread thread = Thread.ofPlatform().name("log").daemon().unstarted(this::run);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Queue<String> waiting = new ArrayDeque<>();
  private long lost;
  private boolean closed;

  /** The last attempt to write has failed, and that has been said. */
  private boolean failing;

  private LogFile(Opened opened, Clock clock, Consumer<String> news) {
    this.path = opened.path;
    this.channel = opened.channel;
    this.clock = clock;
    this.news = news;
  }

  /**
   * Opens a file to append to; makes it, readable by its owner alone, if it is not there.
   *
   * @param typed its path as a person types it: {@code ~/} is the home directory
   * @throws IOException when it cannot be written to, saying which file, why and what to do
   */
  public static Opened open(String typed) throws IOException {
    try {
      return open(path(typed));
    } catch (IOException | InvalidPathException | UnsupportedOperationException e) {
      throw new IOException(
          "cannot log to " + typed + ": " + reason(e) + "; name a file that can be written", e);
    }
  }

  /**
   * Opens the same file once more, for others to write to.
   *
   * @throws IOException when it cannot be written to any more
   */
  public static Opened again(Opened opened) throws IOException {
    return open(opened.path.toString());
  }

  private static Path path(String typed) {
    boolean isOfHome = typed.equals("~") || typed.startsWith("~/");
    String home = System.getenv().getOrDefault("HOME", System.getProperty("user.home"));
    return Path.of(isOfHome ? home + typed.substring(1) : typed).toAbsolutePath().normalize();
  }

  private static Opened open(Path path) throws IOException {
    boolean isCut = isCut(path);
    FileChannel out =
        FileChannel.open(
            path,
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND),
            StateFile.OWNERS_FILE);
    if (isCut) {
      out.write(ByteBuffer.wrap(new byte[] {'\n'}));
    }
    return new Opened(path, out);
  }

  /** Whether the last line of a file has no end, because a full disk has cut it off, perhaps. */
  private static boolean isCut(Path path) throws IOException {
    if (!Files.isRegularFile(path) || !Files.isReadable(path)) {
      return false;
    }
    try (FileChannel in = FileChannel.open(path, StandardOpenOption.READ)) {
      ByteBuffer last = ByteBuffer.allocate(1);
      return in.size() > 0 && in.read(last, in.size() - 1) == 1 && last.get(0) != '\n';
    }
  }

  private static String reason(Exception e) {
    return switch (e) {
      case NoSuchFileException none -> "its directory is not there";
      case AccessDeniedException denied -> "permission denied";
      case FileSystemException file when file.getReason() != null ->
          file.getReason().toLowerCase(Locale.ROOT);
      default -> String.valueOf(e.getMessage());
    };
  }

  /**
   * Begins to write.
   *
   * @param news is told, on another thread, when the file cannot be written to, when it can again,
   *     and what was lost
   */
  static LogFile start(Opened opened, Clock clock, Consumer<String> news) {
    LogFile file = new LogFile(opened, clock, news);
    file.thread.start();
    return file;
  }

  Path path() {
    return path;
  }

  /** Writes a line soon, and waits for nothing. The text must be safe already. */
  void add(String text) {
    lock.lock();
    try {
      if (closed) {
        return;
      }
      if (waiting.size() >= MAX_WAITING) {
        lost++;
        return;
      }
      noteLost();
      waiting.add(stamped(text));
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  private void noteLost() {
    if (lost > 0) {
      waiting.add(stamped("-- " + lines(lost) + " missing here: the file could not be written"));
      lost = 0;
    }
  }

  private String stamped(String text) {
    return TIME.format(OffsetDateTime.now(clock)) + " " + text + "\n";
  }

  private static String lines(long count) {
    return count == 1 ? "1 line is" : count + " lines are";
  }

  private void run() {
    try {
      Optional<String> line = next();
      while (line.isPresent() && isWritten(line.get())) {
        line = next();
      }
      channel.close();
    } catch (IOException e) {
      news.accept("the log " + path + " could not be closed: " + reason(e));
    } catch (InterruptedException e) {
      // Nobody interrupts this thread; and if somebody did, it would be to end it.
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for a line; empty when none will come any more. It stays the first until written. */
  private Optional<String> next() throws InterruptedException {
    lock.lock();
    try {
      while (waiting.isEmpty() && !closed) {
        changed.await();
      }
      return Optional.ofNullable(waiting.peek());
    } finally {
      lock.unlock();
    }
  }

  /**
   * Writes a line, however long it takes. A full disk may take a part of it; the rest follows.
   *
   * @return false when it was closed meanwhile, and cannot be written to
   */
  private boolean isWritten(String line) throws InterruptedException {
    ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      try {
        channel.write(bytes);
      } catch (IOException e) {
        if (!failing) {
          failing = true;
          news.accept("cannot write to the log " + path + ": " + reason(e) + "; trying on…");
        }
        if (!awaitRetry()) {
          return false;
        }
      }
    }
    if (failing) {
      failing = false;
      news.accept("the log " + path + " can be written again");
    }
    lock.lock();
    try {
      waiting.remove();
    } finally {
      lock.unlock();
    }
    return true;
  }

  /** Waits until it may be tried again; false when it is closed, for then there is no time. */
  private boolean awaitRetry() throws InterruptedException {
    lock.lock();
    try {
      long left = RETRY.toNanos();
      while (!closed && left > 0) {
        left = changed.awaitNanos(left);
      }
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  /** Writes what is left, if that does not take long; else tells how many lines were not. */
  @Override
  public void close() {
    lock.lock();
    try {
      if (closed) {
        return;
      }
      noteLost();
      closed = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
    try {
      thread.join(CLOSE_PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    lock.lock();
    try {
      if (!waiting.isEmpty()) {
        news.accept(lines(waiting.size()) + " not in the log " + path);
      }
    } finally {
      lock.unlock();
    }
  }
}
