package chat.tcrp.server.lobby;

import chat.tcrp.protocol.LobbyDatagram;
import chat.tcrp.server.base.Addresses;
import chat.tcrp.server.base.EventLog;
import chat.tcrp.server.base.Ticker;
import chat.tcrp.server.metrics.Count;
import chat.tcrp.server.metrics.LoopMetrics;
import chat.tcrp.server.net.DatagramIo;
import chat.tcrp.server.net.RelayMemory;
import chat.tcrp.server.relay.RelayLoop;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.function.Predicate;

/**
 * What a relay loop does for the lobby, the open room of stage 1: whoever sends a datagram is a
 * member, and what they send goes, byte for byte, to all other members, if it can harm no reader.
 * Nobody is authenticated, so everything that a stranger with forged addresses could use is
 * bounded: the number of members, how many new ones are admitted a second, and what goes to an
 * address that has spoken only once.
 */
public final class LobbyRelay implements RelayLoop.Handler {
  private static final int MAX_SENDS = 8192;
  private static final int MAX_LINES = 1024;

  /** A flood of newcomers shall not flood the log. */
  private static final Duration COMPLAINT_INTERVAL = Duration.ofSeconds(10);

  private final LobbyConfig config;
  private final DatagramIo io;
  private final EventLog log;
  private final LoopMetrics metrics;
  private final LobbyMembers members;

  // The messages of the present drain, copied out of the slots that the next round will fill.
  private final int[] lineAt = new int[MAX_LINES];
  private final int[] lineSize = new int[MAX_LINES];
  private final LobbyMember[] lineSender = new LobbyMember[MAX_LINES];
  private int lines;
  private int linesEnd = RelayMemory.LINES_AT;

  /** Admissions that may still be made now, in nanoseconds of the time that earns them. */
  private long credit;

  private long lastAdmission;
  private long nextComplaint;

  public LobbyRelay(
      LobbyConfig config, DatagramIo io, LoopMetrics metrics, Ticker ticker, EventLog log) {
    this.metrics = metrics;
    this.config = config;
    this.io = io;
    this.log = log;
    this.members = new LobbyMembers(io);
    this.credit = Duration.ofSeconds(1).toNanos();
    this.lastAdmission = ticker.nanos();
    this.nextComplaint = lastAdmission;
  }

  @Override
  public boolean hasRoom() {
    return lines + RelayMemory.SLOTS < MAX_LINES
        && lines * members.size() < MAX_SENDS
        && linesEnd + RelayMemory.SLOTS * LobbyDatagram.MAX_BYTES
            < RelayMemory.LINES_AT + RelayMemory.LINES_BYTES;
  }

  @Override
  public void received(int slot, long now) {
    ByteBuffer memory = io.memory();
    int at = RelayMemory.slotAt(slot);
    int messageSize = LobbyDatagram.messageSize(memory, at, io.size(slot));
    if (messageSize < 0 || !LobbyDatagram.isClean(memory, at, messageSize)) {
      metrics.add(io.size(slot) > LobbyDatagram.MAX_BYTES ? Count.OVERSIZE : Count.MALFORMED);
      return;
    }
    LobbyMember sender = members.find(slot);
    if (sender != null) {
      sender.spokeAgain(now);
      if (!io.isToSenderOf(slot, sender.peer())) {
        sender.answerTo(io.peer(slot));
      }
    } else if (mayAdmit(now)) {
      sender = members.add(slot, now);
      log.event(
          Level.DEBUG,
          "lobby-joined",
          "address",
          Addresses.format(io.source(slot)),
          "members",
          members.size());
    } else {
      metrics.add(Count.NOT_ADMITTED);
      return;
    }
    if (messageSize > 0) {
      metrics.add(Count.MESSAGES);
      memory.put(linesEnd, memory, at, io.size(slot));
      lineAt[lines] = linesEnd;
      lineSize[lines] = io.size(slot);
      lineSender[lines] = sender;
      linesEnd += io.size(slot);
      lines++;
    }
  }

  /** Takes one admission from a bucket that fills with time and holds a second's worth. */
  private boolean mayAdmit(long now) {
    long second = Duration.ofSeconds(1).toNanos();
    credit = Math.min(second, credit + (now - lastAdmission));
    lastAdmission = now;
    long price = second / config.admissionsPerSecond();
    if (members.size() >= config.maxMembers() || credit < price) {
      if (now - nextComplaint >= 0) {
        nextComplaint = now + COMPLAINT_INTERVAL.toNanos();
        log.event(Level.WARNING, "lobby-refuses-newcomers", "members", members.size());
      }
      return false;
    }
    credit -= price;
    return true;
  }

  @Override
  public void relay() {
    for (int i = 0; i < members.size(); i++) {
      LobbyMember member = members.get(i);
      for (int line = 0; line < lines; line++) {
        if (lineSender[line] != member && member.mayReceive()) {
          io.send(member.peer(), lineAt[line], lineSize[line]);
          metrics.add(Count.DELIVERIES);
        }
      }
    }
    io.flush();
    lines = 0;
    linesEnd = RelayMemory.LINES_AT;
  }

  @Override
  public void refused(int slot, boolean portClosed, long now) {
    LobbyMember member = members.find(slot);
    if (member != null) {
      member.peer().refused(1);
      if (member.peer().unreachable()) {
        remove(Count.UNREACHABLE, m -> m.peer().unreachable());
      }
    }
  }

  @Override
  public boolean work(long now) {
    return false;
  }

  @Override
  public long nanosUntilWork(long now) {
    return Long.MAX_VALUE;
  }

  @Override
  public boolean expire(long now) {
    remove(Count.SILENT, m -> m.silence(now) > config.idleTimeout().toNanos());
    remove(Count.UNREACHABLE, m -> m.peer().unreachable());
    return false;
  }

  private void remove(Count why, Predicate<LobbyMember> condition) {
    int removed = members.removeIf(condition);
    if (removed > 0) {
      metrics.evicted(why, removed);
      log.event(Level.INFO, "lobby-removed", why.text(), removed, "members", members.size());
    }
  }

  /** The lobby's protocol has no word for it. */
  @Override
  public void stop() {
    members.removeIf(member -> true);
  }

  @Override
  public void measure() {
    metrics.set(Count.LOBBY_MEMBERS, members.size());
  }
}
