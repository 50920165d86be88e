package chat.tcrp.server.rooms;

import java.util.concurrent.atomic.AtomicInteger;

/** How many rooms there are, and may be, over all relay loops. */
public final class RoomBudget {
  private final int max;
  private final AtomicInteger used = new AtomicInteger();

  public RoomBudget(int max) {
    this.max = max;
  }

  /** Takes a place for a room; false when there is none left. */
  boolean take() {
    return used.getAndUpdate(n -> n < max ? n + 1 : n) < max;
  }

  void giveBack() {
    used.decrementAndGet();
  }

  int used() {
    return used.get();
  }
}
