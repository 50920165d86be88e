package chat.tcrp.server.rooms;

import chat.tcrp.protocol.Token;
import java.nio.ByteBuffer;

/**
 * Finds a member by the token in a datagram, without copying it out: an open-addressing hash table
 * over the 24 bytes of the tokens that {@link Token#random} makes. Tokens are random, so their own
 * bytes are the hash; nobody can choose them.
 */
final class TokenTable {
  private static final int WORDS = Token.RANDOM_BYTES / Long.BYTES;
  private static final int INITIAL_SLOTS = 64;

  /** Three words of token for each slot of {@link #members}. */
  private long[] words = new long[INITIAL_SLOTS * WORDS];

  private Member[] members = new Member[INITIAL_SLOTS];
  private int size;

  int size() {
    return size;
  }

  void put(Member member) {
    if ((size + 1) * 2 > members.length) {
      grow();
    }
    ByteBuffer token = bytes(member.token());
    insert(token.getLong(0), token.getLong(8), token.getLong(16), member);
    size++;
  }

  /** The member whose token lies in the buffer, or null: this is asked for every datagram. */
  Member get(ByteBuffer buffer, int offset, int tokenSize) {
    if (tokenSize != Token.RANDOM_BYTES) {
      return null;
    }
    int slot =
        find(buffer.getLong(offset), buffer.getLong(offset + 8), buffer.getLong(offset + 16));
    return members[slot];
  }

  /** The member with this token, or null. */
  Member get(Token token) {
    ByteBuffer bytes = bytes(token);
    return get(bytes, 0, bytes.capacity());
  }

  void remove(Token token) {
    ByteBuffer bytes = bytes(token);
    int hole = find(bytes.getLong(0), bytes.getLong(8), bytes.getLong(16));
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
      insert(words[slot * WORDS], words[slot * WORDS + 1], words[slot * WORDS + 2], moved);
    }
  }

  private void grow() {
    long[] oldWords = words;
    Member[] oldMembers = members;
    words = new long[oldWords.length * 2];
    members = new Member[oldMembers.length * 2];
    for (int i = 0; i < oldMembers.length; i++) {
      if (oldMembers[i] != null) {
        insert(
            oldWords[i * WORDS], oldWords[i * WORDS + 1], oldWords[i * WORDS + 2], oldMembers[i]);
      }
    }
  }

  private void insert(long a, long b, long c, Member member) {
    int slot = find(a, b, c);
    words[slot * WORDS] = a;
    words[slot * WORDS + 1] = b;
    words[slot * WORDS + 2] = c;
    members[slot] = member;
  }

  /** The slot of a token, or the free slot where it would go. */
  private int find(long a, long b, long c) {
    int mask = members.length - 1;
    long hash = (a ^ Long.rotateLeft(b, 21) ^ Long.rotateLeft(c, 42)) * 0x9e3779b97f4a7c15L;
    int slot = (int) (hash >>> 32) & mask;
    while (members[slot] != null
        && (words[slot * WORDS] != a
            || words[slot * WORDS + 1] != b
            || words[slot * WORDS + 2] != c)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private static ByteBuffer bytes(Token token) {
    return ByteBuffer.wrap(token.encode());
  }
}
