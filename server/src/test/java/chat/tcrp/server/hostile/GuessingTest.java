package chat.tcrp.server.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.protocol.Status;
import chat.tcrp.server.EveryRelayTest;
import chat.tcrp.server.Frames;
import chat.tcrp.server.RecordedLog;
import chat.tcrp.server.TestPeer;
import chat.tcrp.server.TestServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Nobody speaks in a room, or gets a byte out of the server, by guessing. */
class GuessingTest extends EveryRelayTest {
  /** So many are sent before the server is waited for. */
  private static final int AT_ONCE = 100;

  private static final Pattern DROPPED =
      Pattern.compile("(malformed|oversize|unknown-token|wrong-address)=(\\d+)");
  private static final String LETTERS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

  @RegisterExtension final Scale scale = new Scale();

  private final SplittableRandom random = Scale.random();

  @Test
  void noGuessIsRelayedOrAnswered() throws IOException {
    int guesses = Scale.of(20_000, 1_000_000);
    long start = System.nanoTime();
    String token;
    TestServer server = TestServer.start();
    try (server;
        DatagramChannel here = open(server, Door.HERE);
        DatagramChannel elsewhere = open(server, "127.0.0.2");
        DatagramChannel farther = open(server, "127.255.255.254")) {
      TestPeer ann = server.peer().create("tea", "ann").keepalive();
      TestPeer bob = server.peer().join("tea", "bob").keepalive();
      ann.expect("* bob joined");
      List<byte[]> dead = deadTokens(server, ann);
      // The last that is told of them: on another node it may come later than an answer of its own.
      ann.expectAtLast("* back was removed by ann");
      bob.expectAtLast("* back was removed by ann");
      byte[] right = bob.token().encode();
      token = bob.token().text().orElseThrow();
      List<DatagramChannel> others = List.of(elsewhere, farther);

      for (int i = 0; i < guesses; i++) {
        String text = "guess " + i;
        switch (i % 5) {
          case 0 -> write(here, Door.datagram("tea", guessed(), text));
          case 1 -> write(here, Door.datagram("tea", mutated(right), text));
          case 2 -> write(others.get(random.nextInt(2)), Door.datagram("tea", right, ""));
          case 3 -> write(others.get(random.nextInt(2)), Door.datagram("tea", right, text));
          default -> {
            String room = List.of("tea", "closed", "left").get(random.nextInt(3));
            write(here, Door.datagram(room, dead.get(random.nextInt(dead.size())), text));
          }
        }
        if (i % AT_ONCE == AT_ONCE - 1) {
          awaitDropped(server, i + 1 + server.nudges());
          // The next that comes to each is the answer to a keepalive: nothing was relayed.
          ann.expectNothing();
          bob.expectNothing();
        }
      }

      ann.send("nobody else here?");
      bob.expect("ann: nobody else here?");
      for (DatagramChannel guesser : List.of(here, elsewhere, farther)) {
        assertThat(guesser.receive(ByteBuffer.allocate(1))).as("sent to a guesser").isNull();
      }
    }
    assertThat(RecordedLog.lines())
        .as("neither tokens nor messages are logged")
        .noneMatch(line -> line.text().contains(token) || line.text().contains("guess "));
    assertThat(dropped())
        .as("every guess came, and was dropped")
        .isEqualTo(guesses + server.nudges());
    Scale.report(
        "guessing, %s: %,d datagrams in %.1f s, 0 relayed, 0 bytes sent back"
            .formatted(relayKind, guesses, (System.nanoTime() - start) / 1e9));
  }

  /**
   * Tokens that were right once: of rooms that are closed, of who left, was removed or came back.
   */
  private static List<byte[]> deadTokens(TestServer server, TestPeer ann) {
    TestPeer host = server.peer().create("closed", "host").keepalive();
    TestPeer guest = server.peer().join("closed", "guest");
    host.leave();
    TestPeer left = server.peer().join("tea", "left").keepalive();
    left.leave();
    TestPeer removed = server.peer().join("tea", "removed").keepalive();
    ann.kick("removed");
    TestPeer back = server.peer().join("tea", "back").keepalive();
    byte[] before = back.token().encode();
    back.rejoin().drainedKeepalive();
    assertThat(ann.kick("back").status()).isEqualTo(Status.OK);
    return List.of(
        host.token().encode(),
        guest.token().encode(),
        left.token().encode(),
        removed.token().encode(),
        before,
        back.token().encode());
  }

  private byte[] guessed() {
    byte[] token = new byte[24];
    for (int i = 0; i < token.length; i++) {
      token[i] = (byte) LETTERS.charAt(random.nextInt(LETTERS.length()));
    }
    return token;
  }

  /** Nearly right: a bit, a letter or two letters changed, cut or longer. */
  private byte[] mutated(byte[] right) {
    byte[] token = right.clone();
    int at = random.nextInt(token.length);
    do {
      switch (random.nextInt(5)) {
        case 0 -> token[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> token[at] = (byte) LETTERS.charAt(random.nextInt(LETTERS.length()));
        case 2 -> {
          int other = random.nextInt(token.length);
          token[at] = right[other];
          token[other] = right[at];
        }
        case 3 -> token = Arrays.copyOf(right, random.nextInt(1, right.length));
        default -> token = Frames.concat(right, new byte[] {right[at]});
      }
    } while (Arrays.equals(token, right));
    return token;
  }

  private static DatagramChannel open(TestServer server, String from) throws IOException {
    DatagramChannel channel = DatagramChannel.open();
    channel.bind(new InetSocketAddress(TestServer.address(from), 0));
    channel.connect(server.udp(TestServer.address(Door.HERE)));
    channel.configureBlocking(false);
    return channel;
  }

  private static void write(DatagramChannel channel, byte[] datagram) throws IOException {
    assertThat(channel.write(ByteBuffer.wrap(datagram))).isEqualTo(datagram.length);
  }

  /** Each loop of the server has its own share of them, and may be late with it. */
  private static void awaitDropped(TestServer server, int count) {
    long deadline = System.nanoTime() + TestPeer.PATIENCE.toNanos();
    while (server.dropped() < count) {
      assertThat(System.nanoTime() - deadline).as("not all was dropped").isNegative();
      LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
    }
  }

  /** What the relay says at its end. */
  private static long dropped() {
    return RecordedLog.lines().stream()
        .filter(line -> line.text().startsWith("relay-stopped"))
        .flatMap(line -> DROPPED.matcher(line.text()).results())
        .mapToLong(found -> Long.parseLong(found.group(2)))
        .sum();
  }
}
