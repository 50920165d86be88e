package chat.tcrp.server.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import chat.tcrp.protocol.RoomName;
import chat.tcrp.protocol.SealedDatagram;
import chat.tcrp.server.ServerConfig;
import chat.tcrp.server.TestServer;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Java's choice of a loop, and the system's, which must be the same. */
class SteeringTest {
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 5, 6, 7, 8, ServerConfig.MAX_RELAY_THREADS})
  void theSystemGivesEachRoomsDatagramsToTheLoopThatHasTheRoom(int loops) throws IOException {
    assumeTrue(Libc.isSupported(), "this is Linux on a known processor");
    SplittableRandom random = new SplittableRandom(loops);
    List<DatagramIo> sockets =
        IoMode.BATCHED.bind(new InetSocketAddress(TestServer.address("127.0.0.1"), 0), loops);
    try {
      for (int i = 0; i < 200; i++) {
        byte[] room = new byte[1 + i % RoomName.MAX_BYTES];
        random.nextBytes(room);
        // From another port each time, as which the system would choose otherwise.
        sendFor(room, sockets.getFirst().localAddress());
        int expected = Steering.loopOf(room, loops);
        for (int socket = 0; socket < loops; socket++) {
          assertThat(sockets.get(socket).receive())
              .as("room %s at socket %s of %s", Arrays.toString(room), socket, loops)
              .isEqualTo(socket == expected ? 1 : 0);
        }
      }
    } finally {
      for (DatagramIo socket : sockets) {
        socket.close();
      }
    }
  }

  @Test
  void aSealedSessionsDatagramsArriveAtOnePlace() throws IOException {
    assumeTrue(Libc.isSupported(), "this is Linux on a known processor");
    SplittableRandom random = new SplittableRandom(8);
    int loops = 4;
    List<DatagramIo> sockets =
        IoMode.BATCHED.bind(new InetSocketAddress(TestServer.address("127.0.0.1"), 0), loops);
    try {
      int[] sessions = new int[loops];
      for (int session = 0; session < 200; session++) {
        byte[] datagram = new byte[SealedDatagram.OVERHEAD + random.nextInt(50)];
        int expected = -1;
        long id = random.nextLong();
        for (int i = 0; i < 3; i++) {
          random.nextBytes(datagram);
          ByteBuffer.wrap(datagram).put(SealedDatagram.MARK).putLong(id);
          send(datagram, sockets.getFirst().localAddress());
          for (int socket = 0; socket < loops; socket++) {
            if (sockets.get(socket).receive() == 1) {
              assertThat(expected).isIn(-1, socket);
              expected = socket;
            }
          }
        }
        sessions[expected]++;
      }
      assertThat(Arrays.stream(sessions)).allMatch(count -> count > 20);
    } finally {
      for (DatagramIo socket : sockets) {
        socket.close();
      }
    }
  }

  @Test
  void whatNamesNoRoomArrivesSomewhere() throws IOException {
    assumeTrue(Libc.isSupported(), "this is Linux on a known processor");
    List<DatagramIo> sockets =
        IoMode.BATCHED.bind(new InetSocketAddress(TestServer.address("127.0.0.1"), 0), 2);
    try (DatagramSocket client = new DatagramSocket()) {
      byte[] longName = new byte[300];
      longName[0] = (byte) 255;
      byte[][] datagrams = {
        {}, {SealedDatagram.MARK}, {SealedDatagram.MARK, 1, 2, 3}, {0}, {28}, {28, 1, 'a'}, longName
      };
      for (byte[] datagram : datagrams) {
        client.send(
            new DatagramPacket(datagram, datagram.length, sockets.getFirst().localAddress()));
        assertThat(sockets.get(0).receive() + sockets.get(1).receive()).isEqualTo(1);
      }
    } finally {
      for (DatagramIo socket : sockets) {
        socket.close();
      }
    }
  }

  @Test
  void roomsAreSpreadOverTheLoops() {
    int[] rooms = new int[4];
    for (int i = 0; i < 4000; i++) {
      rooms[Steering.loopOf(("room " + i).getBytes(StandardCharsets.UTF_8), rooms.length)]++;
    }

    assertThat(Arrays.stream(rooms)).allMatch(count -> count > 800 && count < 1200);
  }

  private static void sendFor(byte[] room, InetSocketAddress to) throws IOException {
    ByteBuffer datagram =
        ByteBuffer.allocate(2 + room.length + 3)
            .put((byte) room.length)
            .put((byte) 1)
            .put(room)
            .put(new byte[] {'t', 'h', 'i'});
    send(datagram.array(), to);
  }

  private static void send(byte[] datagram, InetSocketAddress to) throws IOException {
    try (DatagramSocket client = new DatagramSocket()) {
      client.send(new DatagramPacket(datagram, datagram.length, to));
    }
  }
}
