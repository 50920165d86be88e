package chat.tcrp.server.rooms;

import chat.tcrp.server.metrics.Count;
import java.util.Optional;

/** What can happen to members one by one, and so to many at once. */
public enum Change {
  JOINED("joined", "member-joined", Optional.empty()),
  LEFT("left", "member-left", Optional.empty()),
  TIMED_OUT("timed out", "member-timed-out", Optional.of(Count.SILENT)),
  UNREACHABLE("could not be reached", "member-unreachable", Optional.of(Count.UNREACHABLE));

  private final String words;
  private final String event;
  private final Optional<Count> eviction;

  Change(String words, String event, Optional<Count> eviction) {
    this.words = words;
    this.event = event;
    this.eviction = eviction;
  }

  /** As what it is counted; empty when it is the member's own doing. */
  Optional<Count> eviction() {
    return eviction;
  }

  /** What the log calls it. */
  String event() {
    return event;
  }

  @Override
  public String toString() {
    return words;
  }
}
