package chat.tcrp.server.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import chat.tcrp.server.ManualTicker;
import chat.tcrp.server.TestPeer;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.ResourceBundle;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventLogTest {
  private final MemoryLogger logger = new MemoryLogger();
  private final ManualTicker ticker = new ManualTicker();

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "ann, ann",
        "127.0.0.1:9001, 127.0.0.1:9001",
        "ann lee, \"ann lee\"",
        "tea room=x, \"tea room=x\"",
        "a=b, \"a=b\"",
        "say \"hi\", \"say \\\"hi\\\"\"",
        "a\\b, \"a\\\\b\"",
        "茶, \"茶\"",
        "a\u00a0b, \"a\u00a0b\"",
        "a\u0301, \"a\u0301\"",
        "😀, \"😀\"",
      })
  void aValueCannotPassForAnotherFact(String value, String written) {
    try (EventLog log = started()) {
      log.event(Level.INFO, "happened", "count", 3, "name", value);
    }

    assertThat(logger.lines).containsExactly("INFO happened count=3 name=" + written);
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        '\t', '\n', '\r', 0x1b, 0x7f, 0x85, 0x9b, 0xad, 0x61c, 0x200b, 0x200d, 0x200e, 0x2028,
        0x2029, 0x202e, 0x2066, 0x2069, 0xfeff, 0xe000, 0xfdd0, 0xffff, 0xd800, 0xe0041, 0x10ffff
      })
  void whatCannotBeSeenOrReordersIsWrittenAsItsNumber(int character) {
    String shown = "\\u{" + Integer.toHexString(character) + "}";
    try (EventLog log = started()) {
      log.event(Level.INFO, "happened", "name", Character.toString(character), "count", 3);
      log.event(Level.INFO, "happened", "name", "茶" + Character.toString(character) + "bob");
    }

    assertThat(logger.lines)
        .containsExactly(
            "INFO happened name=\"" + shown + "\" count=3",
            "INFO happened name=\"茶" + shown + "bob\"");
  }

  @Test
  void noCharacterOfThoseKindsIsEverWritten() {
    String all =
        IntStream.rangeClosed(0, Character.MAX_CODE_POINT)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
    try (EventLog log = started()) {
      log.event(Level.INFO, "happened", "name", all);
    }

    assertThat(logger.lines).hasSize(1);
    assertThat(logger.lines.getFirst())
        .doesNotContainPattern("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Co}\\p{Cn}\\p{Cs}]");
  }

  @Test
  void whatThereIsNothingToSayOfIsLeftOut() {
    try (EventLog log = started()) {
      log.event(Level.INFO, "happened", "detail", "", "reason", null, "count", 3);
    }

    assertThat(logger.lines).containsExactly("INFO happened count=3");
  }

  @Test
  void linesKeepTheirOrderAndAreAllWrittenBeforeTheEnd() {
    try (EventLog log = started()) {
      for (int i = 0; i < 1000; i++) {
        log.event(Level.INFO, "e" + i);
      }
      log.failure("broken", new IllegalStateException("why"));
    }

    assertThat(logger.lines).hasSize(1001).startsWith("INFO e0", "INFO e1");
    assertThat(logger.lines.getLast()).isEqualTo("ERROR broken why");
  }

  @Test
  void whatTheLevelLeavesOutIsNotWritten() {
    try (EventLog log = started()) {
      log.event(Level.DEBUG, "detail");
      log.event(Level.INFO, "event");
    }

    assertThat(logger.lines).containsExactly("INFO event");
  }

  @Test
  void aBlockedWriterStopsNobodyAndTellsHowManyLinesWereLost() {
    int written = 20_000;
    logger.gate = new CountDownLatch(1);
    assertTimeoutPreemptively(
        TestPeer.PATIENCE,
        () -> {
          EventLog log = started();
          for (int i = 0; i < written; i++) {
            log.event(Level.WARNING, "event", "n", i);
          }
          logger.gate.countDown();
          while (logger.lines.stream()
              .noneMatch(line -> line.startsWith("WARNING log-lines-lost"))) {
            Thread.onSpinWait();
          }
          log.close();
        });

    long kept = logger.lines.stream().filter(line -> line.startsWith("WARNING event")).count();
    assertThat(kept).isBetween(1000L, written - 1L);
    assertThat(logger.lines).contains("WARNING log-lines-lost count=" + (written - kept));
  }

  @Test
  void beyondItsRateAKindOfEventIsCountedAndTheOthersAreTold() {
    try (EventLog log = started()) {
      for (int i = 0; i < EventLog.BURST + 7; i++) {
        log.event(Level.INFO, "joined", "n", i);
      }
      log.event(Level.INFO, "left", "n", 0);

      ticker.advance(EventLog.PACE.multipliedBy(2));
      for (int i = 1; i < 5; i++) {
        log.event(Level.INFO, "joined", "n", "later-" + i);
      }
    }

    assertThat(logger.lines)
        .hasSize(EventLog.BURST + 4)
        .startsWith("INFO joined n=0", "INFO joined n=1")
        .endsWith(
            "INFO joined n=" + (EventLog.BURST - 1),
            "INFO left n=0",
            "INFO joined n=later-1",
            "INFO joined n=later-2",
            "WARNING log-lines-suppressed event=joined count=9");
  }

  @Test
  void howManyWereSuppressedIsToldOnceInAWhileAndOnlyOfWhatWas() {
    try (EventLog log = started()) {
      for (int i = 0; i < EventLog.BURST + 3; i++) {
        log.event(Level.INFO, "joined");
        log.failure("broken", new IllegalStateException("why"));
      }
      ticker.advance(EventLog.TELLING_INTERVAL);
      log.event(Level.INFO, "left");
      awaitSuppressed(2);
      for (int i = 0; i < EventLog.BURST; i++) {
        log.event(Level.INFO, "left");
      }
      ticker.advance(EventLog.TELLING_INTERVAL);
      log.event(Level.INFO, "created");
      awaitSuppressed(3);
    }

    assertThat(logger.lines.stream().filter(line -> line.startsWith("WARNING")))
        .containsExactlyInAnyOrder(
            "WARNING log-lines-suppressed event=joined count=3",
            "WARNING log-lines-suppressed event=broken count=3",
            "WARNING log-lines-suppressed event=left count=1");
  }

  @Test
  void afterASilenceAsManyAreToldAsAtFirstAndNoMore() {
    try (EventLog log = started()) {
      log.event(Level.INFO, "joined");
      ticker.advance(Duration.ofHours(1));
      for (int i = 0; i < EventLog.BURST + 1; i++) {
        log.event(Level.INFO, "joined");
      }
    }

    assertThat(logger.lines)
        .hasSize(1 + EventLog.BURST + 1)
        .contains("WARNING log-lines-suppressed event=joined count=1");
  }

  @Test
  void warningsOfTheProcessItselfAreAlwaysTold() {
    try (EventLog log = started()) {
      for (int i = 0; i < 5 * EventLog.BURST; i++) {
        log.event(Level.WARNING, "datagrams-dropped");
      }
    }

    assertThat(logger.lines).hasSize(5 * EventLog.BURST);
  }

  @Test
  void manyThreadsTogetherAreHeldToTheRate() throws InterruptedException {
    int threads = 8;
    int each = 1000;
    try (EventLog log = started()) {
      List<Thread> all =
          IntStream.range(0, threads)
              .mapToObj(
                  t ->
                      Thread.ofPlatform()
                          .start(
                              () ->
                                  IntStream.range(0, each)
                                      .forEach(i -> log.event(Level.INFO, "joined"))))
              .toList();
      for (Thread thread : all) {
        thread.join();
      }
    }

    assertThat(logger.lines.stream().filter("INFO joined"::equals)).hasSize(EventLog.BURST);
    assertThat(logger.lines.getLast())
        .isEqualTo(
            "WARNING log-lines-suppressed event=joined count=" + (threads * each - EventLog.BURST));
  }

  @Test
  void closingDoesNotWaitForAWriterThatIsStuck() {
    logger.gate = new CountDownLatch(1);
    assertTimeoutPreemptively(
        TestPeer.PATIENCE,
        () -> {
          EventLog log = started();
          log.event(Level.INFO, "stuck");
          log.close();
        });

    assertThat(logger.lines).isEmpty();
    logger.gate.countDown();
  }

  private EventLog started() {
    EventLog log = new EventLog(logger, ticker);
    log.start();
    return log;
  }

  private void awaitSuppressed(int lines) {
    long deadline = System.nanoTime() + TestPeer.PATIENCE.toNanos();
    while (logger.lines.stream().filter(line -> line.contains("log-lines-suppressed")).count()
        < lines) {
      assertThat(System.nanoTime() - deadline).as("%s lines", logger.lines.size()).isNegative();
      LockSupport.parkNanos(1_000_000);
    }
  }

  /** Keeps lines of INFO and above, once the gate is open. */
  private static final class MemoryLogger implements Logger {
    private final BlockingDeque<String> lines = new LinkedBlockingDeque<>();
    private volatile CountDownLatch gate = new CountDownLatch(0);

    @Override
    public String getName() {
      return "memory";
    }

    @Override
    public boolean isLoggable(Level level) {
      return level.getSeverity() >= Level.INFO.getSeverity();
    }

    @Override
    public void log(Level level, ResourceBundle bundle, String text, Throwable cause) {
      write(level + " " + text + (cause == null ? "" : " " + cause.getMessage()));
    }

    @Override
    public void log(Level level, ResourceBundle bundle, String format, Object... parameters) {
      write(level + " " + format);
    }

    private void write(String line) {
      try {
        gate.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      lines.add(line);
    }
  }
}
