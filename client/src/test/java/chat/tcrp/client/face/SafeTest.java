package chat.tcrp.client.face;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SafeTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "plain ASCII ~!@#",
        "grüße",
        "e\u0301 combined",
        "日本語",
        "🍵 👩‍💻 🇩🇪 👍🏽 ❤️",
        "שלום",
        "مرحبا",
        "می\u200cخواهم",
        "soft\u00adhyphen",
        "private \ue000 use"
      })
  void textOfAnyScriptIsShownAsItIs(String text) {
    assertThat(Safe.text(text)).isEqualTo(text);
  }

  @Test
  void c0ControlsAreShownAsTheirPictures() {
    assertThat(Safe.text("\0\007\b\n\013\f\r\033\u001f\u007f")).isEqualTo("␀␇␈␊␋␌␍␛␟␡");
  }

  @Test
  void aTabStaysInAMessageAndIsASpaceElsewhere() {
    assertThat(Safe.message("\ta\tb")).isEqualTo("\ta\tb");
    assertThat(Safe.text("\ta\tb")).isEqualTo(" a b");
  }

  @Test
  void c1ControlsAreReplaced() {
    for (int c = 0x80; c < 0xa0; c++) {
      assertThat(Safe.text(Character.toString(c))).isEqualTo("\ufffd");
    }
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        0x202a,
        0x202b,
        0x202c,
        0x202d,
        0x202e,
        0x2066,
        0x2067,
        0x2068,
        0x2069, // directions
        0x2028,
        0x2029, // separators
        0x200b,
        0x2060,
        0x2064,
        0x206a,
        0xfeff,
        0xfff9,
        0x180e,
        0xe0001, // invisible
        0xd800,
        0xdfff,
        0xfffe,
        0xffff,
        0xfdd0,
        0x10ffff // no characters
      })
  void whatMisleadsOrIsInvisibleOrIsNoCharacterIsReplaced(int c) {
    String text = new StringBuilder("a").appendCodePoint(c).append("b").toString();
    assertThat(Safe.text(text)).isEqualTo("a\ufffdb");
  }

  @Test
  void marksBeyondWhatAnyScriptNeedsAreDropped() {
    assertThat(Safe.text("a" + "\u0301".repeat(100) + "b" + "\u0301"))
        .isEqualTo("a" + "\u0301".repeat(8) + "b" + "\u0301");
  }

  @Test
  void nothingIsLeftThatATerminalActsOn() {
    String everything =
        IntStream.rangeClosed(0, Character.MAX_CODE_POINT)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();

    assertThat(Safe.text(everything).codePoints())
        .noneMatch(Character::isISOControl)
        .noneMatch(c -> c >= 0x202a && c <= 0x202e)
        .noneMatch(c -> c >= 0x2066 && c <= 0x2069);
    assertThat(Safe.text(Safe.text(everything))).isEqualTo(Safe.text(everything));
    assertThat(Safe.message(everything).codePoints().filter(Character::isISOControl))
        .containsExactly((int) '\t');
  }
}
