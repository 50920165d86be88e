package chat.tcrp.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SealedDatagramTest {
  private static final byte[] EXPORTED = new byte[SealKeys.BYTES];

  static {
    for (int i = 0; i < EXPORTED.length; i++) {
      EXPORTED[i] = (byte) i;
    }
  }

  private final SealKeys keys = SealKeys.of(EXPORTED);
  private final Sealer client = keys.clientSealer();
  private final Opener server = keys.clientOpener();

  /** Computed by another implementation (OpenSSL, through Python's cryptography). */
  @Test
  void theBytesAreThoseOfThePage() {
    assertThat(keys.sessionId()).isEqualTo(0x0001020304050607L);
    assertThat(seal(client, "hello"))
        .asHexString()
        .isEqualTo(
            upper(
                "e1" // mark
                    + "0001020304050607" // session id
                    + "0000000000000001" // counter
                    + "56d9ce616a" // "hello"
                    + "0e77b1154c9e7f8ea466bfc4b02fd87b")); // tag
    assertThat(seal(client, ""))
        .asHexString()
        .isEqualTo(upper("e1 0001020304050607 0000000000000002 cf9580c8ccde1a249983f6ce9f3967e8"));
    assertThat(seal(keys.serverSealer(), "\006"))
        .asHexString()
        .isEqualTo(
            upper("e1 0001020304050607 0000000000000001 a0 802d9c638da273d0e2b3074c51e7a39a"));
  }

  @Test
  void whatIsSealedAtOneEndIsOpenedAtTheOther() {
    assertThat(open(server, seal(client, "hello"))).isEqualTo("hello");
    assertThat(open(server, seal(client, ""))).isEmpty();
    assertThat(open(keys.serverOpener(), seal(keys.serverSealer(), "ann: hi")))
        .isEqualTo("ann: hi");
  }

  @Test
  void aDirectionIsNotTheOther() {
    assertThat(open(keys.serverOpener(), seal(client, "hello"))).isNull();
  }

  @Test
  void anotherSessionsDatagramIsRefused() {
    byte[] others = EXPORTED.clone();
    others[20]++;
    assertThat(open(SealKeys.of(others).clientOpener(), seal(client, "hello"))).isNull();
    others = EXPORTED.clone();
    others[0]++;
    assertThat(open(SealKeys.of(others).clientOpener(), seal(client, "hello"))).isNull();
  }

  @Test
  void noChangedBitAndNoMissingByteIsOverlooked() {
    byte[] sealed = seal(client, "hello");
    for (int bit = 0; bit < sealed.length * 8; bit++) {
      byte[] changed = sealed.clone();
      changed[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(open(server, changed)).as("bit %d", bit).isNull();
    }
    for (int size = 0; size < sealed.length; size++) {
      assertThat(open(server, Arrays.copyOf(sealed, size))).as("%d bytes", size).isNull();
    }
    assertThat(open(server, Arrays.copyOf(sealed, sealed.length + 1))).isNull();
    // None of these has used the counter up.
    assertThat(open(server, sealed)).isEqualTo("hello");
  }

  @Test
  void eachIsOpenedOnceInWhateverOrder() {
    Random random = new Random(8);
    byte[][] sealed =
        IntStream.range(0, 10_000).mapToObj(i -> seal(client, "m" + i)).toArray(byte[][]::new);
    // Nothing is overtaken by more than the window holds.
    int[] place = random.ints(sealed.length, 0, 1000).toArray();
    Arrays.setAll(place, i -> place[i] + i);
    List<Integer> order =
        IntStream.range(0, sealed.length)
            .boxed()
            .sorted(Comparator.comparingInt(i -> place[i]))
            .toList();
    for (int i : order) {
      assertThat(open(server, sealed[i])).isEqualTo("m" + i);
    }
    for (byte[] again : sealed) {
      assertThat(open(server, again)).isNull();
      assertThat(server.isSeen()).isTrue();
    }
  }

  @Test
  void whatIsOlderThanTheWindowIsRefused() {
    byte[][] sealed =
        IntStream.rangeClosed(0, ReplayWindow.SIZE)
            .mapToObj(i -> seal(client, ""))
            .toArray(byte[][]::new);
    assertThat(open(server, sealed[ReplayWindow.SIZE])).isEmpty();
    assertThat(server.isNewest()).isTrue();
    assertThat(open(server, sealed[0])).isNull();
    assertThat(open(server, sealed[1])).isEmpty();
    assertThat(server.isNewest()).isFalse();
  }

  @Test
  void theLastCounterIsTheLast() {
    Sealer last = new Sealer(keys.sessionId(), new SealKeys.Direction(EXPORTED, 8, 40), -2L);
    assertThat(open(server, seal(last, "bye"))).isEqualTo("bye");
    assertThat(server.isNewest()).isTrue();
    assertThat(open(server, seal(client, "old"))).isNull();
    assertThatIllegalStateException().isThrownBy(() -> seal(last, "more"));
  }

  @Test
  void theWindowKnowsOfEveryCounterWhetherItWasSeen() {
    Random random = new Random(9);
    ReplayWindow window = new ReplayWindow();
    Set<Long> seen = new HashSet<>();
    long greatest = 0;
    for (int i = 0; i < 200_000; i++) {
      long counter =
          Math.max(0, greatest + random.nextInt(-1200, random.nextInt(20) == 0 ? 3000 : 10));
      boolean isNew = counter > 0 && counter > greatest - ReplayWindow.SIZE && seen.add(counter);
      assertThat(window.isNew(counter)).isEqualTo(isNew);
      if (isNew) {
        assertThat(window.add(counter)).isEqualTo(counter > greatest);
        greatest = Math.max(greatest, counter);
      }
    }
  }

  @Test
  void keysOfAnotherSizeAreNoneAndAreNotShown() {
    assertThatIllegalArgumentException().isThrownBy(() -> SealKeys.of(new byte[71]));
    assertThat(keys).hasToString("SealKeys[…]");
  }

  private static String upper(String hex) {
    return HexFormat.of().withUpperCase().formatHex(HexFormat.of().parseHex(hex.replace(" ", "")));
  }

  private static byte[] seal(Sealer sealer, String text) {
    byte[] content = text.getBytes(StandardCharsets.UTF_8);
    byte[] datagram = new byte[content.length + SealedDatagram.OVERHEAD];
    assertThat(sealer.seal(new SealCipher(), content, content.length, datagram))
        .isEqualTo(datagram.length);
    return datagram;
  }

  /** What was sealed; null when it is refused. */
  private static String open(Opener opener, byte[] datagram) {
    byte[] content = new byte[datagram.length];
    int size = opener.open(new SealCipher(), datagram, datagram.length, content);
    return size == Opener.REFUSED ? null : new String(content, 0, size, StandardCharsets.UTF_8);
  }
}
