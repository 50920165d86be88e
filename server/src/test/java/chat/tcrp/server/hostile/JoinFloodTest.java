package chat.tcrp.server.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.server.TestServer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Newcomers by the hundreds at once take nothing from those who chat. */
class JoinFloodTest {
  private static final int CROWDED_ROOMS = 10;

  /** So many try at once. */
  private static final int HANDS = 64;

  @Test
  void nothingIsLostWhileAFloodOfNewcomersIsLetIn() throws Exception {
    int joins = Scale.of(500, 20_000);
    // As fast as it goes, or so many a second.
    int perSecond = Scale.of(Integer.MAX_VALUE, 2_000);
    int chatting = Scale.of(200, 1_000);
    try (TestServer server = TestServer.startAsShipped(config -> config)) {
      Door door = Door.of(server);
      for (int i = 0; i < CROWDED_ROOMS; i++) {
        door.enter(Door.HERE, Door.CREATE, "crowded" + i, "host");
      }
      try (Chatters people = new Chatters(door, "tea", Scale.of(2, 100), 5)) {
        Duration quiet = Duration.ofMillis(Scale.of(300, 10_000));
        people.talk(chatting, quiet.dividedBy(3));
        Chatters.Tally before = people.talk(chatting, quiet).assertAllHeard();
        List<Percentiles> handshakes = new ArrayList<>();
        long start = System.nanoTime();

        Chatters.Tally during =
            people.talkDuring(chatting, () -> join(door, joins, perSecond), handshakes::add);

        double seconds = (System.nanoTime() - start) / 1e9;
        Scale.report(
            "join flood: %,d joins in %.1f s, %s; chat before: %s; during: %s"
                .formatted(joins, seconds, handshakes.getFirst(), before, during));
        during.assertAllHeard();
      }
      assertThat(door.list(Door.ROOMS, "", new byte[0]))
          .contains("\"crowded0\",\"members\":" + (1 + joins / CROWDED_ROOMS));
    }
  }

  /** Lets so many join, all of whom get a token; how long each of them took. */
  private static Percentiles join(Door door, int joins, int perSecond) throws Exception {
    long[] times = new long[joins];
    long start = System.nanoTime();
    try (ExecutorService hands = Executors.newFixedThreadPool(HANDS)) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < joins; i++) {
        int number = i;
        all.add(
            hands.submit(
                () -> {
                  LockSupport.parkNanos(
                      start + number * 1_000_000_000L / perSecond - System.nanoTime());
                  times[number] = join(door, number);
                  return null;
                }));
      }
      for (Future<?> one : all) {
        one.get();
      }
    }
    return Percentiles.of(times);
  }

  private static long join(Door door, int number) throws IOException {
    long begin = System.nanoTime();
    door.enter(
        "127.0.5." + (1 + number % 200),
        Door.JOIN,
        "crowded" + number % CROWDED_ROOMS,
        "n" + number);
    return System.nanoTime() - begin;
  }
}
