package chat.tcrp.server.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.protocol.Status;
import chat.tcrp.server.SealedPeer;
import chat.tcrp.server.TestPeer;
import chat.tcrp.server.TestServer;
import chat.tcrp.server.handshake.PlainPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** A crowd that comes at once is let in sealed within the bounds of plain handshakes. */
class SealedCrowdTest {
  private static final int ADDRESSES = 5;

  @Test
  void everybodyOfACrowdIsLetIn() throws Exception {
    int crowd = Scale.of(100, 1_000);
    try (TestServer server =
        TestServer.startAsShipped(config -> TestServer.sealed(config, PlainPolicy.ALLOW))) {
      SealedPeer ann = server.sealedPeer();
      ann.create("tea", "ann").keepalive();
      List<SealedPeer> guests = new ArrayList<>();
      for (int i = 0; i < crowd; i++) {
        guests.add(server.sealedPeer("127.0.4." + (1 + i % ADDRESSES)));
      }
      Traces before = Traces.now();
      CountDownLatch all = new CountDownLatch(1);
      List<Future<Long>> joins = new ArrayList<>();
      long start = System.nanoTime();
      try (ExecutorService hands =
          Executors.newThreadPerTaskExecutor(Thread.ofVirtual().factory())) {
        for (int i = 0; i < crowd; i++) {
          int number = i;
          joins.add(
              hands.submit(
                  () -> {
                    all.await();
                    TestPeer.Answer answer =
                        guests.get(number).tryJoin("tea", TestPeer.credentials("n" + number));
                    assertThat(answer.status()).isEqualTo(Status.OK);
                    return System.nanoTime() - start;
                  }));
        }
        all.countDown();
      }
      long[] times = new long[crowd];
      for (int i = 0; i < crowd; i++) {
        times[i] = joins.get(i).get();
      }
      Scale.report("sealed crowd: %,d at once, all in, %s".formatted(crowd, Percentiles.of(times)));
      before.awaitReturn();
    }
  }
}
