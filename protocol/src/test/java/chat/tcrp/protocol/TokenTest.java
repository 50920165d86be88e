package chat.tcrp.protocol;

import static chat.tcrp.protocol.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.protocol.ProtocolException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 24, 254, 255})
  void readsBack1To255Bytes(int size) throws ProtocolException {
    byte[] bytes = new byte[size];
    Arrays.fill(bytes, (byte) 0xff);

    assertThat(Token.decode(bytes).encode()).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 256, 4096})
  void refusesNoBytesAndMoreThan255(int size) {
    assertRefused(Reason.INVALID_TOKEN, () -> Token.decode(new byte[size]))
        .withMessage("a token has 1 to 255 bytes, this one has " + size);
  }

  @Test
  void isMadeOf18RandomBytesInUrlSafeBase64() {
    byte[] raw = new byte[18];
    new Random(7).nextBytes(raw);

    byte[] token = Token.random(new Random(7)).encode();

    assertThat(token).hasSize(24).hasSize(Token.RANDOM_BYTES);
    assertThat(new String(token, StandardCharsets.US_ASCII)).matches("[A-Za-z0-9_-]{24}");
    assertThat(Base64.getUrlDecoder().decode(token)).isEqualTo(raw);
  }

  @Test
  void keepsItsBytesWhenTheArraysAroundItChange() throws ProtocolException {
    byte[] given = {1, 2, 3};
    Token token = Token.decode(given);
    given[0] = 9;
    token.encode()[1] = 9;

    assertThat(token.encode()).containsExactly(1, 2, 3);
  }

  @Test
  void equalsATokenOfTheSameBytesOnly() throws ProtocolException {
    Token token = Token.decode(new byte[] {1, 2, 3});

    assertThat(token)
        .isEqualTo(Token.decode(new byte[] {1, 2, 3}))
        .hasSameHashCodeAs(Token.decode(new byte[] {1, 2, 3}))
        .isNotEqualTo(Token.decode(new byte[] {1, 2, 4}))
        .isNotEqualTo(Token.decode(new byte[] {1, 2}))
        .isNotEqualTo(null);
  }

  @Test
  void hasATextWhenItsBytesAreUtf8() throws ProtocolException {
    assertThat(Token.decode("t\u00f6k".getBytes(StandardCharsets.UTF_8)).text())
        .contains("t\u00f6k");
  }

  @ParameterizedTest
  @MethodSource("chat.tcrp.protocol.Hex#invalidUtf8")
  void hasNoTextWhenItsBytesAreNotUtf8(String hex) throws ProtocolException {
    assertThat(Token.decode(Hex.bytes(hex)).text()).isEmpty();
  }

  @Test
  void isReadFromTextWithinItsLimits() {
    assertThat(Token.ofText("a".repeat(255)).map(Token::encode))
        .hasValueSatisfying(bytes -> assertThat(bytes).hasSize(255));
    assertThat(Token.ofText("")).isEmpty();
    assertThat(Token.ofText("a".repeat(256))).isEmpty();
    assertThat(Token.ofText("\u00f6".repeat(128))).as("128 characters, 256 bytes").isEmpty();
    assertThat(Token.ofText("a\ud83c")).as("half a surrogate pair").isEmpty();
  }

  @Test
  void doesNotShowItself() throws ProtocolException {
    Token token = Token.decode("hunter2".getBytes(StandardCharsets.UTF_8));

    assertThat(token.toString()).doesNotContain("hunter2");
    assertThat(new ClientDatagram(new RoomName("tea"), token, "hi").toString())
        .doesNotContain("hunter2");
    assertThat(new Request.Leave(new RoomName("tea"), token).toString()).doesNotContain("hunter2");
  }
}
