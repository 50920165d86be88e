package chat.tcrp.server.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.server.Frames;
import chat.tcrp.server.net.SystemDrops;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Twice as much as the server can do is half done, and leaves no trace. */
class OverloadTest {
  private static final int ROOMS = Scale.of(4, 20);
  private static final int MEMBERS = 25;
  private static final Duration TIME = Duration.ofSeconds(Scale.of(1, 60));

  /** So many are sent without a pause. */
  private static final int AT_ONCE = 500;

  /** The runtime warms up, and gives memory back when it likes. */
  private static final int GROWTH = 64;

  @TempDir private Path directory;

  private record Loaded(long sent, long dropped, int handshakes, long memoryBefore, long memory) {}

  @Test
  void whoeverIsThereStaysAndAllIsAsBeforeWithinASecond() throws Exception {
    try (ServerProcess server = new ServerProcess(directory, "64m");
        Chatters people = new Chatters(server.door(), "tea", 1, 4)) {
      List<DatagramChannel> channels = new ArrayList<>();
      List<ByteBuffer> messages = new ArrayList<>();
      enter(server.door(), channels, messages);
      int acknowledged = people.acknowledgements();
      List<Loaded> loaded = new ArrayList<>();

      Chatters.Tally during =
          people.talkDuring(20, () -> load(server, channels, messages), loaded::add);

      LockSupport.parkNanos(Duration.ofSeconds(1).toNanos());
      int answered = people.acknowledgements() - acknowledged;
      Chatters.Tally after = people.talk(100, TIME.dividedBy(Scale.of(2, 20))).assertAllHeard();
      Loaded load = loaded.getFirst();
      Scale.report(
          "overload: %,d messages in %d s, %.0f %% dropped by the system; %d handshakes meanwhile; memory %d MiB, then %d; %d keepalives of 4 quiet members answered; their chat during: %s; from 1 s after: %s"
              .formatted(
                  load.sent(),
                  TIME.toSeconds(),
                  100.0 * load.dropped() / load.sent(),
                  load.handshakes(),
                  load.memoryBefore(),
                  load.memory(),
                  answered,
                  during,
                  after));
      assertThat(during.ended()).isZero();
      assertThat(load.memory()).isLessThan(load.memoryBefore() + GROWTH);
      assertThat(load.handshakes()).isPositive();
      assertThat(server.door().list(Door.ROOMS, "", new byte[0]))
          .contains("\"tea0\",\"members\":4,")
          .satisfies(
              list -> {
                for (int room = 0; room < ROOMS; room++) {
                  assertThat(list).contains("\"r" + room + "\",\"members\":" + MEMBERS + ",");
                }
              });
      if (Scale.isFull()) {
        // In a moment, all that a few people send may be among what the system drops.
        assertThat(answered).as("keepalives answered").isPositive();
      }
      for (DatagramChannel channel : channels) {
        channel.close();
      }
      server.stop();
    }
  }

  /** Members who say much and read nothing. */
  private static void enter(Door door, List<DatagramChannel> channels, List<ByteBuffer> messages)
      throws IOException {
    for (int room = 0; room < ROOMS; room++) {
      for (int i = 0; i < MEMBERS; i++) {
        int operation = i == 0 ? Door.CREATE : Door.JOIN;
        byte[] token = door.enter(Door.HERE, operation, "r" + room, "m" + i);
        channels.add(DatagramChannel.open().connect(door.udp()));
        messages.add(ByteBuffer.wrap(Door.datagram("r" + room, token, "x".repeat(100))));
      }
    }
  }

  /** Sends so much that about half of it is dropped, and has somebody join now and then. */
  private static Loaded load(
      ServerProcess server, List<DatagramChannel> channels, List<ByteBuffer> messages)
      throws Exception {
    AtomicBoolean stopped = new AtomicBoolean();
    FutureTask<Integer> joining = new FutureTask<>(() -> join(server.door(), stopped));
    Thread.ofPlatform().name("joining").start(joining);
    long start = System.nanoTime();
    long quarter = TIME.toNanos() / 4;
    long memoryBefore = 0;
    long sent = 0;
    long dropped = 0;
    long nextLook = start;
    long pause = 0;
    long now = start;
    for (; now - start < TIME.toNanos(); now = System.nanoTime()) {
      for (int i = 0; i < AT_ONCE; i++) {
        int member = (int) (sent % channels.size());
        channels.get(member).write(messages.get(member).rewind());
        sent++;
      }
      if (now - nextLook >= 0) {
        // Costs some milliseconds.
        nextLook = now + 100_000_000;
        dropped = SystemDrops.of(server.door().udp().getPort());
        pause += dropped > sent / 2 ? 200_000 : -200_000;
      }
      if (pause > 0) {
        LockSupport.parkNanos(pause);
      }
      if (memoryBefore == 0 && now - start > quarter) {
        memoryBefore = server.memory();
      }
    }
    stopped.set(true);
    int handshakes = joining.get();
    return new Loaded(sent, dropped, handshakes, memoryBefore, server.memory());
  }

  /** Joins and leaves until it is told to stop; how often. */
  private static int join(Door door, AtomicBoolean stopped) throws IOException {
    int handshakes = 0;
    while (!stopped.get()) {
      byte[] token = door.enter(Door.HERE, Door.JOIN, "tea0", "n" + handshakes);
      door.exchange(Door.HERE, Frames.frame(Frames.utf8("tea0"), Door.LEAVE, 0, token));
      handshakes++;
      LockSupport.parkNanos(100_000_000);
    }
    return handshakes;
  }
}
