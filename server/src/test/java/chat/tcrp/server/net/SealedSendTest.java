package chat.tcrp.server.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import chat.tcrp.protocol.Opener;
import chat.tcrp.protocol.SealCipher;
import chat.tcrp.protocol.SealKeys;
import chat.tcrp.server.TestPeer;
import chat.tcrp.server.TestServer;
import chat.tcrp.server.base.Peer;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is sent sealed, more of it at once than there is memory for. */
class SealedSendTest {
  private static final InetAddress LOOPBACK = TestServer.address("127.0.0.1");
  private static final int SOCKETS = 10;

  /** No more than a socket holds. */
  private static final int EACH = 20;

  @ParameterizedTest
  @EnumSource(
      value = IoMode.class,
      names = {"CHANNEL", "BATCHED"})
  void whatIsStagedStaysWhileItIsSealedForMany(IoMode mode) throws IOException {
    assumeTrue(mode == IoMode.CHANNEL || Libc.isSupported(), "this system relays that way");
    SealKeys keys = SealKeys.of(new byte[SealKeys.BYTES]);
    Opener opener = keys.serverOpener();
    List<DatagramSocket> sockets = new ArrayList<>();
    try (DatagramIo io = mode.bind(new InetSocketAddress(LOOPBACK, 0), 1).getFirst();
        DatagramSocket plain = new DatagramSocket(0, LOOPBACK)) {
      Peer plainPeer = peer(io, plain);
      List<Peer> peers = new ArrayList<>();
      // One session at many sockets, which shows the order too.
      var sealer = keys.serverSealer();
      for (int i = 0; i < SOCKETS; i++) {
        DatagramSocket socket = new DatagramSocket(0, LOOPBACK);
        sockets.add(socket);
        Peer peer = peer(io, socket);
        peer.seal(sealer);
        peers.add(peer);
      }
      byte[] text = new byte[4000];
      Arrays.fill(text, (byte) 'x');

      int at = io.stage(text);
      for (int i = 0; i < EACH; i++) {
        for (Peer peer : peers) {
          io.send(peer, at, text.length);
        }
      }
      io.send(plainPeer, at, text.length);
      io.flush();

      for (int i = 0; i < EACH; i++) {
        for (DatagramSocket socket : sockets) {
          byte[] received = receive(socket);
          byte[] content = new byte[received.length];
          int size = opener.open(new SealCipher(), received, received.length, content);
          assertThat(Arrays.copyOf(content, Math.max(0, size))).isEqualTo(text);
          assertThat(opener.isNewest()).isTrue();
        }
      }
      assertThat(receive(plain)).isEqualTo(text);
    } finally {
      sockets.forEach(DatagramSocket::close);
    }
  }

  /** A socket as the relay knows it that has received from it. */
  private static Peer peer(DatagramIo io, DatagramSocket socket) throws IOException {
    socket.setSoTimeout((int) TestPeer.PATIENCE.toMillis());
    socket.send(new DatagramPacket(new byte[1], 1, io.localAddress()));
    while (io.receive() == 0) {
      Thread.onSpinWait();
    }
    return io.peer(0);
  }

  private static byte[] receive(DatagramSocket socket) throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[8192], 8192);
    socket.receive(packet);
    return Arrays.copyOf(packet.getData(), packet.getLength());
  }
}
