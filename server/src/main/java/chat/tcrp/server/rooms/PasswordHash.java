package chat.tcrp.server.rooms;

import chat.tcrp.protocol.Password;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What is kept of a room's password: HMAC-SHA-256 under a key that was drawn for this room. A room
 * lives in memory, so there is no file of hashes to steal that a deliberately slow hash would have
 * to protect; who can read the memory can read the passwords as they arrive. (The exception is the
 * moment of a handover, see the operating page.) Guessing over the network is bounded by {@link
 * AttemptLimiter}.
 */
public final class PasswordHash {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int BYTES = 32;

  private final byte[] key;
  private final byte[] hash;

  private PasswordHash(byte[] key, byte[] hash) {
    this.key = key;
    this.hash = hash;
  }

  /** Hashes a password under a new key. */
  static PasswordHash of(Password password, RandomGenerator random) {
    byte[] key = new byte[BYTES];
    random.nextBytes(key);
    return new PasswordHash(key, hash(key, password));
  }

  /**
   * Reads what {@link #text} has written.
   *
   * @throws IllegalArgumentException when it is something else
   */
  public static PasswordHash ofText(String text) {
    byte[] both = HexFormat.of().parseHex(text);
    if (both.length != 2 * BYTES) {
      throw new IllegalArgumentException("not the hash of a password");
    }
    byte[] key = new byte[BYTES];
    byte[] hash = new byte[BYTES];
    System.arraycopy(both, 0, key, 0, BYTES);
    System.arraycopy(both, BYTES, hash, 0, BYTES);
    return new PasswordHash(key, hash);
  }

  /** The key and the hash in hexadecimal; whoever has both can try passwords at leisure. */
  public String text() {
    return HexFormat.of().formatHex(key) + HexFormat.of().formatHex(hash);
  }

  /** Compares in a time that does not depend on where the difference is. */
  boolean matches(Password password) {
    return MessageDigest.isEqual(hash, hash(key, password));
  }

  private static byte[] hash(byte[] key, Password password) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
      return mac.doFinal(password.encode());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java runtime has " + ALGORITHM, e);
    }
  }
}
