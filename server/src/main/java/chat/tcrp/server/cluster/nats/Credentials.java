package chat.tcrp.server.cluster.nats;

import io.nats.client.AuthHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who we are, by a signature: the key of a file, and the token in which an account says whose that
 * is, if the file has one. The library's own way needs Bouncy Castle.
 *
 * @see <a href="https://github.com/nats-io/nkeys">how keys are written</a>
 */
final class Credentials implements AuthHandler {
  private static final String CURVE = "Ed25519";
  private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  private static final int KEY_BYTES = 32;

  /** What a user's public key begins with. */
  private static final byte USER = (byte) (20 << 3);

  /** The first two bytes say that it is a seed, and a user's. */
  private static final Pattern SEED_FORM = Pattern.compile("\\bSU[A-Z2-7]{56}\\b");

  private static final Pattern TOKEN_FORM = Pattern.compile("\\bey[\\w-]+\\.[\\w-]+\\.[\\w-]+");

  private final PrivateKey key;
  private final String id;
  private final Optional<String> token;

  private Credentials(PrivateKey key, String id, Optional<String> token) {
    this.key = key;
    this.id = id;
    this.token = token;
  }

  /**
   * Reads a file as {@code nsc} writes it, or one that has nothing but a user's seed.
   *
   * @throws IOException with what is wrong with the file, and nothing of what is in it
   */
  static Credentials read(Path file) throws IOException {
    String text;
    try {
      text = Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException e) {
      throw new IOException("there is no file " + file + " of credentials", e);
    } catch (IOException e) {
      throw new IOException("cannot read the credentials in " + file + ": " + e.getMessage(), e);
    }
    Matcher seed = SEED_FORM.matcher(text);
    if (!seed.find()) {
      throw new IOException(
          file + " holds no user's seed, which begins with SU; make the file with nsc or nk");
    }
    byte[] decoded = decode(seed.group());
    int end = decoded.length - 2;
    if (crc(decoded, end) != ((decoded[end] & 0xff) | (decoded[end + 1] & 0xff) << 8)) {
      throw new IOException("the seed in " + file + " is damaged; copy the file again");
    }
    Optional<String> token =
        TOKEN_FORM.matcher(text).results().map(found -> found.group()).findFirst();
    try {
      byte[] secret = Arrays.copyOfRange(decoded, 2, 2 + KEY_BYTES);
      PrivateKey key =
          KeyFactory.getInstance(CURVE)
              .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, secret));
      return new Credentials(key, id(secret), token);
    } catch (GeneralSecurityException e) {
      throw new IOException("the seed in " + file + " is none: " + e.getMessage(), e);
    }
  }

  /** The public key as NATS writes it. */
  private static String id(byte[] secret) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(CURVE);
    generator.initialize(NamedParameterSpec.ED25519, new Known(secret));
    KeyPair pair = generator.generateKeyPair();
    byte[] encoded = pair.getPublic().getEncoded();
    byte[] id = new byte[1 + KEY_BYTES + 2];
    id[0] = USER;
    System.arraycopy(encoded, encoded.length - KEY_BYTES, id, 1, KEY_BYTES);
    int crc = crc(id, 1 + KEY_BYTES);
    id[1 + KEY_BYTES] = (byte) crc;
    id[1 + KEY_BYTES + 1] = (byte) (crc >> 8);
    return encode(id);
  }

  /** Java makes a public key only together with a private one, which it draws: it draws this. */
  private static final class Known extends SecureRandom {
    private static final long serialVersionUID = 1L;

    private final byte[] secret;

    Known(byte[] secret) {
      this.secret = secret;
    }

    @Override
    public void nextBytes(byte[] bytes) {
      System.arraycopy(secret, 0, bytes, 0, bytes.length);
    }
  }

  /** RFC 4648, without padding; bits that fill no byte are left out. */
  private static byte[] decode(String text) {
    byte[] bytes = new byte[text.length() * 5 / 8];
    long bits = 0;
    int count = 0;
    int at = 0;
    for (int i = 0; i < text.length(); i++) {
      bits = bits << 5 | BASE32.indexOf(text.charAt(i));
      count += 5;
      if (count >= 8) {
        count -= 8;
        bytes[at++] = (byte) (bits >> count);
      }
    }
    return bytes;
  }

  private static String encode(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    for (int bit = 0; bit < bytes.length * 8; bit += 5) {
      int pair = (bytes[bit / 8] & 0xff) << 8;
      if (bit / 8 + 1 < bytes.length) {
        pair |= bytes[bit / 8 + 1] & 0xff;
      }
      text.append(BASE32.charAt((pair >> (11 - bit % 8)) & 31));
    }
    return text.toString();
  }

  /** CRC-16 as XMODEM has it, of the first bytes. */
  private static int crc(byte[] bytes, int length) {
    int crc = 0;
    for (int i = 0; i < length; i++) {
      crc ^= (bytes[i] & 0xff) << 8;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 0x8000) == 0 ? crc << 1 : crc << 1 ^ 0x1021;
      }
    }
    return crc & 0xffff;
  }

  @Override
  public byte[] sign(byte[] nonce) {
    try {
      Signature signature = Signature.getInstance(CURVE);
      signature.initSign(key);
      signature.update(nonce);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public char[] getID() {
    return id.toCharArray();
  }

  /** The token; null when the key alone says who we are. */
  @Override
  public char[] getJWT() {
    return token.map(String::toCharArray).orElse(null);
  }
}
