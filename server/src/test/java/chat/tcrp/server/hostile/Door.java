package chat.tcrp.server.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.server.Frames;
import chat.tcrp.server.TestPeer;
import chat.tcrp.server.TestServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Where a server is, in this process or another, and the plainest things that one can do there.
 * Throws for what a server under attack may do too: refuse, or reset.
 */
record Door(InetSocketAddress tcp, InetSocketAddress udp) {
  static final String HERE = "127.0.0.1";
  static final int CREATE = 1;
  static final int JOIN = 2;
  static final int LEAVE = 3;
  static final int ROOMS = 4;
  static final int MEMBERS = 5;

  static Door of(TestServer server) {
    return new Door(server.tcp(TestServer.address(HERE)), server.udp(TestServer.address(HERE)));
  }

  Socket connect(String from) throws IOException {
    Socket socket = new Socket();
    socket.setReuseAddress(true);
    socket.bind(new InetSocketAddress(TestServer.address(from), 0));
    socket.setSoTimeout((int) TestPeer.PATIENCE.toMillis());
    socket.connect(tcp, (int) TestPeer.PATIENCE.toMillis());
    return socket;
  }

  byte[] exchange(String from, byte[] request) throws IOException {
    try (Socket socket = connect(from)) {
      socket.getOutputStream().write(request);
      return socket.getInputStream().readAllBytes();
    }
  }

  /** Creates or joins; the token. */
  byte[] enter(String from, int operation, String room, String name) throws IOException {
    byte[] answer = exchange(from, Frames.request(room, operation, name));
    if (!isOk(answer, room)) {
      throw new IOException("refused: " + Arrays.toString(answer));
    }
    return Arrays.copyOfRange(answer, answer.length - 24, answer.length);
  }

  static boolean isOk(byte[] answer, String room) {
    int status = 32 + Frames.utf8(room).length;
    return answer.length > status + 1 && answer[status] == 0;
  }

  /** The JSON of a listing, without its frames. */
  String list(int operation, String room, byte[] token) throws IOException {
    byte[] name = Frames.utf8(room);
    byte[] answer = exchange(HERE, Frames.frame(name, operation, 0, token));
    assertThat(isOk(answer, room)).isTrue();
    int head = 2 * (32 + name.length) + 1;
    return new String(answer, head, answer.length - head, StandardCharsets.UTF_8);
  }

  /** A message, or with an empty text a keepalive. */
  static byte[] datagram(String room, byte[] token, String text) {
    byte[] name = Frames.utf8(room);
    return Frames.concat(
        new byte[] {(byte) name.length, (byte) token.length}, name, token, Frames.utf8(text));
  }
}
