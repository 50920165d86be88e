package chat.tcrp.server.hostile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.Arrays;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A member's way to a server and back over a bad network: of a hundred datagrams twenty are lost,
 * five come twice, and every fourth is late, so that others overtake it. Works while it is pumped.
 */
final class BadLine implements AutoCloseable {
  static final double LOSS = 0.20;
  static final double DUPLICATION = 0.05;
  private static final double LATE = 0.25;
  private static final long LATEST_NANOS = TimeUnit.MILLISECONDS.toNanos(15);

  /** One direction. */
  static final class Hop {
    private static final class Datagram {
      private final long due;
      private final byte[] bytes;

      private Datagram(long due, byte[] bytes) {
        this.due = due;
        this.bytes = bytes;
      }
    }

    private final SplittableRandom random;

    /** For keepalives and their answers, which depend on the time. */
    private final SplittableRandom others;

    private final PriorityQueue<Datagram> underWay =
        new PriorityQueue<>((a, b) -> Long.signum(a.due - b.due));
    private int entered;
    private int passed;
    private int copies;

    private Hop(SplittableRandom random) {
      this.random = random.split();
      this.others = random.split();
    }

    private void enter(byte[] datagram, boolean message) {
      SplittableRandom chance = message ? random : others;
      long now = System.nanoTime();
      boolean passes = false;
      for (int copy = chance.nextDouble() < DUPLICATION ? 0 : 1; copy < 2; copy++) {
        boolean lost = chance.nextDouble() < LOSS;
        long late = chance.nextDouble() < LATE ? chance.nextLong(LATEST_NANOS) : 0;
        if (!lost) {
          passes = true;
          copies += message ? 1 : 0;
          underWay.add(new Datagram(now + late, datagram));
        }
      }
      entered += message ? 1 : 0;
      passed += message && passes ? 1 : 0;
    }

    private byte[] leave() {
      Datagram next = underWay.peek();
      return next == null || next.due - System.nanoTime() > 0 ? null : underWay.remove().bytes;
    }

    /** How many messages have entered it. */
    int entered() {
      return entered;
    }

    /** How many of those are not lost. */
    int passed() {
      return passed;
    }

    /** How many datagrams these are, with those that are doubled. */
    int copies() {
      return copies;
    }
  }

  private final DatagramChannel channel;
  private final Hop up;
  private final Hop down;
  private final ByteBuffer buffer = ByteBuffer.allocate(8192);

  BadLine(Door door, SplittableRandom random) throws IOException {
    channel = DatagramChannel.open().connect(door.udp());
    channel.configureBlocking(false);
    up = new Hop(random);
    down = new Hop(random);
  }

  Hop up() {
    return up;
  }

  Hop down() {
    return down;
  }

  boolean isEmpty() {
    return up.underWay.isEmpty() && down.underWay.isEmpty();
  }

  void send(byte[] datagram, boolean message) {
    up.enter(datagram, message);
  }

  /** Moves on what is due, and hands over what arrives. */
  void pump(Consumer<byte[]> arrived) throws IOException {
    for (byte[] sent; (sent = up.leave()) != null; ) {
      channel.write(ByteBuffer.wrap(sent));
    }
    while (channel.read(buffer.clear()) > 0) {
      byte[] datagram = Arrays.copyOf(buffer.array(), buffer.position());
      down.enter(datagram, datagram[0] == 'm');
    }
    for (byte[] came; (came = down.leave()) != null; ) {
      arrived.accept(came);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
