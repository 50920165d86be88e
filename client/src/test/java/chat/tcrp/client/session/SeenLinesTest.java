package chat.tcrp.client.session;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.client.session.SessionEvent.Missed;
import chat.tcrp.protocol.ServerDatagram.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SeenLinesTest {
  private final SeenLines seen = new SeenLines();

  @Test
  void whatCameAfterTheLastNumberIsShownOnceWhenItComesAgain() {
    join(10);
    assertThat(seen.isNew(line("a"))).isTrue();
    assertThat(seen.isNew(line("b"))).isTrue();
    assertThat(seen.number()).isEqualTo(10);

    seen.begins(true);
    assertThat(seen.told(10, 15)).contains(missed(3, 0));
    assertThat(seen.isCatchingUp()).isTrue();
    assertThat(seen.isNew(line("a"))).isFalse();
    assertThat(seen.isNew(line("b"))).isFalse();
    assertThat(seen.isNew(line("c"))).isTrue();
    assertThat(seen.isNew(line("a"))).as("said once more").isTrue();
    assertThat(seen.told(15, 15)).isEmpty();
    assertThat(seen.isCatchingUp()).isFalse();
    assertThat(seen.number()).isEqualTo(15);
    assertThat(seen.isNew(line("b"))).isTrue();
  }

  @Test
  void linesThatComeBeforeTheFirstNumberAreComparedToo() {
    join(10);
    seen.isNew(line("a"));

    seen.begins(true);
    assertThat(seen.isNew(line("a"))).isFalse();
    assertThat(seen.isNew(line("b"))).isTrue();
    assertThat(seen.told(12, 12)).isEmpty();
  }

  @Test
  void ownLinesAreCounted() {
    join(10);
    seen.said();
    seen.said();
    seen.isNew(line("a"));

    seen.begins(true);
    assertThat(seen.told(10, 13)).isEmpty();
    seen.begins(true);
    assertThat(seen.told(10, 14)).contains(missed(1, 0));
  }

  @Test
  void whatIsNotKeptAnyMoreIsCounted() {
    join(10);
    seen.begins(true);
    assertThat(seen.told(50, 178)).contains(missed(128, 40));
  }

  @Test
  void aNewcomerIsToldOfTheHistory() {
    seen.begins(false);
    assertThat(seen.told(72, 200)).contains(new Missed(false, Optional.of(128L), 0));
  }

  @Test
  void aServerThatDoesNotNumberLinesIsAskedNothing() {
    seen.begins(false);
    assertThat(seen.notNumbered()).isFalse();
    assertThat(seen.isNew(line("a"))).isTrue();

    seen.begins(true);
    assertThat(seen.notNumbered()).as("something may be missing").isTrue();
    assertThat(seen.notNumbered()).as("said once").isFalse();
    assertThat(seen.isNew(line("a"))).isTrue();
    assertThat(seen.number()).isZero();
  }

  /** Lines get lost either time; those that came are shown once, and in order. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void showsEachLineOnceWhateverGetsLost(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    join(0);
    List<Text> shown = new ArrayList<>();
    for (int i = 1; i <= 40; i++) {
      offer(i, random, shown);
    }
    seen.begins(true);
    seen.told(0, 80);
    for (int i = 1; i <= 80; i++) {
      offer(i, random, shown);
    }
    seen.told(80, 80);

    assertThat(shown).doesNotHaveDuplicates().hasSizeGreaterThan(60);
  }

  private void offer(int i, SplittableRandom random, List<Text> shown) {
    if (random.nextInt(5) > 0 && seen.isNew(line("line " + i))) {
      shown.add(line("line " + i));
    }
  }

  private void join(long last) {
    seen.begins(false);
    assertThat(seen.told(last, last)).isEmpty();
  }

  private static Text line(String text) {
    return new Text("ann", text);
  }

  private static Missed missed(long lines, long gone) {
    return new Missed(true, Optional.of(lines), gone);
  }
}
