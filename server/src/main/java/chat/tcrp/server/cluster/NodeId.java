package chat.tcrp.server.cluster;

import java.util.HexFormat;
import java.util.random.RandomGenerator;

/**
 * Which node of a cluster: a server from its start to its end. A server that starts again is
 * another, so that nothing is taken for its doing that was its predecessor's.
 *
 * @param text 16 hexadecimal digits that nobody else has, a hyphen, and how many relay loops it has
 */
record NodeId(String text) {
  private static final int RANDOM_BYTES = 8;
  private static final int MAX_LOOPS = 64;

  /** Draws one. */
  static NodeId random(RandomGenerator random, int loops) {
    byte[] bytes = new byte[RANDOM_BYTES];
    random.nextBytes(bytes);
    return new NodeId(HexFormat.of().formatHex(bytes) + "-" + loops);
  }

  /**
   * How many relay loops the node has: others address the one that has a room.
   *
   * @throws IllegalArgumentException when it does not say
   */
  int loops() {
    int loops = Integer.parseInt(text.substring(text.lastIndexOf('-') + 1));
    if (loops < 1 || loops > MAX_LOOPS) {
      throw new IllegalArgumentException("a node has 1 to " + MAX_LOOPS + " relay loops");
    }
    return loops;
  }

  /** Where one of its relay loops hears. */
  String subject(int loop) {
    return "node." + text + "." + loop;
  }

  /** Where the node as a whole hears. */
  String subject() {
    return "node." + text;
  }

  @Override
  public String toString() {
    return text;
  }
}
