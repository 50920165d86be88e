package chat.tcrp.server.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.server.TestPeer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * People in rooms who chat steadily, whatever else is done to the server, all in the thread that
 * asks them to, and count what each of them hears and how late.
 */
final class Chatters implements AutoCloseable {
  private static final long KEEPALIVE_NANOS = TimeUnit.MILLISECONDS.toNanos(Scale.of(200, 2_000));
  private static final long REGISTER_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  /** What has not come after such a silence is lost. */
  private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(Scale.of(1, 3));

  private static final byte ACK = 6;
  private static final byte EOT = 4;

  /**
   * What was heard.
   *
   * @param lost messages that were sent and not heard, once for each who should have
   * @param wrong what somebody heard who should not have, or twice
   * @param ended how many sessions the server has ended
   * @param latency from when a message was sent to when it was heard
   */
  record Tally(int sent, long delivered, long lost, int wrong, int ended, Percentiles latency) {
    Tally assertAllHeard() {
      assertThat(this)
          .extracting(Tally::lost, Tally::wrong, Tally::ended)
          .containsExactly(0L, 0, 0);
      assertThat(sent).isPositive();
      return this;
    }

    @Override
    public String toString() {
      return "%,d delivered, %,d lost, %s".formatted(delivered, lost, latency);
    }
  }

  private final class Person {
    private final int room;
    private final DatagramChannel channel;
    private final byte[] token;
    private final BitSet heard = new BitSet();
    private long lastKeepalive = System.nanoTime() - KEEPALIVE_NANOS;
    private int acknowledgements;
    private boolean ended;

    private Person(int room, byte[] token) throws IOException {
      this.room = room;
      this.token = token;
      channel = DatagramChannel.open();
      channel.configureBlocking(false);
      channel.connect(door.udp());
      channel.register(selector, SelectionKey.OP_READ, this);
    }

    private void keepAlive(long now) throws IOException {
      lastKeepalive = now;
      send("");
    }

    private boolean send(String text) throws IOException {
      return channel.write(ByteBuffer.wrap(Door.datagram(roomName(room), token, text))) > 0;
    }
  }

  private final Door door;
  private final String prefix;
  private final int members;
  private final Selector selector = Selector.open();
  private final List<Person> people = new ArrayList<>();
  private final ByteBuffer buffer = ByteBuffer.allocate(8192);

  /** How many messages each room has had. */
  private final int[] said;

  private long[] latencies = new long[1024];
  private int delivered;
  private int wrong;
  private long lastHeard;

  /** Enters so many rooms with so many members each, all of whom are heard and acknowledged. */
  Chatters(Door door, String prefix, int rooms, int members) throws IOException {
    this.door = door;
    this.prefix = prefix;
    this.members = members;
    said = new int[rooms];
    for (int room = 0; room < rooms; room++) {
      for (int i = 0; i < members; i++) {
        int operation = i == 0 ? Door.CREATE : Door.JOIN;
        people.add(new Person(room, door.enter(Door.HERE, operation, roomName(room), "m" + i)));
      }
    }
    register();
  }

  private void register() throws IOException {
    long deadline = System.nanoTime() + TestPeer.PATIENCE.toNanos();
    while (people.stream().anyMatch(person -> person.acknowledgements == 0)) {
      long now = System.nanoTime();
      assertThat(now - deadline).as("everybody is acknowledged").isNegative();
      for (Person person : people) {
        if (person.acknowledgements == 0 && now - person.lastKeepalive > REGISTER_NANOS) {
          person.keepAlive(now);
        }
      }
      hear(10);
    }
  }

  String roomName(int room) {
    return prefix + room;
  }

  byte[] hostToken(int room) {
    return people.get(room * members).token;
  }

  /** How many keepalives were answered so far. */
  int acknowledgements() {
    return people.stream().mapToInt(person -> person.acknowledgements).sum();
  }

  /** Chats for a time. */
  Tally talk(int perSecond, Duration time) throws IOException {
    long end = System.nanoTime() + time.toNanos();
    return talk(perSecond, () -> System.nanoTime() - end < 0);
  }

  /** Chats while something is done, in another thread, and says what that came to. */
  <T> Tally talkDuring(int perSecond, Callable<T> action, Consumer<T> result) throws Exception {
    try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
      Future<T> done = thread.submit(action);
      Tally tally = talk(perSecond, () -> !done.isDone());
      result.accept(done.get());
      return tally;
    }
  }

  private Tally talk(int perSecond, BooleanSupplier more) throws IOException {
    delivered = 0;
    wrong = 0;
    long start = System.nanoTime();
    int sent = 0;
    int due = 0;
    while (more.getAsBoolean()) {
      long now = System.nanoTime();
      long next = start + due * 1_000_000_000L / perSecond;
      if (next - now > 0) {
        keepAlive(now);
        // Not for less than a millisecond: whoever spins takes the time of what is measured.
        hear(1 + TimeUnit.NANOSECONDS.toMillis(next - now));
        continue;
      }
      Person person = people.get((int) ((due * 7919L) % people.size()));
      due++;
      int number = said[person.room];
      if (person.send("%d %d %d ".formatted(person.room, number, now))) {
        said[person.room]++;
        person.heard.set(number);
        sent++;
      }
    }
    long expected = (long) sent * (members - 1);
    lastHeard = System.nanoTime();
    while (delivered < expected && System.nanoTime() - lastHeard < SILENCE_NANOS) {
      keepAlive(System.nanoTime());
      hear(10);
    }
    return new Tally(
        sent,
        delivered,
        expected - delivered,
        wrong,
        (int) people.stream().filter(person -> person.ended).count(),
        Percentiles.of(Arrays.copyOf(latencies, delivered)));
  }

  private void keepAlive(long now) throws IOException {
    for (Person person : people) {
      if (now - person.lastKeepalive > KEEPALIVE_NANOS) {
        person.keepAlive(now);
      }
    }
  }

  /** Hears what comes, waiting for so many milliseconds. */
  private void hear(long millis) throws IOException {
    selector.select(Math.min(millis, 100));
    for (SelectionKey key : selector.selectedKeys()) {
      Person person = (Person) key.attachment();
      while (person.channel.read(buffer.clear()) > 0) {
        hear(person, buffer.flip(), System.nanoTime());
      }
    }
    selector.selectedKeys().clear();
  }

  private void hear(Person person, ByteBuffer datagram, long now) {
    switch (datagram.get(0)) {
      case ACK -> person.acknowledgements++;
      case EOT -> person.ended = true;
      case '*' -> {
        // Somebody has come or gone.
      }
      default -> {
        while (datagram.get() != ' ') {
          // The name.
        }
        int room = (int) number(datagram);
        int number = (int) number(datagram);
        long sent = number(datagram);
        if (room != person.room || person.heard.get(number)) {
          wrong++;
          return;
        }
        person.heard.set(number);
        if (delivered == latencies.length) {
          latencies = Arrays.copyOf(latencies, 2 * delivered);
        }
        latencies[delivered++] = now - sent;
        lastHeard = now;
      }
    }
  }

  /** The number that stands before the next space. */
  private static long number(ByteBuffer text) {
    long number = 0;
    boolean negative = false;
    for (byte b; text.hasRemaining() && (b = text.get()) != ' '; ) {
      if (b == '-') {
        negative = true;
      } else {
        number = number * 10 + (b - '0');
      }
    }
    return negative ? -number : number;
  }

  @Override
  public void close() throws IOException {
    for (Person person : people) {
      person.channel.close();
    }
    selector.close();
  }
}
