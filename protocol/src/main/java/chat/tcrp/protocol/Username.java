package chat.tcrp.protocol;

import chat.tcrp.protocol.ProtocolException.Reason;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;

/**
 * The name of a person in a room: 1 to 255 bytes of valid UTF-8 without control characters, line
 * separators, bidirectional overrides or {@code :}, not beginning with {@code *}, <code>/</code> or
 * <code>{</code>, without white space at either end, and with at most {@value #MAX_MARKS} combining
 * marks on a character.
 *
 * <p>The rules keep a relayed line unambiguous: {@code name: text} splits at the first colon, a
 * line that begins with {@code *} can only come from the server, and a payload that begins with a
 * brace is always JSON. As a person reads the line, they hold for what is seen of the name, its
 * {@link #key}, too.
 *
 * @param value the name as text
 */
public record Username(String value) {
  /** The greatest size in bytes. */
  public static final int MAX_BYTES = 255;

  private static final int MAX_MARKS = 4;

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
    if (Utf8.hasControl(value) || value.codePoints().anyMatch(Username::movesText)) {
      throw new IllegalArgumentException(
          "a username must not have control, line separator or text direction characters");
    }
    String seen = LookAlikes.visible(value);
    if (seen.isEmpty()) {
      throw new IllegalArgumentException("a username must have something that can be seen");
    }
    if (LookAlikes.isBlank(seen.codePointAt(0))
        || LookAlikes.isBlank(seen.codePointBefore(seen.length()))) {
      throw new IllegalArgumentException("a username must not begin or end with white space");
    }
    if (hasStrayMarks(seen)) {
      throw new IllegalArgumentException(
          "a username must not begin with a combining mark, nor have more than "
              + MAX_MARKS
              + " on a character");
    }
    String key = LookAlikes.skeleton(value);
    if (key.indexOf(':') >= 0) {
      throw new IllegalArgumentException(
          "a username must not have a colon, nor what looks like one");
    }
    if ("*/{".indexOf(key.charAt(0)) >= 0) {
      throw new IllegalArgumentException(
          "a username must not begin with *, / or {, nor with what looks like one");
    }
    int keyBytes = key.getBytes(StandardCharsets.UTF_8).length;
    if (keyBytes > MAX_BYTES) {
      throw new IllegalArgumentException(
          "a username has at most "
              + MAX_BYTES
              + " bytes of UTF-8 with its ligatures written out, this one has "
              + keyBytes);
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
   * What must be unique in a room: what is seen of the name, so that nobody can enter under a name
   * that a reader would take for another's. {@code Bob}, {@code bob}, the full-width form, the one
   * with a Cyrillic o and the one with a zero width space are one name.
   *
   * @return 1 to 255 bytes of UTF-8, only for comparing; the key of a key is itself
   */
  public String key() {
    return LookAlikes.skeleton(value);
  }

  @Override
  public String toString() {
    return value;
  }

  private static boolean movesText(int c) {
    return (c >= 0x2028 && c <= 0x2029)
        || (c >= 0x202a && c <= 0x202e)
        || (c >= 0x2066 && c <= 0x2069);
  }

  /** Whether marks pile up on a character, or stand on what is before the name. */
  private static boolean hasStrayMarks(String seen) {
    int marks = MAX_MARKS;
    for (int c : Normalizer.normalize(seen, Normalizer.Form.NFD).codePoints().toArray()) {
      int type = Character.getType(c);
      boolean isMark = type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK;
      marks = isMark ? marks + 1 : 0;
      if (marks > MAX_MARKS) {
        return true;
      }
    }
    return false;
  }
}
