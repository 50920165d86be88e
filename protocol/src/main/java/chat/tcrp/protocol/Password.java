package chat.tcrp.protocol;

import java.nio.charset.StandardCharsets;

/**
 * A room's password as a person gave it: any text that is not empty. Its text form never shows it.
 *
 * @param value the secret
 */
public record Password(String value) {
  /**
   * Checks the password.
   *
   * @throws IllegalArgumentException when it is empty, which the protocol reads as "no password"
   */
  public Password {
    if (value.isEmpty()) {
      throw new IllegalArgumentException("a password must not be empty");
    }
  }

  /**
   * The bytes to hash.
   *
   * @return the password in UTF-8
   */
  public byte[] encode() {
    return value.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return "Password[secret]";
  }
}
