package chat.tcrp.protocol;

import static chat.tcrp.protocol.Refusals.unlessRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.stream.Collectors;

/** The bytes of a room name, a username and a token, and the key of a username. */
class NameFuzzTest {
  @FuzzTest
  void name(byte[] name) {
    unlessRefused(() -> Token.decode(name))
        .ifPresentOrElse(
            token -> assertThat(token.encode()).isEqualTo(name),
            () -> assertThat(name.length == 0 || name.length > Token.MAX_BYTES).isTrue());
    unlessRefused(() -> RoomName.decode(name))
        .ifPresent(
            room -> {
              assertThat(room.encode()).isEqualTo(name);
              assertThat(room.value()).doesNotContainPattern("\\p{Cc}");
            });
    unlessRefused(() -> Username.decode(name))
        .ifPresent(
            username -> {
              assertThat(username.encode()).isEqualTo(name);
              checkKey(username);
            });
    // As UTF-16 too, in which hardly any bytes are invalid.
    unlessRefused(() -> Username.ofReceived(new String(name, StandardCharsets.UTF_16BE)))
        .ifPresent(NameFuzzTest::checkKey);
  }

  private static void checkKey(Username username) {
    String name = username.value();
    String key = username.key();
    assertThat(key.getBytes(StandardCharsets.UTF_8)).hasSizeBetween(1, Username.MAX_BYTES);
    assertThat(key)
        .doesNotContain(":", "  ")
        .doesNotContainPattern("^[*/{ ]| $|[\\p{Cc}\u2028\u2029]");

    assertThat(LookAlikes.skeleton(key)).as("key of the key").isEqualTo(key);
    for (Normalizer.Form form : Normalizer.Form.values()) {
      assertThat(LookAlikes.skeleton(Normalizer.normalize(name, form)))
          .as("%s", form)
          .isEqualTo(key);
    }
    String sown =
        name.codePoints()
            .mapToObj(Character::toString)
            .collect(Collectors.joining("\u200b", "\u200f", "\u00ad"));
    assertThat(LookAlikes.skeleton(sown)).as("with invisible characters").isEqualTo(key);
  }
}
