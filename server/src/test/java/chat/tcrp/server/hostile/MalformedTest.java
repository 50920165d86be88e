package chat.tcrp.server.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.server.EveryRelayTest;
import chat.tcrp.server.Frames;
import chat.tcrp.server.TestPeer;
import chat.tcrp.server.TestServer;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Whatever arrives that is none of the protocol, two who chat do not notice, and nothing stays. The
 * server's log is looked at by {@link TestServer#close}.
 */
class MalformedTest extends EveryRelayTest {
  private static final List<byte[]> GREETINGS =
      List.of(
          Frames.utf8("GET / HTTP/1.1\r\nHost: chat.example\r\n\r\n"),
          Frames.utf8("POST /rooms HTTP/1.0\r\nContent-Length: 999999999\r\n\r\n{}"),
          Frames.utf8("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
          Frames.utf8("SSH-2.0-OpenSSH_9.9\r\n"),
          Frames.concat(
              new byte[] {0x16, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc, 3, 3},
              new byte[32],
              new byte[470]),
          Frames.concat(Frames.header(3, 1, 0, Frames.GREATEST_SIZE), Frames.utf8("tea")),
          Frames.concat(Frames.header(255, 255, 255, Frames.GREATEST_SIZE), new byte[255]),
          new byte[5000],
          new byte[] {});

  /** The two say something after so many. */
  private static final int AT_ONCE = 25;

  @RegisterExtension final Scale scale = new Scale();

  private final SplittableRandom random = Scale.random();
  private int said;

  /** The two who chat, and what has come to neither of them but from the other. */
  private void chat(TestPeer ann, TestPeer bob) {
    said++;
    ann.send("message " + said);
    bob.expect("ann: message " + said);
    bob.send("answer " + said);
    ann.expect("bob: answer " + said);
  }

  @Test
  void malformedDatagramsAreNotNoticed() {
    int count = Scale.of(500, 10_000);
    try (TestServer server = TestServer.start()) {
      TestPeer ann = server.peer().create("tea", "ann").keepalive();
      TestPeer bob = server.peer().join("tea", "bob").keepalive();
      ann.expect("* bob joined");
      TestPeer mallory = server.peer().create("mallory", "mallory").keepalive();
      byte[] valid = Door.datagram("mallory", mallory.token().encode(), "hello, is this valid?");

      for (int i = 0; i < count; i++) {
        byte[] datagram =
            random.nextInt(10) == 0
                ? GREETINGS.get(random.nextInt(GREETINGS.size()))
                : mutated(valid);
        mallory.sendRaw(datagram);
        if (i % AT_ONCE == 0) {
          chat(ann, bob);
        }
      }

      chat(ann, bob);
      ann.expectNothing();
      bob.expectNothing();
      Scale.report(
          "malformed datagrams, %s: %,d; the pair said and heard %,d"
              .formatted(relayKind, count, 2 * said));
    }
  }

  @Test
  void malformedHandshakesLeaveNothingBehind() throws IOException {
    int count = Scale.of(300, 10_000);
    try (TestServer server = TestServer.start()) {
      TestPeer ann = server.peer().create("tea", "ann").cadence();
      TestPeer bob = server.peer().join("tea", "bob").cadence();
      ann.expect("* bob joined");
      Door door = Door.of(server);
      byte[] valid =
          Frames.request("mallory", Door.CREATE, "{\"username\":\"m\",\"password\":\"p\"}");
      attack(door, valid);
      Traces before = Traces.now();

      for (int i = 0; i < count; i++) {
        attack(door, i % 20 == 0 ? greeting() : mutated(valid));
        if (i % AT_ONCE == 0) {
          chat(ann, bob);
        }
      }
      // A reset behind each byte.
      for (int size = 0; size <= valid.length; size++) {
        reset(door, Arrays.copyOf(valid, size));
        chat(ann, bob);
      }

      before.awaitReturn();
      // What was a valid request by chance has made rooms; nobody is in them.
      for (Duration left = Duration.ofMinutes(6); left.isPositive(); left = left.minusSeconds(5)) {
        server.advance(Duration.ofSeconds(5));
        ann.keepalive();
        bob.keepalive();
      }
      String rooms = door.list(Door.ROOMS, "", new byte[0]);
      assertThat(rooms).isEqualTo("[{\"room\":\"tea\",\"members\":2,\"protected\":false}]");
      chat(ann, bob);
      Scale.report(
          "malformed handshakes, %s: %,d and %d resets; before %s, after %s; the pair said and heard %,d"
              .formatted(relayKind, count, valid.length + 1, before, Traces.now(), 2 * said));
    }
  }

  private byte[] greeting() {
    return GREETINGS.get(random.nextInt(GREETINGS.size()));
  }

  /** Sends it in one of the ways in which somebody may stop. */
  private void attack(Door door, byte[] request) throws IOException {
    switch (random.nextInt(4)) {
      case 0 -> reset(door, request);
      case 1 -> {
        try (Socket socket = door.connect(Door.HERE)) {
          socket.getOutputStream().write(request);
        }
      }
      default -> {
        try (Socket socket = door.connect(Door.HERE)) {
          socket.getOutputStream().write(request);
          socket.shutdownOutput();
          socket.getInputStream().readAllBytes();
        } catch (SocketException e) {
          // Somebody who sends on after a refusal may be reset in the end.
        }
      }
    }
  }

  private static void reset(Door door, byte[] request) throws IOException {
    try (Socket socket = door.connect(Door.HERE)) {
      socket.setSoLinger(true, 0);
      socket.getOutputStream().write(request);
    }
  }

  /** A few bytes changed, put in or taken out, the end cut off or repeated. */
  private byte[] mutated(byte[] valid) {
    byte[] bytes = valid.clone();
    for (int i = random.nextInt(1, 4); i > 0 && bytes.length > 0; i--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(6)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt(256);
        case 2 -> bytes[random.nextInt(Math.min(32, bytes.length))] = (byte) 0xff;
        case 3 -> bytes = Arrays.copyOf(bytes, at);
        case 4 ->
            bytes =
                Frames.concat(
                    Arrays.copyOf(bytes, at), Arrays.copyOfRange(bytes, at + 1, bytes.length));
        default -> bytes = Frames.concat(bytes, Arrays.copyOf(bytes, at));
      }
    }
    return bytes;
  }
}
