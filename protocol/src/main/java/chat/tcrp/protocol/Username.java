package chat.tcrp.protocol;

import chat.tcrp.protocol.ProtocolException.Reason;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Locale;

/**
 * The name of a person in a room: 1 to 255 bytes of valid UTF-8 without control characters,
 * bidirectional overrides or {@code :}, not beginning with {@code *}, <code>/</code> or <code>{
 * </code>, without white space at either end.
 *
 * <p>The rules keep a relayed line unambiguous: {@code name: text} splits at the first colon, a
 * line that begins with {@code *} can only come from the server, and a payload that begins with a
 * brace is always JSON.
 *
 * @param value the name as text
 */
public record Username(String value) {
  /** The greatest size in bytes. */
  public static final int MAX_BYTES = 255;

  /**
   * Checks the name.
   *
   * @throws IllegalArgumentException when it breaks a rule, saying which
   */
  public Username {
    byte[] bytes =
        Utf8.encode(value)
            .orElseThrow(
                () -> new IllegalArgumentException("a username must be valid Unicode text"));
    if (bytes.length == 0) {
      throw new IllegalArgumentException("a username must not be empty");
    }
    if (bytes.length > MAX_BYTES) {
      throw new IllegalArgumentException(
          "a username has at most " + MAX_BYTES + " bytes of UTF-8, this one has " + bytes.length);
    }
    if (Utf8.hasControl(value) || value.codePoints().anyMatch(Username::isBidiOverride)) {
      throw new IllegalArgumentException(
          "a username must not have control or text direction characters");
    }
    if (value.indexOf(':') >= 0) {
      throw new IllegalArgumentException("a username must not have a colon");
    }
    if ("*/{".indexOf(value.charAt(0)) >= 0) {
      throw new IllegalArgumentException("a username must not begin with *, / or {");
    }
    if (isSpace(value.codePointAt(0)) || isSpace(value.codePointBefore(value.length()))) {
      throw new IllegalArgumentException("a username must not begin or end with white space");
    }
  }

  /**
   * Reads a name from the wire.
   *
   * @param bytes all bytes of the name
   * @return the name
   * @throws ProtocolException with {@link Reason#INVALID_USERNAME} when the bytes break a rule
   */
  public static Username decode(byte[] bytes) throws ProtocolException {
    return ofReceived(
        Utf8.decode(bytes)
            .orElseThrow(
                () ->
                    new ProtocolException(
                        Reason.INVALID_USERNAME, "the username is not valid UTF-8")));
  }

  /** As {@link #decode}, for a name that came inside JSON. */
  static Username ofReceived(String text) throws ProtocolException {
    try {
      return new Username(text);
    } catch (IllegalArgumentException e) {
      throw new ProtocolException(Reason.INVALID_USERNAME, e.getMessage());
    }
  }

  /**
   * The name on the wire.
   *
   * @return 1 to 255 bytes, a new array each time
   */
  public byte[] encode() {
    return value.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * What must be unique in a room: the name after compatibility normalisation (NFKC) and case
   * folding, so that {@code Bob}, {@code bob} and the full-width form are one name.
   *
   * @return the folded form, only for comparing
   */
  public String key() {
    // Upper and then lower case folds what has no one-to-one lower form (sharp s, final sigma) too.
    String folded =
        Normalizer.normalize(value, Normalizer.Form.NFKC)
            .toUpperCase(Locale.ROOT)
            .toLowerCase(Locale.ROOT)
            .replace('\u03c2', '\u03c3');
    return Normalizer.normalize(folded, Normalizer.Form.NFKC);
  }

  @Override
  public String toString() {
    return value;
  }

  private static boolean isBidiOverride(int c) {
    return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
  }

  private static boolean isSpace(int c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c);
  }
}
