package chat.tcrp.server.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.server.TestServer;
import chat.tcrp.server.net.SystemDrops;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** A member who sends without end is heard by its own room, up to its budget, and by no other. */
class FloodingMemberTest {
  private static final int PER_SECOND = 50_000;
  private static final int LISTENERS = 9;

  /** Of each of the other rooms. */
  private static final int MEMBERS = 5;

  @Test
  void otherRoomsHearEverything() throws Exception {
    int messages = Scale.of(5_000, 10 * PER_SECOND);
    int chatting = Scale.of(200, 1_000);
    try (TestServer server = TestServer.startAsShipped(config -> config);
        DatagramChannel flooder = DatagramChannel.open()) {
      Door door = Door.of(server);
      flooder.connect(door.udp());
      byte[] token = door.enter(Door.HERE, Door.CREATE, "flood", "flooder");
      ByteBuffer message = ByteBuffer.wrap(Door.datagram("flood", token, "x".repeat(100)));
      List<DatagramChannel> listeners = listeners(door);
      try (Chatters people = new Chatters(door, "tea", Scale.of(2, 100), MEMBERS)) {
        Duration quiet = Duration.ofMillis(Scale.of(300, 10_000));
        people.talk(chatting, quiet.dividedBy(3));
        Chatters.Tally before = people.talk(chatting, quiet).assertAllHeard();
        List<Double> seconds = new ArrayList<>();

        Chatters.Tally during =
            people.talkDuring(chatting, () -> flood(flooder, message, messages), seconds::add);

        long dropped = SystemDrops.of(door.udp().getPort());
        Scale.report(
            "flooding member: %,d messages in %.1f s, %,d of all dropped by the system; chat before: %s; during: %s"
                .formatted(messages, seconds.getFirst(), dropped, before, during));
        // Where others take the processor, the system may drop some before the server can have
        // them.
        assertThat(during.lost()).isLessThanOrEqualTo(dropped * (MEMBERS - 1));
        assertThat(during.wrong() + during.ended()).isZero();
      }
      for (DatagramChannel listener : listeners) {
        listener.close();
      }
    }
  }

  /** Members of the flooded room who do not read what they are sent. */
  private static List<DatagramChannel> listeners(Door door) throws IOException {
    List<DatagramChannel> listeners = new ArrayList<>();
    for (int i = 0; i < LISTENERS; i++) {
      byte[] token = door.enter(Door.HERE, Door.JOIN, "flood", "listener" + i);
      DatagramChannel listener = DatagramChannel.open().connect(door.udp());
      listener.write(ByteBuffer.wrap(Door.datagram("flood", token, "")));
      listeners.add(listener);
    }
    return listeners;
  }

  /** Sends evenly, as far as the machine lets it; how many seconds it took. */
  private static double flood(DatagramChannel flooder, ByteBuffer message, int count)
      throws IOException {
    long start = System.nanoTime();
    for (int i = 0; i < count; i++) {
      while (System.nanoTime() - start < i * 1_000_000_000L / PER_SECOND) {
        LockSupport.parkNanos(200_000);
      }
      flooder.write(message.rewind());
    }
    return (System.nanoTime() - start) / 1e9;
  }
}
