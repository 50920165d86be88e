package chat.tcrp.server.rooms;

import chat.tcrp.protocol.RoomTopic;
import chat.tcrp.protocol.Status;
import chat.tcrp.protocol.Token;

/** What a request leads to. */
public sealed interface Reply {
  /**
   * The request is refused, with a few words for the log beyond those of the status; they may be
   * empty.
   */
  record Refused(Status status, String detail) implements Reply {}

  /** A create or join succeeded, with a new membership or by taking an earlier session over. */
  record Admitted(Token token, boolean rejoined) implements Reply {}

  /** The same for a client of another node, which gives it the token. */
  record AdmittedElsewhere(Member member, boolean rejoined) implements Reply {}

  /** A leave, a kick or the like was carried out. */
  record Done() implements Reply {}

  /** The room's topic. */
  record Topic(RoomTopic topic) implements Reply {}

  /** The server's rooms, or a room's members. */
  record Listed(Listing listing) implements Reply {}

  static Reply refused(Status status) {
    return new Refused(status, "");
  }
}
