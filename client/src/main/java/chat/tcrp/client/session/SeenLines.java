package chat.tcrp.client.session;

import chat.tcrp.protocol.ServerDatagram;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Which of the room's lines a session has had. The server numbers them, but tells the number only
 * now and then, with its answers to keepalives; so lines that came after the last number may come
 * once more when the session is taken up again, and are recognised by what they say.
 */
final class SeenLines {
  /** So many lines are remembered after the last number; the server keeps no more by default. */
  private static final int MAX_REMEMBERED = 512;

  /** The number of the last line that we were sent for sure. */
  private long number;

  /** What came after that line, in order, and how many of our own lines were counted with it. */
  private final Deque<ServerDatagram.Text> after = new ArrayDeque<>();

  private int own;

  /** How many came since the session began, before the server told a number. */
  private int arrived;

  /** Whether a session has just begun, so that lines may come again. */
  private boolean returning;

  /** Whether it is one that was lost, and taken up again. */
  private boolean wasAway;

  /** How many lines after the last number we had had when it began. */
  private int had;

  /** Whether lines that we have missed are on their way. */
  private boolean catchingUp;

  /** The number of the last line that we have had. */
  long number() {
    return number;
  }

  /** Whether lines that we have missed are on their way. */
  boolean isCatchingUp() {
    return catchingUp;
  }

  /**
   * A session begins.
   *
   * @param again whether it is one that was lost
   */
  void begins(boolean again) {
    returning = true;
    wasAway = again;
    arrived = 0;
    had = after.size() + own;
    catchingUp = false;
  }

  /** We say something. */
  void said() {
    own++;
  }

  /** Somebody says something; false when we have had that line before. */
  boolean isNew(ServerDatagram.Text line) {
    if (returning || catchingUp) {
      arrived++;
      // They come in the order in which they came before, but for those that got lost either time.
      if (after.contains(line)) {
        while (!after.remove().equals(line)) {
          // It got lost this time.
        }
        return false;
      }
      return true;
    }
    if (after.size() == MAX_REMEMBERED) {
      after.remove();
    }
    after.add(line);
    return true;
  }

  /**
   * The server does not number lines.
   *
   * @return whether that has just become known, so that something may have been missed
   */
  boolean notNumbered() {
    boolean news = returning && wasAway;
    returning = false;
    number = 0;
    after.clear();
    return news;
  }

  /**
   * The server has told numbers.
   *
   * @param sent of the last line that was sent to us, or is not kept any more
   * @param last of the last line of the room
   * @return what has been missed, when that has just become known
   */
  Optional<SessionEvent.Missed> told(long sent, long last) {
    Optional<SessionEvent.Missed> missed = Optional.empty();
    if (returning) {
      returning = false;
      long from = wasAway ? number : sent;
      long gone = Math.max(0, sent - from - Math.max(had, arrived));
      long coming = Math.max(0, last - Math.max(sent, from + had));
      if (coming > 0 || gone > 0) {
        missed = Optional.of(new SessionEvent.Missed(wasAway, Optional.of(coming), gone));
      }
    }
    number = sent;
    catchingUp = sent < last;
    if (!catchingUp) {
      after.clear();
      own = 0;
    }
    return missed;
  }
}
