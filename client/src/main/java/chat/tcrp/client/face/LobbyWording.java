package chat.tcrp.client.face;

import chat.tcrp.client.session.ServerAddress;
import chat.tcrp.client.session.SessionEvent;
import chat.tcrp.protocol.Status;
import java.util.List;

/** What the program says of what happens in the lobby. */
public final class LobbyWording implements Wording {
  private final Place place;

  public LobbyWording(Place place) {
    this.place = place;
  }

  @Override
  public List<String> joined(SessionEvent.Joined joined) {
    return List.of(
        "in the lobby of " + joined.server() + " as " + place.username(),
        "anybody may be here, under any name, and nothing is encrypted");
  }

  @Override
  public String rejoined(SessionEvent.Rejoined rejoined) {
    return "back in the lobby as " + place.username() + "; messages may be missing";
  }

  @Override
  public String udpBlocked(ServerAddress server) {
    return "the lobby does not answer; trying on…";
  }

  @Override
  public Problem udpNeverWorked(ServerAddress server) {
    throw new IllegalStateException("the lobby never answers, so nobody waits for it");
  }

  @Override
  public String waiting(Status status) {
    throw new IllegalStateException("the lobby refuses nobody");
  }

  @Override
  public String ended(SessionEvent.Ended end) {
    return end.cause() == SessionEvent.Cause.FAILED
        ? "the lobby is lost: " + Safe.text(end.reason())
        : "you left the lobby";
  }
}
