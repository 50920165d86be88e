package chat.tcrp.client.face.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RosterUpdatesTest {
  private final RosterUpdates updates = new RosterUpdates(new Random(1));
  private long now = Long.MAX_VALUE - 5;

  @Test
  void theServerIsAskedWhenItsListIsSureToHaveTheNews() {
    assertThat(updates.due(60, now).orElseThrow())
        .isBetween(
            RosterUpdates.LIST_AGE,
            RosterUpdates.LIST_AGE.plus(RosterUpdates.SHARE.multipliedBy(60)));
  }

  @Test
  void whatIsToldWhileOneWaitsIsAskedOnce() {
    assertThat(updates.due(60, now)).isPresent();
    assertThat(updates.due(60, now)).isEmpty();
    updates.asked(now);
    assertThat(updates.due(60, now)).isPresent();
  }

  @Test
  void theServerIsAskedOnceInFiveSeconds() {
    updates.due(60, now);
    updates.asked(now);
    now += Duration.ofMillis(500).toNanos();
    assertThat(updates.due(60, now).orElseThrow())
        .isGreaterThanOrEqualTo(RosterUpdates.INTERVAL.minusMillis(500));
    now += Duration.ofSeconds(10).toNanos();
    updates.asked(now);
    now += Duration.ofHours(1).toNanos();
    assertThat(updates.due(1, now).orElseThrow())
        .isBetween(RosterUpdates.LIST_AGE, RosterUpdates.LIST_AGE.plus(RosterUpdates.SHARE));
  }

  @Test
  void theMembersOfALargeRoomDoNotAskInTheSameMoment() {
    long inTheFirstSecond =
        Stream.generate(() -> new RosterUpdates(new Random()).due(5000, now))
            .limit(5000)
            .map(Optional::orElseThrow)
            .filter(wait -> wait.minus(RosterUpdates.LIST_AGE).toSeconds() < 1)
            .count();
    assertThat(inTheFirstSecond).isBetween(20L, 300L);
  }

  @Test
  void aNumberThatCannotBeTrueIsNotWaitedForLong() {
    assertThat(updates.due(Integer.MAX_VALUE, now).orElseThrow())
        .isLessThanOrEqualTo(RosterUpdates.LIST_AGE.plus(RosterUpdates.MAX_TURN));
  }
}
