package chat.tcrp.server.relay;

import chat.tcrp.protocol.ServerDatagram;
import chat.tcrp.server.metrics.Count;
import chat.tcrp.server.metrics.LoopMetrics;
import chat.tcrp.server.net.DatagramIo;
import chat.tcrp.server.rooms.Backlog;
import chat.tcrp.server.rooms.Member;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Sends members who have come back what was said while they were away, a little at a time, so that
 * neither they nor anybody else is overrun. What is said meanwhile comes behind it.
 */
final class CatchUps {
  /** How often a little is sent. */
  static final Duration INTERVAL = Duration.ofMillis(10);

  /** How many datagrams one member is sent at a time. */
  private static final int DATAGRAMS_AT_ONCE = 4;

  private final DatagramIo io;
  private final LoopMetrics metrics;
  private final List<Member> members = new ArrayList<>();
  private long due;

  CatchUps(DatagramIo io, LoopMetrics metrics) {
    this.io = io;
    this.metrics = metrics;
  }

  /** Begins to send a member what it has missed. */
  void add(Member member, long now) {
    if (members.isEmpty()) {
      due = now;
    }
    if (!members.contains(member)) {
      members.add(member);
    }
  }

  /** How long until there is something to send, in nanoseconds. */
  long nanosUntilWork(long now) {
    return members.isEmpty() ? Long.MAX_VALUE : Math.max(0, due - now);
  }

  void work(long now) {
    if (members.isEmpty() || due - now > 0) {
      return;
    }
    due = now + INTERVAL.toNanos();
    members.removeIf(member -> member.isGone() || member.peer() == null || isUpToDate(member));
  }

  /** Sends a little; answers whether nothing is missing any more. */
  private boolean isUpToDate(Member member) {
    for (int i = 0; i < DATAGRAMS_AT_ONCE && member.isBehind(); i++) {
      member.sent(send(member, member.sent() + 1));
    }
    return !member.isBehind();
  }

  /** Sends a datagram with lines from a number on; answers the number of the last one. */
  private long send(Member member, long from) {
    Backlog backlog = member.room().backlog();
    ByteBuffer memory = io.memory();
    int at = io.stage(ServerDatagram.MAX_BYTES + 1);
    int size = 0;
    long number = from;
    for (; number <= backlog.last(); number++) {
      if (backlog.sender(number) == member.id()) {
        continue;
      }
      int lineSize = backlog.size(number);
      if (size > 0 && (!member.batch() || size + lineSize > ServerDatagram.MAX_BYTES)) {
        break;
      }
      backlog.copy(number, memory, at + size);
      size += lineSize;
      memory.put(at + size, ServerDatagram.LINE_SEPARATOR);
      size++;
      metrics.add(Count.DELIVERIES);
    }
    if (size > 0) {
      io.send(member.peer(), at, size - 1);
    }
    return number - 1;
  }
}
