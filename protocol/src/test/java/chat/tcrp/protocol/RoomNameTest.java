package chat.tcrp.protocol;

import static chat.tcrp.protocol.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import chat.tcrp.protocol.ProtocolException.Reason;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RoomNameTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "t",
        "tea",
        " two words ",
        "{\"a\":1}",
        "*",
        "\u304a\u8336", // 6 bytes
        "\ud83c\udf75\ud83c\udf75\ud83c\udf75\ud83c\udf75\ud83c\udf75\ud83c\udf75\ud83c\udf75",
        "1234567890123456789012345678" // 28 bytes
      })
  void readsBackTheNameThatWasWritten(String name) throws ProtocolException {
    byte[] bytes = new RoomName(name).encode();

    assertThat(bytes).isEqualTo(name.getBytes(StandardCharsets.UTF_8));
    assertThat(RoomName.decode(bytes)).isEqualTo(new RoomName(name)).hasToString(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "12345678901234567890123456789", // 29 bytes
        "\u304a\u8336\u304a\u8336\u304a\u8336\u304a\u8336\u304a\u8336" // 10 characters, 30 bytes
      })
  void refusesANameOfMoreThan28Bytes(String name) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RoomName(name))
        .withMessageContaining("at most 28 bytes of UTF-8, this one has " + bytes.length);
    assertRefused(Reason.INVALID_ROOM_NAME, () -> RoomName.decode(bytes));
  }

  @Test
  void refusesAnEmptyName() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RoomName(""))
        .withMessageContaining("empty");
    assertRefused(Reason.INVALID_ROOM_NAME, () -> RoomName.decode(new byte[0]));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\0", "te\na", "tea\r", "\u001b[2J", "\u007f", "te\u0085a", "\u009b2J"})
  void refusesControlCharacters(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RoomName(name))
        .withMessageContaining("control");
    assertRefused(
        Reason.INVALID_ROOM_NAME, () -> RoomName.decode(name.getBytes(StandardCharsets.UTF_8)));
  }

  @ParameterizedTest
  @MethodSource("chat.tcrp.protocol.Hex#invalidUtf8")
  void refusesInvalidUtf8(String hex) {
    assertRefused(Reason.INVALID_ROOM_NAME, () -> RoomName.decode(Hex.bytes(hex)))
        .withMessage("the room name is not valid UTF-8");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\ud83c", "\udf75", "a\ud83cb", "\udf75\ud83c"})
  void refusesHalfASurrogatePair(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RoomName(name))
        .withMessageContaining("valid Unicode");
  }

  @Test
  void keepsNamesApartThatDifferInAnyByte() {
    assertThat(new RoomName("tea"))
        .isNotEqualTo(new RoomName("Tea"))
        .isNotEqualTo(new RoomName("tea "));
    assertThat(new RoomName("\u00e9")).isNotEqualTo(new RoomName("e\u0301"));
  }
}
