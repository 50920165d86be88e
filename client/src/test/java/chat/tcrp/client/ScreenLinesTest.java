package chat.tcrp.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.jline.utils.AttributedString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScreenLinesTest {
  private static final String INVERSE_ANN = "\033[7;1mann\033[0m";

  private final ScreenLines lines =
      new ScreenLines("ann", Clock.fixed(Instant.parse("2030-01-01T09:05:59Z"), ZoneOffset.UTC));

  @Test
  void linesBeginWithTheTimeAndTheirKind() {
    assertThat(lines.message("bob", "hi", false)).hasToString("09:05 bob: hi");
    assertThat(lines.message("", "hi", false)).hasToString("09:05 hi");
    assertThat(lines.notice("bob left")).hasToString("09:05 * bob left");
    assertThat(lines.info("welcome")).hasToString("09:05 -- welcome");
    assertThat(lines.warning("oh")).hasToString("09:05 !! oh");
    assertThat(lines.more("row")).hasToString("  row");
  }

  @Test
  void everyPartIsMadeSafe() {
    assertThat(lines.message("b\033b", "h\033i", false)).hasToString("09:05 b␛b: h␛i");
    assertThat(lines.notice("\033")).hasToString("09:05 * ␛");
    assertThat(lines.info("\033")).hasToString("09:05 -- ␛");
    assertThat(lines.warning("\033")).hasToString("09:05 !! ␛");
    assertThat(lines.more("\033")).hasToString("  ␛");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ann", "hi ann", "Ann!", "ann: tea?", "@ANN", "(ann)"})
  void aTextThatNamesUsIsAMention(String text) {
    assertThat(lines.mentionsUs(text)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "annabel", "joann", "ann_", "ann2", "änn"})
  void aTextThatOnlyContainsOurNameIsNone(String text) {
    assertThat(lines.mentionsUs(text)).isFalse();
  }

  @Test
  void everyMentionIsHighlightedExceptInOurOwnText() {
    assertThat(lines.message("bob", "ann and ann", false).toAnsi())
        .contains(INVERSE_ANN + " and " + INVERSE_ANN);
    assertThat(lines.message("ann", "I am ann", true).toAnsi()).doesNotContain(INVERSE_ANN);
  }

  @Test
  void aNameHasTheSameColorInEveryLineAndNotAllNamesHaveOne() {
    assertThat(styleOfName("bob")).isEqualTo(styleOfName("bob"));
    assertThat(styleOfName("bob")).isNotEqualTo(styleOfName("ann"));
  }

  private long styleOfName(String name) {
    AttributedString line = lines.message(name, "hi", false);
    return line.styleAt("09:05 ".length()).getStyle();
  }
}
