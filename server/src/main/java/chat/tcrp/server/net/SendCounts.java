package chat.tcrp.server.net;

/** What became of the datagrams that a socket was given to send. Belongs to its loop's thread. */
public final class SendCounts {
  private long sent;
  private long failed;
  private long givenUp;

  void addSent(long datagrams) {
    sent += datagrams;
  }

  void addFailed() {
    failed++;
  }

  void addGivenUp(long datagrams) {
    givenUp += datagrams;
  }

  /** The system has taken them. */
  public long sent() {
    return sent;
  }

  /** The system has refused them, each for its own reason. */
  public long failed() {
    return failed;
  }

  /** The send queue was full for longer than is waited for. */
  public long givenUp() {
    return givenUp;
  }
}
