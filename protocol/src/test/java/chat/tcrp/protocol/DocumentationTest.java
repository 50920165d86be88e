package chat.tcrp.protocol;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The page that strangers write clients from says what this module does. */
class DocumentationTest {
  private static final Path PAGE = Path.of("..", "docs", "protocol.md");
  private static final Pattern HEX_BLOCK =
      Pattern.compile("^```hex (\\S+)\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
  private static final Pattern STATUS_ROW =
      Pattern.compile("^\\| (\\d+) \\| ([^|]+) \\| [^|]+ \\|$", Pattern.MULTILINE);

  private static final RoomName TEA = new RoomName("tea");
  private static final RoomName VAULT = new RoomName("vault");
  private static final Username ANN = new Username("ann");
  private static final Username BOB = new Username("bob");
  private static final Token ANNS = Token.ofText("9uH-c4Jq0_eXwB6nDd2MyAfG").orElseThrow();
  private static final Token BOBS = Token.ofText("kZ0r3VvX2mQ8pYb1TtWcLs7-").orElseThrow();

  /** Of a session whose exporter gave the bytes 00 01 02 and so on. */
  private static final SealKeys KEYS = keys();

  private static final Map<String, Example> EXAMPLES =
      Map.ofEntries(
          entry("create-request", request(new Request.Create(TEA, Credentials.of(ANN)))),
          entry("create-status", status(TEA, Operation.CREATE, Status.OK)),
          entry("create-completion", completion("tea", Operation.CREATE, ANNS.encode())),
          entry(
              "create-protected-request",
              request(
                  new Request.Create(
                      VAULT,
                      new Credentials(
                          ANN, Optional.of(new Password("s3same")), Optional.empty(), false)))),
          entry("join-request", request(new Request.Join(TEA, Credentials.of(BOB)))),
          entry("join-refused", status(VAULT, Operation.JOIN, Status.WRONG_PASSWORD)),
          entry("join-completion", completion("tea", Operation.JOIN, BOBS.encode())),
          entry(
              "rejoin-request",
              request(
                  new Request.Join(
                      TEA, new Credentials(BOB, Optional.empty(), Optional.of(BOBS), true)))),
          entry("leave-request", request(new Request.Leave(TEA, BOBS))),
          entry("leave-completion", completion("tea", Operation.LEAVE, new byte[0])),
          entry("rooms-request", request(new Request.Rooms())),
          entry(
              "rooms-completion",
              completion(
                  "",
                  Operation.ROOMS,
                  RoomInfo.encode(
                      List.of(new RoomInfo(TEA, 2, false), new RoomInfo(VAULT, 1, true))))),
          entry("members-request", request(new Request.Members(TEA, BOBS))),
          entry(
              "members-completion",
              completion(
                  "tea",
                  Operation.MEMBERS,
                  MemberInfo.encode(
                      List.of(new MemberInfo(ANN, true), new MemberInfo(BOB, false))))),
          entry("kick-request", request(new Request.Kick(TEA, ANNS, BOB))),
          entry("kick-completion", completion("tea", Operation.KICK, new byte[0])),
          entry(
              "members-away-completion",
              completion(
                  "tea",
                  Operation.MEMBERS,
                  MemberInfo.encode(
                      List.of(
                          new MemberInfo(
                              BOB,
                              false,
                              true,
                              Optional.of(Duration.ofSeconds(754)),
                              Optional.of("lunch")))))),
          entry("topic-request", request(new Request.Topic(TEA, BOBS, Optional.empty()))),
          entry(
              "topic-set-request",
              request(new Request.Topic(TEA, ANNS, Optional.of(new RoomTopic("cake"))))),
          entry(
              "topic-completion",
              completion("tea", Operation.TOPIC, new RoomTopic("cake").encode())),
          entry("host-request", request(new Request.Host(TEA, ANNS, BOB))),
          entry(
              "away-request",
              request(new Request.Away(TEA, BOBS, Optional.of(new AwayText("lunch"))))),
          entry(
              "private-message",
              chat(new ClientDatagram(TEA, ANNS, new PrivateText(BOB, "hello").message()))),
          entry("private-sealed", sealed(KEYS.clientOpener(), "\002bob: hello")),
          entry("private-relayed", lines(new ServerDatagram.Private("ann", "hello"))),
          entry("ban-request", request(new Request.Ban(TEA, ANNS, BOB))),
          entry(
              "return-request",
              request(
                  new Request.Join(
                      TEA,
                      new Credentials(
                          BOB,
                          Optional.empty(),
                          Optional.of(BOBS),
                          true,
                          Optional.of(41L),
                          false)))),
          entry("progress", lines(new ServerDatagram.Progress(41, 43))),
          entry("chat-message", chat(new ClientDatagram(TEA, BOBS, "hello"))),
          entry("keepalive", chat(new ClientDatagram(TEA, BOBS, ""))),
          entry("relayed-message", lines(new ServerDatagram.Text("bob", "hello"))),
          entry("notice", lines(new ServerDatagram.Notice("bob joined"))),
          entry("ack", lines(new ServerDatagram.Ack())),
          entry("end", lines(new ServerDatagram.End("room closed: ann (host) left"))),
          entry(
              "batch",
              lines(
                  new ServerDatagram.Text("bob", "hello"),
                  new ServerDatagram.Notice("carol joined"),
                  new ServerDatagram.Text("carol", "hi"))),
          entry("sealed-message", sealed(KEYS.clientOpener(), "hello")),
          entry("sealed-keepalive", sealed(KEYS.clientOpener(), "")),
          entry("sealed-acknowledgement", sealed(KEYS.serverOpener(), "\006")),
          entry("lobby-message", lobby(new LobbyDatagram("ann", "hello"))),
          entry("lobby-keepalive", lobby(new LobbyDatagram("ann", ""))));

  private static String page;
  private static Map<String, String> blocks;

  @BeforeAll
  static void readPage() throws IOException {
    page = Files.readString(PAGE);
    blocks = new LinkedHashMap<>();
    for (MatchResult block : HEX_BLOCK.matcher(page).results().toList()) {
      assertThat(blocks.put(block.group(1), block.group(2))).as("a second " + block).isNull();
    }
  }

  static Stream<String> names() {
    return EXAMPLES.keySet().stream().sorted();
  }

  @Test
  void showsEveryMessageAndNoOther() {
    assertThat(blocks.keySet()).containsExactlyInAnyOrderElementsOf(EXAMPLES.keySet());
    assertThat(page.lines().filter(line -> line.startsWith("```hex")))
        .as("every block is read")
        .hasSameSizeAs(blocks.keySet());
  }

  @ParameterizedTest
  @MethodSource("names")
  void showsAMessageAsItIsDecoded(String name) throws ProtocolException {
    Example example = EXAMPLES.get(name);

    assertThat(example.decoder().decode(Hex.bytes(blocks.getOrDefault(name, ""))))
        .isEqualTo(example.expected());
  }

  @ParameterizedTest
  @MethodSource("names")
  void explainsEachLineOfAMessage(String name) {
    assertThat(blocks.getOrDefault(name, "").lines()).isNotEmpty().allMatch(l -> l.contains("# "));
  }

  @Test
  void explainsEveryStatusAndNoOther() {
    String section = page.substring(page.indexOf("\n## Status codes"));
    section = section.substring(0, section.indexOf("\n## ", 1));
    Map<Integer, String> documented = new TreeMap<>();
    STATUS_ROW
        .matcher(section)
        .results()
        .forEach(row -> documented.put(Integer.valueOf(row.group(1)), row.group(2)));
    Map<Integer, String> actual = new TreeMap<>();
    Stream.of(Status.values()).forEach(status -> actual.put(status.code(), status.text()));

    assertThat(documented).isEqualTo(actual);
  }

  /** What the bytes of a block shall be decoded to, and how. */
  private record Example(Object expected, Decoder decoder) {}

  @FunctionalInterface
  private interface Decoder {
    Object decode(byte[] bytes) throws ProtocolException;
  }

  /**
   * A reply's fields: the header too, because a reader of the payload does not look at all of it.
   */
  private record Reply(String room, int operation, Object payload) {}

  private static Example request(Request request) {
    return new Example(
        request, frame -> Tcrp.decodeRequest(Tcrp.Header.decode(frame), body(frame)));
  }

  private static Example status(RoomName room, Operation operation, Status status) {
    return new Example(
        new Reply(room.value(), operation.code(), status),
        frame -> reply(frame, Tcrp.decodeStatus(Tcrp.Header.decode(frame), body(frame))));
  }

  private static Example completion(String room, Operation operation, byte[] result) {
    return new Example(
        new Reply(room, operation.code(), Hex.of(result)),
        frame ->
            reply(frame, Hex.of(Tcrp.decodeCompletion(Tcrp.Header.decode(frame), body(frame)))));
  }

  private static Example chat(ClientDatagram datagram) {
    return new Example(datagram, ClientDatagram::decode);
  }

  private static Example lines(ServerDatagram... lines) {
    return new Example(List.of(lines), ServerDatagram::decode);
  }

  private static Example sealed(Opener opener, String content) {
    return new Example(
        content,
        bytes -> {
          byte[] opened = new byte[bytes.length];
          int size = opener.open(new SealCipher(), bytes, bytes.length, opened);
          return size == Opener.REFUSED ? "" + size : new String(opened, 0, size, US_ASCII);
        });
  }

  private static SealKeys keys() {
    byte[] exported = new byte[SealKeys.BYTES];
    for (int i = 0; i < exported.length; i++) {
      exported[i] = (byte) i;
    }
    return SealKeys.of(exported);
  }

  private static Example lobby(LobbyDatagram datagram) {
    return new Example(datagram, LobbyDatagram::decode);
  }

  private static Reply reply(byte[] frame, Object payload) throws ProtocolException {
    Tcrp.Header header = Tcrp.Header.decode(frame);
    byte[] name = Arrays.copyOf(body(frame), header.roomNameSize());
    return new Reply(
        name.length == 0 ? "" : RoomName.decode(name).value(), header.operation(), payload);
  }

  private static byte[] body(byte[] frame) {
    return Arrays.copyOfRange(frame, Tcrp.HEADER_BYTES, frame.length);
  }
}
