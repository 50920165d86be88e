package chat.tcrp.server.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.protocol.SealedDatagram;
import chat.tcrp.server.EveryRelayTest;
import chat.tcrp.server.OneServer;
import chat.tcrp.server.RecordedLog;
import chat.tcrp.server.SealedPeer;
import chat.tcrp.server.TestPeer;
import chat.tcrp.server.TestServer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Nobody who sees sealed datagrams pass can make one, change one, or have one taken twice. */
@OneServer("a server counts what it does itself")
class ForgingTest extends EveryRelayTest {
  @RegisterExtension final Scale scale = new Scale();

  @AutoClose private final TestServer server = TestServer.startSealed();

  @Test
  void noForgedDatagramIsTakenOrAnswered() {
    int rounds = Scale.of(40, 2_800);
    SealedPeer ann = server.sealedPeer();
    ann.create("tea", "ann").keepalive();
    SealedPeer bob = server.sealedPeer();
    bob.join("tea", "bob").keepalive();
    SealedPeer carol = server.sealedPeer();
    carol.join("tea", "carol").keepalive();
    ann.expect("* bob joined");
    ann.expect("* carol joined");
    bob.expect("* carol joined");
    TestPeer stranger = server.peer("127.0.0.2");
    TestPeer neighbour = server.peer();
    SplittableRandom random = Scale.random();
    byte[] idOfCarol = Arrays.copyOfRange(carol.sealed("never sent"), 1, 9);

    int sent = 0;
    long start = System.nanoTime();
    for (int round = 0; round < rounds; round++) {
      byte[] genuine = bob.sealed("round " + round);
      List<byte[]> forged = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        byte[] flipped = genuine.clone();
        flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
        forged.add(flipped);
        forged.add(Arrays.copyOf(genuine, random.nextInt(genuine.length)));
        forged.add(Arrays.copyOf(genuine, genuine.length + 1 + random.nextInt(50)));
        byte[] noise = new byte[random.nextInt(200)];
        random.nextBytes(noise);
        forged.add(noise);
        byte[] marked = noise.clone();
        // The session's id and a counter that is new, which everybody can see or guess.
        System.arraycopy(genuine, 0, marked, 0, Math.min(17, marked.length));
        forged.add(marked);
        // Another session's id before this one's content, and the other way round.
        byte[] crossed = genuine.clone();
        System.arraycopy(idOfCarol, 0, crossed, 1, idOfCarol.length);
        forged.add(crossed);
      }
      // What the server has sent is not what it takes.
      carol.send("to reflect " + round);
      byte[] fromServer = ann.receiveRaw();
      bob.receive();
      forged.add(fromServer);
      Collections.shuffle(forged, new Random(random.nextLong()));
      for (byte[] datagram : forged) {
        bob.sendRaw(datagram);
        neighbour.sendRaw(datagram);
        stranger.sendRaw(datagram);
        sent += 3;
        if (sent % 90 == 0) {
          // A flood is not what is tested: nothing may be lost.
          carol.keepalive();
        }
      }
      stranger.sendRaw(genuine);
      carol.keepalive();
      bob.sendRaw(genuine);
      assertThat(new String(carol.receive(), StandardCharsets.UTF_8))
          .isEqualTo("bob: round " + round);
      assertThat(ann.receiveRaw()[0]).isEqualTo(SealedDatagram.MARK);
      // Copies.
      bob.sendRaw(genuine);
      neighbour.sendRaw(genuine);
    }
    carol.send("still me");
    bob.expect("carol: still me");
    bob.expectNothing();
    carol.expectNothing();
    stranger.expectNothingReceived();
    neighbour.expectNothingReceived();
    double seconds = (System.nanoTime() - start) / 1e9;

    server.stop();
    assertThat(total("forged")).isGreaterThan(75L * rounds);
    assertThat(total("replayed")).isGreaterThanOrEqualTo(2L * rounds);
    assertThat(total("unknown-session") + total("wrong-address")).isGreaterThan(75L * rounds);
    assertThat(total("wrong-address")).isPositive();
    assertThat(total("malformed")).isPositive();
    Scale.report(
        "forging, %s: %,d sealed datagrams in %.1f s, 0 relayed, 0 bytes sent back"
            .formatted(relayKind, sent, seconds));
  }

  /** What all loops have counted. */
  private static long total(String counter) {
    Pattern fact = Pattern.compile(" " + counter + "=(\\d+)");
    return RecordedLog.lines().stream()
        .filter(line -> line.text().startsWith("relay-stopped"))
        .flatMap(line -> fact.matcher(line.text()).results())
        .map(MatchResult::group)
        .mapToLong(text -> Long.parseLong(text.substring(text.indexOf('=') + 1)))
        .sum();
  }
}
