package chat.tcrp.protocol;

import static chat.tcrp.protocol.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import chat.tcrp.protocol.ProtocolException.Reason;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsernameTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "ann",
        "ann of tea",
        "a*/{",
        "\"ann\"",
        "\\",
        "\u5c71\u7530",
        "\ud83c\udf75",
        "\u05d3\u05d5\u05d3"
      })
  void readsBackTheNameThatWasWritten(String name) throws ProtocolException {
    byte[] bytes = new Username(name).encode();

    assertThat(bytes).isEqualTo(name.getBytes(StandardCharsets.UTF_8));
    assertThat(Username.decode(bytes)).isEqualTo(new Username(name)).hasToString(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "\u5c71", "\ud83c\udf75"})
  void accepts255BytesAndRefuses256(String character) throws ProtocolException {
    int width = character.getBytes(StandardCharsets.UTF_8).length;
    String name = character.repeat(255 / width) + "a".repeat(255 % width);
    byte[] longer = (name + "a").getBytes(StandardCharsets.UTF_8);

    assertThat(Username.decode(name.getBytes(StandardCharsets.UTF_8)).encode()).hasSize(255);
    assertThat(longer).hasSize(256);
    assertRefused(Reason.INVALID_USERNAME, () -> Username.decode(longer))
        .withMessageContaining("at most 255 bytes of UTF-8, this one has 256");
  }

  @ParameterizedTest
  @CsvSource(
      ignoreLeadingAndTrailingWhitespace = false,
      delimiter = '|',
      value = {
        "''|empty",
        "an:n|colon",
        ":|colon",
        "*|begin with",
        "* ann|begin with",
        "/leave|begin with",
        "{\"username\"|begin with",
        " ann|white space",
        "ann |white space",
        " |white space",
        "\u3000ann|white space",
        "ann\u00a0|white space",
        "ann\u2028|white space",
        "\0|control",
        "'an\nn'|control",
        "ann\t|control",
        "\u001b[2J|control",
        "an\u007fn|control",
        "an\u0085n|control",
        "\u009b2J|control",
        "an\u202an|direction",
        "an\u202bn|direction",
        "an\u202cn|direction",
        "an\u202dn|direction",
        "\u202enna|direction",
        "an\u2066n|direction",
        "an\u2067n|direction",
        "an\u2068n|direction",
        "ann\u2069|direction"
      })
  void refusesANameThatBreaksARule(String name, String rule) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Username(name))
        .withMessageContaining(rule);
    assertRefused(
            Reason.INVALID_USERNAME, () -> Username.decode(name.getBytes(StandardCharsets.UTF_8)))
        .withMessageContaining(rule);
  }

  @ParameterizedTest
  @MethodSource("chat.tcrp.protocol.Hex#invalidUtf8")
  void refusesInvalidUtf8(String hex) {
    assertRefused(Reason.INVALID_USERNAME, () -> Username.decode(Hex.bytes(hex)))
        .withMessage("the username is not valid UTF-8");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\ud83c", "\udf75", "a\ud83cb", "\udf75\ud83c"})
  void refusesHalfASurrogatePair(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Username(name))
        .withMessageContaining("valid Unicode");
  }

  @ParameterizedTest
  @CsvSource({
    "bob, BOB",
    "bob, bOb",
    "bob, \uff42\uff4f\uff42", // full width
    "\u00e9, e\u0301", // composed, decomposed
    "\u30ac, \uff76\uff9e", // half-width kana with its own voicing mark
    "stra\u00dfe, STRASSE",
    "\u03bf\u03b4\u03cc\u03c2, \u039f\u0394\u038c\u03a3", // final sigma
    "\ufb01n, FIN", // ligature
    "\u212b, \u00e5", // angstrom sign
  })
  void givesNamesThatLookAlikeOneKey(String one, String other) {
    assertThat(new Username(one)).isNotEqualTo(new Username(other));
    assertThat(new Username(one).key()).isEqualTo(new Username(other).key());
  }

  @ParameterizedTest
  @CsvSource({"bob, rob", "bob, bobb", "e, \u00e9", "a b, ab"})
  void givesOtherNamesOtherKeys(String one, String other) {
    assertThat(new Username(one).key()).isNotEqualTo(new Username(other).key());
  }

  @Test
  void leavesALineWithOneReading() throws ProtocolException {
    // A name cannot have a colon, so whatever the message holds, the line splits after the name.
    byte[] line = new ServerDatagram.Text("ann", "bob: * hi: there").encode();

    assertThat(ServerDatagram.decode(line))
        .containsExactly(new ServerDatagram.Text("ann", "bob: * hi: there"));
  }
}
