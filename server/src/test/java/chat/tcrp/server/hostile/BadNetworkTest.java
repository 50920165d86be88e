package chat.tcrp.server.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.server.Frames;
import chat.tcrp.server.TestPeer;
import chat.tcrp.server.TestServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A network that loses, doubles and reorders: the server adds nothing to it. */
class BadNetworkTest {
  private static final int ROOMS = Scale.of(2, 10);
  private static final int MEMBERS = Scale.of(5, 10);
  private static final int MESSAGES_EACH = Scale.of(40, 200);
  private static final long MESSAGE_NANOS =
      TimeUnit.MILLISECONDS.toNanos(Scale.of(600, 30_000)) / MESSAGES_EACH;
  private static final long KEEPALIVE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final Duration SILENCE = Duration.ofSeconds(2);

  /** Of a hundred. */
  private static final double PASSED_AT_LEAST = 79;

  @RegisterExtension final Scale scale = new Scale();

  private final List<Person> people = new ArrayList<>();

  private static final class Person {
    private final int room;
    private final int number;
    private final byte[] token;
    private final BadLine line;
    private boolean acknowledged;
    private long nextKeepalive;
    private int said;

    private Person(Door door, int room, int number, SplittableRandom random) throws IOException {
      this.room = room;
      this.number = number;
      int operation = number == 0 ? Door.CREATE : Door.JOIN;
      token = door.enter(Door.HERE, operation, "r" + room, "m" + number);
      line = new BadLine(door, random);
      nextKeepalive = System.nanoTime();
    }

    private void send(String text) {
      line.send(Door.datagram("r" + room, token, text), !text.isEmpty());
    }

    private void turn() throws IOException {
      if (System.nanoTime() - nextKeepalive >= 0) {
        nextKeepalive += KEEPALIVE_NANOS;
        send("");
      }
      line.pump(this::hear);
    }

    private void hear(byte[] datagram) {
      String text = new String(datagram, StandardCharsets.UTF_8);
      if (datagram[0] == 6) {
        acknowledged = true;
      } else if (text.startsWith("* ")) {
        assertThat(text).endsWith(" joined");
      } else {
        assertThat(text).matches("m\\d+: room " + room + " message \\d+");
      }
    }
  }

  @Test
  void theServerLosesNothingMixesNothingUpAndPutsNobodyOut() throws Exception {
    SplittableRandom random = Scale.random();
    try (TestServer server =
        TestServer.startAsShipped(
            config ->
                config.limitedTo(
                    config
                        .limits()
                        .with()
                        .keepaliveTimeout(SILENCE)
                        .idleTimeout(SILENCE.multipliedBy(2))
                        .build()))) {
      Door door = Door.of(server);
      for (int i = 0; i < ROOMS * MEMBERS; i++) {
        people.add(new Person(door, i / MEMBERS, i % MEMBERS, random));
        turn();
      }
      long deadline = System.nanoTime() + TestPeer.PATIENCE.toNanos();
      while (!people.stream().allMatch(person -> person.acknowledged)) {
        assertThat(System.nanoTime() - deadline).isNegative();
        turn();
      }

      chat();

      int said = ROOMS * MEMBERS * MESSAGES_EACH;
      long heard = sum(person -> person.line.up().passed());
      long due = sum(person -> (long) person.line.up().copies() * (MEMBERS - 1));
      long delivered = sum(person -> person.line.down().entered());
      long arrived = sum(person -> person.line.down().passed());
      Scale.report(
          "bad network: %,d said, %.2f %% of them reached the server, which sent on %,d of %,d; %.2f %% of those arrived"
              .formatted(said, 100.0 * heard / said, delivered, due, 100.0 * arrived / delivered));
      assertThat(delivered).as("sent on by the server").isEqualTo(due);
      assertThat(100.0 * heard / said).isGreaterThan(PASSED_AT_LEAST);
      assertThat(100.0 * arrived / delivered).isGreaterThan(PASSED_AT_LEAST);
      assertEverybodyIsThere(door);
      leave(door);
    } finally {
      for (Person person : people) {
        person.line.close();
      }
    }
  }

  private void chat() throws IOException {
    long start = System.nanoTime();
    int turns = 0;
    while (turns < MESSAGES_EACH) {
      if (System.nanoTime() - start >= turns * MESSAGE_NANOS) {
        turns++;
        for (Person person : people) {
          person.said++;
          person.send("room " + person.room + " message " + person.said);
        }
      }
      turn();
    }
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(300);
    while (System.nanoTime() - end < 0) {
      turn();
    }
  }

  private void turn() throws IOException {
    for (Person person : people) {
      person.turn();
    }
    LockSupport.parkNanos(200_000);
  }

  private long sum(ToLongFunction<Person> what) {
    return people.stream().mapToLong(what).sum();
  }

  private void assertEverybodyIsThere(Door door) throws IOException {
    String rooms = door.list(Door.ROOMS, "", new byte[0]);
    for (int room = 0; room < ROOMS; room++) {
      assertThat(rooms).contains("\"r" + room + "\",\"members\":" + MEMBERS + ",");
    }
  }

  /** Some take their leave and the others fall silent; nobody remains. */
  private void leave(Door door) throws IOException {
    for (Person person : people) {
      if (person.number % 2 == 1) {
        door.exchange(
            Door.HERE, Frames.frame(Frames.utf8("r" + person.room), Door.LEAVE, 0, person.token));
      }
    }
    long deadline = System.nanoTime() + TestPeer.PATIENCE.toNanos();
    String rooms = door.list(Door.ROOMS, "", new byte[0]);
    while (!rooms.equals("[]")) {
      assertThat(System.nanoTime() - deadline).as("still there: %s", rooms).isNegative();
      LockSupport.parkNanos(50_000_000);
      rooms = door.list(Door.ROOMS, "", new byte[0]);
    }
  }
}
