package chat.tcrp.server.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.protocol.Password;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordHashTest {
  private static final Password PASSWORD = new Password("öffne dich");

  private final PasswordHash.Hasher hasher = new PasswordHash.Hasher(new SplittableRandom(1));

  @Test
  void theSamePasswordMatches() {
    assertThat(hasher.hash(PASSWORD).matches(hasher.hash(new Password("öffne dich")))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"öffne dic", "öffne dich ", "Öffne dich", "offne dich"})
  void anotherDoesNot(String other) {
    assertThat(hasher.hash(PASSWORD).matches(hasher.hash(new Password(other)))).isFalse();
  }

  @Test
  void anotherProcessHasAnotherKey() {
    PasswordHash.Hasher other = new PasswordHash.Hasher(new SplittableRandom(2));

    assertThat(hasher.hash(PASSWORD).matches(other.hash(PASSWORD))).isFalse();
  }
}
