package chat.tcrp.server.rooms;

import java.time.Duration;

/** How many deliveries a member may still cause. */
public final class Budget {
  /** What a member may cause at once is what it may cause in this time. */
  private static final long BURST_NANOS = Duration.ofSeconds(1).toNanos();

  /** Who exceeds the budget is told no more often than this. */
  private static final long WARNING_INTERVAL_NANOS = Duration.ofSeconds(5).toNanos();

  /** When the deliveries that were caused so far will have been paid for. */
  private long paidAt;

  private long nextWarning;

  Budget(long now) {
    paidAt = now;
    nextWarning = now;
  }

  /**
   * Takes the price of a message.
   *
   * @param deliveries how many datagrams it will become
   * @param nanosEach how long the budget takes to pay for one
   * @return false when the budget is used up for the moment
   */
  public boolean spend(int deliveries, long nanosEach, long now) {
    if (paidAt - now < 0) {
      paidAt = now;
    }
    if (paidAt - now > BURST_NANOS) {
      return false;
    }
    paidAt += deliveries * nanosEach;
    return true;
  }

  /** Whether it is time to tell the member again that it sends too much. */
  public boolean isDueForWarning(long now) {
    if (nextWarning - now > 0) {
      return false;
    }
    nextWarning = now + WARNING_INTERVAL_NANOS;
    return true;
  }
}
