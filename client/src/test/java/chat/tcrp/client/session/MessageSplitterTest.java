package chat.tcrp.client.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class MessageSplitterTest {
  private static final String FAMILY = "\uD83D\uDC69\u200D\uD83D\uDC66"; // 11 bytes

  @Test
  void whatFitsIsOnePartAndNothingIsNone() {
    assertThat(MessageSplitter.split("", 4)).isEmpty();
    assertThat(MessageSplitter.split("abcd", 4)).containsExactly("abcd");
    assertThat(MessageSplitter.split("abcde", 4)).containsExactly("abcd", "e");
  }

  @Test
  void aCharacterIsNotCut() {
    assertThat(MessageSplitter.split("abc\u00FC", 4)).containsExactly("abc", "\u00FC");
    assertThat(MessageSplitter.split("abcu\u0308", 5)).containsExactly("abc", "u\u0308");
    assertThat(MessageSplitter.split("ab" + FAMILY + "c", 12)).containsExactly("ab", FAMILY + "c");
  }

  @Test
  void aCharacterThatFitsNowhereIsCutBetweenItsCodePoints() {
    String marks = "a" + "\u0301".repeat(10_000);
    assertThat(MessageSplitter.split(marks, 100))
        .allMatch(part -> part.getBytes(StandardCharsets.UTF_8).length <= 100)
        .hasSizeBetween(201, 205);
    assertThat(String.join("", MessageSplitter.split(marks, 100))).isEqualTo(marks);
    assertThat(MessageSplitter.split(FAMILY, 4)).hasSize(3);
  }
}
