package chat.tcrp.server.net;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;

/**
 * One {@code recvmmsg} for up to {@link RelayMemory#SLOTS} datagrams: the structures lie ready, and
 * only what the system has written to is made ready again. One slot more is for datagrams and
 * refusals that come in another way.
 */
final class ReceiveBatch {
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
  private static final long LOW_INT = 0xffffffffL;
  private static final int NAME_BYTES = SocketName.PLACE_BYTES;

  private final Libc libc;
  private final int socket;
  private final ErrorQueue errors;
  private final RelayMemory memory;
  private final SocketName names;

  /** Null when the socket has but one address. */
  private final PacketInfo packetInfo;

  private final SourceChoice choice;
  private final MemorySegment headers;
  private final MemorySegment places;
  private final MemorySegment controls;
  private final int[] sizes = new int[RelayMemory.SLOTS + 1];

  /** How many headers the system has written to since they were made ready. */
  private int used = RelayMemory.SLOTS;

  ReceiveBatch(
      Arena arena,
      Libc libc,
      UdpSocket socket,
      RelayMemory memory,
      MemorySegment places,
      SourceChoice choice,
      ErrorQueue errors) {
    this.libc = libc;
    this.socket = socket.fd();
    this.errors = errors;
    this.memory = memory;
    this.names = socket.names();
    this.packetInfo = socket.packetInfo().orElse(null);
    this.places = places;
    this.choice = choice;
    headers = arena.allocate((long) RelayMemory.SLOTS * MessageHeader.BYTES, LONG.byteSize());
    controls = arena.allocate((long) (RelayMemory.SLOTS + 1) * PacketInfo.BYTES, LONG.byteSize());
    MemorySegment pieces =
        arena.allocate((long) RelayMemory.SLOTS * MessageHeader.IOVEC_BYTES, LONG.byteSize());
    for (int slot = 0; slot < RelayMemory.SLOTS; slot++) {
      long piece = (long) slot * MessageHeader.IOVEC_BYTES;
      pieces.set(LONG, piece, memory.address() + RelayMemory.slotAt(slot));
      pieces.set(LONG, piece + MessageHeader.IOVEC_SIZE_AT, RelayMemory.DATAGRAM_BYTES);
      long header = (long) slot * MessageHeader.BYTES;
      headers.set(LONG, header + MessageHeader.NAME_AT, places.address() + nameAt(slot));
      headers.set(LONG, header + MessageHeader.IOV_AT, pieces.address() + piece);
      headers.set(LONG, header + MessageHeader.IOV_COUNT_AT, 1);
      headers.set(LONG, header + MessageHeader.CONTROL_AT, controls.address() + controlAt(slot));
    }
  }

  /** Memory for the addresses of all slots. */
  static MemorySegment places(Arena arena) {
    return arena.allocate((long) (RelayMemory.SLOTS + 1) * NAME_BYTES, LONG.byteSize());
  }

  /** The place of a slot's address. */
  static MemorySegment place(MemorySegment places, int slot) {
    return places.asSlice(nameAt(slot), NAME_BYTES);
  }

  /** Takes what is waiting; answers how many slots are filled. */
  int receive() throws IOException {
    int controlSize = packetInfo == null ? 0 : PacketInfo.BYTES;
    for (int slot = 0; slot < used; slot++) {
      long header = (long) slot * MessageHeader.BYTES;
      headers.set(INT, header + MessageHeader.NAME_SIZE_AT, names.size());
      headers.set(LONG, header + MessageHeader.CONTROL_SIZE_AT, controlSize);
    }
    used = 0;
    int n;
    do {
      n = libc.recvmmsg(socket, headers, RelayMemory.SLOTS, Libc.MSG_DONTWAIT);
    } while (n < 0 && errors.isReport(libc.errno()));
    if (n < 0) {
      int errno = libc.errno();
      if (errno != Libc.EAGAIN && errno != Libc.EINTR) {
        libc.check("recvmmsg", n);
      }
      return 0;
    }
    used = n;
    for (int slot = 0; slot < n; slot++) {
      sizes[slot] = headers.get(INT, (long) slot * MessageHeader.BYTES + MessageHeader.RECEIVED_AT);
    }
    return n;
  }

  /** Puts a datagram into the last slot as if it had been received. */
  int place(ByteBuffer datagram, InetSocketAddress source, Optional<InetAddress> local) {
    int slot = RelayMemory.SLOTS;
    Objects.checkIndex(datagram.capacity(), RelayMemory.DATAGRAM_BYTES + 1);
    memory.buffer().put(RelayMemory.slotAt(slot), datagram, 0, datagram.capacity());
    sizes[slot] = datagram.capacity();
    names.write(source, place(places, slot));
    if (packetInfo != null) {
      packetInfo.writeReceived(controls, controlAt(slot), local.orElseThrow());
    }
    return slot;
  }

  int size(int slot) {
    return sizes[slot];
  }

  InetSocketAddress source(int slot) {
    return names.read(place(places, slot));
  }

  Optional<InetAddress> local(int slot) {
    return packetInfo == null
        ? Optional.empty()
        : Optional.of(packetInfo.address(controls, controlAt(slot)));
  }

  boolean isFrom(int slot, Destination peer) {
    long at = nameAt(slot);
    if (places.get(LONG, at) != peer.word0()) {
      return false;
    }
    return names.isFour()
        || (places.get(LONG, at + 8) == peer.word1()
            && places.get(LONG, at + 16) == peer.word2()
            && (places.get(LONG, at + 24) & LOW_INT) == peer.word3());
  }

  boolean isTo(int slot, PacketInfo.Local local) {
    return packetInfo == null || packetInfo.isTo(controls, controlAt(slot), local);
  }

  Destination destination(int slot) {
    long at = nameAt(slot);
    boolean four = names.isFour();
    PacketInfo.Local local = packetInfo == null ? null : packetInfo.read(controls, controlAt(slot));
    return new Destination(
        source(slot),
        places.get(LONG, at),
        four ? 0 : places.get(LONG, at + 8),
        four ? 0 : places.get(LONG, at + 16),
        four ? 0 : places.get(LONG, at + 24) & LOW_INT,
        local,
        local != null && packetInfo.isIn(choice.towards(place(places, slot)), local));
  }

  int sourceHash(int slot) {
    long at = nameAt(slot);
    long words = places.get(LONG, at);
    if (!names.isFour()) {
      words = words * 31 + places.get(LONG, at + 8);
      words = words * 31 + places.get(LONG, at + 16);
    }
    return Long.hashCode(words * 0x9e3779b97f4a7c15L);
  }

  private static long nameAt(int slot) {
    return (long) slot * NAME_BYTES;
  }

  private static long controlAt(int slot) {
    return (long) slot * PacketInfo.BYTES;
  }
}
