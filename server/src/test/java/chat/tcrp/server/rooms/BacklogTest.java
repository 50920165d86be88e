package chat.tcrp.server.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BacklogTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 128})
  void keepsTheLastLinesWhateverTheirSizes(int maxLines) {
    BacklogMemory memory = new BacklogMemory(1 << 20);
    Backlog backlog = Backlog.open(maxLines, memory).orElseThrow();
    SplittableRandom random = new SplittableRandom(maxLines);
    List<byte[]> all = new ArrayList<>();
    assertThat(backlog.first()).isEqualTo(1);
    assertThat(backlog.last()).isZero();
    for (int i = 1; i <= 5000; i++) {
      byte[] line =
          new byte[1 + (random.nextInt(10) == 0 ? random.nextInt(4094) : random.nextInt(90))];
      Arrays.fill(line, (byte) i);
      line[0] = (byte) (i >> 8);
      all.add(line);
      ByteBuffer from = ByteBuffer.allocate(5000).put(7, line);
      backlog.add(from, 7, line.length, i % 3);

      assertThat(backlog.last()).isEqualTo(i);
      int kept = (int) (backlog.last() - backlog.first() + 1);
      assertThat(kept).isBetween(1, maxLines);
      if (kept < Math.min(i, maxLines)) {
        int bytes = 0;
        for (long n = backlog.first() - 1; n <= i; n++) {
          bytes += all.get((int) n - 1).length;
        }
        assertThat(bytes)
            .as("one more would not have fitted, but for a gap at the end")
            .isGreaterThan(Backlog.MAX_BYTES - 2 * 4094);
      }
      for (long n = backlog.first(); n <= i; n++) {
        byte[] expected = all.get((int) n - 1);
        ByteBuffer to = ByteBuffer.allocate(5000);
        assertThat(backlog.size(n)).isEqualTo(expected.length);
        backlog.copy(n, to, 3);
        if (!Arrays.equals(to.array(), 3, 3 + expected.length, expected, 0, expected.length)) {
          assertThat(to.array()).as("line %d after %d", n, i).startsWith(expected);
        }
        assertThat(backlog.sender(n)).isEqualTo(n % 3);
      }
    }
  }

  @Test
  void whatAllRoomsTogetherKeepIsBoundedAndComesBack() {
    BacklogMemory memory = new BacklogMemory(100_000);
    List<Backlog> open = new ArrayList<>();
    ByteBuffer line = ByteBuffer.allocate(1000);
    for (int i = 0; i < 10; i++) {
      Backlog.open(128, memory).ifPresent(open::add);
      for (Backlog backlog : open) {
        for (int n = 0; n < 100; n++) {
          backlog.add(line, 0, 1000, 7);
        }
      }
    }
    assertThat(open).as("there is no memory for more").hasSizeLessThan(10);
    long kept = open.stream().mapToLong(b -> 1000 * (b.last() - b.first() + 1)).sum();
    assertThat(kept).isLessThan(100_000);

    open.forEach(Backlog::close);
    assertThat(memory.take(100_000)).isTrue();
  }

  @Test
  void aRoomForWhichThereIsNoMemoryAnyMoreKeepsNothingAndGoesOnCounting() {
    BacklogMemory memory = new BacklogMemory(128 * 16);
    Backlog backlog = Backlog.open(128, memory).orElseThrow();
    for (int i = 0; i < 10; i++) {
      backlog.add(ByteBuffer.allocate(10), 0, 10, 7);
    }
    assertThat(backlog.last()).isEqualTo(10);
    assertThat(backlog.first()).isEqualTo(11);
  }

  @Test
  void noLinesAreKeptWhereNoneAreWanted() {
    assertThat(Backlog.open(0, new BacklogMemory(1 << 20))).isEmpty();
  }
}
