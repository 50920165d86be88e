package chat.tcrp.client.face;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** What a hostile member or server has sent, on its way to a terminal. */
class SafeFuzzTest {
  /** Of letters, digits, signs and spaces, nothing has to be changed. */
  private static final Pattern HARMLESS = Pattern.compile("[\\p{L}\\p{N}\\p{P}\\p{S}\\p{Zs}\\t]*");

  @FuzzTest
  void text(byte[] bytes) {
    check(new String(bytes, StandardCharsets.UTF_8));
    // As chars too, of which hardly any are invalid, and surrogates may stand alone.
    check(ByteBuffer.wrap(bytes).asCharBuffer().toString());
  }

  private static void check(String received) {
    String message = Safe.message(received);
    String text = Safe.text(received);

    assertThat(message.codePoints()).noneMatch(c -> c != '\t' && isHarmful(c));
    assertThat(text.codePoints()).noneMatch(SafeFuzzTest::isHarmful);
    assertThat(Safe.message(message)).as("a message made safe twice").isEqualTo(message);
    assertThat(Safe.text(text)).as("a text made safe twice").isEqualTo(text);
    assertThat(codePoints(message)).isLessThanOrEqualTo(codePoints(received));
    assertThat(codePoints(text)).isEqualTo(codePoints(message));
    if (HARMLESS.matcher(received).matches()) {
      assertThat(message).isEqualTo(received);
    }
  }

  /** What a terminal acts on, what ends or reorders a line, and what is no character. */
  private static boolean isHarmful(int c) {
    return Character.isISOControl(c)
        || (c >= 0x202a && c <= 0x202e)
        || (c >= 0x2066 && c <= 0x2069)
        || c == 0x2028
        || c == 0x2029
        || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
  }

  private static int codePoints(String text) {
    return text.codePointCount(0, text.length());
  }
}
