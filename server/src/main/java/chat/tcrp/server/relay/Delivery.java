package chat.tcrp.server.relay;

import chat.tcrp.protocol.ServerDatagram;
import chat.tcrp.server.base.Peer;
import chat.tcrp.server.metrics.Count;
import chat.tcrp.server.metrics.LoopMetrics;
import chat.tcrp.server.net.DatagramIo;
import chat.tcrp.server.net.RelayMemory;
import chat.tcrp.server.rooms.Backlog;
import chat.tcrp.server.rooms.Elsewhere;
import chat.tcrp.server.rooms.Member;
import chat.tcrp.server.rooms.Room;
import java.nio.ByteBuffer;

/**
 * Sends the lines of a room to its members: one datagram a line, or, to members who accept batches,
 * as many lines in a datagram as fit.
 */
final class Delivery implements Lines.Out {
  private final Lines lines;
  private final DatagramIo io;
  private final LoopMetrics metrics;
  private final Elsewhere elsewhere;

  // The lines of the room that is being packed, one behind the other with separators, and where
  // datagrams are cut.
  private final int[] cutLine = new int[RelayMemory.MAX_LINES];
  private final int[] cutAt = new int[RelayMemory.MAX_LINES];
  private int cuts;
  private int blocksEnd = RelayMemory.BLOCKS_AT;

  /** Deliveries that are not counted yet. */
  private int delivered;

  Delivery(Lines lines, DatagramIo io, LoopMetrics metrics, Elsewhere elsewhere) {
    this.elsewhere = elsewhere;
    this.lines = lines;
    this.io = io;
    this.metrics = metrics;
  }

  @Override
  public void flush() {
    try {
      io.flush();
    } finally {
      blocksEnd = RelayMemory.BLOCKS_AT;
      metrics.add(Count.DELIVERIES, delivered);
      delivered = 0;
    }
  }

  @Override
  public void send(Room room, int first) {
    int before = delivered;
    boolean several = lines.next(first) != Lines.NONE;
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
    room.delivered(delivered - before);
    if (room.elsewhere() > 0 && !room.isGuest()) {
      for (int line = first; line != Lines.NONE; line = lines.next(line)) {
        elsewhere.line(room, lines.sender(line), io.memory(), lines.at(line), lines.size(line));
      }
    }
    if (room.backlog() != null) {
      keep(room.backlog(), first);
    }
  }

  private void keep(Backlog backlog, int first) {
    for (int line = first; line != Lines.NONE; line = lines.next(line)) {
      backlog.add(io.memory(), lines.at(line), lines.size(line), lines.senderId(line));
    }
  }

  private void sendLines(Member member, Peer peer, int first) {
    for (int line = first; line != Lines.NONE; line = lines.next(line)) {
      if (lines.sender(line) != member) {
        io.send(peer, lines.at(line), lines.size(line));
        delivered++;
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
    for (int line = first; line != Lines.NONE; line = lines.next(line)) {
      if (at + lines.size(line) - start > ServerDatagram.MAX_BYTES) {
        cuts++;
        cutLine[cuts] = line;
        cutAt[cuts] = at;
        start = at;
      }
      memory.put(at, memory, lines.at(line), lines.size(line));
      at += lines.size(line);
      memory.put(at, ServerDatagram.LINE_SEPARATOR);
      at++;
    }
    cuts++;
    cutLine[cuts] = Lines.NONE;
    cutAt[cuts] = at;
    blocksEnd = at;
  }

  /** Sends the packed lines to a member, without its own. */
  private void sendPacked(Member member, Peer peer) {
    for (int i = 0; i < cuts; i++) {
      int own = 0;
      for (int line = cutLine[i]; line != cutLine[i + 1]; line = lines.next(line)) {
        if (lines.sender(line) == member) {
          own++;
        } else {
          delivered++;
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
    for (int line = cutLine[cut]; line != cutLine[cut + 1]; line = lines.next(line)) {
      if (lines.sender(line) != member) {
        memory.put(end, memory, lines.at(line), lines.size(line));
        end += lines.size(line);
        memory.put(end, ServerDatagram.LINE_SEPARATOR);
        end++;
      }
    }
    if (end > at) {
      io.send(peer, at, end - at - 1);
    }
  }
}
