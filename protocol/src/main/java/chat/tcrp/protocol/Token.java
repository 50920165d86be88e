package chat.tcrp.protocol;

import chat.tcrp.protocol.ProtocolException.Reason;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The secret that stands for one membership of one room: 1 to 255 bytes. It proves who sends a
 * datagram, so its text form never shows the bytes.
 */
public final class Token {
  /** The greatest size in bytes. */
  public static final int MAX_BYTES = 255;

  /** The size in bytes of a token made by {@link #random}. */
  public static final int RANDOM_BYTES = 24;

  private final byte[] bytes;

  private Token(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * Makes a new token: 18 random bytes as 24 characters of URL-safe base64.
   *
   * @param random where the 144 bits come from; a {@link java.security.SecureRandom} outside tests
   * @return a token of {@link #RANDOM_BYTES} bytes
   */
  public static Token random(RandomGenerator random) {
    byte[] raw = new byte[RANDOM_BYTES * 3 / 4];
    random.nextBytes(raw);
    return new Token(Base64.getUrlEncoder().withoutPadding().encode(raw));
  }

  /**
   * Takes a token from the wire, as the bytes that a server chose.
   *
   * @param bytes all bytes of the token; copied
   * @return the token
   * @throws ProtocolException with {@link Reason#INVALID_TOKEN} when there are none or more than
   *     255
   */
  public static Token decode(byte[] bytes) throws ProtocolException {
    if (bytes.length == 0 || bytes.length > MAX_BYTES) {
      throw new ProtocolException(
          Reason.INVALID_TOKEN, "a token has 1 to 255 bytes, this one has " + bytes.length);
    }
    return new Token(bytes.clone());
  }

  /**
   * The token on the wire.
   *
   * @return 1 to 255 bytes, a new array each time
   */
  public byte[] encode() {
    return bytes.clone();
  }

  /**
   * The token as text, which is how JSON carries it.
   *
   * @return empty when the bytes are not valid UTF-8, as a foreign server's may be
   */
  public Optional<String> text() {
    return Utf8.decode(bytes);
  }

  /** The token of a JSON text, or empty when no token can look like that. */
  static Optional<Token> ofText(String text) {
    return Utf8.encode(text)
        .filter(bytes -> bytes.length > 0 && bytes.length <= MAX_BYTES)
        .map(Token::new);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Token token && Arrays.equals(bytes, token.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return "Token[secret]";
  }
}
