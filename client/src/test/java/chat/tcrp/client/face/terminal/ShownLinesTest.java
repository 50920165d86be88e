package chat.tcrp.client.face.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ShownLinesTest {
  private Instant now = Instant.parse("2030-01-01T12:01:00Z");
  private final InstantSource source = () -> now;
  private final Clock clock = source.withZone(ZoneOffset.UTC);
  private final ShownLines shown = new ShownLines(clock);

  @Test
  void caseAndWidthDoNotMatter() {
    shown.add("12:01 bob: Grüße aus der STRASSE");
    shown.add("12:01 bob: ｆｕｌｌ width");
    assertThat(shown.find("grÜSSE", 9).lines()).hasSize(1);
    assertThat(shown.find("straße", 9).lines()).hasSize(1);
    assertThat(shown.find("FULL", 9).lines()).hasSize(1);
    assertThat(shown.find("tea", 9).lines()).isEmpty();
  }

  @Test
  void lastFoundLinesAreShownAndEarlierOnesCounted() {
    IntStream.range(0, 30).forEach(i -> shown.add("line " + i));
    assertThat(shown.find("line", 2))
        .isEqualTo(new ShownLines.Found(List.of("line 28", "line 29"), 28));
  }

  @Test
  void aLineOfAnotherDayTellsWhich() {
    shown.add("12:01 bob: tea");
    now = now.plus(Duration.ofDays(1));
    shown.add("12:01 bob: tea");
    assertThat(shown.find("tea", 9).lines())
        .containsExactly("2030-01-01 12:01 bob: tea", "12:01 bob: tea");
  }

  @Test
  void theOldestAreForgottenWhenThereAreManyOrLongOnes() {
    IntStream.rangeClosed(0, ShownLines.MAX_LINES).forEach(i -> shown.add("<" + i + ">"));
    assertThat(shown.find("<0>", 9).lines()).isEmpty();
    assertThat(shown.find("<1>", 9).lines()).hasSize(1);
    shown.add("x".repeat(2_000_000));
    assertThat(shown.find("<", 9).lines()).isEmpty();
    assertThat(shown.find("x", 9).lines()).hasSize(1);
  }
}
