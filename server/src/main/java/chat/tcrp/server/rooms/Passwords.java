package chat.tcrp.server.rooms;

import chat.tcrp.protocol.Credentials;
import chat.tcrp.protocol.Status;
import java.net.InetAddress;
import java.util.Optional;

/** Who is kept out of a room by its password, and by having guessed too often. */
final class Passwords {
  private final AttemptLimiter attempts;

  Passwords(AttemptLimiter attempts) {
    this.attempts = attempts;
  }

  /**
   * Why somebody may not enter, if the password is in the way.
   *
   * @param known whether it is a member, who does not wait for what others at its address have done
   */
  Optional<Reply> refusal(
      Room room, Credentials credentials, InetAddress from, long now, boolean known) {
    if (room.password().isEmpty()) {
      return Optional.empty();
    }
    if (!known && attempts.mustWait(from, room.name(), now)) {
      return Optional.of(Reply.refused(Status.TOO_MANY_ATTEMPTS));
    }
    if (credentials.password().isEmpty()) {
      return Optional.of(new Reply.Refused(Status.WRONG_PASSWORD, "none given"));
    }
    if (!room.password().get().matches(credentials.password().get())) {
      attempts.failed(from, room.name(), now);
      return Optional.of(Reply.refused(Status.WRONG_PASSWORD));
    }
    return Optional.empty();
  }

  /** Why somebody may not act whose token is not known: the answer, after counting the failure. */
  Reply unknownToken(Room room, InetAddress from, long now) {
    if (attempts.mustWait(from, room.name(), now)) {
      return Reply.refused(Status.TOO_MANY_ATTEMPTS);
    }
    attempts.failed(from, room.name(), now);
    return Reply.refused(Status.NOT_AUTHORISED);
  }
}
