package chat.tcrp.protocol;

import chat.tcrp.protocol.ProtocolException.Reason;
import java.nio.charset.StandardCharsets;

/**
 * The rule of the short texts that a server keeps and shows to others: a topic, why one is away.
 */
final class OneLine {
  private OneLine() {}

  /**
   * Checks a text.
   *
   * @param what what it is called in a message: {@code a topic}
   * @throws IllegalArgumentException when it is too long, no valid Unicode, or not {@linkplain
   *     CleanText clean}, or has a TAB
   */
  static void check(String what, String text, int maxBytes) {
    byte[] bytes =
        Utf8.encode(text)
            .orElseThrow(() -> new IllegalArgumentException(what + " must be valid Unicode text"));
    if (bytes.length > maxBytes) {
      throw new IllegalArgumentException(
          what + " has at most " + maxBytes + " bytes of UTF-8, this one has " + bytes.length);
    }
    if (text.indexOf('\t') >= 0 || !CleanText.of(text).equals(text)) {
      throw new IllegalArgumentException(
          what + " must not have control or text direction characters");
    }
  }

  /** What a rule that a received text breaks is answered with. */
  static ProtocolException broken(String text, int maxBytes, IllegalArgumentException e) {
    return new ProtocolException(
        text.getBytes(StandardCharsets.UTF_8).length > maxBytes
            ? Reason.PAYLOAD_TOO_LARGE
            : Reason.MALFORMED_PAYLOAD,
        e.getMessage());
  }
}
