package chat.tcrp.server.rooms;

import chat.tcrp.protocol.Password;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.random.RandomGenerator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What is kept of a room's password: HMAC-SHA-256 under a key that this process drew and never
 * shows. A room lives in memory only, so there is no file of hashes to steal that a deliberately
 * slow hash would have to protect; who can read the memory can read the passwords as they arrive.
 * Guessing over the network is bounded by {@link AttemptLimiter}.
 */
final class PasswordHash {
  private final byte[] hash;

  private PasswordHash(byte[] hash) {
    this.hash = hash;
  }

  /** Compares in a time that does not depend on where the difference is. */
  boolean matches(PasswordHash other) {
    return MessageDigest.isEqual(hash, other.hash);
  }

  /** Hashes passwords under one key. */
  static final class Hasher {
    private static final String ALGORITHM = "HmacSHA256";
    private final SecretKeySpec key;

    Hasher(RandomGenerator random) {
      byte[] bytes = new byte[32];
      random.nextBytes(bytes);
      key = new SecretKeySpec(bytes, ALGORITHM);
    }

    PasswordHash hash(Password password) {
      try {
        Mac mac = Mac.getInstance(ALGORITHM);
        mac.init(key);
        return new PasswordHash(mac.doFinal(password.encode()));
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every Java runtime has " + ALGORITHM, e);
      }
    }
  }
}
