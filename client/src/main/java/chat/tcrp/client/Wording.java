package chat.tcrp.client;

import chat.tcrp.protocol.Status;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** What the program says of a session's events, in the same words in every face. */
final class Wording {
  private final SessionConfig config;

  Wording(SessionConfig config) {
    this.config = config;
  }

  /** Said when messages get through for the first time; the lines of a welcome. */
  List<String> joined(Duration roundTrip) {
    String udp = " (udp ok, " + millis(roundTrip) + ")";
    return config.create()
        ? List.of(
            "created " + room() + "; you are its host, and it closes when you leave" + udp,
            "others join with: chat-client join "
                + Problem.quoted(room())
                + " "
                + config
                    .server()
                    .options(config.server().isLocal() ? "HOST" : config.server().shownHost()))
        : List.of("joined " + room() + " as " + config.username() + udp);
  }

  String rejoined() {
    return "back in " + room() + " as " + config.username() + "; messages may be missing";
  }

  String pong(Duration roundTrip) {
    return "the server answered in " + millis(roundTrip);
  }

  String udpBlocked() {
    return "udp port "
        + config.server().udpPort()
        + " on "
        + config.server().shownHost()
        + " does not answer; is it blocked? Trying on…";
  }

  String connectionLost(String reason) {
    return Safe.text(reason) + "; rejoining…";
  }

  String waiting(Status status) {
    return switch (status) {
      case NO_SUCH_ROOM -> room() + " is not there any more; waiting for its host to come back…";
      case ROOM_EXISTS ->
          "somebody else has created " + room() + " meanwhile; waiting for it to close…";
      case USERNAME_TAKEN ->
          "the name " + config.username() + " is still taken in " + room() + "; trying on…";
      default -> "the server says: " + status.text() + "; trying on…";
    };
  }

  String ended(SessionEvent.Ended end) {
    return switch (end.cause()) {
      case ROOM_CLOSED, REMOVED -> Safe.text(end.reason());
      case REFUSED -> "the server does not take you back: " + end.reason();
      case LEFT -> "you left " + room();
      case FAILED -> "the session failed: " + end.reason();
    };
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

  private String room() {
    return Safe.text(config.room().value());
  }

  private static String millis(Duration duration) {
    return String.format(Locale.ROOT, "%.1f ms", duration.toNanos() / 1e6);
  }
}
