package chat.tcrp.protocol;

import java.nio.ByteBuffer;
import java.util.Arrays;
import javax.crypto.spec.SecretKeySpec;

/**
 * What both ends of a sealed session know and nobody else: they take it from the TLS connection of
 * the handshake that began the session, by its exporter (RFC 8446 section 7.5, RFC 5705), and send
 * nothing of it.
 *
 * <p>Of the {@value #BYTES} bytes, the first 8 are the session's id; a key of 16 bytes for what the
 * client sends follows, one for what the server sends, an iv of 12 bytes for each in the same
 * order; the rest is reserved.
 */
public final class SealKeys {
  /** The exporter's label; there is no context. */
  public static final String LABEL = "EXPORTER-tcrp-udp";

  /** How many bytes are taken from the exporter. */
  public static final int BYTES = 72;

  static final int TAG_BYTES = 16;
  static final int IV_BYTES = 12;
  private static final int KEY_BYTES = 16;

  private final long sessionId;
  private final Direction up;
  private final Direction down;

  /** One direction's secrets. */
  static final class Direction {
    private final SecretKeySpec key;
    private final byte[] iv;

    Direction(byte[] exported, int keyAt, int ivAt) {
      key = new SecretKeySpec(exported, keyAt, KEY_BYTES, "AES");
      iv = Arrays.copyOfRange(exported, ivAt, ivAt + IV_BYTES);
    }

    SecretKeySpec key() {
      return key;
    }

    /** The iv with a counter in its last 8 bytes (RFC 8446 section 5.3). */
    void nonce(long counter, byte[] nonce) {
      System.arraycopy(iv, 0, nonce, 0, IV_BYTES);
      for (int i = 0; i < Long.BYTES; i++) {
        nonce[IV_BYTES - 1 - i] ^= (byte) (counter >>> (i * Byte.SIZE));
      }
    }
  }

  private SealKeys(long sessionId, Direction up, Direction down) {
    this.sessionId = sessionId;
    this.up = up;
    this.down = down;
  }

  /**
   * Reads what the exporter gave.
   *
   * @param exported {@value #BYTES} bytes
   * @return the keys
   * @throws IllegalArgumentException when there are not as many
   */
  public static SealKeys of(byte[] exported) {
    if (exported.length != BYTES) {
      throw new IllegalArgumentException(
          "keys have " + BYTES + " bytes, these have " + exported.length);
    }
    int keys = Long.BYTES;
    int ivs = keys + 2 * KEY_BYTES;
    return new SealKeys(
        ByteBuffer.wrap(exported).getLong(),
        new Direction(exported, keys, ivs),
        new Direction(exported, keys + KEY_BYTES, ivs + IV_BYTES));
  }

  /**
   * The number by which datagrams name the session.
   *
   * @return 8 bytes, big-endian
   */
  public long sessionId() {
    return sessionId;
  }

  /**
   * Seals what the client sends.
   *
   * @return a sealer that begins at counter 1; at most one may ever be used
   */
  public Sealer clientSealer() {
    return new Sealer(sessionId, up, 0);
  }

  /**
   * Seals what the server sends.
   *
   * @return a sealer that begins at counter 1; at most one may ever be used
   */
  public Sealer serverSealer() {
    return new Sealer(sessionId, down, 0);
  }

  /**
   * Opens what the client sends.
   *
   * @return an opener that has seen nothing
   */
  public Opener clientOpener() {
    return new Opener(sessionId, up);
  }

  /**
   * Opens what the server sends.
   *
   * @return an opener that has seen nothing
   */
  public Opener serverOpener() {
    return new Opener(sessionId, down);
  }

  /** Shows none of them. */
  @Override
  public String toString() {
    return "SealKeys[…]";
  }
}
