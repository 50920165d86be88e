package chat.tcrp.protocol;

import java.util.List;
import java.util.Objects;

/**
 * One member in the answer to {@link Request.Members}.
 *
 * @param username the member's name
 * @param host whether the member is the room's host
 * @param isSealed whether the member's session is sealed
 */
public record MemberInfo(Username username, boolean host, boolean isSealed) {
  /** Checks that nothing is missing. */
  public MemberInfo {
    Objects.requireNonNull(username, "username");
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
   * "sealed"</code> for those whose session is.
   *
   * @param members the members, in the order to send
   * @return UTF-8 JSON
   */
  public static byte[] encode(List<MemberInfo> members) {
    return Json.writeMembers(members);
  }

  /**
   * Reads a completion payload.
   *
   * @param payload UTF-8 JSON
   * @return the members, in the order received
   * @throws ProtocolException when it is not such an array
   */
  public static List<MemberInfo> decode(byte[] payload) throws ProtocolException {
    return Json.readMembers(payload);
  }
}
