package chat.tcrp.server.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.server.Frames;
import chat.tcrp.server.TestServer;
import chat.tcrp.server.base.Networks;
import chat.tcrp.server.handshake.HandshakeLimits;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections that send a byte now and then keep nobody out, and are gone at the deadline. */
class SlowHandshakesTest {
  private static final int ADDRESSES = 8;

  /** The slow ones are elsewhere, or where the honest ones are. */
  @ParameterizedTest
  @ValueSource(strings = {"127.0.3.", "127.0.0."})
  void joinsSucceedMeanwhileAndTheSlowOnesEndAtTheDeadline(String net) throws Exception {
    int slow = Scale.of(200, 1_000);
    int joins = Scale.of(20, 400);
    Duration deadline = Scale.isFull() ? Duration.ofSeconds(10) : Duration.ofSeconds(2);
    HandshakeLimits handshakes = new HandshakeLimits(deadline, 600, Networks.NONE);
    try (TestServer server =
        TestServer.startAsShipped(
            config ->
                config
                    .with(handshakes)
                    .limitedTo(config.limits().with().trusted(Networks.NONE).build()))) {
      Door door = Door.of(server);
      door.enter(Door.HERE, Door.CREATE, "tea", "host");
      Traces before = Traces.now();
      List<SocketChannel> drips = new ArrayList<>();
      for (int i = 0; i < slow; i++) {
        drips.add(connect(door, net + (1 + i % ADDRESSES)));
      }
      long start = System.nanoTime();
      AtomicBoolean stopped = new AtomicBoolean();
      Thread dripping =
          Thread.ofPlatform()
              .name("drips")
              .start(() -> drip(drips, deadline.dividedBy(10), stopped));

      long[] times = new long[joins];
      for (int i = 0; i < joins; i++) {
        long begin = System.nanoTime();
        door.enter("127.0.0." + (1 + i % ADDRESSES), Door.JOIN, "tea", "n" + i);
        times[i] = System.nanoTime() - begin;
        // Spread over two thirds of the time in which the slow ones are there.
        LockSupport.parkNanos(deadline.toNanos() * 2 / 3 / joins - times[i]);
      }
      assertThat(System.nanoTime() - start)
          .as("the slow ones were there")
          .isLessThan(deadline.toNanos());
      int still = open(drips);

      // A second of grace for who does not take an answer.
      Duration late = deadline.plusSeconds(1);
      while (open(drips) > 0 && System.nanoTime() - start < 2 * late.toNanos()) {
        LockSupport.parkNanos(10_000_000);
      }
      double gone = (System.nanoTime() - start) / 1e9;
      assertThat(open(drips)).as("still there").isZero();
      stopped.set(true);
      dripping.join();
      for (SocketChannel drip : drips) {
        drip.close();
      }
      before.awaitReturn();
      Scale.report(
          "slow handshakes from %sx: %d of %d slow ones there meanwhile, %d joins, %s; all slow ones gone after %.1f s"
              .formatted(net, still, slow, joins, Percentiles.of(times), gone));
    }
  }

  private static SocketChannel connect(Door door, String from) throws IOException {
    SocketChannel channel = SocketChannel.open();
    channel.bind(new InetSocketAddress(TestServer.address(from), 0));
    channel.connect(door.tcp());
    channel.configureBlocking(false);
    return channel;
  }

  private static void drip(List<SocketChannel> drips, Duration interval, AtomicBoolean stopped) {
    ByteBuffer request = ByteBuffer.wrap(Frames.request("tea", Door.JOIN, "n".repeat(200)));
    for (int at = 0; !stopped.get(); at++) {
      for (SocketChannel drip : drips) {
        try {
          drip.write(request.slice(at, 1));
        } catch (IOException e) {
          // It is gone.
        }
      }
      LockSupport.parkNanos(interval.toNanos());
    }
  }

  /** How many the server has not closed. */
  private static int open(List<SocketChannel> drips) {
    int open = 0;
    for (SocketChannel drip : drips) {
      try {
        open += drip.read(ByteBuffer.allocate(64)) < 0 ? 0 : 1;
      } catch (IOException e) {
        // Reset: closed as well.
      }
    }
    return open;
  }
}
