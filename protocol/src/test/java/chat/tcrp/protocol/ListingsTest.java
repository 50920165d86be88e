package chat.tcrp.protocol;

import static chat.tcrp.protocol.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import chat.tcrp.protocol.ProtocolException.Reason;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ListingsTest {
  @Test
  void writesAndReadsRooms() throws ProtocolException {
    List<RoomInfo> rooms =
        List.of(
            new RoomInfo(new RoomName("tea"), 2, true),
            new RoomInfo(new RoomName("\u304a\"\u8336"), 0, false),
            new RoomInfo(new RoomName("vault"), 1, false, true));
    byte[] json =
        utf8(
            """
            [{"room":"tea","members":2,"protected":true},\
            {"room":"\u304a\\"\u8336","members":0,"protected":false},\
            {"room":"vault","members":1,"protected":false,"sealed":true}]\
            """);

    assertThat(RoomInfo.encode(rooms)).isEqualTo(json);
    assertThat(RoomInfo.decode(json)).isEqualTo(rooms);
  }

  @Test
  void writesAndReadsMembers() throws ProtocolException {
    List<MemberInfo> members =
        List.of(
            new MemberInfo(new Username("ann"), true),
            new MemberInfo(new Username("bob"), false),
            new MemberInfo(new Username("carol"), false, true),
            new MemberInfo(
                new Username("dave"),
                false,
                false,
                Optional.of(Duration.ofSeconds(61)),
                Optional.of("l\"unch")));
    byte[] json =
        utf8(
            """
            [{"username":"ann","host":true},{"username":"bob","host":false},\
            {"username":"carol","host":false,"sealed":true},\
            {"username":"dave","host":false,"idle":61,"away":"l\\"unch"}]\
            """);

    assertThat(MemberInfo.encode(members)).isEqualTo(json);
    assertThat(MemberInfo.decode(json)).isEqualTo(members);
  }

  @Test
  void writesAndReadsATopic() throws ProtocolException {
    byte[] json = utf8("{\"topic\":\"tea & c\u00e4ke\"}");

    assertThat(new RoomTopic("tea & c\u00e4ke").encode()).isEqualTo(json);
    assertThat(RoomTopic.decode(json)).isEqualTo("tea & c\u00e4ke");
    assertThat(RoomTopic.decode(utf8("{\"since\":[1]}"))).isEmpty();
    assertThat(RoomTopic.decode(utf8("{\"topic\":\"a\\ud800\\n\"}")))
        .as("a foreign server's")
        .isEqualTo("a\ufffd\n");
  }

  @Test
  void readsNoSilenceOfLessThanNothing() {
    assertRefused(
        Reason.MALFORMED_PAYLOAD,
        () -> MemberInfo.decode(utf8("[{\"username\":\"ann\",\"idle\":-1}]")));
  }

  @Test
  void writesAndReadsNothing() throws ProtocolException {
    assertThat(RoomInfo.encode(List.of())).isEqualTo(utf8("[]"));
    assertThat(MemberInfo.encode(List.of())).isEqualTo(utf8("[]"));
    assertThat(RoomInfo.decode(utf8("[ ]"))).isEmpty();
    assertThat(MemberInfo.decode(utf8("[ ]"))).isEmpty();
  }

  @Test
  void readsAListingLargerThanARequestMayBe() throws ProtocolException {
    List<RoomInfo> rooms =
        IntStream.range(0, 5000)
            .mapToObj(i -> new RoomInfo(new RoomName("room " + i), i, false))
            .toList();

    assertThat(RoomInfo.decode(RoomInfo.encode(rooms))).isEqualTo(rooms);
  }

  @Test
  void skipsUnknownKeysAndTakesNullAsAbsent() throws ProtocolException {
    assertThat(
            RoomInfo.decode(
                utf8(
                    """
                    [{"topic":{"members":[7]},"room":"tea","members":null,"protected":null}]
                    """)))
        .containsExactly(new RoomInfo(new RoomName("tea"), 0, false));
    assertThat(MemberInfo.decode(utf8("[{\"since\":[[1]],\"username\":\"ann\",\"host\":null}]")))
        .containsExactly(new MemberInfo(new Username("ann"), false));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "{}",
        "\"tea\"",
        "[",
        "[{",
        "[{\"x\":1",
        "[1]",
        "[null]",
        "[[]]",
        "[] []",
        "[{\"room\":\"tea\",\"username\":\"ann\"},]",
        "[{\"room\":\"tea\",\"username\":\"ann\"},3]",
        "[{\"room\":1,\"username\":1}]",
        "[{\"room\":\"tea\",\"username\":\"ann\",\"members\":1.5,\"host\":1}]",
        "[{\"room\":\"tea\",\"username\":\"ann\",\"members\":-1,\"host\":\"\"}]",
        "[{\"room\":\"tea\",\"username\":\"ann\",\"members\":2147483648,\"host\":[]}]",
        "[{\"room\":\"tea\",\"username\":\"ann\",\"members\":\"1\",\"host\":{}}]",
        "[{\"room\":\"tea\",\"username\":\"ann\",\"protected\":1,\"host\":0}]",
        "[{\"room\":\"tea\",\"username\":\"ann\",\"x\":1,\"x\":1}]"
      })
  void refusesWhatIsNotAListing(String json) {
    assertRefused(Reason.MALFORMED_PAYLOAD, () -> RoomInfo.decode(utf8(json)));
    assertRefused(Reason.MALFORMED_PAYLOAD, () -> MemberInfo.decode(utf8(json)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"room\":null,\"username\":null}",
        "{\"room\":\"\",\"username\":\"\"}",
        "{\"room\":\"a\\u001b\",\"username\":\"a\\u001b\"}",
        "{\"room\":\"\\ud83c\",\"username\":\"\\ud83c\"}"
      })
  void refusesANameThatBreaksARule(String element) {
    byte[] json = utf8("[" + element + "]");

    assertRefused(Reason.INVALID_ROOM_NAME, () -> RoomInfo.decode(json));
    assertRefused(Reason.INVALID_USERNAME, () -> MemberInfo.decode(json));
  }

  @ParameterizedTest
  @MethodSource("chat.tcrp.protocol.Hex#invalidUtf8")
  void refusesInvalidUtf8(String hex) {
    byte[] json =
        Hex.join(
            utf8("[{\"room\":\"tea\",\"username\":\"ann\",\"x\":\""), Hex.bytes(hex), utf8("\"}]"));

    assertRefused(Reason.MALFORMED_PAYLOAD, () -> RoomInfo.decode(json));
    assertRefused(Reason.MALFORMED_PAYLOAD, () -> MemberInfo.decode(json));
  }

  @Test
  void refusesARoomWithFewerThanNoMembers() {
    RoomName tea = new RoomName("tea");

    assertThatIllegalArgumentException().isThrownBy(() -> new RoomInfo(tea, -1, false));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
