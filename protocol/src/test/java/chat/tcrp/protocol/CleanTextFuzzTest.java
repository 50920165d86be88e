package chat.tcrp.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What a hostile member says, on its way to the others. */
class CleanTextFuzzTest {
  private static final byte UNTOUCHED = '#';

  @FuzzTest
  void text(byte[] bytes) {
    byte[] clean = cleaned(bytes, 3 * bytes.length);

    assertThat(Utf8.decode(clean))
        .hasValueSatisfying(
            text -> assertThat(text.codePoints()).noneMatch(CleanTextFuzzTest::isHarmful));
    assertThat(cleaned(clean, clean.length)).as("cleaned twice").isEqualTo(clean);
    Utf8.decode(bytes)
        .ifPresent(
            text -> {
              assertThat(clean).asString(StandardCharsets.UTF_8).isEqualTo(cleanedSlowly(text));
              assertThat(CleanText.of(text)).isEqualTo(cleanedSlowly(text));
            });
    // However little room there is, nothing is written beyond it and the size is told.
    int room = clean.length == 0 ? 0 : (bytes[0] & 0xff) % clean.length;
    cleaned(bytes, room);
  }

  /** Cleans between other bytes, which must stay as they are. */
  private static byte[] cleaned(byte[] bytes, int room) {
    int at = 1 + bytes.length % 8;
    ByteBuffer buffer = ByteBuffer.allocateDirect(at + bytes.length + room + 8);
    for (int i = 0; i < buffer.capacity(); i++) {
      buffer.put(i, UNTOUCHED);
    }
    buffer.put(at, bytes);
    int to = at + bytes.length;

    int size = CleanText.copy(buffer, at, bytes.length, buffer, to, room);

    assertThat(size).isBetween(0, 3 * bytes.length);
    byte[] after = new byte[buffer.capacity()];
    buffer.get(0, after);
    assertThat(Arrays.copyOfRange(after, at, to)).as("the original").isEqualTo(bytes);
    assertThat(Arrays.copyOfRange(after, to + room, after.length)).containsOnly(UNTOUCHED);
    return Arrays.copyOfRange(after, to, to + Math.min(size, room));
  }

  private static boolean isHarmful(int c) {
    return (Character.isISOControl(c) && c != '\t')
        || (c >= 0x202a && c <= 0x202e)
        || (c >= 0x2066 && c <= 0x2069);
  }

  private static String cleanedSlowly(String text) {
    return text.replaceAll("[\u202a-\u202e\u2066-\u2069]", "").replaceAll("[\\p{Cc}&&[^\t]]", " ");
  }
}
