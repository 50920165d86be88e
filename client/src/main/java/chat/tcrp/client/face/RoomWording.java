package chat.tcrp.client.face;

import chat.tcrp.client.session.ServerAddress;
import chat.tcrp.client.session.SessionConfig;
import chat.tcrp.client.session.SessionEvent;
import chat.tcrp.protocol.Status;
import java.util.List;

/** What the program says of the events of a room's session. */
public final class RoomWording implements Wording {
  private final SessionConfig config;

  public RoomWording(SessionConfig config) {
    this.config = config;
  }

  @Override
  public List<String> joined(SessionEvent.Joined joined) {
    String server = config.servers().size() > 1 ? " at " + joined.server() : "";
    String udp =
        " (udp ok, "
            + (config.trust().isPresent() ? "sealed" : "not encrypted")
            + ", "
            + Wording.millis(joined.roundTrip())
            + ")";
    return config.create()
        ? List.of(
            "created "
                + room()
                + server
                + (config.rules().stayOpen()
                    ? "; it stays open while anybody is here"
                    : "; it closes when you leave")
                + udp,
            "others join with: chat-client join "
                + Problem.quoted(room())
                + " "
                + Neighbours.optionsForOthers(config.servers()))
        : List.of("joined " + room() + server + " as " + config.username() + udp);
  }

  @Override
  public String howToLeave(boolean host) {
    String how = Wording.super.howToLeave(host);
    if (!host) {
      return how;
    }
    if (!config.create()) {
      return how + "; your room closes, if it was not made to stay open";
    }
    return how
        + (config.rules().stayOpen() ? "; another will host your room" : "; your room will close");
  }

  @Override
  public String rejoined(SessionEvent.Rejoined rejoined) {
    return "back in "
        + room()
        + " as "
        + config.username()
        + (rejoined.elsewhere() ? " (now at " + rejoined.server() + ")" : "");
  }

  @Override
  public String udpBlocked(ServerAddress server) {
    return "udp port "
        + server.udpPort()
        + " on "
        + server.shownHost()
        + " does not answer; is it blocked? Trying on…";
  }

  @Override
  public Problem udpNeverWorked(ServerAddress server) {
    return Problem.udpNeverWorked(server);
  }

  @Override
  public String waiting(Status status) {
    return switch (status) {
      case NO_SUCH_ROOM -> room() + " is not there any more; waiting for its host to come back…";
      case ROOM_EXISTS ->
          "somebody else has created " + room() + " meanwhile; waiting for it to close…";
      case USERNAME_TAKEN ->
          "the name " + config.username() + " is still taken in " + room() + "; trying on…";
      default -> "the server says: " + status.text() + "; trying on…";
    };
  }

  @Override
  public String ended(SessionEvent.Ended end) {
    return switch (end.cause()) {
      case ROOM_CLOSED, REMOVED -> Safe.text(end.reason());
      case REFUSED -> "the server does not take you back: " + end.reason();
      case UNTRUSTED -> "not going back to this server: " + end.reason();
      case LEFT -> "you left " + room();
      case FAILED -> "the session failed: " + end.reason();
    };
  }

  private String room() {
    return Safe.text(config.room().value());
  }
}
