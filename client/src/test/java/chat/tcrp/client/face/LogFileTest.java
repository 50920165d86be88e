package chat.tcrp.client.face;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import chat.tcrp.client.Await;
import chat.tcrp.client.session.ServerAddress;
import chat.tcrp.protocol.Username;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFileTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2030-01-01T12:01:02.345Z"), ZoneId.of("Asia/Kolkata"));

  private static final String TIME = "2030-01-01T17:31:02+05:30 ";
  private static final Path NAME = Path.of("/tea.log");

  @TempDir private Path directory;
  private final List<String> news = new CopyOnWriteArrayList<>();

  /** A disk that is full, or does not answer, as long as somebody wants it. */
  private static final class Disk implements WritableByteChannel {
    final ByteArrayOutputStream written = new ByteArrayOutputStream();
    final CountDownLatch isTried = new CountDownLatch(1);
    final CountDownLatch answers = new CountDownLatch(1);
    volatile int room = Integer.MAX_VALUE;

    @Override
    public synchronized int write(ByteBuffer bytes) throws IOException {
      isTried.countDown();
      try {
        answers.await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      if (room == 0) {
        throw new IOException("No space left on device");
      }
      int size = Math.min(room, bytes.remaining());
      room -= size;
      byte[] part = new byte[size];
      bytes.get(part);
      written.writeBytes(part);
      return size;
    }

    String text() {
      return written.toString(UTF_8);
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {}
  }

  @Test
  void whatIsSaidIsAppendedToAFileForItsOwnerAlone() throws Exception {
    Path path = directory.resolve("tea.log");
    ConversationLog log = log();
    log.begin(LogFile.open(path.toString()));
    log.message("bob", "hi\033[31m\tthere");
    log.message("bob", "/me waves");
    log.notice("bob left");
    log.end();
    log.message("bob", "too late");

    assertThat(Files.readAllLines(path))
        .containsExactly(
            TIME + "-- the log of tea on localhost:9001 as ann begins",
            TIME + "bob: hi␛[31m\tthere",
            TIME + "** bob waves **",
            TIME + "* bob left",
            TIME + "-- the log ends");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
        .isEqualTo("rw-------");
    assertThat(news).isEmpty();
  }

  @Test
  void aFileThatIsThereKeepsWhatItHasAndWhoMayReadIt() throws Exception {
    Path path = Files.writeString(directory.resolve("tea.log"), "cut o");
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r--r--"));
    ConversationLog log = log();
    log.begin(LogFile.open(path.toString()));
    log.end();

    assertThat(Files.readAllLines(path)).hasSize(3).startsWith("cut o");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
        .isEqualTo("rw-r--r--");
  }

  @Test
  void whereNothingCanBeWrittenIsSaidInOneLine() {
    assertThatThrownBy(() -> LogFile.open(directory.toString()))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "cannot log to " + directory + ": is a directory; name a file that can be written");
    String lost = directory + "/none/tea.log";
    assertThatThrownBy(() -> LogFile.open(lost))
        .hasMessage(
            "cannot log to "
                + lost
                + ": its directory is not there; name a file that can be written");
    assertThatThrownBy(() -> LogFile.open("tea\0log")).isInstanceOf(IOException.class);
  }

  @Test
  void aTildeIsTheHomeDirectory() {
    assertThatThrownBy(() -> LogFile.open("~/none/of/this.log")).hasMessageContaining("~/none");
    assertThatThrownBy(() -> LogFile.open("~")).hasMessageContaining("is a directory");
  }

  @Test
  void aFullDiskIsSaidOnceAndTriedOnAndNoLineIsLost() throws Exception {
    Disk disk = new Disk();
    disk.answers.countDown();
    disk.room = 30;
    LogFile file = start(disk);
    file.add("the first line");
    file.add("the second line");
    Await.until("the complaint", () -> !news.isEmpty());
    file.add("the third line");
    disk.room = Integer.MAX_VALUE;
    Await.until("the rest", () -> disk.text().endsWith("third line\n"));
    file.close();

    assertThat(disk.text())
        .isEqualTo(
            TIME + "the first line\n" + TIME + "the second line\n" + TIME + "the third line\n");
    assertThat(news)
        .containsExactly(
            "cannot write to the log /tea.log: No space left on device; trying on…",
            "the log /tea.log can be written again");
  }

  @Test
  void aDiskThatDoesNotAnswerHoldsNobodyUpAndWhatWasLostIsCounted() throws Exception {
    Disk disk = new Disk();
    LogFile file = start(disk);
    file.add("first");
    assertThat(disk.isTried.await(20, TimeUnit.SECONDS)).isTrue();
    IntStream.range(1, LogFile.MAX_WAITING + 7).forEach(i -> file.add("line " + i));

    disk.answers.countDown();
    Await.until("what waited", () -> disk.text().contains("line " + (LogFile.MAX_WAITING - 1)));
    Await.until(
        "the last line",
        () -> {
          file.add("last");
          return disk.text().endsWith("last\n");
        });
    file.close();

    assertThat(disk.text().lines())
        .contains(TIME + "-- 7 lines are missing here: the file could not be written")
        .doesNotContain(TIME + "line " + LogFile.MAX_WAITING);
    assertThat(news).isEmpty();
  }

  @Test
  void whatIsNotWrittenAtTheEndIsSaid() throws Exception {
    assumeTrue(Files.exists(Path.of("/dev/full")));
    ConversationLog log = log();
    log.begin(LogFile.open("/dev/full"));
    Await.until("the complaint", () -> !news.isEmpty());
    log.message("bob", "hi");
    log.end();

    assertThat(news)
        .containsExactly(
            "cannot write to the log /dev/full: No space left on device; trying on…",
            "3 lines are not in the log /dev/full");
  }

  private LogFile start(Disk disk) {
    return LogFile.start(new LogFile.Opened(NAME, disk), CLOCK, news::add);
  }

  private ConversationLog log() {
    return new ConversationLog(
        new Place("tea", new Username("ann")),
        new ServerAddress("localhost", 9001, 9002),
        CLOCK,
        news::add);
  }
}
