package chat.tcrp.server.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import chat.tcrp.server.TestServer;
import chat.tcrp.server.base.Peer;
import chat.tcrp.server.hostile.Scale;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The batched system calls, which go past the checks of the virtual machine, with sizes and counts
 * at and beyond every limit: what arrives is what was sent, and no byte elsewhere is touched.
 */
class BatchedIoFuzzTest {
  private static final int[] SIZES = {
    0, 1, 2, 31, 1472, 4093, 4094, 4095, 4096, 4097, 4098, 4160, 8192, 65_506, 65_507
  };
  private static final int[] COUNTS = {1, 2, 3, 63, 64, 65, 127, 129, 1023, 1024, 1025, 2049};

  /** So much is waiting at once at most; the queue of a socket takes more. */
  private static final int MAX_WAITING_BYTES = 1 << 20;

  private static final int MAX_WAITING_SMALL = 1200;
  private static final byte CANARY = 0x5a;

  @RegisterExtension final Scale scale = new Scale();

  private final SplittableRandom random = Scale.random();

  @BeforeAll
  static void onlyWhereTheSystemHasIt() {
    assumeTrue(Libc.isSupported(), "this is Linux on a known processor");
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "0.0.0.0", "::"})
  void whatArrivesIsWhatWasSent(String bound) throws IOException {
    int rounds = Scale.of(100, 5_000);
    for (int done = 0; done < rounds; done += 50) {
      try (BatchedIo io = open(bound);
          BatchedIo other = open("127.0.0.1");
          DatagramSocket client = new DatagramSocket(at("127.0.0.1", 0))) {
        Peer peer = peer(io, other.localAddress());
        for (int round = 0; round < 50; round++) {
          switch (random.nextInt(3)) {
            case 0 -> receive(io, client);
            case 1 -> send(io, peer, other);
            default -> place(io, client);
          }
        }
        if (random.nextBoolean()) {
          // What is queued when it is closed goes nowhere.
          io.send(peer, io.stage(new byte[100]), 100);
        }
      }
    }
  }

  /** Has datagrams of any size arrive, in more than one round of slots. */
  private void receive(BatchedIo io, DatagramSocket client) throws IOException {
    fill(io, RelayMemory.LINES_AT, io.memory().capacity());
    List<byte[]> sent = new ArrayList<>();
    int count = COUNTS[random.nextInt(8)];
    for (int waiting = 0; sent.size() < count && waiting < MAX_WAITING_BYTES; ) {
      byte[] datagram = bytes(SIZES[random.nextInt(SIZES.length)]);
      client.send(
          new DatagramPacket(
              datagram, datagram.length, at("127.0.0.1", io.localAddress().getPort())));
      sent.add(datagram);
      waiting += datagram.length;
    }
    List<byte[]> received = new ArrayList<>();
    for (int n; (n = io.receive()) > 0; ) {
      assertThat(n).isLessThanOrEqualTo(RelayMemory.SLOTS);
      for (int slot = 0; slot < n; slot++) {
        received.add(contents(io, slot));
        assertThat(io.source(slot).getPort()).isEqualTo(client.getLocalPort());
      }
    }
    assertSame(received, sent);
    assertCanary(io, RelayMemory.LINES_AT, io.memory().capacity());
  }

  /** Sends from anywhere in the memory, more than a batch at times. */
  private void send(BatchedIo io, Peer peer, BatchedIo other) throws IOException {
    ByteBuffer memory = io.memory();
    int count = COUNTS[random.nextInt(COUNTS.length)];
    memory.put(RelayMemory.LINES_AT, bytes(1 << 17));
    List<byte[]> sent = new ArrayList<>();
    List<byte[]> received = new ArrayList<>();
    int waiting = 0;
    for (int i = 0; i < count; i++) {
      int size = SIZES[random.nextInt(count > MAX_WAITING_SMALL ? 4 : SIZES.length)];
      int at =
          random.nextInt(8) == 0
              ? memory.capacity() - size
              : RelayMemory.LINES_AT + random.nextInt((1 << 17) - size);
      byte[] datagram = new byte[size];
      memory.get(at, datagram);
      io.send(peer, at, size);
      sent.add(datagram);
      waiting += size;
      if (waiting > MAX_WAITING_BYTES) {
        io.flush();
        drain(other, received);
        waiting = 0;
      }
    }
    io.flush();
    drain(other, received);
    assertSame(received, sent);
    io.flush();
    assertThat(other.receive()).as("nothing is sent twice").isZero();
  }

  /** Puts a datagram into the last slot, as another loop does. */
  private void place(BatchedIo io, DatagramSocket client) {
    fill(io, RelayMemory.LINES_AT, RelayMemory.BLOCKS_AT);
    byte[] datagram = bytes(random.nextInt(RelayMemory.DATAGRAM_BYTES + 1));
    InetSocketAddress source = at("127.0.0.1", client.getLocalPort());
    int slot = io.place(ByteBuffer.wrap(datagram), source, Optional.of(source.getAddress()));
    assertThat(contents(io, slot)).isEqualTo(datagram);
    assertThat(io.source(slot)).isEqualTo(source);
    assertCanary(io, RelayMemory.LINES_AT, RelayMemory.BLOCKS_AT);
  }

  @Test
  void nothingButItsOwnMemoryIsSentOrWritten() throws IOException {
    try (BatchedIo io = open("127.0.0.1");
        BatchedIo other = open("127.0.0.1")) {
      Peer peer = peer(io, other.localAddress());
      int end = io.memory().capacity();
      for (int[] place :
          new int[][] {
            {-1, 1}, {end, 1}, {end - 1, 2}, {0, -1}, {end, Integer.MAX_VALUE}, {-64, 64}
          }) {
        assertThatThrownBy(
                () -> io.send(peer, place[0], place[1]), "%d bytes at %d", place[1], place[0])
            .isInstanceOf(IndexOutOfBoundsException.class);
      }
      assertThatThrownBy(
              () ->
                  io.place(
                      ByteBuffer.allocate(RelayMemory.DATAGRAM_BYTES + 1),
                      other.localAddress(),
                      Optional.empty()))
          .isInstanceOf(IndexOutOfBoundsException.class);
      io.flush();
      assertThat(other.receive()).as("nothing was sent").isZero();
    }
  }

  @Test
  void afterTheCloseEveryCallIsRefusedAndNoMemoryIsReached() throws IOException {
    BatchedIo io = open("::");
    BatchedIo other = open("127.0.0.1");
    Peer peer = peer(io, other.localAddress());
    ByteBuffer memory = io.memory();
    io.close();
    // Takes the numbers of the files that were closed.
    try (other;
        BatchedIo next = open("::")) {
      assertThat(next.receive()).isZero();
      for (Call call :
          List.<Call>of(
              io::receive,
              () -> io.await(1_000_000),
              () -> io.send(peer, 0, 1),
              io::dropped,
              () -> io.peer(0),
              () -> io.source(RelayMemory.SLOTS),
              () -> memory.get(0),
              () -> memory.put(0, (byte) 1))) {
        assertThatThrownBy(call::make).isInstanceOf(IllegalStateException.class);
      }
      io.flush();
      io.wakeup();
      io.close();
      assertThat(other.receive()).isZero();
    }
  }

  private interface Call {
    void make() throws IOException;
  }

  @Test
  void itMayBeClosedWhileOthersWakeIt() throws Exception {
    for (int i = 0; i < Scale.of(50, 5_000); i++) {
      BatchedIo io = open("127.0.0.1");
      Thread waker =
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int n = 0; n < 100; n++) {
                      io.wakeup();
                    }
                  });
      io.await(1_000_000_000);
      io.close();
      waker.join();
    }
  }

  private static void drain(BatchedIo io, List<byte[]> received) throws IOException {
    for (int n; (n = io.receive()) > 0; ) {
      for (int slot = 0; slot < n; slot++) {
        received.add(contents(io, slot));
      }
    }
  }

  /** As far as a slot takes them: one byte more than allowed. */
  private static void assertSame(List<byte[]> received, List<byte[]> sent) {
    assertThat(received).hasSameSizeAs(sent);
    for (int i = 0; i < sent.size(); i++) {
      byte[] whole = sent.get(i);
      byte[] part = Arrays.copyOf(whole, Math.min(whole.length, RelayMemory.DATAGRAM_BYTES));
      assertThat(received.get(i)).as("datagram %d of %d", i, sent.size()).isEqualTo(part);
    }
  }

  private static void fill(BatchedIo io, int from, int to) {
    byte[] canary = new byte[to - from];
    Arrays.fill(canary, CANARY);
    io.memory().put(from, canary);
  }

  private static void assertCanary(BatchedIo io, int from, int to) {
    byte[] found = new byte[to - from];
    io.memory().get(from, found);
    byte[] canary = new byte[to - from];
    Arrays.fill(canary, CANARY);
    assertThat(Arrays.mismatch(found, canary)).as("touched elsewhere").isEqualTo(-1);
  }

  private byte[] bytes(int size) {
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] contents(BatchedIo io, int slot) {
    byte[] bytes = new byte[io.size(slot)];
    io.memory().get(RelayMemory.slotAt(slot), bytes);
    return bytes;
  }

  private static Peer peer(BatchedIo io, InetSocketAddress address) {
    return io.peer(io.place(ByteBuffer.allocate(0), address, Optional.of(address.getAddress())));
  }

  private static BatchedIo open(String address) throws IOException {
    return BatchedIo.bind(at(address, 0), false, Optional.empty());
  }

  private static InetSocketAddress at(String address, int port) {
    return new InetSocketAddress(TestServer.address(address), port);
  }
}
