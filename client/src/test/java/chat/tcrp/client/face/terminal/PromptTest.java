package chat.tcrp.client.face.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import org.jline.utils.AttributedString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PromptTest {
  @Test
  void namesThatFitAreShownWhole() {
    assertThat(Prompt.of("ann", "tea", 0, 80)).isEqualTo("[ann@tea] ");
    assertThat(Prompt.of("ann", "tea", 0, 40)).isEqualTo("[ann@tea] ");
  }

  @Test
  void longNamesAreShortened() {
    assertThat(Prompt.of("Christopher-the-Great", "tea", 0, 40)).isEqualTo("[Christop…@tea] ");
    assertThat(Prompt.of("ann", "the-long-history-of-tea", 0, 40)).isEqualTo("[ann@the-long…] ");
    assertThat(Prompt.of("Christopher", "the-long-history", 0, 40)).isEqualTo("[Chris…@the-l…] ");
  }

  @Test
  void whoIsNotSealedIsCounted() {
    assertThat(Prompt.of("ann", "tea", 2, 80)).isEqualTo("[ann@tea, 2 plain] ");
    assertThat(Prompt.of("ann", "tea", 2, 40)).isEqualTo("[ann@tea, 2 plain] ");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 20, 24, 25, 33, 40, 80, 200})
  void mostOfTheRowIsLeftForTyping(int columns) {
    String prompt = Prompt.of("漢字".repeat(40), "漢字漢字漢字漢", 0, columns);
    assertThat(new AttributedString(prompt).columnLength())
        .isLessThanOrEqualTo(Math.max(2, columns * 2 / 5));
  }

  @Test
  void aVeryNarrowScreenHasNoRoomForNames() {
    assertThat(Prompt.of("ann", "tea", 0, 20)).isEqualTo("> ");
  }

  @Test
  void namesAreMadeSafe() {
    assertThat(Prompt.of("ann", "t\u202ea", 0, 80)).isEqualTo("[ann@t\ufffda] ");
  }
}
