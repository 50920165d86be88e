package chat.tcrp.protocol;

import java.util.Objects;

/**
 * Why a member does not answer, as it has said: at most {@value #MAX_BYTES} bytes of UTF-8 that are
 * {@linkplain CleanText clean} and have no TAB, and not nothing.
 *
 * @param text what
 */
public record AwayText(String text) {
  /** The greatest size in bytes. */
  public static final int MAX_BYTES = 200;

  /**
   * Checks the text.
   *
   * @throws IllegalArgumentException when it breaks a rule, saying which
   */
  public AwayText {
    Objects.requireNonNull(text, "text");
    OneLine.check("such a text", text, MAX_BYTES);
    if (text.isBlank()) {
      throw new IllegalArgumentException("such a text must have something that can be seen");
    }
  }

  @Override
  public String toString() {
    return text;
  }

  static AwayText ofReceived(String text) throws ProtocolException {
    try {
      return new AwayText(text);
    } catch (IllegalArgumentException e) {
      throw OneLine.broken(text, MAX_BYTES, e);
    }
  }
}
