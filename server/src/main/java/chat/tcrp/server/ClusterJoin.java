package chat.tcrp.server;

import chat.tcrp.server.base.EventLog;
import chat.tcrp.server.cluster.Engine;
import java.io.IOException;

/**
 * How a server becomes a node of a cluster.
 *
 * @param engine connects to what the nodes share
 * @param key that all nodes have
 * @param about what others may see of this node, as JSON
 */
record ClusterJoin(Connect engine, Key key, String about) {
  /** Connects. */
  @FunctionalInterface
  interface Connect {
    /**
     * Waits until there is a connection.
     *
     * @throws IOException saying why there is none, and what to do
     */
    Engine to(EventLog log) throws IOException;
  }

  /** A key, which nothing shows. */
  static final class Key {
    private final byte[] bytes;

    Key(byte[] bytes) {
      this.bytes = bytes.clone();
    }

    byte[] bytes() {
      return bytes.clone();
    }
  }
}
