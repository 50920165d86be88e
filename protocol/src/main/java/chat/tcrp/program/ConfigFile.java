package chat.tcrp.program;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What stands in a configuration file: lines {@code KEY = VALUE} in UTF-8, empty ones, and comments
 * from a {@code #} on that has nothing or a space before it. A value in double quotes may hold what
 * would be a comment; a quote in it is doubled.
 *
 * <p>It looks like a properties file, but {@link java.util.Properties} does not say in which line a
 * key stands, takes backslashes for escapes, and the last of two values without a word.
 */
final class ConfigFile {
  /** More than anybody writes; a device would never end. */
  private static final int MAX_BYTES = 1 << 20;

  private static final Pattern COMMENT = Pattern.compile("(^|\\s)#");
  private static final Pattern QUOTED = Pattern.compile("\"((?:[^\"]|\"\")*)\"(?:\\s+#.*|\\s*)");
  private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}\\u2028\\u2029&&[^\\t]]");

  private ConfigFile() {}

  /**
   * A value that a file gives.
   *
   * @param where file and line, {@code FILE:LINE}
   */
  record Entry(String key, String value, String where) {}

  /**
   * Reads a file.
   *
   * @throws IOException when it cannot be read
   * @throws IllegalArgumentException when a line is not of the form, naming file and line
   */
  static List<Entry> read(Path file) throws IOException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MAX_BYTES + 1);
    }
    if (bytes.length > MAX_BYTES) {
      throw new IOException("it has more than 1 MiB");
    }
    List<Entry> entries = new ArrayList<>();
    Map<String, Integer> lines = new HashMap<>();
    int number = 0;
    for (int start = 0; start < bytes.length; ) {
      int end = start;
      while (end < bytes.length && bytes[end] != '\n') {
        end++;
      }
      String where = file + ":" + ++number;
      String line = text(bytes, start, end, where);
      if (!isEmpty(line)) {
        Entry entry = entry(line, where);
        Integer before = lines.putIfAbsent(entry.key, number);
        if (before != null) {
          throw wrong(where, entry.key + " has a value in line " + before + " already");
        }
        entries.add(entry);
      }
      start = end + 1;
    }
    return entries;
  }

  private static String text(byte[] bytes, int start, int end, String where) {
    String line;
    try {
      line =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(bytes, start, end - start))
              .toString();
    } catch (CharacterCodingException e) {
      throw wrong(where, "this is not text in UTF-8");
    }
    // What some editors put before the first line and at the end of each.
    if (start == 0 && line.startsWith("\ufeff")) {
      line = line.substring(1);
    }
    if (line.endsWith("\r")) {
      line = line.substring(0, line.length() - 1);
    }
    if (CONTROL.matcher(line).find()) {
      throw wrong(where, "there is a control character in it");
    }
    return line;
  }

  private static boolean isEmpty(String line) {
    return line.isBlank() || line.stripLeading().startsWith("#");
  }

  private static Entry entry(String line, String where) {
    int mark = line.indexOf('=');
    String key = line.substring(0, Math.max(0, mark)).strip();
    if (key.isEmpty()) {
      throw wrong(where, "this is not of the form KEY = VALUE");
    }
    String written = line.substring(mark + 1).strip();
    String value;
    if (written.startsWith("\"")) {
      Matcher quoted = QUOTED.matcher(written);
      if (!quoted.matches()) {
        throw wrong(
            where, key + " has a quote at its beginning and none at its end; one in it is doubled");
      }
      value = quoted.group(1).replace("\"\"", "\"");
    } else {
      Matcher comment = COMMENT.matcher(written);
      value = comment.find() ? written.substring(0, comment.start()).strip() : written;
    }
    if (value.isEmpty()) {
      throw wrong(where, key + " has no value; put # before it to have the default");
    }
    return new Entry(key, value, where);
  }

  private static IllegalArgumentException wrong(String where, String what) {
    return new IllegalArgumentException(where + ": " + what);
  }

  /** A value as it stands in a file. */
  static String written(String value) {
    boolean stands =
        !value.isEmpty()
            && value.equals(value.strip())
            && !value.startsWith("\"")
            && !COMMENT.matcher(value).find();
    return stands ? value : '"' + value.replace("\"", "\"\"") + '"';
  }

  /** Whether a value can stand in a file at all. */
  static boolean canHold(String value) {
    return !value.isEmpty() && !CONTROL.matcher(value).find();
  }
}
