package chat.tcrp.server.net;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/**
 * One {@code sendmmsg} for up to {@value #MAX_QUEUED} datagrams: the structures lie ready, and for
 * a delivery only the address, the place and the size are written.
 */
final class SendBatch {
  static final int MAX_QUEUED = 1024;

  /**
   * How long a full send buffer is waited for before datagrams are given up: fresh news beats old
   * news.
   */
  private static final int SEND_PATIENCE_MILLIS = 20;

  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

  private final Libc libc;
  private final int socket;
  private final ErrorQueue errors;
  private final long memoryAddress;
  private final PacketInfo packetInfo;
  private final MemorySegment headers;
  private final MemorySegment names;
  private final MemorySegment pieces;
  private final MemorySegment controls;
  private final MemorySegment pollFds;
  private final Destination[] peers = new Destination[MAX_QUEUED];

  /** What {@link #controls} hold at present. */
  private final PacketInfo.Local[] sources = new PacketInfo.Local[MAX_QUEUED];

  private final SendCounts counts = new SendCounts();
  private int queued;

  SendBatch(Arena arena, Libc libc, UdpSocket socket, RelayMemory memory, ErrorQueue errors) {
    this.libc = libc;
    this.socket = socket.fd();
    this.errors = errors;
    this.memoryAddress = memory.address();
    this.packetInfo = socket.packetInfo().orElse(null);
    headers = arena.allocate((long) MAX_QUEUED * MessageHeader.BYTES, LONG.byteSize());
    names = arena.allocate((long) MAX_QUEUED * SocketName.PLACE_BYTES, LONG.byteSize());
    pieces = arena.allocate((long) MAX_QUEUED * MessageHeader.IOVEC_BYTES, LONG.byteSize());
    controls = arena.allocate((long) MAX_QUEUED * PacketInfo.BYTES, LONG.byteSize());
    pollFds = arena.allocate(Libc.POLL_FD_BYTES, LONG.byteSize());
    pollFds.set(INT, 0, socket.fd());
    pollFds.set(ValueLayout.JAVA_SHORT, Libc.POLL_EVENTS_AT, Libc.POLLOUT);
    for (int i = 0; i < MAX_QUEUED; i++) {
      long header = (long) i * MessageHeader.BYTES;
      headers.set(
          LONG,
          header + MessageHeader.NAME_AT,
          names.address() + (long) i * SocketName.PLACE_BYTES);
      headers.set(INT, header + MessageHeader.NAME_SIZE_AT, socket.names().size());
      headers.set(
          LONG,
          header + MessageHeader.IOV_AT,
          pieces.address() + (long) i * MessageHeader.IOVEC_BYTES);
      headers.set(LONG, header + MessageHeader.IOV_COUNT_AT, 1);
      headers.set(LONG, header + MessageHeader.CONTROL_AT, controls.address() + controlAt(i));
    }
  }

  SendCounts counts() {
    return counts;
  }

  /** Queues a datagram; sends what is queued when there is no room. */
  void add(Destination to, int offset, int size) {
    // The system reads from where it is told, whatever lies there.
    Objects.checkFromIndexSize(offset, size, RelayMemory.BYTES);
    if (queued == MAX_QUEUED) {
      send();
    }
    long name = (long) queued * SocketName.PLACE_BYTES;
    names.set(LONG, name, to.word0());
    names.set(LONG, name + 8, to.word1());
    names.set(LONG, name + 16, to.word2());
    names.set(LONG, name + 24, to.word3());
    long piece = (long) queued * MessageHeader.IOVEC_BYTES;
    pieces.set(LONG, piece, memoryAddress + offset);
    pieces.set(LONG, piece + MessageHeader.IOVEC_SIZE_AT, size);
    if (to.source() != sources[queued]) {
      sendFrom(to.source());
    }
    peers[queued] = to;
    queued++;
  }

  /** Says from which address of ours the datagram goes that is being queued. */
  private void sendFrom(PacketInfo.Local source) {
    if (source != null) {
      packetInfo.write(controls, controlAt(queued), source);
    }
    headers.set(
        LONG,
        (long) queued * MessageHeader.BYTES + MessageHeader.CONTROL_SIZE_AT,
        source == null ? 0 : packetInfo.size());
    sources[queued] = source;
  }

  private static long controlAt(int i) {
    return (long) i * PacketInfo.BYTES;
  }

  /**
   * Sends all that is queued. The system stops at the first datagram that fails, and says so only
   * when asked to begin with that one: so each failure is one peer's, and the others are sent all
   * the same.
   */
  void send() {
    try {
      sendAll();
    } finally {
      // Whatever happens: the memory that is sent from is about to be used for something else.
      queued = 0;
    }
  }

  private void sendAll() {
    int done = 0;
    boolean waited = false;
    boolean again = false;
    while (done < queued) {
      MemorySegment rest = headers.asSlice((long) done * MessageHeader.BYTES);
      int sent = libc.sendmmsg(socket, rest, queued - done, Libc.MSG_DONTWAIT);
      if (sent > 0) {
        for (int i = done; i < done + sent; i++) {
          peers[i].sendSucceeded();
        }
        counts.addSent(sent);
        done += sent;
        waited = false;
        again = false;
        continue;
      }
      int errno = libc.errno();
      if (errors.isReport(errno) && !again) {
        // Most likely a report of an earlier one; if it is of this very one, the second try says
        // so too.
        again = true;
        continue;
      }
      again = false;
      if (errno == Libc.EINTR) {
        continue;
      }
      if (errno == Libc.EAGAIN) {
        if (waited) {
          // The queue has not moved in all that time: what is left is lost, as datagrams may be.
          counts.addGivenUp(queued - done);
          break;
        }
        libc.poll(pollFds, 1, SEND_PATIENCE_MILLIS);
        waited = true;
        continue;
      }
      peers[done].sendFailed();
      counts.addFailed();
      done++;
    }
  }
}
