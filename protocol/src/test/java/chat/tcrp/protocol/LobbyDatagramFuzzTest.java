package chat.tcrp.protocol;

import static chat.tcrp.protocol.Refusals.unlessRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** A datagram of the lobby, as the relay looks at it and as a client reads it. */
class LobbyDatagramFuzzTest {
  private static final int OFFSET = 5;

  @FuzzTest
  void datagram(byte[] bytes) throws ProtocolException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(bytes.length + 2 * OFFSET).put(OFFSET, bytes);
    int messageSize = LobbyDatagram.messageSize(buffer, OFFSET, bytes.length);
    var datagram = unlessRefused(() -> LobbyDatagram.decode(bytes));

    assertThat(datagram.isPresent()).isEqualTo(messageSize >= 0);
    if (messageSize >= 0) {
      int messageAt = bytes.length - messageSize;
      boolean isClean = LobbyDatagram.isClean(buffer, OFFSET, messageSize);
      assertThat(isClean)
          .isEqualTo(
              isClean(Arrays.copyOfRange(bytes, 1, messageAt), "")
                  && isClean(Arrays.copyOfRange(bytes, messageAt, bytes.length), "\t\n\r"));
      if (isClean) {
        assertThat(datagram.orElseThrow().encode()).isEqualTo(bytes);
      }
    }
  }

  private static boolean isClean(byte[] bytes, String allowed) {
    return Utf8.decode(bytes)
        .filter(
            text ->
                text.codePoints()
                    .allMatch(c -> !Character.isISOControl(c) || allowed.indexOf(c) >= 0))
        .isPresent();
  }
}
