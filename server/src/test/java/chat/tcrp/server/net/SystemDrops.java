package chat.tcrp.server.net;

/** What the system says of a socket of another process, for tests elsewhere. */
public final class SystemDrops {
  private SystemDrops() {}

  /** How many datagrams were dropped so far because nobody took them in time. */
  public static long of(int port) {
    return KernelDrops.of(port);
  }
}
