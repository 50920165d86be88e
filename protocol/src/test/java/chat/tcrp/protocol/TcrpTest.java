package chat.tcrp.protocol;

import static chat.tcrp.protocol.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import chat.tcrp.protocol.ProtocolException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TcrpTest {
  private static final RoomName TEA = new RoomName("tea");
  private static final Username ANN = new Username("ann");
  private static final Token TOKEN = Token.ofText("t0k").orElseThrow();

  private static final String ZEROS = "00".repeat(28);

  static final Arguments[] REQUESTS = {
    arguments(
        new Request.Create(TEA, Credentials.of(ANN)),
        """
        03        # room name size
        01        # create
        00        # state: request
        %s 03     # payload size
        74 65 61  # tea
        61 6e 6e  # ann
        """),
    arguments(
        new Request.Join(
            TEA, new Credentials(ANN, Optional.of(new Password("s")), Optional.empty(), false)),
        """
        03                             # room name size
        02                             # join
        00                             # state: request
        %s 21                          # payload size
        74 65 61                       # tea
        7b                             # {
        22 75 73 65 72 6e 61 6d 65 22  # "username"
        3a                             # :
        22 61 6e 6e 22                 # "ann"
        2c                             # ,
        22 70 61 73 73 77 6f 72 64 22  # "password"
        3a                             # :
        22 73 22                       # "s"
        7d                             # }
        """),
    arguments(
        new Request.Leave(TEA, TOKEN),
        """
        03        # room name size
        03        # leave
        00        # state: request
        %s 03     # payload size
        74 65 61  # tea
        74 30 6b  # t0k
        """),
    arguments(
        new Request.Rooms(),
        """
        00        # room name size
        04        # rooms
        00        # state: request
        %s 00     # payload size
        """),
    arguments(
        new Request.Members(TEA, TOKEN),
        """
        03        # room name size
        05        # members
        00        # state: request
        %s 03     # payload size
        74 65 61  # tea
        74 30 6b  # t0k
        """),
    arguments(
        new Request.Kick(TEA, TOKEN, ANN),
        """
        03                             # room name size
        06                             # kick
        00                             # state: request
        %s 20                          # payload size
        74 65 61                       # tea
        7b                             # {
        22 74 6f 6b 65 6e 22           # "token"
        3a                             # :
        22 74 30 6b 22                 # "t0k"
        2c                             # ,
        22 75 73 65 72 6e 61 6d 65 22  # "username"
        3a                             # :
        22 61 6e 6e 22                 # "ann"
        7d                             # }
        """),
    arguments(
        new Request.Ban(TEA, TOKEN, ANN),
        """
        03                             # room name size
        07                             # ban
        00                             # state: request
        %s 20                          # payload size
        74 65 61                       # tea
        7b                             # {
        22 74 6f 6b 65 6e 22           # "token"
        3a                             # :
        22 74 30 6b 22                 # "t0k"
        2c                             # ,
        22 75 73 65 72 6e 61 6d 65 22  # "username"
        3a                             # :
        22 61 6e 6e 22                 # "ann"
        7d                             # }
        """),
    arguments(
        new Request.Unban(TEA, TOKEN, ANN),
        """
        03                             # room name size
        08                             # unban
        00                             # state: request
        %s 20                          # payload size
        74 65 61                       # tea
        7b                             # {
        22 74 6f 6b 65 6e 22           # "token"
        3a                             # :
        22 74 30 6b 22                 # "t0k"
        2c                             # ,
        22 75 73 65 72 6e 61 6d 65 22  # "username"
        3a                             # :
        22 61 6e 6e 22                 # "ann"
        7d                             # }
        """),
    arguments(
        new Request.Topic(TEA, TOKEN, Optional.empty()),
        """
        03                             # room name size
        09                             # topic
        00                             # state: request
        %s 0f                          # payload size
        74 65 61                       # tea
        7b                             # {
        22 74 6f 6b 65 6e 22           # "token"
        3a                             # :
        22 74 30 6b 22                 # "t0k"
        7d                             # }
        """),
    arguments(
        new Request.Topic(TEA, TOKEN, Optional.of(new RoomTopic("cake"))),
        """
        03                             # room name size
        09                             # topic
        00                             # state: request
        %s 1e                          # payload size
        74 65 61                       # tea
        7b                             # {
        22 74 6f 6b 65 6e 22           # "token"
        3a                             # :
        22 74 30 6b 22                 # "t0k"
        2c                             # ,
        22 74 6f 70 69 63 22           # "topic"
        3a                             # :
        22 63 61 6b 65 22              # "cake"
        7d                             # }
        """),
    arguments(
        new Request.Host(TEA, TOKEN, ANN),
        """
        03                             # room name size
        0a                             # host
        00                             # state: request
        %s 20                          # payload size
        74 65 61                       # tea
        7b                             # {
        22 74 6f 6b 65 6e 22           # "token"
        3a                             # :
        22 74 30 6b 22                 # "t0k"
        2c                             # ,
        22 75 73 65 72 6e 61 6d 65 22  # "username"
        3a                             # :
        22 61 6e 6e 22                 # "ann"
        7d                             # }
        """),
    arguments(
        new Request.Away(TEA, TOKEN, Optional.of(new AwayText("tea"))),
        """
        03                             # room name size
        0b                             # away
        00                             # state: request
        %s 1c                          # payload size
        74 65 61                       # tea
        7b                             # {
        22 74 6f 6b 65 6e 22           # "token"
        3a                             # :
        22 74 30 6b 22                 # "t0k"
        2c                             # ,
        22 61 77 61 79 22              # "away"
        3a                             # :
        22 74 65 61 22                 # "tea"
        7d                             # }
        """),
  };

  @ParameterizedTest
  @FieldSource("REQUESTS")
  void writesARequest(Request request, String hex) {
    assertThat(Hex.of(Tcrp.encode(request))).isEqualTo(Hex.of(frame(hex)));
  }

  @ParameterizedTest
  @FieldSource("REQUESTS")
  void readsARequest(Request request, String hex) throws ProtocolException {
    assertThat(decodeRequest(frame(hex))).isEqualTo(request);
    assertThat(request.operation().code()).isEqualTo(frame(hex)[1]);
  }

  @ParameterizedTest
  @FieldSource("REQUESTS")
  void refusesARequestCutShortAnywhereInItsBody(Request request, String hex) {
    byte[] frame = Tcrp.encode(request);
    Tcrp.Header header = Tcrp.Header.decode(frame);

    for (int size = 0; size < frame.length - Tcrp.HEADER_BYTES; size++) {
      byte[] cut = Arrays.copyOfRange(frame, Tcrp.HEADER_BYTES, Tcrp.HEADER_BYTES + size);
      assertRefused(Reason.TRUNCATED, () -> Tcrp.decodeRequest(header, cut));
    }
  }

  @ParameterizedTest
  @FieldSource("REQUESTS")
  void refusesBytesAfterARequest(Request request, String hex) {
    byte[] longer = Hex.join(Tcrp.encode(request), new byte[1]);

    assertRefused(Reason.TRAILING_BYTES, () -> decodeRequest(longer));
  }

  @Test
  void readsHeaderFieldsAsUnsigned() {
    byte[] header =
        frame(
            """
            ff     # room name size
            fe     # operation
            fd     # state
            %s 80  # payload size
            """);

    assertThat(Tcrp.Header.decode(header)).isEqualTo(new Tcrp.Header(255, 254, 253, 128));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "ff, 255",
    "0100, 256",
    "1000, 4096",
    "1001, 4097",
    "20000000, 536870912", // 2^29
    "20000001, 536870913",
    "ffffffff, 4294967295",
    "0100000000, 4294967296", // the last 4 bytes alone say 0
    "7fffffffffffffff, 9223372036854775807",
    "8000000000000000, 9223372036854775807", // saturated from here
    "ffffffffffffffff, 9223372036854775807",
    "010000000000000000, 9223372036854775807", // the last 8 bytes alone say 0
    "0100000000000000000000000000000000000000000000000000000000, 9223372036854775807",
    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffff, 9223372036854775807"
  })
  void readsAll29BytesOfThePayloadSize(String hex, long size) {
    assertThat(headerOfSize(hex).payloadSize()).isEqualTo(size);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1001",
        "20000000",
        "20000001",
        "0100000000",
        "8000000000000000",
        "010000000000000000",
        "0100000000000000000000000000000000000000000000000000000000",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
      })
  void refusesARequestOverItsLimitBeforeTheBodyIsRead(String size) {
    assertRefused(Reason.PAYLOAD_TOO_LARGE, () -> headerOfSize(size).checkRequest())
        .withMessage("the payload may have at most 4096 bytes");
  }

  @Test
  void acceptsARequestWithAPayloadOf4096BytesAndRefuses4097() throws ProtocolException {
    // JSON may be followed by white space, so it can be made as long as one likes.
    byte[] payload = Arrays.copyOf(utf8("{\"username\":\"ann\"}"), 4097);
    Arrays.fill(payload, 18, 4097, (byte) ' ');

    assertThat(decodeRequest(requestFrame("tea", 1, Arrays.copyOf(payload, 4096))))
        .isEqualTo(new Request.Create(TEA, Credentials.of(ANN)));
    assertRefused(Reason.PAYLOAD_TOO_LARGE, () -> decodeRequest(requestFrame("tea", 1, payload)));
  }

  @Test
  void acceptsAReplyOf16MiBAndRefusesMore() throws ProtocolException {
    new Tcrp.Header(3, 4, 2, 16 << 20).checkReply();

    assertRefused(
        Reason.PAYLOAD_TOO_LARGE, () -> new Tcrp.Header(3, 4, 2, (16 << 20) + 1).checkReply());
    assertRefused(
        Reason.PAYLOAD_TOO_LARGE, () -> new Tcrp.Header(3, 4, 2, Long.MAX_VALUE).checkReply());
  }

  @Test
  void addsNameAndPayloadToTheBodySize() throws ProtocolException {
    Tcrp.Header greatest = new Tcrp.Header(255, 4, 2, 16 << 20);

    greatest.checkReply();
    assertThat(greatest.bodySize()).isEqualTo((16 << 20) + 255);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 12, 13, 127, 128, 255, 'G'})
  void refusesAnUnknownOperation(int operation) {
    assertRefused(
            Reason.UNSUPPORTED_OPERATION, () -> new Tcrp.Header(3, operation, 0, 3).checkRequest())
        .withMessageContaining("unknown operation " + operation);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 255})
  void refusesARequestInAnotherState(int state) {
    assertRefused(Reason.UNEXPECTED_STATE, () -> new Tcrp.Header(3, 1, state, 3).checkRequest());
  }

  @Test
  void acceptsARoomNameOf28BytesAndRefuses29() throws ProtocolException {
    String name = "a".repeat(28);

    assertThat(decodeRequest(requestFrame(name, 1, utf8("ann"))))
        .isEqualTo(new Request.Create(new RoomName(name), Credentials.of(ANN)));
    assertRefused(
        Reason.INVALID_ROOM_NAME,
        () -> Tcrp.Header.decode(requestFrame(name + "a", 1, utf8("ann"))).checkRequest());
    assertRefused(
        Reason.INVALID_ROOM_NAME, () -> decodeRequest(requestFrame(name + "a", 1, utf8("ann"))));
  }

  @ParameterizedTest
  @EnumSource(Operation.class)
  void wantsARoomNameForEveryOperationButRooms(Operation operation) {
    int wrongSize = operation == Operation.ROOMS ? 1 : 0;

    assertRefused(
        Reason.INVALID_ROOM_NAME,
        () -> new Tcrp.Header(wrongSize, operation.code(), 0, 0).checkRequest());
  }

  @Test
  void refusesAPayloadForRooms() {
    assertRefused(Reason.TRAILING_BYTES, () -> decodeRequest(requestFrame("", 4, new byte[1])));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1, 0, 3, INVALID_ROOM_NAME",
    "29, 1, 0, 9999, INVALID_ROOM_NAME",
    "29, 1, 1, 9999, UNEXPECTED_STATE",
    "29, 12, 1, 9999, UNSUPPORTED_OPERATION",
    "3, 1, 0, 9999, PAYLOAD_TOO_LARGE"
  })
  void namesTheFirstRuleThatAHeaderBreaks(
      int roomNameSize, int operation, int state, long payloadSize, Reason reason) {
    assertRefused(
        reason, () -> new Tcrp.Header(roomNameSize, operation, state, payloadSize).checkRequest());
  }

  static final Arguments[] OTHER_PROTOCOLS = {
    arguments("GET / HTTP/1.1\r\nHost: chat.example\r\n\r\n", Reason.UNSUPPORTED_OPERATION),
    arguments("SSH-2.0-OpenSSH_9.6p1 Ubuntu-3ubuntu13\r\n", Reason.UNSUPPORTED_OPERATION),
    arguments("{\"username\":\"ann\",\"room\":\"tea room\"}", Reason.UNSUPPORTED_OPERATION),
    // A TLS hello begins 16 03 01: a room name of 22 bytes, leave, state 1.
    arguments("\u0016\u0003\u0001" + "\u0002".repeat(29), Reason.UNEXPECTED_STATE)
  };

  @ParameterizedTest
  @FieldSource("OTHER_PROTOCOLS")
  void refusesAnotherProtocolByTheHeaderAlone(String hello, Reason reason) {
    Tcrp.Header header = Tcrp.Header.decode(hello.getBytes(StandardCharsets.ISO_8859_1));

    assertRefused(reason, header::checkRequest);
  }

  @ParameterizedTest
  @MethodSource("chat.tcrp.protocol.Hex#invalidUtf8")
  void refusesARoomNameInInvalidUtf8(String hex) {
    byte[] name = Hex.bytes(hex);
    byte[] body = Hex.join(name, utf8("ann"));

    assertRefused(
        Reason.INVALID_ROOM_NAME,
        () -> Tcrp.decodeRequest(new Tcrp.Header(name.length, 2, 0, 3), body));
  }

  @ParameterizedTest
  @MethodSource("chat.tcrp.protocol.Hex#invalidUtf8")
  void refusesCredentialsInInvalidUtf8(String hex) {
    assertRefused(
        Reason.INVALID_USERNAME, () -> decodeRequest(requestFrame("tea", 2, Hex.bytes(hex))));
  }

  @Test
  void readsATokenOf255BytesAndRefusesNoneAnd256() throws ProtocolException {
    byte[] token = new byte[255];
    Arrays.fill(token, (byte) 0xff);

    for (int operation : new int[] {3, 5}) {
      Request request = decodeRequest(requestFrame("tea", operation, token));
      assertThat(Tcrp.encode(request)).isEqualTo(requestFrame("tea", operation, token));
      assertRefused(
          Reason.INVALID_TOKEN, () -> decodeRequest(requestFrame("tea", operation, new byte[0])));
      assertRefused(
          Reason.INVALID_TOKEN, () -> decodeRequest(requestFrame("tea", operation, new byte[256])));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\1',
      value = {
        "t0k|MALFORMED_PAYLOAD",
        "|MALFORMED_PAYLOAD",
        "[]|MALFORMED_PAYLOAD",
        "{\"token\":\"t0k\",\"username\":1}|MALFORMED_PAYLOAD",
        "{\"token\":1,\"username\":\"ann\"}|MALFORMED_PAYLOAD",
        "{\"token\":\"t0k\",\"username\":\"ann\"} {}|MALFORMED_PAYLOAD",
        "{\"token\":\"t0k\",\"token\":\"t0k\",\"username\":\"ann\"}|MALFORMED_PAYLOAD",
        "{\"username\":\"ann\"}|INVALID_TOKEN",
        "{\"token\":\"\",\"username\":\"ann\"}|INVALID_TOKEN",
        "{\"token\":null,\"username\":\"ann\"}|INVALID_TOKEN",
        "{\"token\":\"\\ud83c\",\"username\":\"ann\"}|INVALID_TOKEN",
        "{\"token\":\"t0k\"}|INVALID_USERNAME",
        "{\"token\":\"t0k\",\"username\":\"* ann\"}|INVALID_USERNAME"
      })
  void refusesAKickThatIsNotWhole(String json, Reason reason) {
    byte[] frame = requestFrame("tea", 6, json == null ? new byte[0] : utf8(json));

    assertRefused(reason, () -> decodeRequest(frame)).withMessageNotContaining("t0k");
  }

  @Test
  void skipsUnknownKeysOfAKick() throws ProtocolException {
    byte[] json = utf8("{\"why\":{\"token\":2},\"username\":\"ann\",\"token\":\"t0k\"}");

    assertThat(decodeRequest(requestFrame("tea", 6, json)))
        .isEqualTo(new Request.Kick(TEA, TOKEN, ANN));
  }

  @Test
  void writesAndReadsAStatus() throws ProtocolException {
    byte[] frame =
        frame(
            """
            03        # room name size
            02        # join
            01        # state: status
            %s 01     # payload size
            74 65 61  # tea
            03        # wrong password
            """);

    assertThat(Tcrp.encodeStatus(utf8("tea"), 2, Status.WRONG_PASSWORD)).isEqualTo(frame);
    assertThat(Tcrp.decodeStatus(Tcrp.Header.decode(frame), body(frame)))
        .isEqualTo(Status.WRONG_PASSWORD);
  }

  @Test
  void repeatsWhateverRoomNameAndOperationTheRequestHad() {
    byte[] roomName = new byte[255];
    Arrays.fill(roomName, (byte) 0xfe);

    byte[] frame = Tcrp.encodeStatus(roomName, 254, Status.UNSUPPORTED_OPERATION);

    assertThat(Tcrp.Header.decode(frame)).isEqualTo(new Tcrp.Header(255, 254, 1, 1));
    assertThat(body(frame)).startsWith(roomName).hasSize(256).endsWith(10);
  }

  @ParameterizedTest
  @EnumSource(Status.class)
  void readsBackEveryStatus(Status status) throws ProtocolException {
    byte[] frame = Tcrp.encodeStatus(utf8("tea"), 1, status);

    assertThat(Tcrp.decodeStatus(Tcrp.Header.decode(frame), body(frame))).isEqualTo(status);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0f", "7f", "ff", "0000"})
  void refusesAStatusThatIsNotOneKnownByte(String payload) {
    Tcrp.Header header = new Tcrp.Header(0, 1, 1, payload.length() / 2);

    assertRefused(Reason.MALFORMED_PAYLOAD, () -> Tcrp.decodeStatus(header, Hex.bytes(payload)));
  }

  @Test
  void writesAndReadsACompletion() throws ProtocolException {
    byte[] frame =
        frame(
            """
            03        # room name size
            01        # create
            02        # state: completion
            %s 03     # payload size
            74 65 61  # tea
            74 30 6b  # t0k
            """);

    assertThat(Tcrp.encodeCompletion(utf8("tea"), 1, TOKEN.encode())).isEqualTo(frame);
    assertThat(Tcrp.decodeCompletion(Tcrp.Header.decode(frame), body(frame)))
        .isEqualTo(utf8("t0k"));
  }

  @Test
  void readsAnEmptyCompletion() throws ProtocolException {
    byte[] frame = Tcrp.encodeCompletion(new byte[0], 3, new byte[0]);

    assertThat(frame).hasSize(32);
    assertThat(Tcrp.decodeCompletion(Tcrp.Header.decode(frame), body(frame))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2, 3, 255})
  void refusesAStatusInAnotherState(int state) {
    assertRefused(
        Reason.UNEXPECTED_STATE,
        () -> Tcrp.decodeStatus(new Tcrp.Header(0, 1, state, 1), new byte[1]));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 255})
  void refusesACompletionInAnotherState(int state) {
    assertRefused(
        Reason.UNEXPECTED_STATE,
        () -> Tcrp.decodeCompletion(new Tcrp.Header(0, 1, state, 1), new byte[1]));
  }

  static Stream<byte[]> replies() {
    return Stream.of(
        Tcrp.encodeStatus(utf8("tea"), 1, Status.OK),
        Tcrp.encodeCompletion(utf8("tea"), 1, utf8("t0k")));
  }

  @ParameterizedTest
  @MethodSource("replies")
  void refusesAReplyWithMissingOrExtraBytes(byte[] frame) {
    Tcrp.Header header = Tcrp.Header.decode(frame);
    byte[] body = body(frame);

    IntStream.range(0, body.length)
        .mapToObj(size -> Arrays.copyOf(body, size))
        .forEach(cut -> assertRefused(Reason.TRUNCATED, () -> decodeReply(header, cut)));
    assertRefused(
        Reason.TRAILING_BYTES, () -> decodeReply(header, Arrays.copyOf(body, body.length + 1)));
  }

  private static Request text(int operation, String key, String json) throws ProtocolException {
    byte[] payload = utf8("{\"token\":\"t0k\",\"" + key + "\":" + json + "}");
    return decodeRequest(requestFrame("tea", operation, payload));
  }

  @Test
  void whatRemovesATopicIsNotTheSameAsAskingForIt() throws ProtocolException {
    assertThat(text(9, "topic", "null")).isEqualTo(new Request.Topic(TEA, TOKEN, Optional.empty()));
    assertThat(text(9, "topic", "\"\""))
        .isEqualTo(new Request.Topic(TEA, TOKEN, Optional.of(RoomTopic.NONE)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "\"\"", "\"  \""})
  void whoSaysNothingIsBack(String json) throws ProtocolException {
    assertThat(text(11, "away", json)).isEqualTo(new Request.Away(TEA, TOKEN, Optional.empty()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\\u0000", "\\t", "\\n", "\\u0085", "\\u202e", "\\ud800"})
  void refusesATopicOrAwayTextThatIsNotClean(String escape) {
    String json = "\"a" + escape + "b\"";
    assertRefused(Reason.MALFORMED_PAYLOAD, () -> text(9, "topic", json));
    assertRefused(Reason.MALFORMED_PAYLOAD, () -> text(11, "away", json));
  }

  @Test
  void refusesATopicOver400BytesAndAnAwayTextOver200() throws ProtocolException {
    text(9, "topic", "\"" + "\u00e9".repeat(200) + "\"");
    text(11, "away", "\"" + "\u00e9".repeat(100) + "\"");
    assertRefused(
            Reason.PAYLOAD_TOO_LARGE, () -> text(9, "topic", "\"m" + "\u00e9".repeat(200) + "\""))
        .withMessageContaining("this one has 401");
    assertRefused(
            Reason.PAYLOAD_TOO_LARGE, () -> text(11, "away", "\"m" + "\u00e9".repeat(100) + "\""))
        .withMessageContaining("this one has 201");
  }

  @ParameterizedTest
  @ValueSource(ints = {9, 11})
  void refusesATextRequestWithoutAToken(int operation) {
    assertRefused(
        Reason.INVALID_TOKEN,
        () -> decodeRequest(requestFrame("tea", operation, utf8("{\"topic\":\"x\"}"))));
    assertRefused(
        Reason.MALFORMED_PAYLOAD,
        () ->
            decodeRequest(
                requestFrame("tea", operation, utf8("{\"token\":\"t\",\"topic\":1,\"away\":1}"))));
  }

  @Test
  void numbersStatusesAsTheProtocolDoes() {
    assertThat(Status.values())
        .extracting(Status::code)
        .containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14);
    assertThat(Status.ofCode(6)).contains(Status.USERNAME_TAKEN);
    assertThat(Status.ofCode(12)).contains(Status.NOT_AUTHORISED);
    assertThat(Status.ofCode(15)).isEmpty();
    assertThat(Status.ofCode(-1)).isEmpty();
    assertThat(Status.ofCode(255)).isEmpty();
  }

  @Test
  void numbersOperationsAsTheProtocolDoes() {
    assertThat(
            Stream.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
                .map(code -> Operation.ofCode(code).orElseThrow()))
        .containsExactly(
            Operation.CREATE,
            Operation.JOIN,
            Operation.LEAVE,
            Operation.ROOMS,
            Operation.MEMBERS,
            Operation.KICK,
            Operation.BAN,
            Operation.UNBAN,
            Operation.TOPIC,
            Operation.HOST,
            Operation.AWAY);
    assertThat(Operation.ofCode(0)).isEmpty();
    assertThat(Operation.ofCode(12)).isEmpty();
    assertThat(Operation.ofCode(-1)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Reason.class)
  void answersNoFaultWithOk(Reason reason) {
    assertThat(reason.status()).isNotEqualTo(Status.OK);
  }

  private static Object decodeReply(Tcrp.Header header, byte[] body) throws ProtocolException {
    return header.state() == Tcrp.STATE_STATUS
        ? Tcrp.decodeStatus(header, body)
        : Tcrp.decodeCompletion(header, body);
  }

  private static Request decodeRequest(byte[] frame) throws ProtocolException {
    return Tcrp.decodeRequest(Tcrp.Header.decode(frame), body(frame));
  }

  private static byte[] body(byte[] frame) {
    return Arrays.copyOfRange(frame, 32, frame.length);
  }

  /** A frame with the 28 zero bytes before the last byte of its payload size left out. */
  private static byte[] frame(String hex) {
    return Hex.bytes(hex.replace("%s", ZEROS));
  }

  private static byte[] requestFrame(String room, int operation, byte[] payload) {
    String header = "%02x%02x00%058x".formatted(utf8(room).length, operation, payload.length);
    return Hex.join(Hex.bytes(header), utf8(room), payload);
  }

  private static Tcrp.Header headerOfSize(String hex) {
    return Tcrp.Header.decode(Hex.bytes("030100" + "0".repeat(58 - hex.length()) + hex));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
