package chat.tcrp.client.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MarkerTest {
  private static final String GOOD = "<cafe0bad00012300000042000000abcdef>";

  @Test
  void isWrittenAsItsDiagramSays() {
    byte[] bytes = new byte[Marker.BYTES + 2];
    Marker marker = new Marker();
    marker.set(0xcafe0bad, 0x123, 0x42, 0xabcdef);
    marker.write(bytes, 1);
    assertThat(new String(bytes, 1, Marker.BYTES, ISO_8859_1)).isEqualTo(GOOD);
    assertThat(bytes[0]).isZero();
    assertThat(bytes[Marker.BYTES + 1]).isZero();
  }

  @Test
  void whatWasWrittenIsRead() {
    Random random = new Random(11);
    Marker written = new Marker();
    Marker read = new Marker();
    byte[] bytes = new byte[Marker.BYTES];
    for (int i = 0; i < 1000; i++) {
      int run = random.nextInt();
      int sender = random.nextInt(1 << 24);
      int sequence = random.nextInt(Integer.MAX_VALUE);
      long due = random.nextLong(1L << 48);
      written.set(run, sender, sequence, due);
      written.write(bytes, 0);
      assertThat(new String(bytes, ISO_8859_1)).matches("[!-~]{36}");
      assertThat(read.read(bytes, 0)).isTrue();
      assertThat(read.run()).isEqualTo(run);
      assertThat(read.sender()).isEqualTo(sender);
      assertThat(read.sequence()).isEqualTo(sequence);
      assertThat(read.dueNanos()).isEqualTo(due);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(cafe0bad00012300000042000000abcdef>",
        "<cafe0bad00012300000042000000abcdef)",
        "<CAFE0BAD00012300000042000000ABCDEF>",
        "<cafe0bag00012300000042000000abcdef>",
        "<cafe0bad-0012300000042000000abcdef>",
        "<cafe0bad000123ffffffff000000abcdef>",
        "<cafe0bad00012300000042000000 bcdef>",
        "<cafe0bad00012300000042000000\u00e4bcdef>",
        "                                    ",
      })
  void whatIsNoMarkerIsNotRead(String text) {
    assertThat(text).hasSize(Marker.BYTES);
    assertThat(new Marker().read(text.getBytes(ISO_8859_1), 0)).isFalse();
  }

  @Test
  void randomBytesAreReadOrRefusedButNothingElse() {
    Random random = new Random(13);
    Marker marker = new Marker();
    byte[] bytes = GOOD.getBytes(ISO_8859_1);
    for (int i = 0; i < 100_000; i++) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      if (marker.read(bytes, 0)) {
        assertThat(marker.sequence()).isNotNegative();
        assertThat(marker.dueNanos()).isNotNegative();
      }
    }
  }
}
