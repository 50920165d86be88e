package chat.tcrp.server.rooms;

/**
 * Finds a member by the id of its sealed session: an open-addressing hash table. The ids come out
 * of the TLS exporter, so they are as good as random; nobody can choose them.
 */
final class SealedTable {
  private static final int INITIAL_SLOTS = 64;

  private long[] ids = new long[INITIAL_SLOTS];
  private Member[] members = new Member[INITIAL_SLOTS];
  private int size;

  int size() {
    return size;
  }

  void put(long id, Member member) {
    if ((size + 1) * 2 > members.length) {
      grow();
    }
    int slot = find(id);
    if (members[slot] == null) {
      size++;
    }
    ids[slot] = id;
    members[slot] = member;
  }

  /** The member whose session has this id, or null: this is asked for every sealed datagram. */
  Member get(long id) {
    return members[find(id)];
  }

  void remove(long id) {
    int hole = find(id);
    if (members[hole] == null) {
      return;
    }
    members[hole] = null;
    size--;
    // Close the gap: what stands behind it in the same run may have wanted an earlier slot.
    int mask = members.length - 1;
    for (int slot = (hole + 1) & mask; members[slot] != null; slot = (slot + 1) & mask) {
      Member moved = members[slot];
      members[slot] = null;
      insert(ids[slot], moved);
    }
  }

  private void grow() {
    long[] oldIds = ids;
    Member[] oldMembers = members;
    ids = new long[oldIds.length * 2];
    members = new Member[oldMembers.length * 2];
    for (int i = 0; i < oldMembers.length; i++) {
      if (oldMembers[i] != null) {
        insert(oldIds[i], oldMembers[i]);
      }
    }
  }

  private void insert(long id, Member member) {
    int slot = find(id);
    ids[slot] = id;
    members[slot] = member;
  }

  /** The slot of an id, or the free slot where it would go. */
  private int find(long id) {
    int mask = members.length - 1;
    int slot = (int) ((id * 0x9e3779b97f4a7c15L) >>> 32) & mask;
    while (members[slot] != null && ids[slot] != id) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }
}
