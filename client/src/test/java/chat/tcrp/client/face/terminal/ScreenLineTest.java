package chat.tcrp.client.face.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.AttributedStyle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScreenLineTest {
  private static final String BOB = "12:01 bob: ";

  @Test
  void aLineThatFitsIsOneRow() {
    assertThat(rows("x".repeat(29), 40)).containsExactly(BOB + "x".repeat(29));
    assertThat(rows("as long as ever it wants to be", 0))
        .containsExactly(BOB + "as long as ever it wants to be");
  }

  @Test
  void rowsAreBrokenBetweenWordsAndBeginBelowTheText() {
    assertThat(rows("the quick brown fox jumps over the lazy dog, twice", 40))
        .containsExactly(BOB + "the quick brown fox jumps", "           over the lazy dog, twice");
  }

  @Test
  void aWordThatEndsWithTheRowStaysInIt() {
    assertThat(rows("x".repeat(24) + " four five", 40))
        .containsExactly(BOB + "x".repeat(24) + " four", "           five");
  }

  @Test
  void spacesAtTheEndOfARowAreDroppedAndThoseWithinItAreNot() {
    assertThat(rows("    indented  twice      then the next row    ", 40))
        .containsExactly(BOB + "    indented  twice      then", "           the next row");
  }

  @Test
  void aWordLongerThanTheRowIsCutAtACharacter() {
    String address = "https://example.org/" + "a".repeat(30);
    assertThat(rows("see " + address + " now", 40))
        .containsExactly(
            BOB + "see https://example.org/aaaaa", "           " + "a".repeat(25) + " now");
  }

  @Test
  void wideCharactersTakeTwoColumnsAndAreNotCutInTwo() {
    assertThat(rows("漢".repeat(20), 40))
        .containsExactly(BOB + "漢".repeat(14), "           " + "漢".repeat(6));
    String family = "👩‍👩‍👧";
    assertThat(String.join("", rows(family.repeat(20), 40)).replace(" ", ""))
        .isEqualTo((BOB + family.repeat(20)).replace(" ", ""));
    assertThat(rows(family.repeat(20), 40))
        .allMatch(row -> row.endsWith(family) && !row.strip().startsWith("\u200d"));
  }

  @Test
  void aNarrowScreenHasASmallIndentationAndOneThatIsNarrowerNone() {
    assertThat(rows("hello there, everybody", 20))
        .containsExactly("12:01 bob: hello", "  there, everybody");
    assertThat(rows("everybody-here!", 20)).containsExactly("12:01 bob:", "  everybody-here!");
    assertThat(rows("hi there", 5)).containsExactly("12:01", "bob:", "hi", "there");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 10, 19, 20, 33, 80})
  void nothingIsLostAndNoRowIsTooLong(int columns) {
    String text =
        "漢字 and\u00a0words, a-rather-long-one-too 🍵🍵🍵 e\u0301e\u0301 " + "x".repeat(100);

    List<AttributedString> rows = line(text).rows(columns);

    assertThat(rows).allMatch(row -> row.columnLength() <= Math.max(2, columns));
    assertThat(rows).noneMatch(row -> row.toString().endsWith(" "));
    assertThat(withoutSpaces(String.join("", rows.stream().map(Object::toString).toList())))
        .isEqualTo(withoutSpaces(BOB + text));
  }

  @Test
  void aHighlightGoesOnInTheNextRow() {
    AttributedStringBuilder text = new AttributedStringBuilder().append(BOB);
    text.styled(AttributedStyle.BOLD, "x".repeat(50));

    List<AttributedString> rows = new ScreenLine(text.toAttributedString(), BOB.length()).rows(40);

    assertThat(rows).hasSize(2);
    assertThat(rows.get(1).styleAt(10)).isEqualTo(AttributedStyle.DEFAULT);
    assertThat(rows.get(1).styleAt(11)).isEqualTo(AttributedStyle.BOLD);
  }

  private static List<String> rows(String text, int columns) {
    return line(text).rows(columns).stream().map(Object::toString).toList();
  }

  private static ScreenLine line(String text) {
    return new ScreenLine(new AttributedString(BOB + text), BOB.length());
  }

  private static String withoutSpaces(String text) {
    return text.replace(" ", "");
  }
}
