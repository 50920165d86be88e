package chat.tcrp.server.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import chat.tcrp.server.TestPeer;
import chat.tcrp.server.TestServer;
import chat.tcrp.server.base.Peer;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The batched system calls on real sockets, and how their errors are taken, made by a fake. */
class BatchedIoTest {
  private static final long PATIENCE_NANOS = TestPeer.PATIENCE.toNanos();
  private static final int SMALL_BUFFERS = 16 << 10;

  private final Deque<AutoCloseable> resources = new ArrayDeque<>();

  @BeforeAll
  static void onlyWhereTheSystemHasIt() {
    assumeTrue(Libc.isSupported(), "this is Linux on a known processor");
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable resource : resources) {
      resource.close();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, 127.0.0.1, 127.0.0.1",
    "::1, ::1, ::1",
    "::, ::1, ::1",
    "::, 127.0.0.1, 127.0.0.1",
    "0.0.0.0, 127.0.0.1, 127.0.0.1",
    "127.0.0.1, 127.0.0.1, 127.0.0.77"
  })
  void aDatagramIsAnsweredToWhereItCameFrom(String bound, String reachedAt, String from)
      throws IOException {
    assumeTrue(hasIpv6() || !bound.contains(":"), "this machine has IPv6");
    BatchedIo io = open(bound);
    DatagramSocket client = client(from);
    InetSocketAddress here = at(reachedAt, io.localAddress().getPort());
    send(client, here, new byte[] {1, 2, 3});
    awaitReceived(io, 1);

    InetSocketAddress source = at(from, client.getLocalPort());
    assertThat(io.size(0)).isEqualTo(3);
    assertThat(bytes(io, 0)).containsExactly(1, 2, 3);
    assertThat(io.source(0)).isEqualTo(source);
    Peer peer = io.peer(0);
    assertThat(peer.address()).isEqualTo(source);
    assertThat(io.isFrom(0, peer)).isTrue();

    io.send(peer, io.stage(new byte[] {4, 5}), 2);
    io.flush();
    assertThat(receive(client)).containsExactly(4, 5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1", "::"})
  void sendersAreToldApart(String bound) throws IOException {
    assumeTrue(hasIpv6() || !bound.contains(":"), "this machine has IPv6");
    BatchedIo io = open(bound);
    String address = bound.equals("::") ? "127.0.0.1" : bound;
    InetSocketAddress here = at(address, io.localAddress().getPort());
    DatagramSocket ann = client(address);
    DatagramSocket bob = client(address);
    send(ann, here, new byte[] {1});
    send(bob, here, new byte[] {2});
    send(ann, here, new byte[] {3});
    awaitReceived(io, 3);

    Peer peer = io.peer(0);
    assertThat(io.isFrom(1, peer)).isFalse();
    assertThat(io.isFrom(2, peer)).isTrue();
    assertThat(io.sourceHash(2)).isEqualTo(io.sourceHash(0));
    assertThat(io.sourceHash(1)).isNotEqualTo(io.sourceHash(0));
  }

  @Test
  void aPlacedDatagramIsAsIfReceived() throws IOException {
    assumeTrue(hasIpv6(), "this machine has IPv6");
    for (String bound : new String[] {"127.0.0.1", "::"}) {
      BatchedIo io = open(bound);
      DatagramSocket client = client("127.0.0.1");
      InetSocketAddress source = at("127.0.0.1", client.getLocalPort());
      send(client, reachable(io), new byte[] {1});
      awaitReceived(io, 1);

      int slot = io.place(ByteBuffer.wrap(new byte[] {7, 8, 9}), source, io.local(0));

      assertThat(bytes(io, slot)).containsExactly(7, 8, 9);
      assertThat(io.source(slot)).isEqualTo(source);
      assertThat(io.isFrom(slot, io.peer(0))).isTrue();
      assertThat(io.isToSenderOf(slot, io.peer(0))).isTrue();
      assertThat(io.local(slot)).isEqualTo(io.local(0));
      assertThat(io.sourceHash(slot)).isEqualTo(io.sourceHash(0));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theAnswerComesFromTheAddressThatWasAsked(boolean six) throws IOException {
    assumeTrue(hasIpv6() || !six, "this machine has IPv6");
    BatchedIo io = six ? open("::") : track(BatchedIo.bind(at("::", 0), SMALL_BUFFERS, Only4::new));
    DatagramSocket client = client("127.0.0.1");
    for (String asked : List.of("127.0.0.5", "127.0.0.6")) {
      client.connect(at(asked, io.localAddress().getPort()));
      client.send(new DatagramPacket(new byte[1], 1));
      awaitReceived(io, 1);
      assertThat(io.local(0)).contains(TestServer.address(asked));
      Peer peer = io.peer(0);
      assertThat(io.isToSenderOf(0, peer)).isTrue();
      assertThat(io.isToSenderOf(0, peer(io, at("127.0.0.1", client.getLocalPort())))).isFalse();

      // One that goes from elsewhere has used the same place before.
      io.send(peer(io, at("127.0.0.1", 9)), io.stage(new byte[1]), 1);
      io.flush();
      io.send(peer, io.stage(new byte[] {4, 5}), 2);
      io.flush();
      assertThat(receive(client)).containsExactly(4, 5);
    }
  }

  /** A system without IPv6. */
  private static final class Only4 extends Libc {
    private boolean failed;

    Only4(Arena arena) {
      super(arena);
    }

    @Override
    int socket(int family, int type, int protocol) {
      failed = family == AF_INET6;
      return failed ? -1 : super.socket(family, type, protocol);
    }

    @Override
    int errno() {
      return failed ? EAFNOSUPPORT : super.errno();
    }
  }

  @Test
  void datagramsAreTakenInRoundsOfAllSlots() throws IOException {
    BatchedIo io = open("127.0.0.1");
    DatagramSocket client = client("127.0.0.1");
    for (int i = 0; i < RelayMemory.SLOTS + 6; i++) {
      send(client, io.localAddress(), new byte[i]);
    }

    assertThat(io.receive()).isEqualTo(RelayMemory.SLOTS);
    for (int i = 0; i < RelayMemory.SLOTS; i++) {
      assertThat(io.size(i)).isEqualTo(i);
    }
    assertThat(io.receive()).isEqualTo(6);
    assertThat(io.size(5)).isEqualTo(RelayMemory.SLOTS + 5);
    assertThat(io.receive()).isZero();
  }

  @Test
  void whatIsTooLargeIsSeenToBe() throws IOException {
    BatchedIo io = open("127.0.0.1");
    DatagramSocket client = client("127.0.0.1");
    for (int size : new int[] {4129, 4130, 4131, 60_000, 1}) {
      byte[] datagram = new byte[size];
      Arrays.fill(datagram, (byte) size);
      send(client, io.localAddress(), datagram);
    }

    awaitReceived(io, 5);
    assertThat(new int[] {io.size(0), io.size(1), io.size(2), io.size(3), io.size(4)})
        .containsExactly(4129, 4130, 4130, 4130, 1);
    assertThat(bytes(io, 4)).containsExactly(1);
  }

  @Test
  void moreThanOneCallTakesIsSentInOrder() throws IOException {
    BatchedIo io = open("127.0.0.1");
    BatchedIo other = open("127.0.0.1");
    Peer to = peer(io, other.localAddress());
    int count = SendBatch.MAX_QUEUED + 100;
    ByteBuffer numbers = io.memory();
    int at = RelayMemory.LINES_AT;
    for (int i = 0; i < count; i++) {
      numbers.putInt(at + i * 4, i);
      io.send(to, at + i * 4, 4);
    }
    io.flush();

    int next = 0;
    for (int n; (n = other.receive()) > 0; ) {
      for (int slot = 0; slot < n; slot++) {
        assertThat(other.memory().getInt(RelayMemory.slotAt(slot))).isEqualTo(next++);
      }
    }
    assertThat(next).isEqualTo(count);
  }

  @Test
  void aFullStageIsSentAndUsedAnew() throws IOException {
    BatchedIo io = open("127.0.0.1");
    DatagramSocket client = client("127.0.0.1");
    Peer to = peer(io, address(client));
    for (int i = 0; i < 150; i++) {
      byte[] notice = new byte[2048];
      notice[0] = (byte) i;
      io.send(to, io.stage(notice), notice.length);
      if (i < 128) {
        continue;
      }
      // Those that filled the stage have been sent when this one was staged.
      assertThat(receive(client)[0]).isEqualTo((byte) (i - 128));
    }
    io.flush();
  }

  @Test
  void aSendThatFailsIsItsPeersFailureAlone() throws IOException {
    BatchedIo io = open("127.0.0.1");
    DatagramSocket client = client("127.0.0.1");
    // Nobody may broadcast without asking, and nobody has port 0.
    Peer forbidden = peer(io, at("255.255.255.255", 9));
    Peer invalid = peer(io, at("127.0.0.1", 0));
    Peer good = peer(io, address(client));
    for (int i = 0; i < Peer.MAX_FAILURES; i++) {
      int at = io.stage(new byte[] {(byte) i});
      io.send(forbidden, at, 1);
      io.send(good, at, 1);
      io.send(invalid, at, 1);
    }
    io.flush();

    assertThat(List.of(forbidden.unreachable(), invalid.unreachable(), good.unreachable()))
        .containsExactly(true, true, false);
    for (int i = 0; i < Peer.MAX_FAILURES; i++) {
      assertThat(receive(client)).containsExactly(i);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1", "::"})
  void refusalsNameTheDestination(String bound) throws IOException {
    assumeTrue(hasIpv6() || !bound.contains(":"), "this machine has IPv6");
    BatchedIo io = open(bound);
    String address = bound.equals("::") ? "127.0.0.1" : bound;
    DatagramSocket good = client(address);
    InetSocketAddress gone = nobodyAt(address);
    Peer goodPeer = peer(io, address(good));
    Peer gonePeer = peer(io, gone);
    for (int i = 0; i < 3; i++) {
      int at = io.stage(new byte[] {(byte) i});
      io.send(gonePeer, at, 1);
      io.send(goodPeer, at, 1);
      io.flush();
    }
    for (int i = 0; i < 3; i++) {
      assertThat(receive(good)).containsExactly(i);
    }

    List<InetSocketAddress> refused = new ArrayList<>();
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (refused.size() < 3 && System.nanoTime() - deadline < 0) {
      io.await(PATIENCE_NANOS);
      assertThat(io.receive()).isZero();
      for (int slot; (slot = io.takeRefusal()) >= 0; ) {
        assertThat(io.isFrom(slot, gonePeer)).isTrue();
        assertThat(io.isPortClosed()).isTrue();
        refused.add(io.source(slot));
      }
    }
    assertThat(refused).containsOnly(gone).hasSize(3);
    assertThat(List.of(goodPeer.unreachable(), gonePeer.unreachable())).containsOnly(false);
  }

  /** A port at which nobody listens any more. */
  private static InetSocketAddress nobodyAt(String address) throws IOException {
    try (DatagramSocket closed = new DatagramSocket(at(address, 0))) {
      return address(closed);
    }
  }

  /** Sends so that the refusal is told by no call's failure. */
  private void sendToNobody(BatchedIo io) throws IOException {
    InetSocketAddress gone = nobodyAt("127.0.0.1");
    // The refusal of the first fails the second, in a call that has sent one and so is no failure.
    int at = io.stage(new byte[] {1});
    io.send(peer(io, gone), at, 1);
    io.send(peer(io, address(client("127.0.0.1"))), at, 1);
    io.flush();
  }

  @Test
  void aRefusalThatACallHasSwallowedIsFoundByTheNextWait() throws IOException {
    BatchedIo io = open("127.0.0.1");
    sendToNobody(io);

    io.await(PATIENCE_NANOS);
    assertThat(io.receive()).isZero();
    int refusals = 0;
    while (io.takeRefusal() >= 0) {
      refusals++;
    }
    assertThat(refusals).isPositive();
    long before = System.nanoTime();
    io.await(Duration.ofMillis(50).toNanos());
    assertThat(System.nanoTime() - before).as("nothing is left").isGreaterThan(40_000_000);
  }

  @Test
  void aWakeupEndsThePresentWaitOrTheNext() throws Exception {
    BatchedIo io = open("127.0.0.1");
    io.wakeup();
    io.wakeup();
    io.await(Duration.ofDays(1).toNanos());

    try (ExecutorService executor = Executors.newSingleThreadExecutor()) {
      Future<?> waiting =
          executor.submit(
              () -> {
                io.await(Duration.ofDays(1).toNanos());
                return null;
              });
      io.wakeup();
      waiting.get(PATIENCE_NANOS, TimeUnit.NANOSECONDS);
    }
    long before = System.nanoTime();
    io.await(Duration.ofMillis(20).toNanos());
    assertThat(System.nanoTime() - before).as("woken once only").isGreaterThan(10_000_000);
  }

  @Test
  void aDatagramDoesNotEndARest() throws Exception {
    BatchedIo io = open("127.0.0.1");
    DatagramSocket client = client("127.0.0.1");
    send(client, io.localAddress(), new byte[] {1});
    send(client, io.localAddress(), new byte[] {2});

    long before = System.nanoTime();
    io.rest(Duration.ofMillis(50).toNanos());

    assertThat(System.nanoTime() - before).isGreaterThanOrEqualTo(50_000_000);
    assertThat(io.receive()).isEqualTo(2);
  }

  @Test
  void aWakeupEndsARestAndNothingElse() throws IOException {
    BatchedIo io = open("127.0.0.1");
    io.wakeup();
    io.rest(Duration.ofDays(1).toNanos());

    long before = System.nanoTime();
    io.await(Duration.ofMillis(20).toNanos());
    assertThat(System.nanoTime() - before).as("woken once only").isGreaterThan(10_000_000);
  }

  @Test
  void aRefusalEndsARest() throws IOException {
    BatchedIo io = open("127.0.0.1");
    sendToNobody(io);

    io.rest(Duration.ofDays(1).toNanos());

    assertThat(io.takeRefusal()).isNotNegative();
  }

  @Test
  void whatTheSystemDroppedIsCounted() throws IOException {
    BatchedIo io = track(BatchedIo.bind(loopback(), SMALL_BUFFERS, Libc::new));
    DatagramSocket client = client("127.0.0.1");
    assertThat(io.dropped()).isZero();
    int sent = 500;
    for (int i = 0; i < sent; i++) {
      send(client, io.localAddress(), new byte[1000]);
    }

    int received = 0;
    for (int n; (n = io.receive()) > 0; ) {
      received += n;
    }
    assertThat(received).isBetween(1, sent - 1);
    assertThat(io.dropped()).isEqualTo(sent - received);
    assertThat(KernelDrops.of(io.localAddress().getPort())).isEqualTo(sent - received);
  }

  @Test
  void buffersAreAsTheSystemGaveThem() throws IOException {
    assertThat(track(BatchedIo.bind(loopback(), SMALL_BUFFERS, Libc::new)).buffers())
        .isEqualTo(new SocketBuffers(SMALL_BUFFERS, SMALL_BUFFERS));
  }

  @Test
  void aPortInUseIsRefused() throws IOException {
    BatchedIo io = open("127.0.0.1");

    assertThatThrownBy(() -> open("127.0.0.1", io.localAddress().getPort()))
        .isInstanceOf(IOException.class)
        .hasMessage("Address already in use (bind)");
    assertThatThrownBy(() -> open("192.0.2.1"))
        .isInstanceOf(IOException.class)
        .hasMessage("Cannot assign requested address (bind)");
  }

  @Test
  void itMayBeClosedTwiceAndThenLeavesThePort() throws IOException {
    BatchedIo io = open("127.0.0.1");
    int port = io.localAddress().getPort();

    io.close();
    io.close();
    io.wakeup();

    assertThat(open("127.0.0.1", port).localAddress().getPort()).isEqualTo(port);
  }

  // What the system can answer, at will.

  /** Real calls, but sends and receives may be cut short or fail. */
  private static final class FaultyLibc extends Libc {
    /** What the next sends do: so many at most when positive, else fail with the error. */
    private final Deque<Integer> sends = new ArrayDeque<>();

    private final Deque<Integer> receives = new ArrayDeque<>();
    private int errno;
    private int polls;

    FaultyLibc(Arena arena) {
      super(arena);
    }

    @Override
    int sendmmsg(int fd, MemorySegment messages, int count, int flags) {
      errno = 0;
      int next = sends.isEmpty() ? count : sends.pop();
      return next > 0 ? super.sendmmsg(fd, messages, Math.min(next, count), flags) : fail(-next);
    }

    @Override
    int recvmmsg(int fd, MemorySegment messages, int count, int flags) {
      errno = 0;
      int next = receives.isEmpty() ? count : receives.pop();
      return next > 0 ? super.recvmmsg(fd, messages, Math.min(next, count), flags) : fail(-next);
    }

    @Override
    int poll(MemorySegment fds, long count, int timeoutMillis) {
      polls++;
      return super.poll(fds, count, timeoutMillis);
    }

    @Override
    int errno() {
      return errno != 0 ? errno : super.errno();
    }

    private int fail(int reason) {
      errno = reason;
      return -1;
    }
  }

  private FaultyLibc faults;

  private BatchedIo openFaulty() throws IOException {
    return track(
        BatchedIo.bind(loopback(), SocketBuffers.WANTED, arena -> faults = new FaultyLibc(arena)));
  }

  @ParameterizedTest
  @CsvSource({
    "short counts, '3, 1, 2'",
    "interrupted, '-4, 2, -4, -4'",
    "full for a moment, '-11, 2, -11'",
    "an old report, '-111, 3, -113, 2, -101'",
    "reports that ICMP can make, '-90, 1, -92, 1, -71, 1, -13, 1, -112, 1'"
  })
  void nothingIsLostWhenACallDoesLess(String what, String answers) throws IOException {
    BatchedIo io = openFaulty();
    DatagramSocket client = client("127.0.0.1");
    Peer to = peer(io, address(client));
    answer(faults.sends, answers);
    for (int i = 0; i < 10; i++) {
      io.send(to, io.stage(new byte[] {(byte) i}), 1);
    }
    io.flush();

    for (int i = 0; i < 10; i++) {
      assertThat(receive(client)).as(what).containsExactly(i);
    }
    assertThat(faults.sends).isEmpty();
  }

  @Test
  void anErrorThatIsRepeatedIsThatOnePeers() throws IOException {
    BatchedIo io = openFaulty();
    DatagramSocket client = client("127.0.0.1");
    Peer good = peer(io, address(client));
    Peer bad = peer(io, at("127.0.0.2", client.getLocalPort()));
    for (int i = 0; i < Peer.MAX_FAILURES; i++) {
      answer(faults.sends, "1, -101, -101");
      int at = io.stage(new byte[] {(byte) i});
      io.send(good, at, 1);
      io.send(bad, at, 1);
      io.send(good, at, 1);
      io.flush();
      assertThat(receive(client)).containsExactly(i);
      assertThat(receive(client)).containsExactly(i);
    }

    assertThat(List.of(good.unreachable(), bad.unreachable())).containsExactly(false, true);
  }

  @Test
  void aQueueThatStaysFullIsWaitedForOnceAndThenGivenUp() throws IOException {
    BatchedIo io = openFaulty();
    DatagramSocket client = client("127.0.0.1");
    Peer to = peer(io, address(client));
    answer(faults.sends, "2, -11, -11");
    for (int i = 0; i < 10; i++) {
      io.send(to, io.stage(new byte[] {(byte) i}), 1);
    }
    io.flush();
    io.send(to, io.stage(new byte[] {99}), 1);
    io.flush();

    assertThat(faults.polls).isEqualTo(1);
    assertThat(receive(client)).containsExactly(0);
    assertThat(receive(client)).containsExactly(1);
    assertThat(receive(client)).containsExactly(99);
    assertThat(to.unreachable()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {13, 64, 71, 90, 92, 95, 101, 111, 112, 113})
  void noReportEndsTheRelay(int errno) throws IOException {
    BatchedIo io = openFaulty();
    DatagramSocket client = client("127.0.0.1");
    send(client, io.localAddress(), new byte[] {1});
    answer(faults.receives, "-" + errno + ", -" + errno);

    assertThat(io.receive()).isEqualTo(1);
    assertThat(bytes(io, 0)).containsExactly(1);
    assertThat(io.takeRefusal()).isEqualTo(-1);
  }

  @Test
  void anInterruptedOrEmptyReceiveGivesNothing() throws IOException {
    BatchedIo io = openFaulty();
    answer(faults.receives, "-4, -11");

    assertThat(io.receive()).isZero();
    assertThat(io.receive()).isZero();
  }

  @Test
  void aBrokenSocketIsToldOf() throws IOException {
    BatchedIo io = openFaulty();
    answer(faults.receives, "-9");

    assertThatThrownBy(io::receive)
        .isInstanceOf(IOException.class)
        .hasMessage("error 9 (recvmmsg)");
  }

  private static void answer(Deque<Integer> calls, String answers) {
    for (String answer : answers.split(", ", -1)) {
      calls.add(Integer.valueOf(answer));
    }
  }

  private BatchedIo open(String address) throws IOException {
    return open(address, 0);
  }

  private BatchedIo open(String address, int port) throws IOException {
    return track(BatchedIo.bind(at(address, port), false, Optional.empty()));
  }

  private DatagramSocket client(String address) throws IOException {
    DatagramSocket client = track(new DatagramSocket(at(address, 0)));
    client.setSoTimeout((int) TestPeer.PATIENCE.toMillis());
    return client;
  }

  private <T extends AutoCloseable> T track(T resource) {
    resources.push(resource);
    return resource;
  }

  private static Peer peer(BatchedIo io, InetSocketAddress address) {
    // Where all of ours are meant, datagrams go there from the same address.
    return io.peer(io.place(ByteBuffer.allocate(0), address, Optional.of(address.getAddress())));
  }

  private static void awaitReceived(BatchedIo io, int count) throws IOException {
    assertThat(io.receive()).as("on this machine they are there when sent").isEqualTo(count);
  }

  private static byte[] bytes(BatchedIo io, int slot) {
    byte[] bytes = new byte[io.size(slot)];
    io.memory().get(RelayMemory.slotAt(slot), bytes);
    return bytes;
  }

  private static void send(DatagramSocket from, InetSocketAddress to, byte[] datagram)
      throws IOException {
    from.send(new DatagramPacket(datagram, datagram.length, to));
  }

  private static byte[] receive(DatagramSocket client) throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[8192], 8192);
    try {
      client.receive(packet);
    } catch (SocketTimeoutException e) {
      throw new AssertionError("no datagram came", e);
    }
    return Arrays.copyOf(packet.getData(), packet.getLength());
  }

  private static InetSocketAddress at(String address, int port) {
    return new InetSocketAddress(TestServer.address(address), port);
  }

  private static InetSocketAddress loopback() {
    return at("127.0.0.1", 0);
  }

  private static InetSocketAddress reachable(BatchedIo io) {
    return at("127.0.0.1", io.localAddress().getPort());
  }

  private static InetSocketAddress address(DatagramSocket socket) {
    return new InetSocketAddress(socket.getLocalAddress(), socket.getLocalPort());
  }

  private static boolean hasIpv6() {
    try (DatagramSocket socket = new DatagramSocket(at("::1", 0))) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
