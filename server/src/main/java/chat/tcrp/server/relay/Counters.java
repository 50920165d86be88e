package chat.tcrp.server.relay;

/** What the relay has done since it started. Written by its loop only. */
public final class Counters {
  private long received;
  private long relayed;
  private long malformed;
  private long unauthorised;
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
      "over-budget", overBudget
    };
  }
}
