package chat.tcrp.server.relay;

/** What the relay has done since it started. Written by its loop only. */
public final class Counters {
  private long received;
  private long relayed;
  private long malformed;
  private long unauthorised;
  private long unsealed;
  private long unknownSession;
  private long forged;
  private long replayed;
  private long overBudget;

  public void received() {
    received++;
  }

  public void relayed() {
    relayed++;
  }

  public void malformed() {
    malformed++;
  }

  public void unauthorised() {
    unauthorised++;
  }

  /** A plain datagram with the token of a sealed session. */
  void unsealed() {
    unsealed++;
  }

  /** A sealed datagram of a session that is none, or from an address that is not its member's. */
  void unknownSession() {
    unknownSession++;
  }

  /** A sealed datagram that its session's client has not made. */
  void forged() {
    forged++;
  }

  /** A sealed datagram whose counter has been seen, or is too old to tell. */
  void replayed() {
    replayed++;
  }

  void overBudget() {
    overBudget++;
  }

  /** Keys and values for the log. */
  public Object[] facts() {
    return new Object[] {
      "received", received,
      "relayed", relayed,
      "malformed", malformed,
      "unauthorised", unauthorised,
      "unsealed", unsealed,
      "unknown-session", unknownSession,
      "forged", forged,
      "replayed", replayed,
      "over-budget", overBudget
    };
  }
}
