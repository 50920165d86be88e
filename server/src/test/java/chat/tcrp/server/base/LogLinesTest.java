package chat.tcrp.server.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an operator finds on standard error. */
class LogLinesTest {
  private static final String LEVEL = "jdk.system.logger.level";

  private final PrintStream before = System.err;
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final String levelBefore = System.getProperty(LEVEL);
  private Logger logger;

  @BeforeEach
  void catchErrors() {
    System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
    logger = at("INFO");
  }

  @AfterEach
  void giveBack() {
    System.setErr(before);
    if (levelBefore == null) {
      System.clearProperty(LEVEL);
    } else {
      System.setProperty(LEVEL, levelBefore);
    }
  }

  private Logger at(String level) {
    System.setProperty(LEVEL, level);
    return new LogLines().getLogger("chat-server", getClass().getModule());
  }

  private String written() {
    return written.toString(StandardCharsets.UTF_8);
  }

  @Test
  void anEventIsOneLineWithTimeAndLevel() {
    logger.log(Level.WARNING, "datagrams-dropped for=rooms");
    logger.log(Level.INFO, "{0} of {1}", 1, 2);

    assertThat(written().lines())
        .hasSize(2)
        .satisfiesExactly(
            line ->
                assertThat(line)
                    .matches(
                        "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3} WARNING"
                            + " datagrams-dropped for=rooms"),
            line -> assertThat(line).endsWith(" INFO 1 of 2"));
  }

  @Test
  void aDefectHasItsTrace() {
    logger.log(Level.ERROR, "relay-defect", new IllegalStateException("why"));

    assertThat(written().lines())
        .satisfies(
            lines -> {
              assertThat(lines.get(0)).endsWith(" ERROR relay-defect");
              assertThat(lines.get(1)).isEqualTo("java.lang.IllegalStateException: why");
              assertThat(lines.get(2)).contains("LogLinesTest");
            });
  }

  @Test
  void whatIsBelowTheLevelIsNotWritten() {
    logger.log(Level.DEBUG, "request-incomplete");

    assertThat(written()).isEmpty();
    assertThat(logger.isLoggable(Level.DEBUG)).isFalse();
    assertThat(logger.isLoggable(Level.INFO)).isTrue();

    at("DEBUG").log(Level.DEBUG, "request-incomplete");

    assertThat(written()).endsWith(" DEBUG request-incomplete" + System.lineSeparator());
  }

  @Test
  void ofTheRuntimeOnlyWarningsAreWritten() {
    Logger runtime = new LogLines().getLogger("jdk.event.security", getClass().getModule());

    assertThat(runtime.isLoggable(Level.INFO)).isFalse();
    assertThat(runtime.isLoggable(Level.WARNING)).isTrue();
  }
}
