package chat.tcrp.server.rooms;

import java.util.concurrent.atomic.AtomicLong;

/** How many bytes the backlogs of all rooms together may have. Shared by all relay loops. */
public final class BacklogMemory {
  private final AtomicLong left;

  public BacklogMemory(long bytes) {
    left = new AtomicLong(bytes);
  }

  boolean take(int bytes) {
    return left.getAndUpdate(n -> n >= bytes ? n - bytes : n) >= bytes;
  }

  void giveBack(int bytes) {
    left.addAndGet(bytes);
  }
}
