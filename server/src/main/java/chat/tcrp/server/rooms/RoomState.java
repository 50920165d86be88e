package chat.tcrp.server.rooms;

import chat.tcrp.protocol.RoomName;
import chat.tcrp.protocol.RoomTopic;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What a server hands over of a room to the one that takes its place: all but what was said in it.
 *
 * @param name the name
 * @param password what is kept of the password
 * @param placeOf the address that the room is counted for
 * @param history whether newcomers may be sent what was said before they came
 * @param sealed whether it takes sealed sessions only
 * @param stays whether it goes on when its host leaves
 * @param spokenIn whether anybody has ever said anything
 * @param topic the topic
 * @param lastLine the number of the last line, if they are counted
 * @param bans whom the host does not let in, oldest first
 * @param members in the order in which they came; not empty
 * @param host which of them hosts the room
 */
public record RoomState(
    RoomName name,
    Optional<PasswordHash> password,
    InetAddress placeOf,
    boolean history,
    boolean sealed,
    boolean stays,
    boolean spokenIn,
    RoomTopic topic,
    OptionalLong lastLine,
    List<Ban> bans,
    List<MemberState> members,
    int host) {
  /**
   * Whom the host does not let in.
   *
   * @param key of the name, see {@link chat.tcrp.protocol.Username#key}
   * @param network where they came from
   */
  public record Ban(String key, Optional<InetAddress> network) {}

  /** The same with other members. */
  public RoomState with(List<MemberState> otherMembers, int newHost) {
    return new RoomState(
        name,
        password,
        placeOf,
        history,
        sealed,
        stays,
        spokenIn,
        topic,
        lastLine,
        bans,
        otherMembers,
        newHost);
  }

  /**
   * Checks what holds of every room.
   *
   * @throws IllegalArgumentException when there is no host, or two members have one name
   */
  public RoomState {
    bans = List.copyOf(bans);
    members = List.copyOf(members);
    if (host < 0 || host >= members.size()) {
      throw new IllegalArgumentException("room without a host");
    }
    Set<String> names = new HashSet<>();
    for (MemberState member : members) {
      if (!names.add(member.username().key())) {
        throw new IllegalArgumentException("two members of one name");
      }
    }
  }
}
