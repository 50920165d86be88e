package chat.tcrp.server.net;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * From which of our addresses the system sends to somebody if nothing is said. Where that is the
 * right one already, saying it with every datagram would only cost time.
 */
final class SourceChoice {
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;

  private final Libc libc;
  private final SocketName names;
  private final int fd;
  private final MemorySegment nobody;
  private final MemorySegment chosen;
  private final MemorySegment size;

  SourceChoice(Arena arena, Libc libc, SocketName names) throws IOException {
    this.libc = libc;
    this.names = names;
    nobody = arena.allocate(SocketName.PLACE_BYTES, Long.BYTES);
    chosen = arena.allocate(SocketName.PLACE_BYTES, Long.BYTES);
    size = arena.allocate(INT);
    fd =
        libc.check(
            "socket",
            libc.socket(
                names.isFour() ? Libc.AF_INET : Libc.AF_INET6,
                Libc.SOCK_DGRAM | Libc.SOCK_CLOEXEC,
                0));
  }

  /**
   * The address that the system chooses; a name of this socket's family, which holds until the next
   * call. Empty, all zeros, where there is no way.
   */
  MemorySegment towards(MemorySegment destination) {
    chosen.fill((byte) 0);
    // A socket keeps the address that was chosen first, until it is told to be nobody's.
    if (libc.connect(fd, destination, names.size()) == 0) {
      size.set(INT, 0, SocketName.PLACE_BYTES);
      libc.getsockname(fd, chosen, size);
      libc.connect(fd, nobody, names.size());
    }
    return chosen;
  }

  /** Answers less than 0 when that fails. */
  int close() {
    return libc.close(fd);
  }
}
