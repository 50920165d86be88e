package chat.tcrp.server.relay;

import chat.tcrp.protocol.CleanText;
import chat.tcrp.protocol.ClientDatagram;
import chat.tcrp.protocol.Opener;
import chat.tcrp.protocol.SealedDatagram;
import chat.tcrp.protocol.ServerDatagram;
import chat.tcrp.server.base.Peer;
import chat.tcrp.server.metrics.Count;
import chat.tcrp.server.metrics.LoopMetrics;
import chat.tcrp.server.net.DatagramIo;
import chat.tcrp.server.net.RelayMemory;
import chat.tcrp.server.rooms.Elsewhere;
import chat.tcrp.server.rooms.Member;
import chat.tcrp.server.rooms.Room;
import chat.tcrp.server.rooms.Rooms;
import chat.tcrp.server.rooms.Speech;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;

/**
 * What happens to the datagrams that arrive. Each is dropped, acknowledged, or cleaned and made a
 * line of its room; when everything that was waiting has been taken in, {@link Lines} go to the
 * members. Nothing is allocated for a message, and nothing is waited for.
 */
final class Traffic implements Speech {
  private static final byte[] ACK = {ServerDatagram.ACK};

  private final Rooms rooms;
  private final DatagramIo io;
  private final LoopMetrics metrics;
  private final long nanosPerDelivery;
  private final CatchUps catchUps;
  private final Elsewhere elsewhere;
  private final PrivateMessages privateMessages;
  private final ClientDatagram.View view = new ClientDatagram.View();
  private final Lines lines = new Lines();
  private final Delivery delivery;

  /**
   * Relays nothing yet.
   *
   * @param memberBudget how many deliveries a second a member may cause
   * @param catchUps where members go on who have missed something
   * @param elsewhere where other members are
   */
  Traffic(
      Rooms rooms,
      DatagramIo io,
      LoopMetrics metrics,
      int memberBudget,
      CatchUps catchUps,
      Elsewhere elsewhere) {
    this.catchUps = catchUps;
    this.elsewhere = elsewhere;
    this.nanosPerDelivery = TimeUnit.SECONDS.toNanos(1) / memberBudget;
    this.rooms = rooms;
    this.io = io;
    this.metrics = metrics;
    this.privateMessages = new PrivateMessages(rooms, io, metrics);
    this.delivery = new Delivery(lines, io, metrics, elsewhere);
    rooms.beforeAnybodyGoes(room -> lines.finish(room, delivery));
  }

  /** Whether as many lines as there are slots can still be taken in before they must be relayed. */
  boolean hasRoom() {
    return lines.hasRoom();
  }

  /** Whether the datagram in a slot is a sealed one. */
  boolean isSealed(int slot) {
    return io.size(slot) > 0 && io.memory().get(RelayMemory.slotAt(slot)) == SealedDatagram.MARK;
  }

  /**
   * Deals with the datagram in a slot; answers false when its token, or the id of its sealed
   * session, is not known here.
   */
  boolean received(int slot, long now) {
    return isSealed(slot) ? receivedSealed(slot, now) : receivedPlain(slot, now);
  }

  private boolean receivedPlain(int slot, long now) {
    if (!view.wrap(io.memory(), RelayMemory.slotAt(slot), io.size(slot))) {
      metrics.add(io.size(slot) > ClientDatagram.MAX_BYTES ? Count.OVERSIZE : Count.MALFORMED);
      return true;
    }
    Member sender = rooms.sender(view);
    if (sender == null) {
      return false;
    }
    if (sender.isSealed()) {
      metrics.add(Count.UNSEALED);
      return true;
    }
    if (!isFromPeer(slot, sender)) {
      if (!isFromAddress(slot, sender)) {
        metrics.add(Count.WRONG_ADDRESS);
        return true;
      }
      register(slot, sender, now);
    }
    take(sender, now);
    return true;
  }

  private boolean receivedSealed(int slot, long now) {
    int size = io.size(slot);
    if (size < SealedDatagram.OVERHEAD) {
      metrics.add(Count.MALFORMED);
      return true;
    }
    if (size > ClientDatagram.MAX_BYTES + SealedDatagram.OVERHEAD) {
      metrics.add(Count.OVERSIZE);
      return true;
    }
    Member sender = rooms.sealedSender(sessionId(slot));
    if (sender == null) {
      return false;
    }
    boolean fromPeer = isFromPeer(slot, sender);
    if (!fromPeer && !isFromAddress(slot, sender)) {
      metrics.add(Count.WRONG_ADDRESS);
      return true;
    }
    int messageSize = io.relayMemory().open(sender.opener(), slot, size);
    if (messageSize == Opener.REFUSED) {
      metrics.add(sender.opener().isSeen() ? Count.REPLAYED : Count.FORGED);
      return true;
    }
    if (messageSize > sender.maxMessageBytes()) {
      metrics.add(Count.OVERSIZE);
      return true;
    }
    view.wrapMessage(RelayMemory.slotAt(slot), messageSize);
    // One that was overtaken says where its sender was, not where it is.
    if (!fromPeer && (sender.peer() == null || sender.opener().isNewest())) {
      register(slot, sender, now);
    }
    take(sender, now);
    return true;
  }

  /** The session of the sealed datagram in a slot, which must not be shorter than one may be. */
  long sessionId(int slot) {
    return io.memory().getLong(RelayMemory.slotAt(slot) + SealedDatagram.SESSION_AT);
  }

  /** Whether a datagram has come by the way that its sender is answered by. */
  private boolean isFromPeer(int slot, Member sender) {
    Peer peer = sender.peer();
    return peer != null && io.isFrom(slot, peer) && io.isToSenderOf(slot, peer);
  }

  private boolean isFromAddress(int slot, Member sender) {
    return io.source(slot).getAddress().equals(sender.ip());
  }

  /**
   * Answers a member by another way from now on: the first datagram of a session has come, a NAT
   * has chosen another port since, or the client has gone over to another address of ours.
   */
  private void register(int slot, Member sender, long now) {
    rooms.register(sender, io.peer(slot));
    if (sender.isBehind()) {
      catchUps.add(sender, now);
    }
  }

  /** Takes what the view shows for a member's message. */
  private void take(Member sender, long now) {
    Peer peer = sender.peer();
    boolean keepalive = view.messageSize() == 0;
    sender.heard(now, keepalive);
    if (keepalive) {
      acknowledge(sender, peer);
    } else if (!PrivateMessages.isOne(io.memory(), view)) {
      addLine(sender, peer, now);
    } else if (isInBudget(sender, peer, 1, now) && isOpen(sender)) {
      if (sender.room().isGuest()) {
        elsewhere.said(sender, true, io.memory(), view.messageAt(), view.messageSize());
      } else {
        privateMessages.pass(sender, view);
      }
    }
  }

  /** Whether the room can be spoken in; who tries is told if it cannot. */
  private boolean isOpen(Member sender) {
    if (!elsewhere.isHeld(sender.room())) {
      return true;
    }
    metrics.add(Count.HELD);
    io.tell(sender.peer(), "the other servers cannot be reached at the moment; not sent");
    return false;
  }

  @Override
  public void line(Room room, Member sender, long senderId, byte[] from, int at, int size) {
    if (!lines.hasRoom()) {
      relay();
    }
    io.memory().put(lines.end(), from, at, size);
    lines.add(room, sender, senderId, size);
  }

  @Override
  public void privately(Member sender, byte[] from, int at, int size) {
    int staged = io.stage(size);
    io.memory().put(staged, from, at, size);
    view.wrapMessage(staged, size);
    privateMessages.pass(sender, view);
  }

  @Override
  public void settle(Room room) {
    lines.finish(room, delivery);
  }

  @Override
  public void catchUp(Member member, long now) {
    if (member.isBehind()) {
      catchUps.add(member, now);
    }
  }

  private void acknowledge(Member member, Peer peer) {
    metrics.add(Count.KEEPALIVES);
    if (!member.follows()) {
      io.send(peer, io.stage(ACK), ACK.length);
      return;
    }
    int at = io.stage(ServerDatagram.Progress.BYTES);
    io.memory()
        .put(at, ServerDatagram.ACK)
        .putLong(at + 1, member.sent())
        .putLong(at + 1 + Long.BYTES, member.room().backlog().last());
    io.send(peer, at, ServerDatagram.Progress.BYTES);
  }

  /**
   * Sends the lines of every room to its members, of a room that has many as many as are its turn.
   */
  void relay() {
    lines.relay(delivery);
  }

  /** Whether there are lines that have not had their turn. */
  boolean hasLines() {
    return lines.isWaiting();
  }

  /** Takes what deliveries cost from the sender's budget, if there is anything left of it. */
  private boolean isInBudget(Member sender, Peer peer, int deliveries, long now) {
    if (sender.budget().spend(deliveries, nanosPerDelivery, now)) {
      return true;
    }
    metrics.add(Count.OVER_BUDGET);
    if (sender.budget().isDueForWarning(now)) {
      io.tell(peer, "not all you send is relayed: it is more than one member may");
    }
    return false;
  }

  private void addLine(Member sender, Peer peer, long now) {
    Room room = sender.room();
    if (!isInBudget(sender, peer, room.audience(), now) || !isOpen(sender)) {
      return;
    }
    byte[] prefix = sender.prefix();
    ByteBuffer memory = io.memory();
    int at = lines.end();
    memory.put(at, prefix);
    int size =
        prefix.length
            + CleanText.copy(
                memory,
                view.messageAt(),
                view.messageSize(),
                memory,
                at + prefix.length,
                ServerDatagram.MAX_BYTES - prefix.length);
    if (size > ServerDatagram.MAX_BYTES) {
      metrics.add(Count.OVERSIZE);
      io.tell(
          peer,
          "message not sent: with your name it has %d bytes, at most %d fit"
              .formatted(size, ServerDatagram.MAX_BYTES));
      return;
    }
    metrics.add(Count.MESSAGES);
    if (room.isGuest()) {
      elsewhere.said(sender, false, memory, at, size);
    } else {
      lines.add(room, sender, sender.id(), size);
    }
  }
}
