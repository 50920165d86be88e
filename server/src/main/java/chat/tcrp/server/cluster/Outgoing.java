package chat.tcrp.server.cluster;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What a relay loop has for other nodes: collected until the end of its turn, and for a moment
 * after the last messages, so that a node gets one message for all that has come up for it. The
 * loop rests for that moment, which makes turns fewer and nothing later that goes to another node.
 */
final class Outgoing {
  /** A message is sent when it has so many bytes, whatever else there will be. */
  private static final int FULL = 60_000;

  private final Engine engine;
  private final NodeId self;
  private final Consumer<Boolean> sent;
  private final Map<String, Letter.Writer> letters = new HashMap<>();
  private final long pause;
  private long flushed;

  /**
   * Has nothing to send yet.
   *
   * @param now the time
   * @param sent is told of each message whether it could be sent
   */
  Outgoing(Engine engine, NodeId self, long now, Consumer<Boolean> sent) {
    this.engine = engine;
    this.pause = engine.pause().toNanos();
    this.flushed = now - pause;
    this.self = self;
    this.sent = sent;
  }

  /** Adds a record, which has ended, for who hears a subject. */
  void add(String subject, Letter.Writer ended) {
    Letter.Writer letter = letters.get(subject);
    if (letter != null && letter.size() + ended.size() > FULL) {
      letters.remove(subject);
      publish(subject, letter);
      letter = null;
    }
    if (letter == null) {
      letter = new Letter.Writer().letter(self.text());
      letters.put(subject, letter);
    }
    letter.put(ended);
  }

  /** Sends all, unless that was done less than the engine's pause ago. */
  void flush(long now) {
    if (!letters.isEmpty() && now - flushed >= pause) {
      flushed = now;
      flush();
    }
  }

  /** Sends all. */
  void flush() {
    letters.forEach(this::publish);
    letters.clear();
  }

  /** How long until there is something to send, in nanoseconds. */
  long nanosUntilWork(long now) {
    return letters.isEmpty() ? Long.MAX_VALUE : nanosToRest(now);
  }

  /** How long nothing is going to be sent, in nanoseconds. */
  long nanosToRest(long now) {
    return Math.max(0, flushed + pause - now);
  }

  private void publish(String subject, Letter.Writer letter) {
    byte[] message = letter.bytes();
    sent.accept(message.length <= Engine.MAX_BYTES && engine.publish(subject, message));
  }

  /** How many messages wait. */
  int size() {
    return letters.size();
  }
}
