package chat.tcrp.server.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import chat.tcrp.server.TestPeer;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ResourceBundle;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingDeque;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventLogTest {
  private final MemoryLogger logger = new MemoryLogger();

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
      })
  void aValueCannotPassForAnotherFact(String value, String written) {
    try (EventLog log = started()) {
      log.event(Level.INFO, "happened", "count", 3, "name", value);
    }

    assertThat(logger.lines).containsExactly("INFO happened count=3 name=" + written);
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
            log.event(Level.INFO, "event", "n", i);
          }
          logger.gate.countDown();
          while (logger.lines.stream().noneMatch(line -> line.startsWith("WARNING"))) {
            Thread.onSpinWait();
          }
          log.close();
        });

    long kept = logger.lines.stream().filter(line -> line.startsWith("INFO event")).count();
    assertThat(kept).isBetween(1000L, written - 1L);
    assertThat(logger.lines).contains("WARNING log-lines-lost count=" + (written - kept));
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
    EventLog log = new EventLog(logger);
    log.start();
    return log;
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
