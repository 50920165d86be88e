package chat.tcrp.client.face.terminal;

import static java.nio.file.StandardOpenOption.APPEND;
import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.client.Programs;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryTest {
  private static final Instant NOON = Instant.parse("2030-01-01T12:01:00Z");

  @TempDir private Path directory;

  @Test
  void theStateDirectoryIsUsedAndItsFileIsTheOwnersAlone() throws Exception {
    Path state = directory.resolve("state");

    History history = History.ofUser(Map.of("XDG_STATE_HOME", state.toString())).orElseThrow();

    assertThat(history.file()).isEqualTo(state.resolve("chat-client/history"));
    assertThat(permissions(history.file())).isEqualTo("rw-------");
    assertThat(permissions(history.file().getParent())).isEqualTo("rwx------");
  }

  @Test
  void withoutAStateDirectoryItIsBelowHome() {
    assertThat(History.ofUser(Map.of("HOME", directory.toString())))
        .contains(new History(directory.resolve(".local/state/chat-client/history")));
  }

  @Test
  void aRelativeStateDirectoryIsIgnored() {
    assertThat(History.ofUser(Map.of("XDG_STATE_HOME", "here", "HOME", directory.toString())))
        .contains(new History(directory.resolve(".local/state/chat-client/history")));
    assertThat(History.ofUser(Map.of("XDG_STATE_HOME", "here"))).isEmpty();
  }

  @Test
  void aFileThatOthersCouldReadIsClosedToThem() throws Exception {
    Path file = directory.resolve("chat-client/history");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

    assertThat(History.ofUser(Map.of("XDG_STATE_HOME", directory.toString()))).isPresent();

    assertThat(permissions(file)).isEqualTo("rw-------");
  }

  @Test
  void whatIsTypedIsThereAgainWhateverIsInIt() throws Exception {
    History history = history("");
    List<History.Entry> typed =
        Stream.of("tea", "two\nlines\r", "a \\ b \\n c \\", "\tgrün 🍵", "12:01")
            .map(text -> new History.Entry(NOON, text))
            .toList();

    for (History.Entry entry : typed) {
      history.add(entry);
    }

    assertThat(history.entries()).isEqualTo(typed);
    assertThat(permissions(history.file())).isEqualTo("rw-------");
  }

  @Test
  void whatIsNoEntryIsPassedOver() throws Exception {
    History history = history("tea\n1:first\n\n:\n2:bad ");
    Files.write(history.file(), new byte[] {(byte) 0xff, '\n'}, APPEND);
    Files.writeString(history.file(), "3:two\u2028lines\n4:ends in \\\n5:torn", APPEND);

    history.add(new History.Entry(NOON, "last"));

    assertThat(history.entries())
        .extracting(History.Entry::text)
        .containsExactly("first", "two\u2028lines", "ends in \\", "torn", "last");
  }

  @Test
  void ofAHugeFileOnlyTheEndIsReadAndKept() throws Exception {
    History history = history("");
    try (BufferedWriter out = Files.newBufferedWriter(history.file())) {
      for (int i = 0; i < 200_000; i++) {
        out.write("1:a line of text, number " + i + "\n");
      }
    }

    assertThat(texts(history))
        .hasSize(1000)
        .endsWith("a line of text, number 199998", "a line of text, number 199999");
    history.add(new History.Entry(NOON, "last"));

    assertThat(Files.size(history.file())).isLessThan(100_000);
    assertThat(permissions(history.file())).isEqualTo("rw-------");
    assertThat(texts(history)).hasSize(1000).endsWith("a line of text, number 199999", "last");
  }

  @Test
  void aFileOfAGigabyteTakesNoMoreThanItsEnd() throws Exception {
    History history = history("");
    try (RandomAccessFile file = new RandomAccessFile(history.file().toFile(), "rw")) {
      file.setLength(1L << 30);
    }
    Files.writeString(history.file(), "\n1:last but one\n", APPEND);

    assertThat(texts(history)).containsExactly("last but one");
    history.add(new History.Entry(NOON, "last"));
    assertThat(texts(history)).containsExactly("last but one", "last");
    assertThat(Files.size(history.file())).isLessThan(100);
  }

  @Test
  void aHugeLineIsNoObstacle() throws Exception {
    History history = history("1:before\n2:" + "x".repeat(5_000_000) + "\n3:behind\n");
    assertThat(texts(history)).containsExactly("behind");
    history.add(new History.Entry(NOON, "last"));
    assertThat(texts(history)).containsExactly("behind", "last");
    assertThat(Files.size(history.file())).isLessThan(100);

    Files.writeString(history.file(), "1:" + "x".repeat(5_000_000));
    assertThat(texts(history)).isEmpty();
    history.add(new History.Entry(NOON, "last"));
    assertThat(texts(history)).containsExactly("last");
  }

  @Test
  void aLineOfMoreThanFourKibibytesIsNotKept() throws Exception {
    History history = history("1:" + "x".repeat(4094) + "\n");
    history.add(new History.Entry(NOON, "x".repeat(4096)));
    history.add(new History.Entry(NOON, "ü".repeat(2048)));
    assertThat(texts(history)).isEmpty();
    String longest = "x".repeat(4096 - "1893499260000:\n".length());

    history.add(new History.Entry(NOON, longest));
    history.add(new History.Entry(NOON, longest + "x"));

    assertThat(texts(history)).containsExactly(longest);
  }

  /** Two processes add to many files, each of which the first entry makes shorter. */
  @Test
  void twoClientsAtOnceLoseNothingOfEachOther() throws Exception {
    List<Path> files = IntStream.range(0, 20).mapToObj(i -> directory.resolve("" + i)).toList();
    for (Path file : files) {
      Files.writeString(file, "1:" + "x".repeat(1 << 20) + "\n");
    }
    List<String> names = List.of("ann", "bob");
    List<Process> writers = new ArrayList<>();
    for (String name : names) {
      List<String> command = new ArrayList<>(Programs.java(HistoryWriter.class, name));
      files.forEach(file -> command.add(file.toString()));
      writers.add(
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
    }
    for (Process writer : writers) {
      assertThat(writer.inputReader().readLine()).isEqualTo("ready");
    }
    for (Process writer : writers) {
      writer.getOutputStream().close();
    }
    for (Process writer : writers) {
      assertThat(writer.waitFor()).isZero();
    }

    for (Path file : files) {
      assertThat(Files.readAllLines(file))
          .hasSize(2 * HistoryWriter.LINES)
          .allMatch(line -> line.matches("\\d+:(ann|bob) \\d+ x+"));
      for (String name : names) {
        assertThat(texts(new History(file)).stream().filter(text -> text.startsWith(name)))
            .containsExactlyElementsOf(HistoryWriter.lines(name));
      }
    }
  }

  /** A client that adds lines to histories, as a process. */
  static final class HistoryWriter {
    static final int LINES = 20;

    private HistoryWriter() {}

    static List<String> lines(String name) {
      return IntStream.range(0, LINES)
          .mapToObj(i -> name + " " + i + " " + "x".repeat(3000))
          .toList();
    }

    public static void main(String[] args) throws IOException {
      System.out.println("ready");
      System.in.readAllBytes();
      for (String file : List.of(args).subList(1, args.length)) {
        for (String line : lines(args[0])) {
          new History(Path.of(file)).add(new History.Entry(NOON, line));
        }
      }
    }
  }

  private History history(String content) throws IOException {
    History history = History.ofUser(Map.of("XDG_STATE_HOME", directory.toString())).orElseThrow();
    Files.writeString(history.file(), content);
    return history;
  }

  private static List<String> texts(History history) throws IOException {
    return history.entries().stream().map(History.Entry::text).toList();
  }

  @Test
  void whereNothingCanBeKeptNothingIs() throws Exception {
    assertThat(History.ofUser(Map.of())).isEmpty();
    Path inTheWay = Files.createFile(directory.resolve("file"));
    assertThat(History.ofUser(Map.of("XDG_STATE_HOME", inTheWay.toString()))).isEmpty();
  }

  @Test
  void aLinkToTheNullDeviceIsLeftAlone() throws Exception {
    Path file = directory.resolve("chat-client/history");
    Files.createDirectories(file.getParent());
    Path nullDevice = Path.of("/dev/null");
    String before = permissions(nullDevice);
    Files.createSymbolicLink(file, nullDevice);

    assertThat(History.ofUser(Map.of("XDG_STATE_HOME", directory.toString()))).isEmpty();

    assertThat(permissions(nullDevice)).isEqualTo(before);
  }

  private static String permissions(Path path) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
