package chat.tcrp.client.session;

import chat.tcrp.protocol.AwayText;
import chat.tcrp.protocol.MemberInfo;
import chat.tcrp.protocol.ProtocolException;
import chat.tcrp.protocol.Request;
import chat.tcrp.protocol.RoomInfo;
import chat.tcrp.protocol.RoomName;
import chat.tcrp.protocol.RoomTopic;
import chat.tcrp.protocol.Token;
import chat.tcrp.protocol.Username;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a member asks of the server over TCP, where and with the token that it was admitted with.
 */
final class Membership {
  private final RoomName room;
  private final Token token;
  private final TcrpClient server;

  /**
   * Asks nothing yet.
   *
   * @param timeout for a whole request
   */
  Membership(
      RoomName room, TcrpClient.Admission admission, Optional<Trust> trust, Duration timeout) {
    this.room = room;
    this.token = admission.token();
    this.server = new TcrpClient(admission.server(), trust, timeout).at(admission.address());
  }

  List<MemberInfo> members() throws IOException, ProtocolException, RefusedException {
    return server.members(new Request.Members(room, token));
  }

  List<RoomInfo> rooms() throws IOException, ProtocolException, RefusedException {
    return server.rooms();
  }

  void kick(Username username) throws IOException, ProtocolException, RefusedException {
    server.carryOut(new Request.Kick(room, token, username));
  }

  void ban(Username username) throws IOException, ProtocolException, RefusedException {
    server.carryOut(new Request.Ban(room, token, username));
  }

  void unban(Username username) throws IOException, ProtocolException, RefusedException {
    server.carryOut(new Request.Unban(room, token, username));
  }

  void handOver(Username username) throws IOException, ProtocolException, RefusedException {
    server.carryOut(new Request.Host(room, token, username));
  }

  String topic(Optional<RoomTopic> topic) throws IOException, ProtocolException, RefusedException {
    return server.topic(new Request.Topic(room, token, topic));
  }

  void away(Optional<AwayText> text) throws IOException, ProtocolException, RefusedException {
    server.carryOut(new Request.Away(room, token, text));
  }

  void leave() throws IOException, ProtocolException, RefusedException {
    server.carryOut(new Request.Leave(room, token));
  }
}
