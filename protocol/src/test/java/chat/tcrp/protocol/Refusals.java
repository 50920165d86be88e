package chat.tcrp.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import chat.tcrp.protocol.ProtocolException.Reason;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.api.ThrowableAssertAlternative;

/** What a test says of bytes that are refused. */
final class Refusals {
  private Refusals() {}

  static ThrowableAssertAlternative<ProtocolException> assertRefused(
      Reason reason, ThrowingCallable decoding) {
    return assertThatExceptionOfType(ProtocolException.class)
        .isThrownBy(decoding)
        .returns(reason, ProtocolException::reason);
  }

  /** What a decoder makes of bytes: empty when it refuses them, which it may do in one way only. */
  static <T> Optional<T> unlessRefused(Decoding<T> decoding) {
    try {
      return Optional.of(decoding.decode());
    } catch (ProtocolException e) {
      assertThat(e).hasMessageMatching("[ -~]+");
      assertThat(e.reason().status()).isNotEqualTo(Status.OK);
      return Optional.empty();
    }
  }

  /** Bytes on the way to becoming a message. */
  @FunctionalInterface
  interface Decoding<T> {
    T decode() throws ProtocolException;
  }
}
