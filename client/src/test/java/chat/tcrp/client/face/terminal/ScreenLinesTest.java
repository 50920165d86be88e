package chat.tcrp.client.face.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.jline.utils.AttributedString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScreenLinesTest {
  private static final String INVERSE_ANN = "\033[7;1mann\033[0m";

  private final ScreenLines lines = lines(TimeFormat.USUAL, ZoneOffset.UTC);

  @Test
  void linesBeginWithTheTimeAndTheirKind() {
    assertThat(lines.message("bob", "hi", false).line()).hasToString("09:05 bob: hi");
    assertThat(lines.message("", "hi", false).line()).hasToString("09:05 hi");
    assertThat(lines.notice("bob left").line()).hasToString("09:05 * bob left");
    assertThat(lines.info("welcome").line()).hasToString("09:05 -- welcome");
    assertThat(lines.warning("oh").line()).hasToString("09:05 !! oh");
    assertThat(lines.more("row").line()).hasToString("  row");
  }

  @Test
  void everyPartIsMadeSafe() {
    assertThat(lines.message("b\033b", "h\033i", false).line()).hasToString("09:05 b␛b: h␛i");
    assertThat(lines.notice("\033").line()).hasToString("09:05 * ␛");
    assertThat(lines.info("\033").line()).hasToString("09:05 -- ␛");
    assertThat(lines.warning("\033").line()).hasToString("09:05 !! ␛");
    assertThat(lines.more("\033").line()).hasToString("  ␛");
  }

  @Test
  void tabStopsAreCountedFromWhereTheTextBegins() {
    for (String name : List.of("bob", "christopher", "漢")) {
      String begin = "09:05 " + name + ": ";
      assertThat(lines.message(name, "\tx\ty", false).line()).hasToString(begin + "    x   y");
      assertThat(lines.message(name, "漢\ty", false).line()).hasToString(begin + "漢  y");
      assertThat(lines.message(name, "four\ty", false).line()).hasToString(begin + "four    y");
    }
    assertThat(lines.message("b\tb", "hi", false).line()).hasToString("09:05 b b: hi");
    assertThat(lines.notice("b\tb left").line()).hasToString("09:05 * b b left");
  }

  @Test
  void theTextBeginsBehindTimeAndName() {
    assertThat(lines.message("bob", "hi", false).textStart()).isEqualTo("09:05 bob: ".length());
    assertThat(lines.message("", "hi", false).textStart()).isEqualTo("09:05 ".length());
    assertThat(lines.notice("hi").textStart()).isEqualTo("09:05 * ".length());
    assertThat(lines.more("hi").textStart()).isEqualTo("  ".length());
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
    assertThat(lines.message("bob", "ann and ann", false).line().toAnsi())
        .contains(INVERSE_ANN + " and " + INVERSE_ANN);
    assertThat(lines.message("ann", "I am ann", true).line().toAnsi()).doesNotContain(INVERSE_ANN);
  }

  @Test
  void aNameHasTheSameColorInEveryLineAndNotAllNamesHaveOne() {
    assertThat(styleOfName("bob")).isEqualTo(styleOfName("bob"));
    assertThat(styleOfName("bob")).isNotEqualTo(styleOfName("ann"));
  }

  @Test
  void theTimeIsAsItIsWantedAndTheTextBeginsBehindIt() {
    ScreenLines seconds = lines(TimeFormat.of("HH:mm:ss"), ZoneOffset.UTC);
    assertThat(seconds.message("bob", "hi", false).line()).hasToString("09:05:59 bob: hi");
    assertThat(seconds.message("bob", "hi", false).textStart())
        .isEqualTo("09:05:59 bob: ".length());
    ScreenLines none = lines(TimeFormat.of("off"), ZoneOffset.UTC);
    assertThat(none.message("bob", "hi", false).line()).hasToString("bob: hi");
    assertThat(none.notice("hi").textStart()).isEqualTo("* ".length());
    assertThat(lines(TimeFormat.of("d MMM'\033'"), ZoneOffset.UTC).info("x").line())
        .hasToString("1 Jan␛ -- x");
  }

  @Test
  void theTimeIsThatOfTheZoneInSummerAndInWinter() {
    ZoneId berlin = ZoneId.of("Europe/Berlin");
    for (String each : List.of("2030-03-31T00:59:00Z 01:59", "2030-03-31T01:00:00Z 03:00")) {
      Clock clock = Clock.fixed(Instant.parse(each.split(" ", 2)[0]), berlin);
      assertThat(new ScreenLines("ann", clock, TimeFormat.USUAL, Palette.OF_256).info("x").line())
          .hasToString(each.split(" ", 2)[1] + " -- x");
    }
  }

  private static ScreenLines lines(TimeFormat time, ZoneId zone) {
    Clock clock = Clock.fixed(Instant.parse("2030-01-01T09:05:59Z"), zone);
    return new ScreenLines("ann", clock, time, Palette.OF_256);
  }

  private long styleOfName(String name) {
    AttributedString line = lines.message(name, "hi", false).line();
    return line.styleAt("09:05 ".length()).getStyle();
  }
}
