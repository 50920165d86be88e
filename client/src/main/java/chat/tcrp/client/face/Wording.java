package chat.tcrp.client.face;

import chat.tcrp.client.session.ServerAddress;
import chat.tcrp.client.session.SessionEvent;
import chat.tcrp.client.session.UntrustedException;
import chat.tcrp.protocol.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What the program says of what happens, in the same words in every face. */
public interface Wording {
  /** Said when messages get through for the first time; the lines of a welcome. */
  List<String> joined(SessionEvent.Joined joined);

  String rejoined(SessionEvent.Rejoined rejoined);

  /** Said of one of several servers that is not the one that is meant. */
  static String passedOver(UntrustedException why) {
    return "not going to " + why.server() + ": " + Problem.brief(why);
  }

  /** What is said before the lines that were missed. */
  default List<String> missed(SessionEvent.Missed missed) {
    if (missed.lines().isEmpty()) {
      return List.of("messages may be missing");
    }
    String when = missed.wasAway() ? " while you were away" : " from before you came";
    List<String> said = new ArrayList<>();
    if (missed.gone() > 0) {
      said.add(count(missed.gone()) + when + " that the server does not keep any more");
    }
    if (missed.lines().get() > 0) {
      said.add(count(missed.lines().get()) + when);
    }
    return said;
  }

  private static String count(long lines) {
    return lines == 1 ? "1 line" : lines + " lines";
  }

  String udpBlocked(ServerAddress server);

  /** Said when nothing could be sent because UDP has never worked. */
  Problem udpNeverWorked(ServerAddress server);

  String waiting(Status status);

  String ended(SessionEvent.Ended end);

  /**
   * The answer to a first Ctrl-C.
   *
   * @param host whether the room is ours
   */
  default String howToLeave(boolean host) {
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
      case REMOVED, REFUSED -> Problem.REFUSED;
      case UNTRUSTED -> Problem.UNTRUSTED;
      case FAILED -> Problem.DEFECT;
    };
  }

  static String millis(Duration duration) {
    return String.format(Locale.ROOT, "%.1f ms", duration.toNanos() / 1e6);
  }
}
