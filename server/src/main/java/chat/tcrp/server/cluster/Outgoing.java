package chat.tcrp.server.cluster;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What a relay loop has for other nodes: collected until the end of its turn, so that a node gets
 * one message for all that a drain has brought it.
 */
final class Outgoing {
  /** A message is sent when it has so many bytes, whatever else there will be. */
  private static final int FULL = 60_000;

  private final Engine engine;
  private final NodeId self;
  private final Consumer<Boolean> sent;
  private final Map<String, Letter.Writer> letters = new HashMap<>();

  /**
   * Has nothing to send yet.
   *
   * @param sent is told of each message whether it could be sent
   */
  Outgoing(Engine engine, NodeId self, Consumer<Boolean> sent) {
    this.engine = engine;
    this.self = self;
    this.sent = sent;
  }

  /** Adds a record, which has ended, for who hears a subject. */
  void add(String subject, Letter.Writer ended) {
    byte[] bytes = ended.bytes();
    Letter.Writer letter = letters.get(subject);
    if (letter != null && letter.size() + bytes.length > FULL) {
      letters.remove(subject);
      publish(subject, letter);
      letter = null;
    }
    if (letter == null) {
      letter = new Letter.Writer().letter(self.text());
      letters.put(subject, letter);
    }
    letter.put(bytes, 0, bytes.length);
  }

  /** Sends all. */
  void flush() {
    if (!letters.isEmpty()) {
      letters.forEach(this::publish);
      letters.clear();
    }
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
