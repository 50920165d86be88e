package chat.tcrp.protocol;

import static chat.tcrp.protocol.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.protocol.ProtocolException.Reason;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class LobbyDatagramTest {
  private static final byte[] MESSAGE =
      Hex.bytes(
          """
          03           # username size
          61 6e 6e     # ann
          68 69 c3 a9  # hi\u00e9
          """);

  @Test
  void writesAndReadsAMessage() throws ProtocolException {
    LobbyDatagram datagram = new LobbyDatagram("ann", "hi\u00e9");

    assertThat(datagram.encode()).isEqualTo(MESSAGE);
    assertThat(LobbyDatagram.decode(MESSAGE)).isEqualTo(datagram);
    assertThat(messageSize(MESSAGE)).isEqualTo(4);
  }

  @Test
  void writesAndReadsAKeepalive() throws ProtocolException {
    byte[] keepalive =
        Hex.bytes(
            """
            03        # username size
            61 6e 6e  # ann
                      # no message
            """);
    LobbyDatagram datagram = new LobbyDatagram("ann", "");

    assertThat(datagram.encode()).isEqualTo(keepalive);
    assertThat(LobbyDatagram.decode(keepalive)).isEqualTo(datagram);
    assertThat(messageSize(keepalive)).isZero();
  }

  @Test
  void readsAnEmptyUsername() throws ProtocolException {
    byte[] bytes =
        Hex.bytes(
            """
            00     # username size
            68 69  # hi
            """);

    assertThat(LobbyDatagram.decode(bytes)).isEqualTo(new LobbyDatagram("", "hi"));
    assertThat(messageSize(bytes)).isEqualTo(2);
  }

  @Test
  void acceptsAUsernameOf255BytesAndRefuses256() throws ProtocolException {
    LobbyDatagram datagram = new LobbyDatagram("a".repeat(255), "hi");
    byte[] bytes = datagram.encode();

    assertThat(bytes).hasSize(258).startsWith(0xff);
    assertThat(LobbyDatagram.decode(bytes)).isEqualTo(datagram);
    assertThat(messageSize(bytes)).isEqualTo(2);
    assertRefused(Reason.INVALID_USERNAME, () -> new LobbyDatagram("a".repeat(256), "hi").encode());
    assertRefused(
        Reason.INVALID_USERNAME, () -> new LobbyDatagram("\u00f6".repeat(128), "").encode());
  }

  @Test
  void accepts4096BytesAndRefuses4097() throws ProtocolException {
    Username ann = new Username("\u00e4nn");
    int max = LobbyDatagram.maxMessageBytes(ann);
    byte[] greatest = new LobbyDatagram(ann.value(), "m".repeat(max)).encode();

    assertThat(max).isEqualTo(4096 - 1 - 4);
    assertThat(greatest).hasSize(4096);
    assertThat(LobbyDatagram.decode(greatest).message()).hasSize(max);
    assertThat(messageSize(greatest)).isEqualTo(max);
    assertRefused(
        Reason.OVERSIZED_DATAGRAM,
        () -> new LobbyDatagram(ann.value(), "m".repeat(max + 1)).encode());
    assertRefused(
        Reason.OVERSIZED_DATAGRAM, () -> LobbyDatagram.decode(Arrays.copyOf(greatest, 4097)));
    assertThat(messageSize(Arrays.copyOf(greatest, 4097))).isEqualTo(-1);
  }

  @Test
  void refusesADatagramCutShortAnywhereBeforeItsMessage() {
    for (int size = 0; size < 4; size++) {
      byte[] cut = Arrays.copyOf(MESSAGE, size);
      assertRefused(Reason.TRUNCATED, () -> LobbyDatagram.decode(cut));
      assertThat(messageSize(cut)).isEqualTo(-1);
    }
  }

  @Test
  void measuresADatagramWhereverItLiesInABuffer() {
    ByteBuffer buffer = ByteBuffer.allocateDirect(64).put(11, MESSAGE).position(5);

    assertThat(LobbyDatagram.messageSize(buffer, 11, MESSAGE.length)).isEqualTo(4);
    assertThat(buffer.position()).isEqualTo(5);
  }

  @ParameterizedTest
  @MethodSource("chat.tcrp.protocol.Hex#invalidUtf8")
  void replacesInvalidUtf8(String hex) throws ProtocolException {
    byte[] text = Hex.bytes(hex);
    LobbyDatagram decoded =
        LobbyDatagram.decode(Hex.join(new byte[] {(byte) text.length}, text, MESSAGE, text));

    assertThat(decoded.username()).contains("\ufffd");
    assertThat(decoded.message()).startsWith("\u0003annhi\u00e9").contains("\ufffd");
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          03 61 6e 6e 68 69,                 true
          03 61 6e 6e 09 68 0d 0a 69,        true
          00,                                true
          03 62 61 64 78 ff fe,              false
          06 61 1b 5b 33 31 6d 68 69,        false
          03 61 6e 6e 1b 5b 33 31 6d,        false
          03 61 0a 6e 68 69,                 false
          03 6b 06 31 e4 6b 6d 73,           false
          # the character does not end where the name does
          01 c3 a9 68 69,                    false
          """)
  void isPassedOnOnlyWhenNobodyComesToHarm(String hex, boolean clean) {
    byte[] bytes = Hex.bytes(hex);
    ByteBuffer buffer = ByteBuffer.allocate(64).put(7, bytes);

    assertThat(LobbyDatagram.isClean(buffer, 7, LobbyDatagram.messageSize(buffer, 7, bytes.length)))
        .isEqualTo(clean);
  }

  private static int messageSize(byte[] bytes) {
    return LobbyDatagram.messageSize(ByteBuffer.wrap(bytes), 0, bytes.length);
  }
}
