package chat.tcrp.protocol;

/**
 * The form of a datagram between a client and a server who have agreed on {@link SealKeys}, the
 * same in both directions.
 *
 * <pre>
 *  0      1            9           17
 * +------+------------+-----------+-------------------------------+----------+
 * | E1   | session id | counter   | content, encrypted            | tag      |
 * |      | 8 bytes    | 8 bytes   |                               | 16 bytes |
 * +------+------------+-----------+-------------------------------+----------+
 * </pre>
 *
 * <p>Encrypted with AES-128-GCM (NIST SP 800-38D); the nonce is the direction's iv XOR the counter,
 * the {@value #HEADER_BYTES} bytes before the content are authenticated with it. The content is,
 * upwards, a message, empty for a keepalive; downwards, what a {@link ServerDatagram} is.
 */
public final class SealedDatagram {
  /** The first byte; no room's name has that size, so no plain datagram begins with it. */
  public static final byte MARK = (byte) 0xe1;

  /** What stands before the content, in bytes. */
  public static final int HEADER_BYTES = 17;

  /** By how many bytes sealing makes a content longer. */
  public static final int OVERHEAD = HEADER_BYTES + SealKeys.TAG_BYTES;

  /** Where the session's id stands. */
  public static final int SESSION_AT = 1;

  static final int COUNTER_AT = 9;

  private SealedDatagram() {}
}
