package chat.tcrp.server.rooms;

import chat.tcrp.protocol.AwayText;
import chat.tcrp.protocol.Username;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a server hands over of a member to the one that takes its place. The keys of a sealed
 * session are not among it: the client gets new ones by rejoining.
 *
 * @param id by which the nodes of a cluster call it
 * @param edge the node that has its session; empty when the room's home has, or nobody
 * @param username the name
 * @param ip the address to which the token is bound
 * @param placeOf the address that the membership is counted for
 * @param token the present token
 * @param earlier tokens before that the client may still hold, see {@link Earlier}
 * @param sealed whether the session is sealed
 * @param heard whether a datagram has ever come
 * @param batch whether several lines may be sent in one datagram
 * @param follows whether the client wants to be told the numbers of lines
 * @param idle for how long the member has said nothing
 * @param away what it has said of being away
 */
public record MemberState(
    long id,
    Optional<String> edge,
    Username username,
    InetAddress ip,
    InetAddress placeOf,
    TokenHash token,
    List<Earlier> earlier,
    boolean sealed,
    boolean heard,
    boolean batch,
    boolean follows,
    Duration idle,
    Optional<AwayText> away) {
  public MemberState {
    earlier = List.copyOf(earlier);
  }

  /** The same with no other node that has the session. */
  public MemberState here() {
    return new MemberState(
        id,
        Optional.empty(),
        username,
        ip,
        placeOf,
        token,
        earlier,
        sealed,
        heard,
        batch,
        follows,
        idle,
        away);
  }

  /**
   * A token that is good for nothing but a rejoin, until the present one has been used: the answers
   * that told of later ones may be lost.
   *
   * @param token which
   * @param sealed whether nobody else can have seen it
   */
  public record Earlier(TokenHash token, boolean sealed) {}
}
