package chat.tcrp.server.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.server.Frames;
import chat.tcrp.server.SealedPeer;
import chat.tcrp.server.handshake.HandshakeLimits;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * When everybody behind one address comes at the same moment, to a server that has just started,
 * they are let in by turns: nobody is sent away to let another in.
 */
class SealedRushTest {
  /** More are not the work of a busy machine. */
  private static final int MAX_TRIES = 5;

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(ints = {0, 300})
  void everybodyIsLetIn(int slow) throws Exception {
    int crowd = Scale.of(400, 1_000);
    String identity = directory.resolve("identity.p12").toString();
    try (ServerProcess server = new ServerProcess(directory, "512m", "--identity", identity)) {
      Door door = server.door();
      door.enter("127.0.0.2", Door.CREATE, "tea", "host");
      List<SocketChannel> drips = new ArrayList<>();
      for (int i = 0; i < slow; i++) {
        drips.add(SocketChannel.open(door.tcp()));
        drips.getLast().configureBlocking(false);
      }
      AtomicBoolean stopped = new AtomicBoolean();
      Thread dripping = Thread.ofPlatform().name("drips").start(() -> drip(drips, stopped));

      AtomicInteger late = new AtomicInteger();
      long[] times = rush(door, crowd, late);

      stopped.set(true);
      dripping.join();
      for (SocketChannel drip : drips) {
        drip.close();
      }
      server.stop();
      Scale.report(
          "sealed rush: %,d from one address at once, %d slow ones there, all in, %d at another try, %s"
              .formatted(crowd, slow, late.get(), Percentiles.of(times)));
    }
  }

  private static long[] rush(Door door, int crowd, AtomicInteger late) throws Exception {
    CountDownLatch all = new CountDownLatch(1);
    List<Future<Long>> joins = new ArrayList<>();
    long start = System.nanoTime();
    try (ExecutorService hands = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().factory())) {
      for (int i = 0; i < crowd; i++) {
        String name = "n" + i;
        joins.add(
            hands.submit(
                () -> {
                  all.await();
                  for (int tries = 1; !isIn(door, name); tries++) {
                    assertThat(tries).as("tries of " + name).isLessThan(MAX_TRIES);
                    late.incrementAndGet();
                  }
                  return System.nanoTime() - start;
                }));
      }
      all.countDown();
    }
    long[] times = new long[crowd];
    for (int i = 0; i < crowd; i++) {
      times[i] = joins.get(i).get();
    }
    return times;
  }

  /** Joins; false when a busy machine did not get to it before the deadline. */
  private static boolean isIn(Door door, String name) {
    long begin = System.nanoTime();
    try {
      join(door, name);
      return true;
    } catch (IOException e) {
      assertThat(Duration.ofNanos(System.nanoTime() - begin))
          .as("nobody is sent away: " + e)
          .isGreaterThan(HandshakeLimits.DEFAULTS.timeout());
      return false;
    }
  }

  private static void join(Door door, String name) throws IOException {
    try (Socket connection = door.connect(Door.HERE);
        SSLSocket tls = SealedPeer.tls(connection, "tcrp/1")) {
      tls.startHandshake();
      tls.getOutputStream().write(Frames.request("tea", Door.JOIN, name));
      byte[] answer = tls.getInputStream().readAllBytes();
      if (!Door.isOk(answer, "tea")) {
        throw new IOException("refused: " + Arrays.toString(answer));
      }
    }
  }

  /** A byte each 100 ms of what never is a whole request. */
  private static void drip(List<SocketChannel> drips, AtomicBoolean stopped) {
    byte[] request = Frames.request("tea", Door.JOIN, "n".repeat(200));
    for (int at = 0; !stopped.get() && at < request.length - 1; at++) {
      for (SocketChannel drip : drips) {
        try {
          drip.write(ByteBuffer.wrap(request, at, 1));
        } catch (IOException e) {
          // It is gone.
        }
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
    }
  }
}
