package chat.tcrp.protocol;

import static chat.tcrp.protocol.Refusals.unlessRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.math.BigInteger;
import java.util.Arrays;

/** A whole frame from a stranger, taken for each kind of frame. */
class FrameFuzzTest {
  @FuzzTest
  void frame(byte[] frame) throws ProtocolException {
    if (frame.length < Tcrp.HEADER_BYTES) {
      return;
    }
    Tcrp.Header header = Tcrp.Header.decode(frame);
    byte[] body = Arrays.copyOfRange(frame, Tcrp.HEADER_BYTES, frame.length);
    byte[] roomName = Arrays.copyOf(body, header.roomNameSize());

    assertThat(BigInteger.valueOf(header.payloadSize()))
        .isEqualTo(new BigInteger(1, frame, 3, 29).min(BigInteger.valueOf(Long.MAX_VALUE)));
    var request = unlessRefused(() -> Tcrp.decodeRequest(header, body));
    if (request.isPresent()) {
      byte[] again = Tcrp.encode(request.get());
      assertThat(
              Tcrp.decodeRequest(
                  Tcrp.Header.decode(again),
                  Arrays.copyOfRange(again, Tcrp.HEADER_BYTES, again.length)))
          .isEqualTo(request.get());
      assertThat(again).hasSizeLessThanOrEqualTo(frame.length);
    }
    unlessRefused(() -> Tcrp.decodeStatus(header, body))
        .ifPresent(
            status ->
                assertThat(Tcrp.encodeStatus(roomName, header.operation(), status))
                    .isEqualTo(frame));
    unlessRefused(() -> Tcrp.decodeCompletion(header, body))
        .ifPresent(
            result ->
                assertThat(Tcrp.encodeCompletion(roomName, header.operation(), result))
                    .isEqualTo(frame));
  }
}
