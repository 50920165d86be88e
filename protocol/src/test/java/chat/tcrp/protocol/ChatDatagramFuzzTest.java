package chat.tcrp.protocol;

import static chat.tcrp.protocol.Refusals.unlessRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** A datagram of the rooms, taken for one to the server and for one to a client. */
class ChatDatagramFuzzTest {
  private static final int OFFSET = 3;
  private static final Set<Class<?>> CONTROLS =
      Set.of(
          ServerDatagram.Ack.class,
          ServerDatagram.Progress.class,
          ServerDatagram.End.class,
          ServerDatagram.Private.class);

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
    List<ServerDatagram> lines = ServerDatagram.decode(bytes);
    boolean isControl = bytes.length > 0 && isControl(bytes[0]);
    assertThat(lines.stream().map(ServerDatagram::getClass))
        .allMatch(type -> isControl == CONTROLS.contains(type));
    Optional<String> text = Utf8.decode(bytes);
    if (isControl || text.isEmpty()) {
      for (ServerDatagram line : lines) {
        var again = unlessRefused(line::encode);
        // What marks a control datagram means nothing at the beginning of a later line of a batch.
        if (again.isPresent() && isControl == isControl(again.get()[0])) {
          assertThat(ServerDatagram.decode(again.get())).containsExactly(line);
        }
      }
    } else if (bytes.length <= ServerDatagram.MAX_BYTES) {
      List<String> again = new ArrayList<>();
      for (ServerDatagram line : lines) {
        again.add(new String(line.encode(), StandardCharsets.UTF_8));
      }
      assertThat(again)
          .isEqualTo(
              Pattern.compile("\n").splitAsStream(text.get()).filter(l -> !l.isEmpty()).toList());
    }
  }

  private static boolean isControl(byte first) {
    return first == ServerDatagram.ACK || first == ServerDatagram.EOT || first == PrivateText.MARK;
  }

  private static byte[] slice(ByteBuffer buffer, int at, int size) {
    byte[] slice = new byte[size];
    buffer.get(at, slice);
    return slice;
  }
}
