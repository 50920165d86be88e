package chat.tcrp.client.face;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SlashCommandTest {
  @ParameterizedTest
  @EnumSource
  void aCommandIsFoundInEitherCase(SlashCommand command) {
    assertThat(SlashCommand.of(command.word())).contains(command);
    assertThat(SlashCommand.of("/" + command.name())).contains(command);
  }

  @ParameterizedTest
  @CsvSource({
    "/hlep, HELP",
    "/halp, HELP",
    "/h, HELP",
    "/wo, WHO",
    "/Whoo, WHO",
    "/room, ROOMS",
    "/q, QUIT",
    "/clea, CLEAR",
    "/exit, QUIT",
    "/names, WHO",
    "/list, ROOMS",
    "/pnig, PING",
    "/cls, CLEAR"
  })
  void aTypoOrAWordOfAnotherProgramGetsASuggestion(String typed, SlashCommand meant) {
    assertThat(SlashCommand.of(typed)).isEmpty();
    assertThat(SlashCommand.nearest(typed)).contains(meant);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/usr/bin", "/etc", "/xyzzy", "/nick"})
  void whatIsLikeNoCommandGetsNone(String typed) {
    assertThat(SlashCommand.nearest(typed)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/nick", "/k", "/kic", "/kck", "/kill", "/pick", "/quti", "/qui", "/b", "/ba", "/bna",
        "/bans", "/bang", "/u", "/unba", "/unbann", "/pardon"
      })
  void nobodyIsPutOutBecauseOfAWordThatIsLikeAnother(String typed) {
    assertThat(SlashCommand.of(typed)).isEmpty();
    assertThat(SlashCommand.nearest(typed))
        .isNotIn(
            Stream.of(SlashCommand.KICK, SlashCommand.BAN, SlashCommand.UNBAN, SlashCommand.QUIT)
                .map(Optional::of)
                .toList());
  }

  @Test
  void theHelpFitsANarrowScreen() {
    for (SlashCommand command : SlashCommand.values()) {
      assertThat(command.help()).startsWith(command.word()).hasSizeLessThan(45);
    }
  }
}
