package chat.tcrp.server.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import chat.tcrp.server.base.EventLog;
import chat.tcrp.server.base.Ticker;
import chat.tcrp.server.metrics.LoopMetrics;
import chat.tcrp.server.net.DatagramIo;
import chat.tcrp.server.net.IoMode;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** When a loop takes its turns. */
class RelayLoopTest {
  private static final int DATAGRAMS = 40;
  private static final Duration REST = Duration.ofMillis(100);

  /** Counts in how many turns the datagrams came; always wants to rest. */
  private static final class Resting implements RelayLoop.Handler {
    private final CountDownLatch missing = new CountDownLatch(DATAGRAMS);
    private final AtomicInteger turns = new AtomicInteger();
    private boolean hasReceived;

    @Override
    public boolean hasRoom() {
      return true;
    }

    @Override
    public void received(int slot, long now) {
      hasReceived = true;
      missing.countDown();
    }

    @Override
    public void refused(int slot, boolean portClosed, long now) {}

    @Override
    public void relay() {
      if (hasReceived) {
        turns.incrementAndGet();
      }
      hasReceived = false;
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
    public long nanosToRest(long now) {
      return REST.toNanos();
    }

    @Override
    public boolean expire(long now) {
      return false;
    }

    @Override
    public void stop() {}

    @Override
    public void measure() {}
  }

  @Test
  void datagramsThatComeWhileItRestsAreTakenTogether() throws Exception {
    assumeTrue(IoMode.AUTO.resolved() == IoMode.BATCHED, "a datagram ends a rest elsewhere");
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    DatagramIo io = IoMode.BATCHED.bind(any, 1).getFirst();
    Resting handler = new Resting();
    try (EventLog log = new EventLog();
        RelayLoop loop =
            new RelayLoop(
                LoopMetrics.ofRooms("test"),
                io,
                handler,
                Duration.ofSeconds(10),
                Ticker.SYSTEM,
                log);
        DatagramSocket client = new DatagramSocket(any)) {
      loop.start();
      long start = System.nanoTime();
      for (int i = 0; i < DATAGRAMS; i++) {
        client.send(new DatagramPacket(new byte[1], 1, loop.localAddress()));
        TimeUnit.MILLISECONDS.sleep(2);
      }
      assertThat(handler.missing.await(10, TimeUnit.SECONDS)).isTrue();

      long rests = (System.nanoTime() - start) / REST.toNanos();
      assertThat(handler.turns).hasValueLessThanOrEqualTo((int) rests + 2);
    }
  }
}
