package chat.tcrp.protocol;

import java.io.ByteArrayOutputStream;
import java.util.HexFormat;
import java.util.stream.Stream;

/**
 * Bytes written for people: hex digits, one field a line, each with its meaning after a {@code #}.
 */
final class Hex {
  private Hex() {}

  /** The bytes of annotated hex. */
  static byte[] bytes(String annotated) {
    return HexFormat.of().parseHex(annotated.replaceAll("#.*", "").replaceAll("\\s", ""));
  }

  /** Bytes as hex without annotations. */
  static String of(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  /** Some bytes, then others. */
  static byte[] join(byte[]... parts) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      joined.writeBytes(part);
    }
    return joined.toByteArray();
  }

  /** Each way in which bytes fail to be UTF-8, as hex. */
  static Stream<String> invalidUtf8() {
    return Stream.of(
        "80 # a continuation without a beginning",
        "61 c3 # ends within a character of 2 bytes",
        "e2 82 # ends within a character of 3 bytes",
        "f0 9f 8d # ends within a character of 4 bytes",
        "c0 80 # NUL in 2 bytes, where 1 is enough",
        "e0 80 af # a slash in 3 bytes, where 1 is enough",
        "ed a0 80 # half of a surrogate pair",
        "ed a0 bc ed bd b5 # a whole surrogate pair, each half by itself",
        "f4 90 80 80 # above U+10FFFF",
        "f8 88 80 80 80 # 5 bytes",
        "61 ff 62 # a byte that UTF-8 never has");
  }
}
