package chat.tcrp.protocol;

import static chat.tcrp.protocol.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import chat.tcrp.protocol.ProtocolException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
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
  @ValueSource(strings = {"a", "\u5c71", "\uae40", "\ud83c\udf75"})
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
        "\u200b ann|white space", // behind a zero width space
        "\u2800ann|white space", // a Braille pattern without a dot
        "ann\u2028|line separator",
        "an\u2028n|line separator",
        "an\u2029n|line separator",
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
        "ann\u2069|direction",
        "\u200b|seen", // zero width space
        "\u200d\ufeff\u00ad|seen", // zero width joiner, byte order mark, soft hyphen
        "\u3164|seen", // Hangul filler
        "\ufe0f|seen", // variation selector
        "\udb40\udc61|seen", // tag character
        "\u2800|white space",
        "\u200b* alice left|begin with",
        "\u00ad/leave|begin with",
        "\u2060{|begin with",
        "\uff0a alice left|begin with", // full-width asterisk
        "\u2217 alice left|begin with", // asterisk operator
        "\uff0fleave|begin with", // full-width solidus
        "alice\uff1a hi|colon", // full-width colon
        "alice\ua789 hi|colon", // modifier letter colon
        "alice\u2236 hi|colon", // ratio
        "\u0301ann|combining mark",
        "\u200b\u0301ann|combining mark",
        "\u20dd|combining mark" // enclosing circle
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
  @ValueSource(ints = {5, 127})
  void refusesMoreThan4CombiningMarksOnACharacter(int marks) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Username("a" + "\u0336".repeat(marks)))
        .withMessageContaining("more than 4");
  }

  @Test
  void countsTheMarksOfWhatIsComposedAndNotWhatIsInvisibleBetweenThem() {
    // Each composed letter is one with two marks.
    assertThat(new Username("b\u1ec7\u0331\u0332").value()).hasSize(4);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Username("b\u1ec7\u0331\u0332\u0333"))
        .withMessageContaining("more than 4");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Username("a" + "\u0336\u200d".repeat(5)))
        .withMessageContaining("more than 4");
  }

  @Test
  void refusesANameWhoseKeyIsLongerThan255Bytes() {
    // One character of 3 bytes, a whole phrase of 33 bytes when it is written out.
    assertThat(new Username("\ufdfa".repeat(7)).key().getBytes(StandardCharsets.UTF_8))
        .hasSize(7 * 33);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Username("\ufdfa".repeat(8)))
        .withMessageContaining("at most 255 bytes")
        .withMessageContaining("this one has 264");
  }

  /** Names as people have them, in many scripts and with all that belongs to them. */
  static Stream<String> honestNames() {
    return Stream.of(
        "d'Artagnan",
        "O\u2019Neil",
        "Jean-Luc Picard",
        "ann 2",
        "bob|away",
        "[ann]_",
        "a*/{",
        "Łukasz",
        "İbrahim",
        "Zoë",
        "Björk Guðmundsdóttir",
        "Nguyễn Thị Hồng Hà",
        "Lê Thế Trường",
        "Le\u0302 The\u0302\u0301 Hie\u0323\u0302p", // decomposed
        "Νίκος",
        "Дмитрий",
        "Юлія",
        "Արմեն",
        "გიორგი",
        "አበበ፡በቂላ",
        "ᏣᎳᎩ",
        "דוד",
        "\u200fדָּוִד", // with points, and a mark that it is written from the right
        "שָּׁלוֹם",
        "مُحَمَّد",
        "علی\u200cرضا", // Persian, with a zero width non-joiner
        "क्षितिज",
        "क्\u200dषमा", // a conjunct that a joiner keeps apart
        "नमः",
        "অর্ক",
        "ශ්\u200dරී", // Sinhala, with a joiner
        "അന്\u200dവര്\u200d", // Malayalam, likewise
        "நந்தினி",
        "ปิ่น",
        "น้ำหวาน",
        "ສົມສັກ",
        "សុខា",
        "လှို့ဝှက်", // Burmese, 4 marks on a letter
        "བསྒྲུབས",
        "김민준",
        "\u1100\u1175\u11b7", // Korean, decomposed
        "山田　太郎",
        "か\u3099", // decomposed
        "王小明",
        "ann\u2764\ufe0f", // a heart, and that it shall have a colour
        "👩\u200d👩\u200d👧\u200d👦",
        "🇳🇱",
        "🏴\udb40\udc67\udb40\udc62\udb40\udc65\udb40\udc6e\udb40\udc67\udb40\udc7f", // England
        "1\ufe0f\u20e3", // a keycap
        "µTorrent",
        "xXДимонXx",
        "山田tarou");
  }

  @ParameterizedTest
  @MethodSource("honestNames")
  void acceptsAnHonestNameAsItIs(String name) throws ProtocolException {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);

    assertThat(Username.decode(bytes).value()).isEqualTo(name);
    assertThat(Username.decode(bytes).encode()).isEqualTo(bytes);
  }

  @Test
  void givesNoTwoHonestNamesOneKey() {
    assertThat(honestNames().map(name -> new Username(name).key())).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @CsvSource({
    "bob, BOB",
    "bob, bOb",
    "bob, \uff42\uff4f\uff42", // full width
    "\u00e9, e\u0301", // composed, decomposed
    "\u30ac, \uff76\uff9e", // half-width kana with its own voicing mark
    "stra\u00dfe, STRASSE",
    "stra\u00dfe, STRA\u1e9eE", // capital sharp s
    "ILKER, \u0130lker", // dotted
    "ilker, \u0131lker", // dotless
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
