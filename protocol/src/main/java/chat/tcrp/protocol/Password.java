package chat.tcrp.protocol;

import java.nio.charset.StandardCharsets;

/**
 * A room's password as a person gave it: any valid text that is not empty. Its text form never
 * shows it.
 *
 * @param value the secret
 */
public record Password(String value) {
  /**
   * Checks the password.
   *
   * @throws IllegalArgumentException when it is empty, which the protocol reads as "no password",
   *     or has an unpaired surrogate, which has no UTF-8 form and would be hashed as another
   *     password
   */
  public Password {
    if (value.isEmpty()) {
      throw new IllegalArgumentException("a password must not be empty");
    }
    if (Utf8.encode(value).isEmpty()) {
      throw new IllegalArgumentException("a password must be valid Unicode text");
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
