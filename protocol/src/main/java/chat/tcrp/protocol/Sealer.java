package chat.tcrp.protocol;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;

/** Makes the {@link SealedDatagram}s of one direction of a session; for one thread. */
public final class Sealer {
  private final long sessionId;
  private final SealKeys.Direction direction;
  private long counter;

  Sealer(long sessionId, SealKeys.Direction direction, long lastCounter) {
    this.sessionId = sessionId;
    this.direction = direction;
    this.counter = lastCounter;
  }

  /**
   * Seals a content under the next counter.
   *
   * @param cipher the calling thread's
   * @param content where it stands, from the beginning
   * @param size its size in bytes
   * @param datagram where the datagram is put, from the beginning: {@link SealedDatagram#OVERHEAD}
   *     bytes more than the content; another array
   * @return the datagram's size
   * @throws IllegalStateException when all counters are used up: nothing may be sealed any more
   */
  public int seal(SealCipher cipher, byte[] content, int size, byte[] datagram) {
    if (counter == -1L) {
      throw new IllegalStateException("all counters of the session are used up");
    }
    counter++;
    ByteBuffer.wrap(datagram)
        .put(SealedDatagram.MARK)
        .putLong(SealedDatagram.SESSION_AT, sessionId)
        .putLong(SealedDatagram.COUNTER_AT, counter);
    try {
      return SealedDatagram.HEADER_BYTES
          + cipher.encrypt(direction, counter, content, size, datagram);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a fresh nonce and enough space are all that it takes", e);
    }
  }
}
