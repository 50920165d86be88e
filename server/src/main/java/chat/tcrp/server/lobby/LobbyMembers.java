package chat.tcrp.server.lobby;

import chat.tcrp.server.net.DatagramIo;
import java.util.Arrays;
import java.util.function.Predicate;

/**
 * Who is in the lobby, by address: a list to walk for every message, and a hash table over it to
 * find a datagram's sender without making an object of the address.
 */
final class LobbyMembers {
  private static final int NONE = -1;
  private static final int INITIAL_CAPACITY = 16;

  private final DatagramIo io;
  private LobbyMember[] members = new LobbyMember[INITIAL_CAPACITY];
  private int size;

  /** Positions in the list; four for each member that fits it. */
  private int[] table = emptyTable(INITIAL_CAPACITY);

  LobbyMembers(DatagramIo io) {
    this.io = io;
  }

  int size() {
    return size;
  }

  LobbyMember get(int position) {
    return members[position];
  }

  /**
   * The member that the datagram in a slot came from, or that a refusal in it is about; null if
   * there is none.
   */
  LobbyMember find(int slot) {
    int hash = io.sourceHash(slot);
    int mask = table.length - 1;
    for (int i = hash & mask; table[i] != NONE; i = (i + 1) & mask) {
      LobbyMember member = members[table[i]];
      if (member.hash() == hash && io.isFrom(slot, member.peer())) {
        return member;
      }
    }
    return null;
  }

  /** Makes the sender of the datagram in a slot, who is none yet, a member. */
  LobbyMember add(int slot, long now) {
    if (size == members.length) {
      members = Arrays.copyOf(members, size * 2);
      table = emptyTable(members.length);
      for (int i = 0; i < size; i++) {
        index(i);
      }
    }
    LobbyMember member = new LobbyMember(io.peer(slot), io.sourceHash(slot), now);
    members[size] = member;
    index(size);
    size++;
    return member;
  }

  /** Removes whoever the condition holds for; answers how many. */
  int removeIf(Predicate<LobbyMember> condition) {
    int kept = 0;
    for (int i = 0; i < size; i++) {
      if (!condition.test(members[i])) {
        members[kept++] = members[i];
      }
    }
    int removed = size - kept;
    if (removed > 0) {
      Arrays.fill(members, kept, size, null);
      size = kept;
      table = emptyTable(members.length);
      for (int i = 0; i < size; i++) {
        index(i);
      }
    }
    return removed;
  }

  private void index(int position) {
    int mask = table.length - 1;
    int i = members[position].hash() & mask;
    while (table[i] != NONE) {
      i = (i + 1) & mask;
    }
    table[i] = position;
  }

  private static int[] emptyTable(int capacity) {
    int[] table = new int[capacity * 4];
    Arrays.fill(table, NONE);
    return table;
  }
}
