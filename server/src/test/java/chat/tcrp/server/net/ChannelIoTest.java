package chat.tcrp.server.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chat.tcrp.server.TestPeer;
import chat.tcrp.server.TestServer;
import chat.tcrp.server.base.Peer;
import java.io.IOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What plain channels can do beyond what every test of a running server shows. */
class ChannelIoTest {
  private static final InetSocketAddress ALL = at("::", 0);

  private final Deque<AutoCloseable> resources = new ArrayDeque<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable resource : resources) {
      resource.close();
    }
  }

  @Test
  void eachAddressOfTheMachineAnswersForItself() throws IOException {
    ChannelIo io =
        track(
            ChannelIo.bind(
                ALL,
                true,
                List.of(TestServer.address("127.0.0.5"), TestServer.address("127.0.0.6"))));
    DatagramSocket client = client();
    for (String asked : List.of("127.0.0.5", "127.0.0.6", "127.0.0.1")) {
      client.connect(at(asked, io.localAddress().getPort()));
      client.send(new DatagramPacket(new byte[] {1}, 1));
      awaitReceived(io);

      Peer peer = io.peer(0);
      assertThat(io.isToSenderOf(0, peer)).isTrue();
      io.send(peer, io.stage(new byte[] {4, 5}), 2);
      assertThat(receive(client)).containsExactly(4, 5);
    }
  }

  @Test
  void theNetworkTellsOfAClosedPortAndOnlyOfThat() throws IOException {
    ChannelIo io = track(ChannelIo.bind(at("127.0.0.1", 0), true));
    DatagramSocket alive = client();
    DatagramSocket gone = client();
    Peer alivePeer = heard(io, alive);
    Peer gonePeer = heard(io, gone);
    gone.close();

    io.probe(alivePeer, io.stage(new byte[] {6}), 1);
    io.probe(gonePeer, io.stage(new byte[] {6}), 1);

    assertThat(receive(alive)).containsExactly(6);
    long deadline = System.nanoTime() + TestPeer.PATIENCE.toNanos();
    int slot;
    while ((slot = io.takeRefusal()) < 0 && System.nanoTime() - deadline < 0) {
      io.await(TimeUnit.MILLISECONDS.toNanos(10));
      assertThat(io.receive()).isZero();
    }
    assertThat(slot).isNotNegative();
    assertThat(io.isFrom(slot, gonePeer)).isTrue();
    assertThat(io.isPortClosed()).isTrue();
    assertThat(io.takeRefusal()).isNegative();

    // What comes while it is asked for is received like anything else, and so is what comes later.
    for (byte i = 0; i < 3; i++) {
      alive.send(new DatagramPacket(new byte[] {i}, 1, io.localAddress()));
      awaitReceived(io);
      assertThat(io.memory().get(RelayMemory.slotAt(0))).isEqualTo(i);
      assertThat(io.isFrom(0, alivePeer)).isTrue();
      assertThat(io.isToSenderOf(0, alivePeer)).isTrue();
    }
  }

  @Test
  void aPortThatSomebodyElseHasIsRefusedAndOursIsNobodyElses() throws IOException {
    ChannelIo io = track(ChannelIo.bind(at("127.0.0.1", 0), true));

    assertThatThrownBy(() -> ChannelIo.bind(io.localAddress(), true))
        .isInstanceOf(BindException.class);
    assertThatThrownBy(() -> ChannelIo.bind(at("::", io.localAddress().getPort()), true))
        .isInstanceOf(BindException.class);
    assertThatThrownBy(
            () -> {
              try (DatagramChannel other = DatagramChannel.open()) {
                other.bind(io.localAddress());
              }
            })
        .isInstanceOf(BindException.class);
  }

  private Peer heard(ChannelIo io, DatagramSocket client) throws IOException {
    client.send(new DatagramPacket(new byte[] {1}, 1, io.localAddress()));
    awaitReceived(io);
    return io.peer(0);
  }

  private static void awaitReceived(ChannelIo io) throws IOException {
    long deadline = System.nanoTime() + TestPeer.PATIENCE.toNanos();
    int received;
    while ((received = io.receive()) == 0 && System.nanoTime() - deadline < 0) {
      io.await(TimeUnit.MILLISECONDS.toNanos(10));
    }
    assertThat(received).isEqualTo(1);
  }

  private DatagramSocket client() throws IOException {
    DatagramSocket client = track(new DatagramSocket(at("127.0.0.1", 0)));
    client.setSoTimeout((int) TestPeer.PATIENCE.toMillis());
    return client;
  }

  private static byte[] receive(DatagramSocket client) throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[64], 64);
    client.receive(packet);
    return Arrays.copyOf(packet.getData(), packet.getLength());
  }

  private <T extends AutoCloseable> T track(T resource) {
    resources.push(resource);
    return resource;
  }

  private static InetSocketAddress at(String address, int port) {
    return new InetSocketAddress(TestServer.address(address), port);
  }
}
