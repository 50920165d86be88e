package chat.tcrp.client.face.terminal;

import static java.nio.charset.StandardCharsets.UTF_8;

import chat.tcrp.client.face.StateFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jline.reader.LineReader;
import org.jline.reader.impl.history.DefaultHistory;

/**
 * Where the lines that were typed are kept across runs: in the state directory of the XDG base
 * directory specification, readable by their owner alone. Clients that run at the same time keep
 * their lines in the same file.
 *
 * <p>Whatever is in the file, only its end is read, and of that only what looks like an entry: the
 * time in milliseconds since 1970, a colon, the text, with {@code \\n}, {@code \\r} and {@code
 * \\\\} for a line feed, a carriage return and a backslash.
 *
 * @param file the history file
 */
record History(Path file) {
  private static final int MAX_LINES = 1000;

  /** A longer entry, in bytes with its line feed, is not kept. */
  private static final int MAX_ENTRY_BYTES = 4096;

  /**
   * So much of the file is read, and when something is added to a longer one, half of it is kept.
   */
  private static final int MAX_BYTES = 1 << 20;

  private static final Pattern ENTRY = Pattern.compile("(\\d{1,15}):(.*)", Pattern.DOTALL);

  /** A line that was typed, and when. */
  record Entry(Instant time, String text) {
    byte[] encoded() {
      String escaped = text.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r");
      return (time.toEpochMilli() + ":" + escaped + "\n").getBytes(UTF_8);
    }

    /** Reads an entry without its line feed; empty when it is none. */
    static Optional<Entry> decode(ByteBuffer bytes) {
      if (bytes.remaining() >= MAX_ENTRY_BYTES) {
        return Optional.empty();
      }
      try {
        Matcher entry = ENTRY.matcher(UTF_8.newDecoder().decode(bytes));
        return entry.matches()
            ? Optional.of(
                new Entry(
                    Instant.ofEpochMilli(Long.parseLong(entry.group(1))),
                    unescaped(entry.group(2))))
            : Optional.empty();
      } catch (CharacterCodingException e) {
        return Optional.empty();
      }
    }

    private static String unescaped(String text) {
      StringBuilder unescaped = new StringBuilder();
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        if (c == '\\' && i + 1 < text.length()) {
          char escaped = text.charAt(++i);
          c = escaped == 'n' ? '\n' : escaped == 'r' ? '\r' : escaped;
        }
        unescaped.append(c);
      }
      return unescaped.toString();
    }
  }

  /** The history of this user; empty when there is no place to keep one. */
  static Optional<History> ofUser(Map<String, String> environment) {
    return StateFile.find(environment, "history").map(History::new);
  }

  void attach(Editor editor) {
    editor.setVariable(LineReader.HISTORY_SIZE, MAX_LINES);
    editor.setHistory(new Remembered(this));
  }

  /** The last entries, the oldest first. */
  List<Entry> entries() throws IOException {
    return entries(MAX_BYTES);
  }

  private List<Entry> entries(int maxBytes) throws IOException {
    ByteBuffer end = end(maxBytes);
    List<Entry> entries = new ArrayList<>();
    while (end.hasRemaining()) {
      Entry.decode(nextLine(end)).ifPresent(entries::add);
    }
    return entries.subList(Math.max(0, entries.size() - MAX_LINES), entries.size());
  }

  /** The last lines of the file. */
  private ByteBuffer end(int maxBytes) throws IOException {
    try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = in.size();
      ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(size, maxBytes));
      in.position(size - bytes.capacity());
      while (bytes.hasRemaining() && in.read(bytes) >= 0) {}
      bytes.flip();
      if (size > bytes.limit()) {
        // Only the rest of this line is here.
        nextLine(bytes);
      }
      return bytes;
    }
  }

  private static ByteBuffer nextLine(ByteBuffer bytes) {
    int start = bytes.position();
    int lineFeed = start;
    while (lineFeed < bytes.limit() && bytes.get(lineFeed) != '\n') {
      lineFeed++;
    }
    bytes.position(Math.min(lineFeed + 1, bytes.limit()));
    return bytes.slice(start, lineFeed - start);
  }

  /**
   * Adds an entry to the file, unless it is too long; shortens the file when it has become long.
   */
  void add(Entry entry) throws IOException {
    byte[] bytes = entry.encoded();
    if (bytes.length > MAX_ENTRY_BYTES) {
      return;
    }
    StateFile.exclusively(
        file,
        () -> {
          if (Files.exists(file) && Files.size(file) > MAX_BYTES) {
            shorten();
          }
          append(bytes);
        });
  }

  /** A whole new file takes the place of the old one, so that nobody ever reads half of it. */
  private void shorten() throws IOException {
    Path shortened = file.resolveSibling(file.getFileName() + ".new");
    try (FileChannel out =
        FileChannel.open(
            shortened,
            Set.of(
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE),
            StateFile.OWNERS_FILE)) {
      for (Entry entry : entries(MAX_BYTES / 2)) {
        write(entry.encoded(), out);
      }
    }
    Files.move(shortened, file.toRealPath(), StandardCopyOption.REPLACE_EXISTING);
  }

  private void append(byte[] entry) throws IOException {
    try (FileChannel out =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
            StateFile.OWNERS_FILE)) {
      long size = out.size();
      ByteBuffer last = ByteBuffer.allocate(1);
      if (size > 0 && out.read(last, size - 1) == 1 && last.get(0) != '\n') {
        // A full disk may have cut the last entry off.
        write(new byte[] {'\n'}, out.position(size));
        size++;
      }
      write(entry, out.position(size));
    }
  }

  private static void write(byte[] bytes, FileChannel out) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      out.write(buffer);
    }
  }

  /** What the editor remembers: the entries of the file, and what is added to them. */
  private static final class Remembered extends DefaultHistory {
    private final History history;

    Remembered(History history) {
      this.history = history;
    }

    /** Called when the first line is about to be read. */
    @Override
    public void load() throws IOException {
      history.entries().forEach(entry -> internalAdd(entry.time(), entry.text()));
    }

    /** Called when a line has been added. */
    @Override
    public void save() throws IOException {
      var added = iterator(last()).next();
      history.add(new History.Entry(added.time(), added.line()));
    }
  }
}
