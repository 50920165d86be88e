package chat.tcrp.protocol;

import chat.tcrp.protocol.ProtocolException.Reason;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * What the server sends to a member over UDP: at most {@value #MAX_BYTES} bytes without a header,
 * which a client that knows nothing else can print. Source: stage 2 specification, "Server to
 * Client Packet".
 *
 * <pre>
 * username: message     a message that the server relays, the name composed from the sender's token
 * * text                a notice of the server; no username begins with an asterisk
 * 06                    acknowledges a keepalive
 * 06 sent last          the same, with two numbers of 8 bytes: how far the room's lines were sent
 * 04 * text             the session has ended, and why
 * 02 * privately from username: message
 *                       what a member says to this one alone
 * </pre>
 *
 * <p>For a client that asked for batching, several lines may stand in one datagram, separated by
 * one byte {@code 0A}; no line contains one. Datagrams that begin with a control byte stand alone.
 */
public sealed interface ServerDatagram {
  /** The greatest size of a datagram to a client in bytes. */
  int MAX_BYTES = 4094;

  /** Stands between a name and its message. */
  String TEXT_MARK = ": ";

  /** Begins a notice. */
  String NOTICE_MARK = "* ";

  /** Stands between {@link PrivateText#MARK} and the sender's name. */
  String PRIVATE_MARK = NOTICE_MARK + "privately from ";

  /** Separates the lines of a datagram with several. */
  byte LINE_SEPARATOR = '\n';

  /** The only byte of an acknowledgement (ASCII ACK). */
  byte ACK = 0x06;

  /** The first byte of an ending (ASCII EOT). */
  byte EOT = 0x04;

  /**
   * A relayed message.
   *
   * @param from the sender's name; empty when the line does not have one, as a foreign server may
   *     send
   * @param message the text, which is {@linkplain CleanText clean} if the server keeps to the
   *     protocol
   */
  record Text(String from, String message) implements ServerDatagram {
    /** Checks that nothing is missing. */
    public Text {
      Objects.requireNonNull(from, "from");
      Objects.requireNonNull(message, "message");
    }
  }

  /**
   * What a member says to this one alone. A client that does not know it shows a readable line that
   * no other member can make up, since no name begins with an asterisk.
   *
   * @param from the sender's name; empty when the line does not have one, as a foreign server may
   *     send
   * @param message the text
   */
  record Private(String from, String message) implements ServerDatagram {
    /** Checks that nothing is missing. */
    public Private {
      Objects.requireNonNull(from, "from");
      Objects.requireNonNull(message, "message");
    }
  }

  /**
   * Something that the server says.
   *
   * @param text what, without the asterisk: {@code bob joined}
   */
  record Notice(String text) implements ServerDatagram {
    /** Checks that nothing is missing. */
    public Notice {
      Objects.requireNonNull(text, "text");
    }
  }

  /** The answer to a keepalive. */
  record Ack() implements ServerDatagram {}

  /**
   * The answer to a keepalive of a client that wants to be sent what it has missed. The lines that
   * members say are numbered, from 1 on.
   *
   * @param sent the number of the last line that was sent to the client, or that it needs not be
   *     sent; what it is still to be sent comes after this one
   * @param last the number of the last line of the room
   */
  record Progress(long sent, long last) implements ServerDatagram {
    /** The size of the datagram in bytes. */
    public static final int BYTES = 1 + 2 * Long.BYTES;
  }

  /**
   * The session has ended: room closed, removed, timed out, server stopping.
   *
   * @param reason why, without the asterisk; may be empty
   */
  record End(String reason) implements ServerDatagram {
    /** Checks that nothing is missing. */
    public End {
      Objects.requireNonNull(reason, "reason");
    }
  }

  /**
   * What stands before a relayed message.
   *
   * @param from the sender
   * @return the name, a colon and a space, in UTF-8
   */
  static byte[] textPrefix(Username from) {
    return (from.value() + TEXT_MARK).getBytes(StandardCharsets.UTF_8);
  }

  /**
   * What stands before a message to one member.
   *
   * @param from the sender
   * @return the mark, the name, a colon and a space, in UTF-8
   */
  static byte[] privatePrefix(Username from) {
    return utf8((char) PrivateText.MARK + PRIVATE_MARK + from.value() + TEXT_MARK);
  }

  /**
   * Writes a datagram.
   *
   * @return its bytes
   * @throws ProtocolException with {@link Reason#OVERSIZED_DATAGRAM} when there are more than
   *     {@link #MAX_BYTES}
   */
  default byte[] encode() throws ProtocolException {
    byte[] bytes =
        switch (this) {
          case Text(String from, String message) ->
              utf8(from.isEmpty() ? message : from + TEXT_MARK + message);
          case Private(String from, String message) ->
              utf8(
                  (char) PrivateText.MARK
                      + (from.isEmpty() ? "" : PRIVATE_MARK + from + TEXT_MARK)
                      + message);
          case Notice(String text) -> utf8(NOTICE_MARK + text);
          case Ack() -> new byte[] {ACK};
          case Progress(long sent, long last) ->
              ByteBuffer.allocate(Progress.BYTES).put(ACK).putLong(sent).putLong(last).array();
          case End(String reason) -> utf8((char) EOT + NOTICE_MARK + reason);
        };
    if (bytes.length > MAX_BYTES) {
      throw new ProtocolException(
          Reason.OVERSIZED_DATAGRAM,
          "a datagram to a client has at most "
              + MAX_BYTES
              + " bytes, this one has "
              + bytes.length);
    }
    return bytes;
  }

  /**
   * Reads a datagram, splitting it into its lines. Anything can be read: bytes that are not valid
   * UTF-8 become U+FFFD, and the texts may still hold characters that must not reach a terminal.
   *
   * @param bytes all bytes of it
   * @return what it says, in order; empty for an empty datagram
   */
  static List<ServerDatagram> decode(byte[] bytes) {
    if (bytes.length == 0) {
      return List.of();
    }
    if (bytes[0] == ACK) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      return List.of(
          bytes.length == Progress.BYTES
              ? new Progress(buffer.getLong(1), buffer.getLong(1 + Long.BYTES))
              : new Ack());
    }
    if (bytes[0] == EOT) {
      String notice = new String(bytes, 1, bytes.length - 1, StandardCharsets.UTF_8);
      return List.of(
          new End(
              notice.startsWith(NOTICE_MARK) ? notice.substring(NOTICE_MARK.length()) : notice));
    }
    if (bytes[0] == PrivateText.MARK) {
      return List.of(decodePrivate(new String(bytes, 1, bytes.length - 1, StandardCharsets.UTF_8)));
    }
    List<ServerDatagram> lines = new ArrayList<>();
    int start = 0;
    for (int i = 0; i <= bytes.length; i++) {
      if (i == bytes.length || bytes[i] == LINE_SEPARATOR) {
        if (i > start) {
          lines.add(
              decodeLine(new String(Arrays.copyOfRange(bytes, start, i), StandardCharsets.UTF_8)));
        }
        start = i + 1;
      }
    }
    return lines;
  }

  private static ServerDatagram decodePrivate(String line) {
    int mark = line.indexOf(TEXT_MARK, PRIVATE_MARK.length());
    return line.startsWith(PRIVATE_MARK) && mark > PRIVATE_MARK.length()
        ? new Private(
            line.substring(PRIVATE_MARK.length(), mark), line.substring(mark + TEXT_MARK.length()))
        : new Private("", line);
  }

  private static ServerDatagram decodeLine(String line) {
    if (line.startsWith(NOTICE_MARK)) {
      return new Notice(line.substring(NOTICE_MARK.length()));
    }
    int mark = line.indexOf(TEXT_MARK);
    return mark > 0
        ? new Text(line.substring(0, mark), line.substring(mark + TEXT_MARK.length()))
        : new Text("", line);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
