package chat.tcrp.server;

import chat.tcrp.protocol.ClientDatagram;
import chat.tcrp.protocol.ServerDatagram;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What happens to each datagram that arrives: dropped, acknowledged, or cleaned and relayed to the
 * rest of the room. A message is composed where it lies, the sender's name over the header and
 * token that are no longer needed, and nothing is allocated for it.
 */
final class Traffic {
  private static final byte[] ACK = {ServerDatagram.ACK};

  private final Rooms rooms;
  private final DatagramIo io;
  private final Counters counters;
  private final ClientDatagram.View view = new ClientDatagram.View();

  Traffic(Rooms rooms, DatagramIo io, Counters counters) {
    this.rooms = rooms;
    this.io = io;
    this.counters = counters;
  }

  /** Deals with the datagram in a slot. */
  void received(int slot, long now) {
    counters.received();
    if (!view.wrap(io.memory(), io.offset(slot), io.size(slot))) {
      counters.malformed();
      return;
    }
    Member sender = rooms.sender(view);
    if (sender == null) {
      counters.unauthorised();
      return;
    }
    Peer peer = sender.peer().orElse(null);
    if (peer == null || !io.isFrom(slot, peer)) {
      if (!io.source(slot).getAddress().equals(sender.ip())) {
        counters.unauthorised();
        return;
      }
      // The first datagram of a session, or a NAT that has chosen another port since.
      peer = new Peer(io.source(slot));
      sender.register(peer);
    }
    boolean keepalive = view.messageSize() == 0;
    sender.heard(now, keepalive);
    if (keepalive) {
      io.send(peer, io.stage(ACK), ACK.length);
    } else {
      relay(sender, peer);
    }
  }

  private void relay(Member sender, Peer peer) {
    byte[] prefix = sender.prefix();
    int size = prefix.length + view.messageSize();
    if (size > ServerDatagram.MAX_BYTES) {
      refuse(peer, size);
      return;
    }
    ByteBuffer memory = io.memory();
    int at = view.messageAt() - prefix.length;
    ServerDatagram.clean(memory, view.messageAt(), view.messageSize());
    memory.put(at, prefix);
    List<Member> members = sender.room().members();
    for (int i = 0; i < members.size(); i++) {
      Member member = members.get(i);
      if (member != sender && member.peer().isPresent()) {
        io.send(member.peer().get(), at, size);
        counters.relayed();
      }
    }
  }

  private void refuse(Peer sender, int size) {
    byte[] notice =
        (ServerDatagram.NOTICE_MARK
                + "message not sent: with your name it has "
                + size
                + " bytes, at most "
                + ServerDatagram.MAX_BYTES
                + " fit")
            .getBytes(StandardCharsets.UTF_8);
    io.send(sender, io.stage(notice), notice.length);
  }
}
