package chat.tcrp.server.hostile;

import chat.tcrp.protocol.Credentials;
import chat.tcrp.protocol.ProtocolException;
import chat.tcrp.protocol.Request;
import chat.tcrp.protocol.RoomName;
import chat.tcrp.protocol.Tcrp;
import chat.tcrp.protocol.Token;
import chat.tcrp.protocol.Username;
import chat.tcrp.server.Frames;
import chat.tcrp.server.TestServer;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** A plain client of a room that may turn from one node of a cluster to another. */
final class Visitor implements AutoCloseable {
  private static final byte ACK = 6;

  private final String room;
  private final String name;
  private final DatagramSocket socket;
  private final List<String> heard = new ArrayList<>();
  private Door door;
  private byte[] token;

  /** Creates or joins, and is heard. */
  Visitor(Door door, int operation, String room, String name) throws IOException {
    this.door = door;
    this.room = room;
    this.name = name;
    token = door.enter(Door.HERE, operation, room, name);
    this.socket = new DatagramSocket(new InetSocketAddress(TestServer.address(Door.HERE), 0));
    beHeard();
  }

  /** Tries to go on with the membership at another node; answers whether it is let in. */
  boolean turnsTo(Door another) throws IOException {
    byte[] answer;
    try {
      answer =
          another.exchange(
              Door.HERE,
              Tcrp.encode(
                  new Request.Join(
                      new RoomName(room),
                      new Credentials(
                          new Username(name),
                          Optional.empty(),
                          Optional.of(Token.decode(token)),
                          false))));
    } catch (ProtocolException e) {
      throw new IllegalStateException("it was a token before", e);
    }
    if (!Door.isOk(answer, room)) {
      return false;
    }
    token = Arrays.copyOfRange(answer, answer.length - 24, answer.length);
    door = another;
    beHeard();
    return true;
  }

  private void beHeard() throws IOException {
    long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    do {
      say("");
    } while (receive(Duration.ofMillis(500)).filter(text -> text.charAt(0) == ACK).isEmpty()
        && System.nanoTime() - end < 0);
  }

  void say(String text) throws IOException {
    byte[] bytes = Door.datagram(room, token, text);
    socket.send(new DatagramPacket(bytes, bytes.length, door.udp()));
  }

  /** The status of a request about somebody, as the byte on the wire. */
  int about(int operation, String whom) throws IOException {
    String json =
        "{\"token\":\"%s\",\"username\":\"%s\"}"
            .formatted(new String(token, StandardCharsets.US_ASCII), whom);
    byte[] frame = Frames.frame(Frames.utf8(room), operation, 0, Frames.utf8(json));
    return door.exchange(Door.HERE, frame)[32 + Frames.utf8(room).length];
  }

  private Optional<String> receive(Duration patience) throws IOException {
    byte[] buffer = new byte[2048];
    DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
    socket.setSoTimeout((int) Math.max(1, patience.toMillis()));
    try {
      socket.receive(packet);
    } catch (SocketTimeoutException e) {
      return Optional.empty();
    }
    String text = new String(buffer, 0, packet.getLength(), StandardCharsets.UTF_8);
    if (text.charAt(0) != ACK) {
      heard.add(text);
    }
    return Optional.of(text);
  }

  /** Waits until it has heard something; false when that has not come in time. */
  boolean hears(Predicate<String> what, Duration patience) throws IOException {
    long end = System.nanoTime() + patience.toNanos();
    while (heard.stream().noneMatch(what)) {
      long left = end - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      var _ = receive(Duration.ofNanos(left));
    }
    return true;
  }

  /** What it has heard since this was asked last, but for acknowledgements. */
  List<String> heard() throws IOException {
    while (receive(Duration.ofMillis(1)).isPresent()) {
      // All that lies here.
    }
    List<String> all = List.copyOf(heard);
    heard.clear();
    return all;
  }

  /** Gives the membership up. */
  void leave() throws IOException {
    var _ = door.exchange(Door.HERE, Frames.frame(Frames.utf8(room), Door.LEAVE, 0, token));
    close();
  }

  @Override
  public void close() {
    socket.close();
  }
}
