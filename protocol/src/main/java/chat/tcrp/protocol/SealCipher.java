package chat.tcrp.protocol;

import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;

/**
 * The AES-128-GCM of one thread, with which the {@link Sealer}s and {@link Opener}s of any number
 * of sessions work.
 *
 * <p>Java's cipher takes 1.4 KB, and with thousands of sessions one of each session's own would be
 * in no cache when its next datagram comes: to set the key anew is as fast.
 */
public final class SealCipher {
  private static final String NAME = "AES/GCM/NoPadding";

  private final Cipher cipher;
  private final byte[] nonce = new byte[SealKeys.IV_BYTES];

  /** Makes one. */
  public SealCipher() {
    try {
      cipher = Cipher.getInstance(NAME);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has " + NAME, e);
    }
  }

  /**
   * Encrypts a content into a datagram whose header is there already; answers the number of bytes
   * behind the header.
   */
  int encrypt(SealKeys.Direction keys, long counter, byte[] content, int size, byte[] datagram)
      throws GeneralSecurityException {
    start(Cipher.ENCRYPT_MODE, keys, counter, datagram);
    return cipher.doFinal(content, 0, size, datagram, SealedDatagram.HEADER_BYTES);
  }

  /**
   * Decrypts the content of a datagram, and answers its size.
   *
   * @throws javax.crypto.AEADBadTagException when it is not genuine
   */
  int decrypt(SealKeys.Direction keys, long counter, byte[] datagram, int size, byte[] content)
      throws GeneralSecurityException {
    start(Cipher.DECRYPT_MODE, keys, counter, datagram);
    int header = SealedDatagram.HEADER_BYTES;
    return cipher.doFinal(datagram, header, size - header, content, 0);
  }

  private void start(int mode, SealKeys.Direction keys, long counter, byte[] datagram)
      throws GeneralSecurityException {
    keys.nonce(counter, nonce);
    cipher.init(mode, keys.key(), new GCMParameterSpec(SealKeys.TAG_BYTES * Byte.SIZE, nonce));
    cipher.updateAAD(datagram, 0, SealedDatagram.HEADER_BYTES);
  }
}
