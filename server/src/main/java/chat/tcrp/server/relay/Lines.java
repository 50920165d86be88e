package chat.tcrp.server.relay;

import chat.tcrp.protocol.ServerDatagram;
import chat.tcrp.server.net.RelayMemory;
import chat.tcrp.server.rooms.Member;
import chat.tcrp.server.rooms.Room;
import java.util.Arrays;

/**
 * What has been said and not yet been sent: each room's lines, in their order. The rooms take
 * turns, so that what is said in one waits for a bounded part of what is said in another.
 */
final class Lines {
  /** No line, no place. */
  static final int NONE = -1;

  /** About so many datagrams may wait to be sent: some tens of milliseconds of work. */
  private static final int MAX_SENDS = 8192;

  /** About so many datagrams of a room are sent in a turn, less than a millisecond of work. */
  private static final int TURN = 256;

  /** Where lines go. */
  interface Out {
    /** Sends a room's line, and those that follow it, to the members. */
    void send(Room room, int first);

    /** Has everything gone that was sent; its memory is free again. */
    void flush();
  }

  private final int[] at = new int[RelayMemory.MAX_LINES];
  private final int[] size = new int[RelayMemory.MAX_LINES];
  private final Member[] sender = new Member[RelayMemory.MAX_LINES];
  private final long[] senderId = new long[RelayMemory.MAX_LINES];
  private final int[] next = new int[RelayMemory.MAX_LINES];
  private int count;
  private int end = RelayMemory.LINES_AT;

  /** How many datagrams the lines will become, about. */
  private int sends;

  // The rooms that have lines, and each one's first and last.
  private final Room[] rooms = new Room[RelayMemory.MAX_LINES];
  private final int[] first = new int[RelayMemory.MAX_LINES];
  private final int[] last = new int[RelayMemory.MAX_LINES];
  private int busy;

  /** Whether as many lines as there are slots can be added before {@link #relay}. */
  boolean hasRoom() {
    return sends < MAX_SENDS
        && count + RelayMemory.SLOTS < RelayMemory.MAX_LINES
        && end + RelayMemory.SLOTS * ServerDatagram.MAX_BYTES
            < RelayMemory.LINES_AT + RelayMemory.LINES_BYTES;
  }

  /** Whether there are lines that have not had their turn. */
  boolean isWaiting() {
    return busy > 0;
  }

  /** Where the next line is to be composed. */
  int end() {
    return end;
  }

  /**
   * Adds the line that has been composed at {@link #end}.
   *
   * @param from null when it is nobody to whom anything is sent from here
   * @param id of the sender, wherever it is
   */
  void add(Room room, Member from, long id, int bytes) {
    int line = count++;
    at[line] = end;
    size[line] = bytes;
    sender[line] = from;
    senderId[line] = id;
    next[line] = NONE;
    end += bytes;
    room.spoken();
    int index = room.busyIndex();
    if (index == NONE) {
      room.busyIndex(busy);
      rooms[busy] = room;
      first[busy] = line;
      last[busy] = line;
      busy++;
      sends += room.size();
    } else {
      sends += room.size() - room.batchMembers();
      next[last[index]] = line;
      last[index] = line;
    }
  }

  int at(int line) {
    return at[line];
  }

  int size(int line) {
    return size[line];
  }

  Member sender(int line) {
    return sender[line];
  }

  long senderId(int line) {
    return senderId[line];
  }

  /** The line of the same room behind one, or {@link #NONE}. */
  int next(int line) {
    return next[line];
  }

  /**
   * Gives each room its turn, and again while there is no room for more lines.
   *
   * @throws RuntimeException a defect that was met; only lines that met it are lost
   */
  void relay(Out out) {
    RuntimeException defect = null;
    do {
      try {
        turn(out);
      } catch (RuntimeException e) {
        // The other rooms, and what this one says next, must not suffer from it.
        defect = e;
      }
    } while (!hasRoom());
    if (defect != null) {
      throw defect;
    }
  }

  private void turn(Out out) {
    RuntimeException defect = null;
    int turns = busy;
    busy = 0;
    for (int i = 0; i < turns; i++) {
      Room room = rooms[i];
      int line = first[i];
      keep(room, cut(room, line), last[i]);
      try {
        out.send(room, line);
      } catch (RuntimeException e) {
        defect = e;
      }
    }
    Arrays.fill(rooms, busy, turns, null);
    flush(out);
    if (defect != null) {
      throw defect;
    }
  }

  /**
   * Sends all lines of a room that wait: somebody is about to go who has said or shall hear them.
   */
  void finish(Room room, Out out) {
    int index = room.busyIndex();
    if (index == NONE) {
      return;
    }
    room.busyIndex(NONE);
    sends -= room.batchMembers();
    for (int line = first[index]; line != NONE; line = next[line]) {
      sends -= room.size() - room.batchMembers();
    }
    int line = first[index];
    busy--;
    if (index < busy) {
      rooms[index] = rooms[busy];
      first[index] = first[busy];
      last[index] = last[busy];
      rooms[index].busyIndex(index);
    }
    rooms[busy] = null;
    try {
      out.send(room, line);
    } finally {
      flush(out);
    }
  }

  /** Has what was sent go, and begins anew when nothing waits. */
  private void flush(Out out) {
    try {
      out.flush();
    } catch (RuntimeException e) {
      forget();
      throw e;
    }
    if (busy == 0) {
      forget();
    }
  }

  /** Has a room wait for its next turn, if it has lines for one. */
  private void keep(Room room, int rest, int end) {
    if (rest == NONE) {
      room.busyIndex(NONE);
      return;
    }
    room.busyIndex(busy);
    rooms[busy] = room;
    first[busy] = rest;
    last[busy] = end;
    busy++;
  }

  /** Cuts off what of a room's lines is too much for a turn, and answers where it begins. */
  private int cut(Room room, int from) {
    int together = room.batchMembers();
    int each = room.size() - together;
    int rest = NONE;
    int taken = 0;
    if (each > 0) {
      // To take apart what can go in one datagram would be more work, not less.
      int most = Math.max(1, Math.max(TURN, together) / each);
      int line = from;
      for (taken = 1; taken < most && next[line] != NONE; taken++) {
        line = next[line];
      }
      rest = next[line];
      next[line] = NONE;
    }
    sends -= taken * each + (rest == NONE ? together : 0);
    return rest;
  }

  private void forget() {
    for (int i = 0; i < busy; i++) {
      rooms[i].busyIndex(NONE);
      rooms[i] = null;
    }
    busy = 0;
    count = 0;
    sends = 0;
    end = RelayMemory.LINES_AT;
  }
}
