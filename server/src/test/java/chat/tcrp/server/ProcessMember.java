package chat.tcrp.server;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.protocol.ClientDatagram;
import chat.tcrp.protocol.ProtocolException;
import chat.tcrp.protocol.Request;
import chat.tcrp.protocol.RoomName;
import chat.tcrp.protocol.Status;
import chat.tcrp.protocol.Tcrp;
import chat.tcrp.protocol.Token;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** A member, of plain sockets, of a server that is another process on 127.0.0.1. */
final class ProcessMember implements AutoCloseable {
  private static final InetAddress LOOPBACK = TestServer.address("127.0.0.1");
  private static final String ACK = "\u0006";
  private static final String EOT = "\u0004";

  private final int tcpPort;
  private final DatagramSocket udp;
  private RoomName room;
  private Token token;

  ProcessMember(int tcpPort, int udpPort) throws IOException {
    this.tcpPort = tcpPort;
    this.udp = new DatagramSocket(0, LOOPBACK);
    udp.connect(new InetSocketAddress(LOOPBACK, udpPort));
  }

  void create(String roomName, String username) throws IOException, ProtocolException {
    room = new RoomName(roomName);
    enter(new Request.Create(room, TestPeer.credentials(username)));
  }

  void join(String roomName, String username) throws IOException, ProtocolException {
    room = new RoomName(roomName);
    enter(new Request.Join(room, TestPeer.credentials(username)));
  }

  private void enter(Request request) throws IOException, ProtocolException {
    try (Socket tcp = new Socket(LOOPBACK, tcpPort)) {
      tcp.setSoTimeout((int) TestPeer.PATIENCE.toMillis());
      tcp.getOutputStream().write(Tcrp.encode(request));
      DataInputStream in = new DataInputStream(tcp.getInputStream());
      Tcrp.Header status = Tcrp.Header.decode(in.readNBytes(Tcrp.HEADER_BYTES));
      assertThat(Tcrp.decodeStatus(status, in.readNBytes(status.bodySize()))).isEqualTo(Status.OK);
      Tcrp.Header completion = Tcrp.Header.decode(in.readNBytes(Tcrp.HEADER_BYTES));
      token = Token.decode(Tcrp.decodeCompletion(completion, in.readNBytes(completion.bodySize())));
    }
  }

  /** Says something; nothing is a keepalive. */
  void say(String text) throws IOException, ProtocolException {
    byte[] datagram = new ClientDatagram(room, token, text).encode();
    udp.send(new DatagramPacket(datagram, datagram.length));
  }

  /** Sends keepalives until the server holds this member to them. */
  void keepCadence() throws IOException, ProtocolException {
    for (int i = 0; i < 3; i++) {
      say("");
      awaits(ACK);
    }
  }

  /** Passes over all that comes before this, which may be anything but the end of the session. */
  void awaits(String text) throws IOException {
    String heard;
    do {
      heard = hears(TestPeer.PATIENCE).orElseThrow(() -> new AssertionError("not heard: " + text));
      assertThat(heard).doesNotStartWith(EOT);
    } while (!heard.equals(text));
  }

  /** The next that comes, within a time. */
  Optional<String> hears(Duration patience) throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[8192], 8192);
    udp.setSoTimeout((int) patience.toMillis());
    try {
      udp.receive(packet);
      return Optional.of(
          new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8));
    } catch (SocketTimeoutException e) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    udp.close();
  }
}
