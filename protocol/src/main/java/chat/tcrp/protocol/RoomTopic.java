package chat.tcrp.protocol;

import java.util.Objects;

/**
 * What a room is about, as its host has said: at most {@value #MAX_BYTES} bytes of UTF-8 that are
 * {@linkplain CleanText clean} and have no TAB.
 *
 * @param text the topic; empty when there is none
 */
public record RoomTopic(String text) {
  /** The greatest size in bytes. */
  public static final int MAX_BYTES = 400;

  /** No topic. */
  public static final RoomTopic NONE = new RoomTopic("");

  /**
   * Checks the text.
   *
   * @throws IllegalArgumentException when it breaks a rule, saying which
   */
  public RoomTopic {
    Objects.requireNonNull(text, "text");
    OneLine.check("a topic", text, MAX_BYTES);
  }

  /**
   * Whether there is none.
   *
   * @return true also for one of blanks alone
   */
  public boolean isNone() {
    return text.isBlank();
  }

  /**
   * Writes the completion payload: <code>{"topic"}</code>.
   *
   * @return UTF-8 JSON
   */
  public byte[] encode() {
    return JsonReplies.writeTopic(text);
  }

  /**
   * Reads a completion payload. A foreign server may have other rules, so any text is taken.
   *
   * @param payload UTF-8 JSON
   * @return the topic, empty when there is none; a face makes it safe before showing it
   * @throws ProtocolException when it is not such an object
   */
  public static String decode(byte[] payload) throws ProtocolException {
    return JsonReplies.readTopic(payload);
  }

  static RoomTopic ofReceived(String text) throws ProtocolException {
    try {
      return new RoomTopic(text);
    } catch (IllegalArgumentException e) {
      throw OneLine.broken(text, MAX_BYTES, e);
    }
  }
}
