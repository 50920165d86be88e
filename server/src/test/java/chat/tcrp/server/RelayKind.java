package chat.tcrp.server;

import chat.tcrp.server.net.IoMode;
import chat.tcrp.server.net.Libc;

/** The ways of relaying that every test with a running server goes through. */
public enum RelayKind {
  CHANNEL(IoMode.CHANNEL, 1),
  CHANNEL_TWO_THREADS(IoMode.CHANNEL, 2),
  BATCHED(IoMode.BATCHED, 1),
  BATCHED_TWO_THREADS(IoMode.BATCHED, 2),
  /** Two nodes of a cluster, over which the peers are spread. */
  TWO_NODES(IoMode.AUTO, 1);

  private final IoMode io;
  private final int threads;

  RelayKind(IoMode io, int threads) {
    this.io = io;
    this.threads = threads;
  }

  ServerConfig of(ServerConfig config) {
    return config.relayedBy(io, threads);
  }

  /** Over how many nodes the peers are spread. */
  int nodes() {
    return this == TWO_NODES ? 2 : 1;
  }

  /** Whether this system can do it. */
  boolean isSupported() {
    return io != IoMode.BATCHED || Libc.isSupported();
  }
}
