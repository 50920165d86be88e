package chat.tcrp.protocol;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * One member in the answer to {@link Request.Members}.
 *
 * @param username the member's name
 * @param host whether the member is the room's host
 * @param isSealed whether the member's session is sealed
 * @param idle for how long the member has said nothing, in whole seconds; empty when the server
 *     does not say, and such a one does not know private messages either
 * @param away what the member, who is away, has said about that, as received; empty when it is here
 */
public record MemberInfo(
    Username username,
    boolean host,
    boolean isSealed,
    Optional<Duration> idle,
    Optional<String> away) {
  /** Checks that nothing is missing. */
  public MemberInfo {
    Objects.requireNonNull(username, "username");
    Objects.requireNonNull(idle, "idle");
    Objects.requireNonNull(away, "away");
  }

  /**
   * A member as a server lists it that does not say who is away.
   *
   * @param username the member's name
   * @param host whether the member is the room's host
   * @param isSealed whether the member's session is sealed
   */
  public MemberInfo(Username username, boolean host, boolean isSealed) {
    this(username, host, isSealed, Optional.empty(), Optional.empty());
  }

  /**
   * A member whose session is not sealed.
   *
   * @param username the member's name
   * @param host whether the member is the room's host
   */
  public MemberInfo(Username username, boolean host) {
    this(username, host, false);
  }

  /**
   * Writes the completion payload: a JSON array of <code>{"username","host"}</code>, with <code>
   * "sealed"</code> for those whose session is, <code>"idle"</code> where it is known, and <code>
   * "away"</code> for those who are.
   *
   * @param members the members, in the order to send
   * @return UTF-8 JSON
   */
  public static byte[] encode(List<MemberInfo> members) {
    return JsonReplies.writeMembers(members);
  }

  /**
   * Reads a completion payload.
   *
   * @param payload UTF-8 JSON
   * @return the members, in the order received
   * @throws ProtocolException when it is not such an array
   */
  public static List<MemberInfo> decode(byte[] payload) throws ProtocolException {
    return JsonReplies.readMembers(payload);
  }
}
