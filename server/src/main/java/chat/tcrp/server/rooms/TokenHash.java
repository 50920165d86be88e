package chat.tcrp.server.rooms;

import chat.tcrp.protocol.Token;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * What is kept of a token that only its client has to know: SHA-256. Tokens are 144 random bits, so
 * nobody finds one by trying, and a salt would add nothing.
 *
 * @param hex 32 bytes in hexadecimal
 */
public record TokenHash(String hex) {
  private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");

  /**
   * Checks the form.
   *
   * @throws IllegalArgumentException when it is no hash
   */
  public TokenHash {
    if (!FORM.matcher(hex).matches()) {
      throw new IllegalArgumentException("not the hash of a token");
    }
  }

  /** Of a token. */
  public static TokenHash of(Token token) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(token.encode());
      return new TokenHash(HexFormat.of().formatHex(hash));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }

  @Override
  public String toString() {
    return "TokenHash[secret]";
  }
}
