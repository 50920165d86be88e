package chat.tcrp.client;

import chat.tcrp.protocol.Status;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** What the program says of what happens, in the same words in every face. */
interface Wording {
  /** Said when messages get through for the first time; the lines of a welcome. */
  List<String> joined(Duration roundTrip);

  String rejoined();

  String udpBlocked();

  String waiting(Status status);

  String ended(SessionEvent.Ended end);

  /** The answer to a first Ctrl-C. */
  default String howToLeave() {
    return "Ctrl-C again or Ctrl-D leaves";
  }

  default String pong(Duration roundTrip) {
    return "the server answered in " + millis(roundTrip);
  }

  default String connectionLost(String reason) {
    return Safe.text(reason) + "; rejoining…";
  }

  /**
   * A room that closed has served its time; whoever was put out or not taken back did not get what
   * they wanted.
   */
  static int exitStatus(SessionEvent.Cause cause) {
    return switch (cause) {
      case ROOM_CLOSED, LEFT -> 0;
      case REMOVED, REFUSED, FAILED -> Problem.REFUSED;
    };
  }

  static String millis(Duration duration) {
    return String.format(Locale.ROOT, "%.1f ms", duration.toNanos() / 1e6);
  }
}
