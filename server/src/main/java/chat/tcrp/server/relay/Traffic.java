package chat.tcrp.server.relay;

import chat.tcrp.protocol.CleanText;
import chat.tcrp.protocol.ClientDatagram;
import chat.tcrp.protocol.Opener;
import chat.tcrp.protocol.SealedDatagram;
import chat.tcrp.protocol.ServerDatagram;
import chat.tcrp.server.base.Peer;
import chat.tcrp.server.net.DatagramIo;
import chat.tcrp.server.net.RelayMemory;
import chat.tcrp.server.rooms.Backlog;
import chat.tcrp.server.rooms.Member;
import chat.tcrp.server.rooms.Room;
import chat.tcrp.server.rooms.Rooms;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;

/**
 * What happens to the datagrams that arrive. Each is dropped, acknowledged, or cleaned and made a
 * line of its room; when everything that was waiting has been taken in, each room's lines go to its
 * members: one datagram a line, or, to members who accept batches, as many lines in a datagram as
 * fit. Nothing is allocated for a message, and nothing is waited for.
 */
final class Traffic {
  private static final byte[] ACK = {ServerDatagram.ACK};
  private static final int NONE = -1;

  /**
   * About so many datagrams are sent before the socket is looked at again: some tens of
   * milliseconds of work.
   */
  private static final int MAX_SENDS = 8192;

  private final Rooms rooms;
  private final DatagramIo io;
  private final Counters counters;
  private final long nanosPerDelivery;
  private final CatchUps catchUps;
  private final PrivateMessages privateMessages;
  private final ClientDatagram.View view = new ClientDatagram.View();

  // The lines of the present drain: where they lie, who sent them, and the next one of the same
  // room.
  private final int[] lineAt = new int[RelayMemory.MAX_LINES];
  private final int[] lineSize = new int[RelayMemory.MAX_LINES];
  private final Member[] lineSender = new Member[RelayMemory.MAX_LINES];
  private final int[] nextLine = new int[RelayMemory.MAX_LINES];
  private int lines;
  private int linesEnd = RelayMemory.LINES_AT;

  /** How many datagrams the lines will become, about. */
  private int sends;

  // The rooms that have lines, and each one's first and last.
  private final Room[] busyRooms = new Room[RelayMemory.MAX_LINES];
  private final int[] firstLine = new int[RelayMemory.MAX_LINES];
  private final int[] lastLine = new int[RelayMemory.MAX_LINES];
  private int busy;

  // The lines of the room that is being packed, one behind the other with separators, and where
  // datagrams are cut.
  private final int[] cutLine = new int[RelayMemory.MAX_LINES];
  private final int[] cutAt = new int[RelayMemory.MAX_LINES];
  private int cuts;
  private int blocksEnd = RelayMemory.BLOCKS_AT;

  /**
   * Relays nothing yet.
   *
   * @param memberBudget how many deliveries a second a member may cause
   * @param catchUps where members go on who have missed something
   */
  Traffic(Rooms rooms, DatagramIo io, Counters counters, int memberBudget, CatchUps catchUps) {
    this.catchUps = catchUps;
    this.nanosPerDelivery = TimeUnit.SECONDS.toNanos(1) / memberBudget;
    this.rooms = rooms;
    this.io = io;
    this.counters = counters;
    this.privateMessages = new PrivateMessages(io, counters);
  }

  /** Whether as many lines as there are slots can still be taken in before they must be relayed. */
  boolean hasRoom() {
    return sends < MAX_SENDS
        && lines + RelayMemory.SLOTS < RelayMemory.MAX_LINES
        && linesEnd + RelayMemory.SLOTS * ServerDatagram.MAX_BYTES
            < RelayMemory.LINES_AT + RelayMemory.LINES_BYTES;
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
    counters.received();
    return isSealed(slot) ? receivedSealed(slot, now) : receivedPlain(slot, now);
  }

  private boolean receivedPlain(int slot, long now) {
    if (!view.wrap(io.memory(), RelayMemory.slotAt(slot), io.size(slot))) {
      counters.malformed();
      return true;
    }
    Member sender = rooms.sender(view);
    if (sender == null) {
      return false;
    }
    if (sender.isSealed()) {
      counters.unsealed();
      return true;
    }
    if (!isFromPeer(slot, sender)) {
      if (!isFromAddress(slot, sender)) {
        counters.unauthorised();
        return true;
      }
      register(slot, sender, now);
    }
    take(sender, now);
    return true;
  }

  private boolean receivedSealed(int slot, long now) {
    int size = io.size(slot);
    if (size < SealedDatagram.OVERHEAD
        || size > ClientDatagram.MAX_BYTES + SealedDatagram.OVERHEAD) {
      counters.malformed();
      return true;
    }
    Member sender = rooms.sealedSender(sessionId(slot));
    if (sender == null) {
      return false;
    }
    boolean fromPeer = isFromPeer(slot, sender);
    if (!fromPeer && !isFromAddress(slot, sender)) {
      counters.unknownSession();
      return true;
    }
    int messageSize = io.relayMemory().open(sender.opener(), slot, size);
    if (messageSize == Opener.REFUSED) {
      if (sender.opener().isSeen()) {
        counters.replayed();
      } else {
        counters.forged();
      }
      return true;
    }
    if (messageSize > sender.maxMessageBytes()) {
      counters.malformed();
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
    } else if (isInBudget(sender, peer, 1, now)) {
      privateMessages.pass(sender, view);
    }
  }

  private void acknowledge(Member member, Peer peer) {
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

  /** Sends every room's lines to its members, and forgets them. */
  void relay() {
    RuntimeException defect = null;
    for (int i = 0; i < busy; i++) {
      try {
        relay(busyRooms[i], firstLine[i]);
      } catch (RuntimeException e) {
        // The other rooms, and what this one says next, must not suffer from it.
        defect = e;
      }
    }
    try {
      io.flush();
    } finally {
      forgetLines();
    }
    if (defect != null) {
      throw defect;
    }
  }

  private void forgetLines() {
    for (int i = 0; i < busy; i++) {
      busyRooms[i].busyIndex(NONE);
      busyRooms[i] = null;
    }
    busy = 0;
    lines = 0;
    sends = 0;
    linesEnd = RelayMemory.LINES_AT;
    blocksEnd = RelayMemory.BLOCKS_AT;
  }

  /** Takes what deliveries cost from the sender's budget, if there is anything left of it. */
  private boolean isInBudget(Member sender, Peer peer, int deliveries, long now) {
    if (sender.spend(deliveries, nanosPerDelivery, now)) {
      return true;
    }
    counters.overBudget();
    if (sender.isDueForWarning(now)) {
      io.tell(peer, "not all you send is relayed: it is more than one member may");
    }
    return false;
  }

  private void addLine(Member sender, Peer peer, long now) {
    Room room = sender.room();
    if (!isInBudget(sender, peer, room.size() - 1, now)) {
      return;
    }
    byte[] prefix = sender.prefix();
    ByteBuffer memory = io.memory();
    int at = linesEnd;
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
      io.tell(
          peer,
          "message not sent: with your name it has %d bytes, at most %d fit"
              .formatted(size, ServerDatagram.MAX_BYTES));
      return;
    }
    linesEnd += size;

    int line = lines++;
    lineAt[line] = at;
    lineSize[line] = size;
    lineSender[line] = sender;
    nextLine[line] = NONE;
    int index = room.busyIndex();
    if (index == NONE) {
      room.spoken();
      room.busyIndex(busy);
      busyRooms[busy] = room;
      firstLine[busy] = line;
      lastLine[busy] = line;
      busy++;
      sends += room.size();
    } else {
      sends += room.size() - room.batchMembers();
      nextLine[lastLine[index]] = line;
      lastLine[index] = line;
    }
  }

  private void relay(Room room, int first) {
    boolean several = nextLine[first] != NONE;
    boolean packed = false;
    Peer[] peers = room.peerArray();
    Member[] members = room.memberArray();
    boolean batches = several && room.batchMembers() > 0;
    int count = room.size();
    for (int i = 0; i < count; i++) {
      Peer peer = peers[i];
      if (peer == null) {
        continue;
      }
      if (batches && members[i].batch()) {
        if (!packed) {
          pack(first);
          packed = true;
        }
        sendPacked(members[i], peer);
      } else {
        sendLines(members[i], peer, first);
      }
    }
    if (room.backlog() != null) {
      keep(room.backlog(), first);
    }
  }

  private void keep(Backlog backlog, int first) {
    for (int line = first; line != NONE; line = nextLine[line]) {
      backlog.add(io.memory(), lineAt[line], lineSize[line], lineSender[line]);
    }
  }

  private void sendLines(Member member, Peer peer, int first) {
    for (int line = first; line != NONE; line = nextLine[line]) {
      if (lineSender[line] != member) {
        io.send(peer, lineAt[line], lineSize[line]);
        counters.relayed();
      }
    }
  }

  /**
   * Puts a room's lines one behind the other, a separator after each, and finds where datagrams
   * must be cut.
   */
  private void pack(int first) {
    ByteBuffer memory = io.memory();
    cuts = 0;
    int start = blocksEnd;
    int at = start;
    cutLine[0] = first;
    cutAt[0] = start;
    for (int line = first; line != NONE; line = nextLine[line]) {
      if (at + lineSize[line] - start > ServerDatagram.MAX_BYTES) {
        cuts++;
        cutLine[cuts] = line;
        cutAt[cuts] = at;
        start = at;
      }
      memory.put(at, memory, lineAt[line], lineSize[line]);
      at += lineSize[line];
      memory.put(at, ServerDatagram.LINE_SEPARATOR);
      at++;
    }
    cuts++;
    cutLine[cuts] = NONE;
    cutAt[cuts] = at;
    blocksEnd = at;
  }

  /** Sends the packed lines to a member, without its own. */
  private void sendPacked(Member member, Peer peer) {
    for (int i = 0; i < cuts; i++) {
      int own = 0;
      for (int line = cutLine[i]; line != cutLine[i + 1]; line = nextLine[line]) {
        if (lineSender[line] == member) {
          own++;
        } else {
          counters.relayed();
        }
      }
      int size = cutAt[i + 1] - cutAt[i] - 1;
      if (own == 0) {
        io.send(peer, cutAt[i], size);
      } else {
        sendOthers(member, peer, i, size);
      }
    }
  }

  /** Sends what one datagram's lines are without the member's own. */
  private void sendOthers(Member member, Peer peer, int cut, int atMost) {
    ByteBuffer memory = io.memory();
    int at = io.stage(atMost + 1);
    int end = at;
    for (int line = cutLine[cut]; line != cutLine[cut + 1]; line = nextLine[line]) {
      if (lineSender[line] != member) {
        memory.put(end, memory, lineAt[line], lineSize[line]);
        end += lineSize[line];
        memory.put(end, ServerDatagram.LINE_SEPARATOR);
        end++;
      }
    }
    if (end > at) {
      io.send(peer, at, end - at - 1);
    }
  }
}
