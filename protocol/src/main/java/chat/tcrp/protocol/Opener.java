package chat.tcrp.protocol;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;

/**
 * Opens the {@link SealedDatagram}s of one direction of a session, each of them once; for one
 * thread.
 */
public final class Opener {
  /** What {@link #open} answers for what is not to be trusted. */
  public static final int REFUSED = -1;

  private final long sessionId;
  private final SealKeys.Direction direction;
  private final ReplayWindow window = new ReplayWindow();
  private boolean newest;
  private boolean seen;

  Opener(long sessionId, SealKeys.Direction direction) {
    this.sessionId = sessionId;
    this.direction = direction;
  }

  /**
   * Opens a datagram.
   *
   * @param cipher the calling thread's
   * @param datagram where it stands, from the beginning
   * @param size its size in bytes
   * @param content where the content is put, from the beginning: {@link SealedDatagram#OVERHEAD}
   *     bytes fewer; another array
   * @return the content's size, or {@link #REFUSED} when the datagram is not of this session, was
   *     made or changed by somebody else, or came before; the content is then undefined
   */
  public int open(SealCipher cipher, byte[] datagram, int size, byte[] content) {
    seen = false;
    if (size < SealedDatagram.OVERHEAD || datagram[0] != SealedDatagram.MARK) {
      return REFUSED;
    }
    ByteBuffer header = ByteBuffer.wrap(datagram);
    long counter = header.getLong(SealedDatagram.COUNTER_AT);
    if (header.getLong(SealedDatagram.SESSION_AT) != sessionId) {
      return REFUSED;
    }
    if (!window.isNew(counter)) {
      seen = true;
      return REFUSED;
    }
    try {
      int opened = cipher.decrypt(direction, counter, datagram, size, content);
      // Only now: nobody else can have the window move on.
      newest = window.add(counter);
      return opened;
    } catch (AEADBadTagException e) {
      return REFUSED;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("enough space is all that it takes", e);
    }
  }

  /**
   * Whether the last datagram that was opened is the newest of all so far: where it came from is
   * where the other end is now.
   *
   * @return false when it was overtaken on its way
   */
  public boolean isNewest() {
    return newest;
  }

  /**
   * Whether the last datagram was refused without a look at it, because its counter has been seen
   * or is older than what is remembered: whether it is a copy or a forgery is then not known.
   *
   * @return false when it was refused for another reason, or not at all
   */
  public boolean isSeen() {
    return seen;
  }
}
