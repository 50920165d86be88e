package chat.tcrp.server.handshake;

import static chat.tcrp.server.Frames.concat;
import static chat.tcrp.server.Frames.frame;
import static chat.tcrp.server.Frames.header;
import static chat.tcrp.server.Frames.request;
import static chat.tcrp.server.Frames.status;
import static chat.tcrp.server.Frames.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import chat.tcrp.protocol.Token;
import chat.tcrp.server.EveryRelayTest;
import chat.tcrp.server.Frames;
import chat.tcrp.server.TestPeer;
import chat.tcrp.server.TestServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigInteger;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The bytes of the exchange over TCP, right ones and wrong ones. */
class HandshakeTest extends EveryRelayTest {
  @AutoClose private final TestServer server = TestServer.start();

  @Test
  void createIsAnsweredWithStatusThenTokenThenTheEnd() {
    byte[] reply = server.peer().exchange(request("tea", 1, "ann"), false);

    assertThat(HexFormat.of().formatHex(reply, 0, 36))
        .as("state 1")
        .isEqualTo(
            "03" // room name size
                + "01" // operation
                + "01" // state
                + "00".repeat(28)
                + "01" // payload size
                + "746561" // tea
                + "00"); // ok
    assertThat(HexFormat.of().formatHex(reply, 36, 71))
        .as("state 2")
        .isEqualTo("03" + "01" + "02" + "00".repeat(28) + "18" + "746561");
    assertThat(new String(reply, 71, reply.length - 71, StandardCharsets.US_ASCII))
        .matches("[A-Za-z0-9_-]{24}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"tea", "茶の部屋", "a room with spaces and 28 b."})
  void repliesRepeatTheRoomNameAndTheOperation(String room) {
    TestPeer ann = server.peer().create(room, "ann");
    String token = ann.token().text().orElseThrow();

    assertThat(ann.exchange(request(room, 2, "bob"), false))
        .startsWith(concat(status(room, 2, 0), header(utf8(room).length, 2, 2, big(24))));
    assertThat(ann.exchange(request(room, 5, token), false))
        .isEqualTo(
            concat(
                status(room, 5, 0),
                Frames.completion(
                    room,
                    5,
                    "[{\"username\":\"ann\",\"host\":true,\"idle\":0},"
                        + "{\"username\":\"bob\",\"host\":false,\"idle\":0}]")));
    assertThat(
            ann.exchange(
                request(room, 6, "{\"token\":\"" + token + "\",\"username\":\"bob\"}"), false))
        .isEqualTo(concat(status(room, 6, 0), Frames.completion(room, 6, "")));
    assertThat(ann.exchange(request("", 4, ""), false))
        .isEqualTo(
            concat(
                status("", 4, 0),
                Frames.completion(
                    "", 4, "[{\"room\":\"" + room + "\",\"members\":1,\"protected\":false}]")));
    assertThat(ann.exchange(request(room, 3, token), false))
        .isEqualTo(concat(status(room, 3, 0), Frames.completion(room, 3, "")));
  }

  static Stream<Arguments> refusedRequests() {
    byte[] t = utf8("t");
    return Stream.of(
        argumentSet("no such room", request("t", 2, "ann"), 2),
        argumentSet("create without a room name", request("", 1, "ann"), 4),
        argumentSet("control character in the room name", request("a\tb", 1, "ann"), 4),
        argumentSet("room name not UTF-8", frame(new byte[] {(byte) 0xff}, 1, 0, t), 4),
        argumentSet("rooms with a room name", request("t", 4, ""), 4),
        argumentSet("no username", request("t", 1, ""), 5),
        argumentSet("colon in the username", request("t", 1, "a:b"), 5),
        argumentSet("username like a notice", request("t", 1, "* ann"), 5),
        argumentSet("username like a command", request("t", 1, "/ann"), 5),
        argumentSet("white space at an end", request("t", 1, "ann "), 5),
        argumentSet("escape in the username", request("t", 1, "a\u001b[2J"), 5),
        argumentSet("text direction override", request("t", 1, "a\u202eb"), 5),
        argumentSet("username of 256 bytes", request("t", 1, "é".repeat(128)), 5),
        argumentSet("username not UTF-8", frame(t, 1, 0, new byte[] {(byte) 0xc3}), 5),
        argumentSet("JSON without a username", request("t", 1, "{\"password\":\"x\"}"), 5),
        argumentSet("broken JSON", request("t", 1, "{\"username\":"), 9),
        argumentSet("JSON of the wrong type", request("t", 1, "{\"username\":7}"), 9),
        argumentSet("JSON with the same key twice", json("'username':'a','username':'b'"), 9),
        argumentSet("more after the JSON", request("t", 1, "{\"username\":\"a\"} x"), 9),
        argumentSet("JSON not UTF-8", frame(t, 1, 0, new byte[] {'{', (byte) 0xff, '}'}), 9),
        argumentSet("deep JSON", json("'username':'a','x':" + "[".repeat(99) + "]".repeat(99)), 9),
        argumentSet("state 1", frame(t, 1, 1, t), 9),
        argumentSet("state 2", frame(t, 2, 2, t), 9),
        argumentSet("state 255", frame(t, 1, 255, t), 9),
        argumentSet("rooms with a payload", request("", 4, "x"), 9),
        argumentSet("operation 0", request("t", 0, "ann"), 10),
        argumentSet("operation 12", request("t", 12, "ann"), 10),
        argumentSet("operation 255", request("t", 255, "ann"), 10),
        argumentSet("leave of no room", request("t", 3, "token"), 2),
        argumentSet("leave without a token", request("t", 3, ""), 12),
        argumentSet("token of 256 bytes", request("t", 3, "x".repeat(256)), 12),
        argumentSet("kick without a token", request("t", 6, "{\"username\":\"ann\"}"), 12),
        argumentSet("kick that is not JSON", request("t", 6, "ann"), 9));
  }

  @ParameterizedTest
  @MethodSource("refusedRequests")
  void aFaultyRequestIsAnsweredWithItsStatusAlone(byte[] request, int code) {
    byte[] room = Arrays.copyOfRange(request, 32, 32 + request[0]);

    assertThat(server.peer().exchange(request, false))
        .isEqualTo(frame(room, request[1], 1, new byte[] {(byte) code}));
    assertThat(server.peer().exchange(request("", 4, ""), false))
        .as("no room came of it")
        .endsWith(utf8("[]"));
  }

  static Stream<byte[]> namesThatAreNone() {
    return Stream.of(
        utf8("n".repeat(29)),
        utf8("山".repeat(10)),
        utf8("n".repeat(255)),
        HexFormat.of().parseHex("62fffe"),
        HexFormat.of().parseHex("e5b1".repeat(20)));
  }

  @ParameterizedTest
  @MethodSource("namesThatAreNone")
  void aRefusalRepeatsTheRoomNameAsItWasSent(byte[] name) {
    for (int operation : new int[] {1, 2}) {
      assertThat(server.peer().exchange(frame(name, operation, 0, utf8("ann")), false))
          .isEqualTo(frame(name, operation, 1, new byte[] {4}));
    }
  }

  static Stream<BigInteger> sizesOverTheLimit() {
    return Stream.of(
        big(4097),
        big(1 << 29),
        big((1 << 29) + 1),
        big(1L << 32),
        BigInteger.TWO.pow(64),
        Frames.GREATEST_SIZE);
  }

  @ParameterizedTest
  @MethodSource("sizesOverTheLimit")
  void aPayloadThatIsTooLargeIsRefusedBeforeAnyOfItIsSent(BigInteger size) {
    byte[] request = concat(header(3, 1, 0, size), utf8("tea"));

    assertThat(server.peer().exchange(request, false)).isEqualTo(status("tea", 1, 13));
  }

  @Test
  void theGreatestPayloadIsAccepted() {
    String json = "{\"username\":\"ann\",\"x\":\"" + "y".repeat(4096 - 25) + "\"}";

    assertThat(json).hasSize(4096);
    assertThat(server.peer().exchange(request("tea", 1, json), false))
        .startsWith(status("tea", 1, 0));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 256, 1024})
  void aClientThatSendsOnAfterARefusalStillReadsTheStatus(int chunk) throws Exception {
    try (Socket socket = server.peer().connect()) {
      OutputStream out = socket.getOutputStream();
      InputStream in = socket.getInputStream();
      out.write(concat(header(3, 1, 0, big(1 << 20)), utf8("tea")));
      byte[] expected = status("tea", 1, 13);
      // The server has answered, and closes now unless it knows of what is still to come.
      int first = in.read();

      // A reset would fail one of these writes.
      for (int i = 0; i < 256; i++) {
        out.write(new byte[chunk]);
      }
      assertThat(first).isEqualTo(expected[0]);
      assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(expected, 1, expected.length));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {32, 34, 35, 37})
  void aTruncatedFrameIsMalformed(int size) {
    byte[] request = request("tea", 1, "ann");

    byte[] reply = server.peer().exchange(Arrays.copyOf(request, size), true);

    assertThat(reply).hasSizeGreaterThan(32).endsWith((byte) 9);
    assertThat(Arrays.copyOfRange(reply, 1, 3)).containsExactly(1, 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 31})
  void withoutAWholeHeaderTheServerJustCloses(int size) {
    assertThat(server.peer().exchange(Arrays.copyOf(request("tea", 1, "ann"), size), true))
        .isEmpty();
  }

  @Test
  void anHttpRequestIsAnsweredAsAnUnknownOperation() {
    byte[] http = utf8("GET / HTTP/1.1\r\nHost: chat.example\r\nUser-Agent: test\r\n\r\n");
    // What stands behind the first 32 bytes is taken for the beginning of a room name of 71 bytes.
    byte[] name = Arrays.copyOfRange(http, 32, http.length);

    assertThat(server.peer().exchange(http, true)).isEqualTo(frame(name, 'E', 1, new byte[] {10}));
  }

  @Test
  void aTlsHelloIsAnsweredAsMalformed() {
    byte[] hello =
        concat(
            HexFormat.of().parseHex("1603010200" + "010001fc0303"),
            new byte[32],
            new byte[512 - 38]);

    byte[] reply = server.peer().exchange(hello, true);

    assertThat(reply).hasSize(32 + 0x16 + 1).startsWith(0x16, 3, 1).endsWith((byte) 9);
  }

  @ParameterizedTest
  @ValueSource(strings = {"SSH-2.0-OpenSSH_9.9\r\n", "\0", "\n\n\n\n"})
  void otherProtocolsAreClosedWithoutAnAnswer(String greeting) {
    assertThat(server.peer().exchange(utf8(greeting), true)).isEmpty();
  }

  @Test
  void aConnectionThatIsResetLeavesNoTrace() throws Exception {
    for (byte[] sent : new byte[][] {{}, {3}, request("tea", 2, "ann")}) {
      try (Socket socket = server.peer().connect()) {
        socket.getOutputStream().write(sent);
        socket.setSoLinger(true, 0);
      }
    }

    server.peer().create("tea", "ann");
  }

  @Test
  void whoSendsNothingMoreIsToldSoAtTheDeadline() {
    Duration deadline = Duration.ofMillis(200);
    try (TestServer impatient =
        TestServer.start(c -> c.with(HandshakeLimits.DEFAULTS.within(deadline)))) {
      byte[] request = request("tea", 1, "ann");
      long start = System.nanoTime();

      assertThat(impatient.peer().exchange(Arrays.copyOf(request, 36), false))
          .isEqualTo(status("tea", 1, 9));
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(deadline);
      assertThat(impatient.peer().exchange(Arrays.copyOf(request, 31), false)).isEmpty();
    }
  }

  @Test
  void aSlowDripIsCutAtTheDeadlineOfTheWholeExchange() throws Exception {
    Duration deadline = Duration.ofMillis(300);
    try (TestServer impatient =
            TestServer.start(c -> c.with(HandshakeLimits.DEFAULTS.within(deadline)));
        Socket socket = impatient.peer().connect()) {
      // A byte each 20 ms would take more than a minute, though no single read waits for long.
      byte[] request = concat(header(3, 1, 0, big(4096)), utf8("tea"), new byte[4096]);
      socket.setSoTimeout(20);
      long start = System.nanoTime();
      int sent = 0;
      while (sent < request.length && !hasEnded(socket, request[sent])) {
        sent++;
      }

      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isGreaterThanOrEqualTo(deadline.minusMillis(50))
          .isLessThan(TestPeer.PATIENCE);
      assertThat(sent).isBetween(1, request.length - 1);
    }
  }

  /** Sends a byte, and waits a little for the end of the connection. */
  private static boolean hasEnded(Socket socket, byte next) throws IOException {
    try {
      socket.getOutputStream().write(next);
      while (socket.getInputStream().read() >= 0) {
        // An answer; the end follows.
      }
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (SocketException e) {
      return true;
    }
  }

  @Test
  void tokensAreNeverTheSame() {
    Token first = server.peer().create("tea", "ann").token();
    Token second = server.peer().join("tea", "bob").token();

    assertThat(first).isNotEqualTo(second);
  }

  private static byte[] json(String content) {
    return request("t", 1, "{" + content.replace('\'', '"') + "}");
  }

  private static BigInteger big(long value) {
    return BigInteger.valueOf(value);
  }
}
