package chat.tcrp.client.session;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.util.Base64;

/**
 * What a server is known by: the SHA-256 of its public key, as {@code SHA256:} and 43 characters of
 * base64.
 *
 * @param text the key as one writes it
 */
public record ServerKey(String text) {
  private static final String PREFIX = "SHA256:";
  private static final int DIGEST_BYTES = 32;

  /**
   * Checks the form.
   *
   * @throws IllegalArgumentException when it is no such text
   */
  public ServerKey {
    if (!text.startsWith(PREFIX) || !isDigest(text.substring(PREFIX.length()))) {
      throw new IllegalArgumentException(
          "a server's key is SHA256: and 43 characters, as the server shows it when it starts, not '"
              + text
              + "'");
    }
  }

  private static boolean isDigest(String base64) {
    try {
      return !base64.endsWith("=") && Base64.getDecoder().decode(base64).length == DIGEST_BYTES;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /**
   * The key of a certificate.
   *
   * @param key its public key, which is hashed in its X.509 form (SubjectPublicKeyInfo)
   * @return how it is known
   */
  static ServerKey of(PublicKey key) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
      return new ServerKey(PREFIX + Base64.getEncoder().withoutPadding().encodeToString(digest));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** As one writes it. */
  @Override
  public String toString() {
    return text;
  }
}
