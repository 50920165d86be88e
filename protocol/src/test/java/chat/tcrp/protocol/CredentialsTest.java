package chat.tcrp.protocol;

import static chat.tcrp.protocol.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import chat.tcrp.protocol.ProtocolException.Reason;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialsTest {
  private static final Username ANN = new Username("ann");

  @Test
  void writesAUsernameAloneInThePlainForm() {
    assertThat(Credentials.of(ANN).encode())
        .isEqualTo(
            Hex.bytes(
                """
                61 6e 6e # ann
                """));
  }

  @Test
  void readsThePlainForm() throws ProtocolException {
    assertThat(Credentials.decode(Hex.bytes("61 6e 6e # ann"))).isEqualTo(Credentials.of(ANN));
  }

  @Test
  void writesEverythingElseAsJson() throws ProtocolException {
    Credentials all =
        new Credentials(
            new Username("a\"n\\n"),
            Optional.of(new Password("p\u00e4ss\n\ud83c\udf75")),
            Token.ofText("t0k"),
            true);
    byte[] json =
        utf8(
            """
            {"username":"a\\"n\\\\n","password":"p\u00e4ss\\n\ud83c\udf75","token":"t0k","batch":true}\
            """);

    assertThat(all.encode()).isEqualTo(json);
    assertThat(Credentials.decode(json)).isEqualTo(all);
  }

  @Test
  void tellsWhatTheClientHasHad() throws ProtocolException {
    assertThat(Credentials.decode(utf8("{\"username\":\"ann\"}")).since()).isEmpty();
    assertThat(Credentials.decode(utf8("{\"username\":\"ann\",\"backlog\":false}")).since())
        .isEmpty();
    assertThat(Credentials.decode(utf8("{\"username\":\"ann\",\"backlog\":true}")).since())
        .contains(0L);
    Credentials all =
        new Credentials(
            new Username("ann"),
            Optional.empty(),
            Optional.empty(),
            true,
            Optional.of(Long.MAX_VALUE),
            true,
            true,
            true);
    assertThat(new String(all.encode(), StandardCharsets.UTF_8))
        .isEqualTo(
            "{\"username\":\"ann\",\"batch\":true,\"since\":9223372036854775807,\"history\":true,"
                + "\"sealed\":true,\"stay\":true}");
    assertThat(Credentials.decode(all.encode())).isEqualTo(all);
  }

  @Test
  void asksForARoomThatOutlivesItsHost() throws ProtocolException {
    Credentials staying =
        new Credentials(
            ANN, Optional.empty(), Optional.empty(), false, Optional.empty(), false, false, true);
    byte[] json = utf8("{\"username\":\"ann\",\"stay\":true}");

    assertThat(staying.encode()).isEqualTo(json);
    assertThat(Credentials.decode(json)).isEqualTo(staying);
  }

  @Test
  void asksForARoomOfSealedSessions() throws ProtocolException {
    Credentials sealed =
        new Credentials(
            ANN, Optional.empty(), Optional.empty(), false, Optional.empty(), false, true, false);
    byte[] json = utf8("{\"username\":\"ann\",\"sealed\":true}");

    assertThat(sealed.encode()).isEqualTo(json);
    assertThat(Credentials.decode(json)).isEqualTo(sealed);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\1',
      value = {
        "{\"username\":\"ann\",\"password\":\"s\"}|s||false",
        "{\"username\":\"ann\",\"token\":\"t\"}||t|false",
        "{\"username\":\"ann\",\"batch\":true}|||true"
      })
  void writesJsonForAnyOneThingBeyondTheUsername(
      String json, String password, String token, boolean batch) throws ProtocolException {
    Credentials credentials =
        new Credentials(
            ANN,
            Optional.ofNullable(password).map(Password::new),
            Optional.ofNullable(token).flatMap(Token::ofText),
            batch);

    assertThat(credentials.encode()).asString(StandardCharsets.UTF_8).isEqualTo(json);
    assertThat(Credentials.decode(utf8(json))).isEqualTo(credentials);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"username\":\"ann\"}",
        "{\"username\":\"ann\",\"password\":null}",
        "{\"username\":\"ann\",\"password\":\"\"}",
        "{\"username\":\"ann\",\"token\":null}",
        "{\"username\":\"ann\",\"token\":\"\"}",
        "{\"username\":\"ann\",\"batch\":false}",
        "{\"username\":\"ann\",\"batch\":null}",
        "{\"user_name\":\"ann\"}",
        "{\"username\":null,\"user_name\":\"ann\"}",
        "{\"username\":\"ann\",\"user_name\":\"bob\"}",
        "{\"user_name\":\"bob\",\"username\":\"ann\"}",
        "{\"username\":\"ann\",\"user_name\":null}",
        "{\"username\":\"\\u0061nn\"}",
        "{ \"username\" : \"ann\" }\r\n\t ",
        "{\"username\":\"ann\",\"colour\":\"red\",\"n\":-1.5e3,\"t\":true,\"z\":null}",
        "{\"extra\":{\"username\":\"eve\",\"password\":[{\"token\":1}]},\"username\":\"ann\"}",
        "{\"username\":\"ann\",\"extra\":[1,[2,{\"batch\":\"x\"}]],\"Password\":1}"
      })
  void readsAnnAndNothingElse(String json) throws ProtocolException {
    assertThat(Credentials.decode(utf8(json))).isEqualTo(Credentials.of(ANN));
  }

  static Stream<String> unknownValues() {
    return Stream.of(
        "1".repeat(65),
        "-" + "1".repeat(4000),
        "0." + "1".repeat(4000),
        "1e999999",
        "-1E-999999",
        "1e" + "9".repeat(4000),
        "\"" + "x".repeat(4000) + "\"",
        "\"" + "\\ud83c".repeat(600) + "\"",
        "{\"" + "x".repeat(4000) + "\":null}",
        "{\"" + "\\u0000".repeat(600) + "\":{}}",
        "[" + "0,".repeat(2000) + "0]",
        "[" + "[[[[[[[[[[[[[[]]]]]]]]]]]]]],".repeat(100) + "1e400]",
        "[" + "{\"a\":true,\"b\":[null]},".repeat(150) + "\"\"]");
  }

  @ParameterizedTest
  @MethodSource("unknownValues")
  void skipsAnUnknownKeyWhateverItHolds(String value) throws ProtocolException {
    byte[] first = utf8("{\"x\":" + value + ",\"username\":\"ann\"}");
    byte[] last = utf8("{\"username\":\"ann\",\"x\":" + value + "}");

    assertThat(first).hasSizeLessThanOrEqualTo(Tcrp.MAX_REQUEST_PAYLOAD);
    assertThat(Credentials.decode(first)).isEqualTo(Credentials.of(ANN));
    assertThat(Credentials.decode(last)).isEqualTo(Credentials.of(ANN));
    assertThat(
            Json.readHostRequest(utf8("{\"x\":" + value + ",\"username\":\"ann\",\"token\":\"t\"}"))
                .username())
        .isEqualTo(ANN);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\1',
      value = {
        "{\"username\":\"ann\",\"k|k|\":0}",
        "{\"username\":\"ann\",\"s\":\"|s|\"}",
        "{\"username\":\"ann\",\"n\":-|7|}",
        "{\"username\":\"ann\",\"n\":0.|3|}",
        "{\"username\":\"ann\",\"n\":1e|9|}"
      })
  void skipsAnUnknownKeyThatFillsTheRequest(String before, String filler, String after)
      throws ProtocolException {
    int rest = Tcrp.MAX_REQUEST_PAYLOAD - before.length() - after.length();

    assertThat(Credentials.decode(utf8(before + filler.repeat(rest) + after)))
        .isEqualTo(Credentials.of(ANN));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "{\"username\"",
        "{\"username\":",
        "{\"username\":\"ann",
        "{\"username\":\"ann\"",
        "{\"username\":\"ann\",}",
        "{\"username\":\"ann\"}}",
        "{\"username\":\"ann\"}{}",
        "{\"username\":\"ann\"} x",
        "{\"username\":\"ann\"}\0",
        "{\"username\":\"ann\"}//",
        "{username:\"ann\"}",
        "{'username':'ann'}",
        "{\"username\":ann}",
        "{\"username\":\"a\nnn\"}",
        "{\"username\":\"\\x41\"}",
        "{\"username\":\"ann\",\"n\":NaN}",
        "{\"username\":\"ann\",\"n\":01}",
        "{/**/\"username\":\"ann\"}"
      })
  void refusesBrokenJson(String json) {
    assertRefused(Reason.MALFORMED_PAYLOAD, () -> Credentials.decode(utf8(json)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"username\":\"ann\",\"username\":\"ann\"}",
        "{\"username\":\"ann\",\"password\":null,\"password\":\"s\"}",
        "{\"username\":\"ann\",\"x\":1,\"x\":2}",
        "{\"username\":\"ann\",\"x\":{\"y\":1,\"y\":2}}",
        "{\"username\":\"ann\",\"\\u0075sername\":\"bob\"}"
      })
  void refusesADuplicateKey(String json) {
    assertRefused(Reason.MALFORMED_PAYLOAD, () -> Credentials.decode(utf8(json)));
  }

  @ParameterizedTest
  @CsvSource({
    "username, 1",
    "username, true",
    "username, []",
    "username, {}",
    "user_name, 1",
    "user_name, [\"ann\"]",
    "password, 1234",
    "password, false",
    "password, {}",
    "password, [\"s\"]",
    "token, 1",
    "token, true",
    "token, []",
    "batch, 1",
    "batch, 0",
    "batch, \"true\"",
    "batch, []",
    "batch, {}",
    "backlog, 1",
    "history, \"true\"",
    "since, -1",
    "since, 1.5",
    "since, 1e3",
    "since, 9223372036854775808",
    "since, \"1\"",
    "since, true"
  })
  void refusesAValueOfTheWrongType(String key, String value) {
    String others = key.equals("username") ? "" : ",\"username\":\"ann\"";

    assertRefused(
            Reason.MALFORMED_PAYLOAD,
            () -> Credentials.decode(utf8("{\"" + key + "\":" + value + others + "}")))
        .withMessageStartingWith("\"" + key + "\" is not ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"username\":null}",
        "{\"username\":\"\"}",
        "{\"username\":\"\",\"user_name\":\"ann\"}",
        "{\"username\":\"* ann\"}",
        "{\"user_name\":\"an:n\"}",
        "{\"username\":\"an\\nn\"}",
        "{\"username\":\"an\\u0000n\"}",
        "{\"username\":\"an\\u202en\"}",
        "{\"username\":\"an\\ud83c\"}",
        "{\"username\":\"\\udf75\\ud83c\"}",
        "{\"password\":\"ann\"}",
        "",
        " {\"username\":\"ann\"}",
        "[\"ann\"]:",
        "\ufeff{\"username\":\"ann\"}"
      })
  void refusesCredentialsWithoutAValidUsername(String payload) {
    assertRefused(Reason.INVALID_USERNAME, () -> Credentials.decode(utf8(payload)));
  }

  @Test
  void acceptsAUsernameOf255BytesInJsonAndRefuses256() throws ProtocolException {
    String name = "a".repeat(255);

    assertThat(Credentials.decode(utf8("{\"username\":\"" + name + "\"}")))
        .isEqualTo(Credentials.of(new Username(name)));
    assertRefused(
        Reason.INVALID_USERNAME,
        () -> Credentials.decode(utf8("{\"username\":\"" + name + "a\"}")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\\ud83c", "\\udf75", "s\\ud83cs", "\\udf75\\ud83c"})
  void refusesAPasswordWithHalfASurrogatePair(String escaped) {
    // It has no UTF-8 form: replaced by a question mark it would be some other password.
    assertRefused(
        Reason.MALFORMED_PAYLOAD,
        () -> Credentials.decode(utf8("{\"username\":\"ann\",\"password\":\"" + escaped + "\"}")));
  }

  @Test
  void readsASurrogatePairWrittenAsTwoEscapes() throws ProtocolException {
    assertThat(
            Credentials.decode(utf8("{\"username\":\"ann\",\"password\":\"\\ud83c\\udf75\"}"))
                .password())
        .contains(new Password("\ud83c\udf75"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\\ud83c", "\\udf75 "})
  void ignoresATokenThatNoServerCanHaveGiven(String escaped) throws ProtocolException {
    assertThat(
            Credentials.decode(utf8("{\"username\":\"ann\",\"token\":\"" + escaped + "\"}"))
                .token())
        .isEmpty();
  }

  @Test
  void ignoresATokenOf256Bytes() throws ProtocolException {
    String token = "t".repeat(255);

    assertThat(
            Credentials.decode(utf8("{\"username\":\"ann\",\"token\":\"" + token + "\"}")).token())
        .isEqualTo(Token.ofText(token))
        .isPresent();
    assertThat(
            Credentials.decode(utf8("{\"username\":\"ann\",\"token\":\"" + token + "t\"}")).token())
        .isEmpty();
  }

  @ParameterizedTest
  @MethodSource("chat.tcrp.protocol.Hex#invalidUtf8")
  void refusesInvalidUtf8InsideJson(String hex) {
    byte[] json = Hex.join(utf8("{\"username\":\"ann\",\"x\":\""), Hex.bytes(hex), utf8("\"}"));

    assertRefused(Reason.MALFORMED_PAYLOAD, () -> Credentials.decode(json))
        .withMessage("the JSON is not valid UTF-8");
  }

  @ParameterizedTest
  @MethodSource("chat.tcrp.protocol.Hex#invalidUtf8")
  void refusesInvalidUtf8InThePlainForm(String hex) {
    assertRefused(Reason.INVALID_USERNAME, () -> Credentials.decode(Hex.bytes(hex)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-16", "UTF-32LE", "UTF-32BE"})
  void refusesJsonInAnotherEncoding(String charset) {
    byte[] json = "{\"username\":\"ann\"}".getBytes(Charset.forName(charset));

    assertThatExceptionOfType(ProtocolException.class)
        .isThrownBy(() -> Credentials.decode(json))
        .extracting(ProtocolException::reason)
        .isIn(Reason.MALFORMED_PAYLOAD, Reason.INVALID_USERNAME);
  }

  @ParameterizedTest
  @CsvSource({"[, ]", "'{\"a\":', }"})
  void readsNestingOf16LevelsAndRefuses17(String open, String close) throws ProtocolException {
    assertThat(Credentials.decode(nested(15, open, close))).isEqualTo(Credentials.of(ANN));
    assertRefused(Reason.MALFORMED_PAYLOAD, () -> Credentials.decode(nested(16, open, close)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{\"a\":"})
  void refusesNestingAsDeepAsAPayloadAllows(String open) {
    String json = "{\"x\":" + open.repeat(4000 / open.length());

    assertRefused(Reason.MALFORMED_PAYLOAD, () -> Credentials.decode(utf8(json)));
  }

  @Test
  void refusesJsonCutShortAnywhere() throws ProtocolException {
    byte[] json =
        utf8("{\"username\":\"ann\",\"password\":\"p\u00e4ss\",\"batch\":true,\"x\":[1]}");

    assertThat(Credentials.decode(json).batch()).isTrue();
    for (int size = 1; size < json.length; size++) {
      byte[] cut = Arrays.copyOf(json, size);
      assertRefused(Reason.MALFORMED_PAYLOAD, () -> Credentials.decode(cut));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"username\":\"ann\",\"password\":\"hunter2\"",
        "{\"username\":\"ann\",\"password\":\"hunter2\\q\"}",
        "{\"username\":\"ann\",\"password\":hunter2}",
        "{\"username\":\"ann\",\"password\":[\"hunter2\"]}",
        "{\"username\":\"ann\",\"password\":\"hunter2\\ud83c\"}",
        "{\"username\":\"ann\",\"password\":\"x\",\"password\":\"hunter2\"}",
        "{\"username\":\"ann\",\"password\":\"hunter2\",\"token\":5}",
        "{\"username\":\"ann\",\"token\":\"hunter2\",\"hunter2\":hunter2}",
        "{\"username\":\"a:n\",\"password\":\"hunter2\",\"token\":\"hunter2\"}",
        "{\"username\":\"ann\",\"hunter2\":1,\"hunter2\":1}"
      })
  void doesNotRepeatASecretInAnException(String json) {
    assertThatExceptionOfType(ProtocolException.class)
        .isThrownBy(() -> Credentials.decode(utf8(json)))
        .satisfies(
            e -> {
              StringWriter trace = new StringWriter();
              e.printStackTrace(new PrintWriter(trace));
              assertThat(trace.toString()).contains("ProtocolException").doesNotContain("hunter2");
            });
  }

  @Test
  void doesNotShowPasswordOrToken() {
    Credentials credentials =
        new Credentials(ANN, Optional.of(new Password("hunter2")), Token.ofText("hunter3"), false);

    assertThat(new Request.Join(new RoomName("tea"), credentials).toString())
        .contains("ann")
        .doesNotContain("hunter2", "hunter3");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\ud83c", "hunter2\udf75"})
  void refusesAPasswordThatHasNoBytes(String password) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Password(password))
        .withMessageNotContaining("hunter2");
  }

  @Test
  void takesAnyOtherTextForAPassword() {
    assertThat(new Password(" \0\n\u00e9").encode()).isEqualTo(Hex.bytes("20 00 0a c3 a9"));
  }

  private static byte[] nested(int levels, String open, String close) {
    return utf8(
        "{\"username\":\"ann\",\"x\":" + open.repeat(levels) + "0" + close.repeat(levels) + "}");
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
