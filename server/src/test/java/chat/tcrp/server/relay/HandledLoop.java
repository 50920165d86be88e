package chat.tcrp.server.relay;

import chat.tcrp.protocol.Request;
import chat.tcrp.protocol.RoomName;
import chat.tcrp.server.metrics.LoopMetrics;
import chat.tcrp.server.net.DatagramIo;
import chat.tcrp.server.net.RelayMemory;
import chat.tcrp.server.rooms.Caller;
import chat.tcrp.server.rooms.Elsewhere;
import chat.tcrp.server.rooms.Listing;
import chat.tcrp.server.rooms.Loops;
import chat.tcrp.server.rooms.Reply;
import chat.tcrp.server.rooms.Requests;
import chat.tcrp.server.rooms.RoomLimits;
import chat.tcrp.server.rooms.Rooms;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;

/** The one relay loop of a server whose turns a test takes itself, at times of its own. */
public final class HandledLoop implements Loops, Requests {
  private static final Duration SWEEP = Duration.ofSeconds(1);

  private final DatagramIo io;
  private final RoomRelay relay;
  private long nextSweep;

  /** A loop whose first turn is not before a time. */
  public HandledLoop(
      Rooms rooms,
      DatagramIo io,
      LoopMetrics metrics,
      RoomLimits limits,
      Elsewhere elsewhere,
      long now) {
    this.io = io;
    this.relay =
        new RoomRelay(rooms, io, metrics, limits.memberBudget(), Optional.empty(), elsewhere);
    this.nextSweep = now;
  }

  /**
   * Takes a turn, as {@link RelayLoop} does.
   *
   * @return in how many nanoseconds the next one is wanted at the latest
   */
  public long turn(long now) {
    int slots;
    do {
      slots = receive();
      for (int slot = 0; slot < slots; slot++) {
        relay.received(slot, now);
      }
    } while (slots == RelayMemory.SLOTS && relay.hasRoom());
    relay.relay();
    boolean more = relay.work(now);
    if (now - nextSweep >= 0) {
      boolean moreExpired = relay.expire(now);
      nextSweep = moreExpired ? now : now + SWEEP.toNanos();
    }
    io.flush();
    return more ? 0 : Math.max(0, Math.min(nextSweep - now, relay.nanosUntilWork(now)));
  }

  private int receive() {
    try {
      return io.receive();
    } catch (IOException e) {
      throw new IllegalStateException("memory does not fail", e);
    }
  }

  /** Ends as a loop does whose server is stopped. */
  public void stop() {
    relay.stop();
    io.flush();
  }

  @Override
  public int count() {
    return 1;
  }

  @Override
  public int of(RoomName room, int loops) {
    return 0;
  }

  @Override
  public void run(int loop, LongConsumer action) {
    relay.run(action);
  }

  @Override
  public boolean arrived(int loop, byte[] message) {
    boolean taken = relay.handOver(new RoomRelay.Arrival(message));
    if (!taken) {
      relay.handOverFailed();
    }
    return taken;
  }

  @Override
  public CompletableFuture<Reply> submit(Request request, Caller caller) {
    return Requests.room(request)
        .map(room -> relay.submit(request, caller))
        .orElseGet(() -> relay.list().thenApply(rooms -> new Reply.Listed(Listing.ofRooms(rooms))));
  }
}
