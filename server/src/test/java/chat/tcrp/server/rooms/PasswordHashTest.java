package chat.tcrp.server.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.protocol.Password;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordHashTest {
  private static final Password PASSWORD = new Password("öffne dich");

  private final PasswordHash hash = PasswordHash.of(PASSWORD, new SplittableRandom(1));

  @Test
  void theSamePasswordMatches() {
    assertThat(hash.matches(new Password("öffne dich"))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"öffne dic", "öffne dich ", "Öffne dich", "offne dich"})
  void anotherDoesNot(String other) {
    assertThat(hash.matches(new Password(other))).isFalse();
  }

  @Test
  void eachRoomHasAKeyOfItsOwn() {
    assertThat(PasswordHash.of(PASSWORD, new SplittableRandom(2)).text()).isNotEqualTo(hash.text());
  }

  @Test
  void whatIsHandedOverMatchesTheSamePassword() {
    PasswordHash handedOver = PasswordHash.ofText(hash.text());

    assertThat(handedOver.matches(PASSWORD)).isTrue();
    assertThat(handedOver.matches(new Password("offne dich"))).isFalse();
  }
}
