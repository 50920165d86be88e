package chat.tcrp.protocol;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Strict UTF-8: what is not valid is refused, never replaced. */
final class Utf8 {
  private Utf8() {}

  /** Decodes bytes, or answers empty when they are not valid UTF-8. */
  static Optional<String> decode(byte[] bytes) {
    try {
      return Optional.of(
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT)
              .decode(ByteBuffer.wrap(bytes))
              .toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  /** Encodes text, or answers empty when it has an unpaired surrogate. */
  static Optional<byte[]> encode(String text) {
    try {
      ByteBuffer bytes =
          StandardCharsets.UTF_8
              .newEncoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT)
              .encode(CharBuffer.wrap(text));
      byte[] copy = new byte[bytes.remaining()];
      bytes.get(copy);
      return Optional.of(copy);
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  /** Encodes text; half a surrogate pair becomes U+FFFD. */
  static byte[] encodeReplacing(String text) {
    return encode(text)
        .orElseGet(
            () ->
                text.codePoints()
                    .map(c -> Character.getType(c) == Character.SURROGATE ? 0xfffd : c)
                    .collect(
                        StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString()
                    .getBytes(StandardCharsets.UTF_8));
  }

  /**
   * The size of the character that begins with a byte of 80 or more, by table 3-7 of the Unicode
   * standard.
   *
   * @param end index after the last byte that there is
   * @return 2 to 4 bytes; or, when it is malformed, the size of its maximal subpart, 1 to 3 bytes,
   *     as a negative number
   */
  static int length(ByteBuffer bytes, int at, int end) {
    int first = bytes.get(at) & 0xff;
    if (first < 0xc2 || first > 0xf4) {
      return -1;
    }
    int length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    // The second byte of some has a narrower range: no overlong form, no surrogate, no more than
    // U+10FFFF.
    int least = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    int greatest = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    for (int i = 1; i < length; i++) {
      int next = at + i < end ? bytes.get(at + i) & 0xff : 0;
      if (next < least || next > greatest) {
        return -i;
      }
      least = 0x80;
      greatest = 0xbf;
    }
    return length;
  }

  /** Whether the text has a C0 or C1 control character or DEL. */
  static boolean hasControl(String text) {
    return text.codePoints().anyMatch(c -> Character.getType(c) == Character.CONTROL);
  }
}
