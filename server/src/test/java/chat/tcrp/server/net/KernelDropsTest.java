package chat.tcrp.server.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import chat.tcrp.server.TestServer;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class KernelDropsTest {
  /** In the format of /proc/net/udp: port 9002 (232A) twice, 53, and 9002 of a peer. */
  private static final List<String> TABLE =
      """
        sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
        417: 0100007F:232A 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 24093 2 0000000000000000 17
        418: 00000000:232A 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 24094 2 0000000000000000 5
       1534: 3500007F:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000   101        0 18201 2 0000000000000000 3
       1601: 0100007F:8001 0100007F:232A 01 00000000:00000000 00:00000000 00000000     0        0 24101 2 0000000000000000 9
      """
          .lines()
          .toList();

  @Test
  void theDropsOfAllSocketsAtThePortAreAddedUp() {
    assertThat(KernelDrops.of(9002, TABLE)).isEqualTo(22);
    assertThat(KernelDrops.of(53, TABLE)).isEqualTo(3);
  }

  @Test
  void whatIsDroppedAtOneOfTwoSocketsIsToldOnce() throws IOException {
    assumeTrue(Files.isReadable(Path.of("/proc/net/udp")));
    List<DatagramIo> sockets =
        IoMode.CHANNEL.bind(new InetSocketAddress(TestServer.address("127.0.0.1"), 0), 2);
    int port = sockets.getFirst().localAddress().getPort();
    try (DatagramSocket client = new DatagramSocket()) {
      byte[] bytes = new byte[1000];
      while (KernelDrops.of(port) == 0) {
        for (int i = 0; i < 1000; i++) {
          client.send(new DatagramPacket(bytes, bytes.length, sockets.getFirst().localAddress()));
        }
      }

      assertThat(sockets.stream().mapToLong(DatagramIo::dropped).sum())
          .isEqualTo(KernelDrops.of(port));
    } finally {
      for (DatagramIo socket : sockets) {
        socket.close();
      }
    }
  }

  @Test
  void aPortThatNobodyHasDroppedNothing() {
    assertThat(KernelDrops.of(9003, TABLE)).isZero();
    assertThat(KernelDrops.of(9002, List.of())).isZero();
    assertThat(KernelDrops.of(9002, List.of("", "sl"))).isZero();
  }
}
