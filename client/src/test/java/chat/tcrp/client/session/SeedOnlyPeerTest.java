package chat.tcrp.client.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.client.RunningServer;
import chat.tcrp.client.TestClient;
import chat.tcrp.client.session.SessionEvent.Message;
import chat.tcrp.client.session.SessionEvent.Notice;
import chat.tcrp.protocol.RoomName;
import chat.tcrp.protocol.Username;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A client that knows nothing but the stage 2 specification, made of plain sockets, chats with
 * ours.
 */
class SeedOnlyPeerTest {
  private RunningServer server;

  @BeforeEach
  void start() throws IOException {
    server = RunningServer.start();
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  @Test
  void createsARoomInWhichOurClientChatsWithIt() throws Exception {
    byte[] token = handshake(1, "grün", "Zoë");
    try (DatagramSocket udp = new DatagramSocket();
        TestClient bob = join("grün", "bob")) {
      send(udp, "grün", token, "hello from a stranger");
      bob.expect(new Message("Zoë", "hello from a stranger"));

      bob.session().send("welcome");
      assertThat(receive(udp)).isEqualTo("bob: welcome");
    }
    // The host has no way to leave but to stay silent; nothing else is in the specification.
  }

  @ParameterizedTest
  @ValueSource(strings = {"sue", "a name with spaces"})
  void joinsARoomOfOurClient(String name) throws Exception {
    try (TestClient ann =
            TestClient.enter(
                new SessionConfig(
                    server.address(),
                    new RoomName("tea"),
                    new Username("ann"),
                    Optional.empty(),
                    true));
        DatagramSocket udp = new DatagramSocket()) {
      byte[] token = handshake(2, "tea", name);
      ann.expect(new Notice(name + " joined"));
      send(udp, "tea", token, "knock knock");
      ann.expect(new Message(name, "knock knock"));

      ann.session().send("who is there?");
      assertThat(receive(udp)).isEqualTo("ann: who is there?");
      ann.session().close();
      assertThat(receive(udp)).endsWith("* room closed: ann (host) left");
    }
  }

  private TestClient join(String room, String name) throws Exception {
    return TestClient.enter(
        new SessionConfig(
            server.address(), new RoomName(room), new Username(name), Optional.empty(), false));
  }

  /**
   * State 0 with the username as payload; then state 1 with a status, and state 2 with the token.
   */
  private byte[] handshake(int operation, String room, String username) throws IOException {
    try (Socket tcp = new Socket(server.address().host(), server.address().port())) {
      byte[] name = room.getBytes(UTF_8);
      byte[] payload = username.getBytes(UTF_8);
      ByteArrayOutputStream request = new ByteArrayOutputStream();
      request.write(name.length);
      request.write(operation);
      request.write(0);
      request.write(new byte[28]);
      request.write(payload.length);
      request.write(name);
      request.write(payload);
      tcp.getOutputStream().write(request.toByteArray());

      DataInputStream in = new DataInputStream(tcp.getInputStream());
      assertThat(body(in, operation, 1, name)).containsExactly(0);
      byte[] token = body(in, operation, 2, name);
      assertThat(token).hasSizeBetween(1, 255);
      assertThat(in.read()).isEqualTo(-1);
      return token;
    }
  }

  private static byte[] body(DataInputStream in, int operation, int state, byte[] name)
      throws IOException {
    byte[] header = in.readNBytes(32);
    assertThat(header[0]).isEqualTo((byte) name.length);
    assertThat(header[1]).isEqualTo((byte) operation);
    assertThat(header[2]).isEqualTo((byte) state);
    for (int i = 3; i < 31; i++) {
      assertThat(header[i]).isZero();
    }
    assertThat(in.readNBytes(name.length)).isEqualTo(name);
    return in.readNBytes(header[31] & 0xff);
  }

  private void send(DatagramSocket udp, String room, byte[] token, String message)
      throws IOException {
    byte[] name = room.getBytes(UTF_8);
    ByteArrayOutputStream datagram = new ByteArrayOutputStream();
    datagram.write(name.length);
    datagram.write(token.length);
    datagram.write(name);
    datagram.write(token);
    datagram.write(message.getBytes(UTF_8));
    udp.send(
        new DatagramPacket(
            datagram.toByteArray(),
            datagram.size(),
            InetAddress.getByName(server.address().host()),
            server.address().udpPort()));
  }

  private static String receive(DatagramSocket udp) throws IOException {
    udp.setSoTimeout((int) TestClient.PATIENCE.toMillis());
    DatagramPacket packet = new DatagramPacket(new byte[4094], 4094);
    udp.receive(packet);
    return new String(packet.getData(), 0, packet.getLength(), UTF_8);
  }
}
