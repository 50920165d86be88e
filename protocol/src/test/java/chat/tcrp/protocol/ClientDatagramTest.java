package chat.tcrp.protocol;

import static chat.tcrp.protocol.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.protocol.ProtocolException.Reason;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientDatagramTest {
  private static final RoomName TEA = new RoomName("tea");
  private static final Token TOKEN = Token.ofText("t0k").orElseThrow();

  private static final byte[] MESSAGE =
      Hex.bytes(
          """
          03           # room name size
          03           # token size
          74 65 61     # tea
          74 30 6b     # t0k
          68 69 c3 a9  # hi\u00e9
          """);

  private static final byte[] KEEPALIVE =
      Hex.bytes(
          """
          03           # room name size
          03           # token size
          74 65 61     # tea
          74 30 6b     # t0k
                       # no message
          """);

  @Test
  void writesAndReadsAMessage() throws ProtocolException {
    ClientDatagram datagram = new ClientDatagram(TEA, TOKEN, "hi\u00e9");

    assertThat(datagram.encode()).isEqualTo(MESSAGE);
    assertThat(ClientDatagram.decode(MESSAGE)).isEqualTo(datagram);
  }

  @Test
  void writesAndReadsAKeepalive() throws ProtocolException {
    ClientDatagram datagram = new ClientDatagram(TEA, TOKEN, "");

    assertThat(datagram.encode()).isEqualTo(KEEPALIVE);
    assertThat(ClientDatagram.decode(KEEPALIVE)).isEqualTo(datagram);
  }

  @Test
  void accepts4096BytesAndRefuses4097() throws ProtocolException {
    int max = ClientDatagram.maxMessageBytes(TEA, TOKEN);
    ClientDatagram greatest = new ClientDatagram(TEA, TOKEN, "m".repeat(max));

    assertThat(greatest.encode()).hasSize(4096);
    assertThat(ClientDatagram.decode(greatest.encode())).isEqualTo(greatest);
    assertRefused(
        Reason.OVERSIZED_DATAGRAM,
        () -> new ClientDatagram(TEA, TOKEN, "m".repeat(max + 1)).encode());
    assertRefused(
        Reason.OVERSIZED_DATAGRAM,
        () -> ClientDatagram.decode(Arrays.copyOf(greatest.encode(), 4097)));
  }

  @Test
  void countsBytesAndNotCharacters() throws ProtocolException {
    RoomName room = new RoomName("\u304a\u8336");
    Token token = Token.ofText("\u00f6".repeat(127)).orElseThrow();

    assertThat(ClientDatagram.maxMessageBytes(room, token)).isEqualTo(4096 - 2 - 6 - 254);
    assertThat(new ClientDatagram(room, token, "\ud83c\udf75").encode()).hasSize(2 + 6 + 254 + 4);
  }

  @Test
  void acceptsARoomNameOf28BytesAndRefuses29() throws ProtocolException {
    String name = "a".repeat(28);

    assertThat(ClientDatagram.decode(datagram(28, 1, name + "tm")))
        .isEqualTo(new ClientDatagram(new RoomName(name), Token.ofText("t").orElseThrow(), "m"));
    assertRefused(
        Reason.INVALID_ROOM_NAME, () -> ClientDatagram.decode(datagram(29, 1, name + "atm")));
  }

  @Test
  void readsATokenOf255Bytes() throws ProtocolException {
    ClientDatagram decoded = ClientDatagram.decode(datagram(3, 255, "tea" + "t".repeat(255)));

    assertThat(decoded.token().encode()).hasSize(255);
    assertThat(decoded.message()).isEmpty();
  }

  @Test
  void refusesADatagramCutShortAnywhereBeforeItsMessage() throws ProtocolException {
    for (int size = 0; size < KEEPALIVE.length; size++) {
      byte[] cut = Arrays.copyOf(MESSAGE, size);
      assertRefused(Reason.TRUNCATED, () -> ClientDatagram.decode(cut));
      assertThat(new ClientDatagram.View().wrap(ByteBuffer.wrap(MESSAGE), 0, size)).isFalse();
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 3", "3, 0", "0, 0"})
  void refusesAnEmptyRoomOrToken(int roomSize, int tokenSize) {
    byte[] bytes = datagram(roomSize, tokenSize, "teat0kmessage");

    assertRefused(Reason.TRUNCATED, () -> ClientDatagram.decode(bytes));
    assertThat(new ClientDatagram.View().wrap(ByteBuffer.wrap(bytes), 0, bytes.length)).isFalse();
  }

  @ParameterizedTest
  @MethodSource("chat.tcrp.protocol.Hex#invalidUtf8")
  void refusesARoomNameInInvalidUtf8(String hex) {
    byte[] name = Hex.bytes(hex);
    byte[] bytes = Hex.join(new byte[] {(byte) name.length, 3}, name, utf8("t0khi"));

    assertRefused(Reason.INVALID_ROOM_NAME, () -> ClientDatagram.decode(bytes));
  }

  @ParameterizedTest
  @MethodSource("chat.tcrp.protocol.Hex#invalidUtf8")
  void replacesInvalidUtf8InAMessage(String hex) throws ProtocolException {
    ClientDatagram decoded =
        ClientDatagram.decode(Hex.join(KEEPALIVE, utf8("<"), Hex.bytes(hex), utf8(">")));

    assertThat(decoded.message()).startsWith("<").endsWith(">").contains("\ufffd");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 100})
  void viewsADatagramWhereverItLiesInABuffer(int offset) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(256);
    buffer.put(offset, MESSAGE).position(7);
    ClientDatagram.View view = new ClientDatagram.View();

    assertThat(view.wrap(buffer, offset, MESSAGE.length)).isTrue();

    assertThat(slice(buffer, view.roomAt(), view.roomSize())).isEqualTo("tea");
    assertThat(slice(buffer, view.tokenAt(), view.tokenSize())).isEqualTo("t0k");
    assertThat(slice(buffer, view.messageAt(), view.messageSize())).isEqualTo("hi\u00e9");
    assertThat(buffer.position()).isEqualTo(7);
  }

  @Test
  void viewsManyDatagramsOneAfterTheOther() {
    ClientDatagram.View view = new ClientDatagram.View();
    byte[] other = datagram(1, 2, "xyz");

    assertThat(view.wrap(ByteBuffer.wrap(MESSAGE), 0, MESSAGE.length)).isTrue();
    assertThat(view.wrap(ByteBuffer.wrap(other), 0, 2)).isFalse();
    assertThat(view.wrap(ByteBuffer.wrap(other), 0, other.length)).isTrue();

    assertThat(view)
        .returns(2, ClientDatagram.View::roomAt)
        .returns(1, ClientDatagram.View::roomSize)
        .returns(3, ClientDatagram.View::tokenAt)
        .returns(2, ClientDatagram.View::tokenSize)
        .returns(5, ClientDatagram.View::messageAt)
        .returns(0, ClientDatagram.View::messageSize);
  }

  @Test
  void views4096BytesAndRefuses4097() {
    ByteBuffer buffer = ByteBuffer.allocate(5000).put(0, MESSAGE);
    ClientDatagram.View view = new ClientDatagram.View();

    assertThat(view.wrap(buffer, 0, 4096)).isTrue();
    assertThat(view.messageSize()).isEqualTo(4096 - 8);
    assertThat(view.wrap(buffer, 0, 4097)).isFalse();
  }

  @Test
  void viewsSizesAbove127AsUnsigned() {
    byte[] bytes = datagram(255, 255, "x".repeat(511));
    ClientDatagram.View view = new ClientDatagram.View();

    assertThat(view.wrap(ByteBuffer.wrap(bytes), 0, 511)).as("one byte short").isFalse();
    assertThat(view.wrap(ByteBuffer.wrap(bytes), 0, 513)).isTrue();
    assertThat(view.roomSize()).isEqualTo(255);
    assertThat(view.tokenSize()).isEqualTo(255);
    assertThat(view.messageSize()).isEqualTo(1);
  }

  private static byte[] datagram(int roomSize, int tokenSize, String rest) {
    return Hex.join(new byte[] {(byte) roomSize, (byte) tokenSize}, utf8(rest));
  }

  private static String slice(ByteBuffer buffer, int at, int size) {
    byte[] bytes = new byte[size];
    buffer.get(at, bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void aViewShowsAMessageAloneToo() {
    ClientDatagram.View view = new ClientDatagram.View();
    view.wrapMessage(7, 5);
    assertThat(view.messageAt()).isEqualTo(7);
    assertThat(view.messageSize()).isEqualTo(5);
    assertThat(view.roomSize()).isZero();
    assertThat(view.tokenSize()).isZero();
  }
}
