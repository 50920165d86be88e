package chat.tcrp.server.net;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Waits for a socket, and for whoever wants the waiting to end. */
final class Epoll {
  private static final ValueLayout.OfInt UNALIGNED_INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT;
  private static final long NANOS = 1_000_000_000;
  private static final int MAX_EVENTS = 2;

  private final Libc libc;
  private final Libc wakeLibc;
  private final int epollFd;
  private final int wakeFd;
  private final MemorySegment events;
  private final MemorySegment resting;
  private final MemorySegment restTime;
  private final MemorySegment wakeCount;
  private final MemorySegment wakeValue;

  /**
   * Watches a socket.
   *
   * @param libc the calls of the thread that will wait
   */
  Epoll(Arena arena, Libc libc, int socket) throws IOException {
    this.libc = libc;
    wakeLibc = new Libc(arena);
    events = arena.allocate((long) MAX_EVENTS * Libc.EPOLL_EVENT_BYTES, LONG.byteSize());
    resting = arena.allocate(2L * Libc.POLL_FD_BYTES, LONG.byteSize());
    restTime = arena.allocate(2 * LONG.byteSize(), LONG.byteSize());
    wakeCount = arena.allocate(LONG);
    wakeValue = arena.allocate(LONG);
    wakeValue.set(LONG, 0, 1);
    epollFd = libc.check("epoll_create1", libc.epollCreate1(Libc.EPOLL_CLOEXEC));
    int opened = libc.eventfd(0, Libc.EFD_NONBLOCK | Libc.EFD_CLOEXEC);
    try {
      wakeFd = libc.check("eventfd", opened);
      watch(socket);
      watch(wakeFd);
      resting.set(INT, 0, wakeFd);
      resting.set(SHORT, Libc.POLL_EVENTS_AT, Libc.POLLIN);
      // Nothing is asked of the socket: an error is told all the same.
      resting.set(INT, Libc.POLL_FD_BYTES, socket);
    } catch (IOException e) {
      if (opened >= 0) {
        libc.close(opened);
      }
      libc.close(epollFd);
      throw e;
    }
  }

  private void watch(int file) throws IOException {
    events.set(UNALIGNED_INT, 0, Libc.EPOLLIN);
    events.set(UNALIGNED_INT, Libc.EPOLL_FILE_AT, file);
    libc.check("epoll_ctl", libc.epollCtl(epollFd, Libc.EPOLL_CTL_ADD, file, events));
  }

  /**
   * Waits until something can be received, {@link #wakeup} is called or the time is over.
   *
   * @return whether the socket has an error to report
   */
  boolean await(int millis) throws IOException {
    int ready = libc.epollWait(epollFd, events, MAX_EVENTS, millis);
    if (ready < 0 && libc.errno() != Libc.EINTR) {
      libc.check("epoll_wait", ready);
    }
    boolean error = false;
    for (int i = 0; i < ready; i++) {
      long event = (long) i * Libc.EPOLL_EVENT_BYTES;
      if (events.get(UNALIGNED_INT, event + Libc.EPOLL_FILE_AT) == wakeFd) {
        libc.read(wakeFd, wakeCount, LONG.byteSize());
      } else {
        error |= (events.get(UNALIGNED_INT, event) & Libc.EPOLLERR) != 0;
      }
    }
    return error;
  }

  /**
   * Waits until {@link #wakeup} is called, the socket has an error to report or the time is over.
   *
   * @return whether the socket has an error to report
   */
  boolean rest(long nanos) throws IOException {
    restTime.set(LONG, 0, nanos / NANOS);
    restTime.set(LONG, LONG.byteSize(), nanos % NANOS);
    int ready = libc.ppoll(resting, 2, restTime);
    if (ready <= 0) {
      if (ready < 0 && libc.errno() != Libc.EINTR) {
        libc.check("ppoll", ready);
      }
      return false;
    }
    if (resting.get(SHORT, Libc.POLL_ANSWER_AT) != 0) {
      libc.read(wakeFd, wakeCount, LONG.byteSize());
    }
    return (resting.get(SHORT, Libc.POLL_FD_BYTES + Libc.POLL_ANSWER_AT) & Libc.POLLERR) != 0;
  }

  /** Ends the present or the next wait; from any thread, one at a time, and not after the close. */
  void wakeup() {
    wakeLibc.write(wakeFd, wakeValue, LONG.byteSize());
  }

  /**
   * Closes what the waiting has needed, but not the socket; answers less than 0 when that fails.
   */
  int close() {
    return libc.close(wakeFd) + libc.close(epollFd);
  }
}
