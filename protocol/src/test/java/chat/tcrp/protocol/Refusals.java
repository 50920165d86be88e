package chat.tcrp.protocol;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import chat.tcrp.protocol.ProtocolException.Reason;
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
}
