package chat.tcrp.protocol;

import java.util.Objects;

/**
 * What is said to one member alone, as it stands in the place of a message in a {@link
 * ClientDatagram}. No message can begin with its mark once it is {@linkplain CleanText clean}.
 *
 * <pre>
 * +------+-----------+------+-------+-------+
 * | 02   | recipient | 3a   | 20    | text  |
 * |      | UTF-8     | (:)  | maybe | UTF-8 |
 * +------+-----------+------+-------+-------+
 * </pre>
 *
 * @param to the name of the recipient
 * @param text what; clean and not empty
 */
public record PrivateText(Username to, String text) {
  /** The first byte (ASCII STX), of what the server sends on too. */
  public static final byte MARK = 0x02;

  /** Ends the recipient's name. */
  public static final byte NAME_END = ':';

  /** Checks that nothing is missing. */
  public PrivateText {
    Objects.requireNonNull(to, "to");
    Objects.requireNonNull(text, "text");
  }

  /**
   * What stands in the place of a message.
   *
   * @return the text with its mark and recipient
   */
  public String message() {
    return head(to) + text;
  }

  /**
   * How many bytes of text fit.
   *
   * @param from who sends it
   * @param to the recipient
   * @param maxMessageBytes the greatest size of an ordinary message to the server in bytes, see
   *     {@link ClientDatagram#maxMessageBytes}
   * @return bytes of UTF-8
   */
  public static int maxTextBytes(Username from, Username to, int maxMessageBytes) {
    return Math.min(
        maxMessageBytes - Utf8.encode(head(to)).orElseThrow().length,
        ServerDatagram.MAX_BYTES - ServerDatagram.privatePrefix(from).length);
  }

  private static String head(Username to) {
    return (char) MARK + to.value() + ServerDatagram.TEXT_MARK;
  }
}
