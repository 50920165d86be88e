package chat.tcrp.server;

/** What the relay has done since it started. Written by its loop only. */
final class Counters {
  private long received;
  private long relayed;
  private long malformed;
  private long unauthorised;

  void received() {
    received++;
  }

  void relayed() {
    relayed++;
  }

  void malformed() {
    malformed++;
  }

  void unauthorised() {
    unauthorised++;
  }

  /** Keys and values for the log. */
  Object[] facts() {
    return new Object[] {
      "received", received,
      "relayed", relayed,
      "malformed", malformed,
      "unauthorised", unauthorised
    };
  }
}
