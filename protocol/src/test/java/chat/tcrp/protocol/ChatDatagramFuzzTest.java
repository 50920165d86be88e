package chat.tcrp.protocol;

import static chat.tcrp.protocol.Refusals.unlessRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;

/** A datagram of the rooms, taken for one to the server and for one to a client. */
class ChatDatagramFuzzTest {
  private static final int OFFSET = 3;

  @FuzzTest
  void datagram(byte[] bytes) throws ProtocolException {
    checkToServer(bytes);
    checkToClient(bytes);
  }

  private static void checkToServer(byte[] bytes) throws ProtocolException {
    ByteBuffer buffer = ByteBuffer.allocate(bytes.length + 2 * OFFSET).put(OFFSET, bytes);
    ClientDatagram.View view = new ClientDatagram.View();
    boolean isWhole = view.wrap(buffer, OFFSET, bytes.length);
    var datagram = unlessRefused(() -> ClientDatagram.decode(bytes));

    if (!isWhole) {
      assertThat(datagram).isEmpty();
      return;
    }
    byte[] room = slice(buffer, view.roomAt(), view.roomSize());
    byte[] token = slice(buffer, view.tokenAt(), view.tokenSize());
    byte[] message = slice(buffer, view.messageAt(), view.messageSize());
    assertThat(Hex.join(new byte[] {(byte) room.length, (byte) token.length}, room, token, message))
        .isEqualTo(bytes);
    assertThat(datagram.isPresent())
        .isEqualTo(unlessRefused(() -> RoomName.decode(room)).isPresent());
    if (datagram.isPresent() && Utf8.decode(message).isPresent()) {
      assertThat(datagram.get().encode()).isEqualTo(bytes);
    }
  }

  private static void checkToClient(byte[] bytes) throws ProtocolException {
    for (ServerDatagram line : ServerDatagram.decode(bytes)) {
      var again = unlessRefused(line::encode);
      // What marks a control datagram means nothing at the beginning of a later line of a batch.
      boolean isMarked =
          line instanceof ServerDatagram.Text
              && again.filter(ChatDatagramFuzzTest::isControl).isPresent();
      if (again.isPresent() && !isMarked) {
        assertThat(ServerDatagram.decode(again.get())).containsExactly(line);
      }
    }
  }

  private static boolean isControl(byte[] line) {
    return line[0] == ServerDatagram.ACK || line[0] == ServerDatagram.EOT;
  }

  private static byte[] slice(ByteBuffer buffer, int at, int size) {
    byte[] slice = new byte[size];
    buffer.get(at, slice);
    return slice;
  }
}
