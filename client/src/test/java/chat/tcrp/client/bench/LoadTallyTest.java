package chat.tcrp.client.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoadTallyTest {
  private static final int RUN = 0x5eed;

  /** Two rooms: users 0, 2 and 4 are in the first, 1, 3 and 5 in the second. */
  private static final LoadPlan PLAN = plan(false);

  private static final long WARMUP = PLAN.warmup().toNanos();
  private static final long DUE = WARMUP + 1_000;
  private static final long NOW = DUE + 5_000;

  private LoadTally tally;

  @BeforeEach
  void start() {
    tally = new LoadTally(PLAN, RUN);
  }

  private static LoadPlan plan(boolean batch) {
    return new LoadPlan(2, 3, 1, 40, Duration.ofSeconds(1), Duration.ofSeconds(1), batch);
  }

  @Test
  void aDeliveryIsCountedWithItsLatencySinceItWasDue() {
    tally.sent(DUE, DUE + 700);
    receive(2, line(0, 1));
    assertThat(tally.sent()).isOne();
    assertThat(tally.expected()).isEqualTo(2);
    assertThat(tally.delivered()).isOne();
    assertThat(tally.inTime()).isOne();
    assertThat(tally.latency().max()).isEqualTo(5_000);
    assertThat(tally.lateness().max()).isEqualTo(700);
  }

  @Test
  void whatIsSentToWarmUpDoesNotCount() {
    tally.sent(WARMUP - 1, WARMUP);
    receive(2, line(RUN, 0, 1, WARMUP - 1));
    assertThat(tally.sent()).isZero();
    assertThat(tally.delivered()).isZero();
    assertThat(tally.latency().count()).isZero();
    assertThat(tally.all()).isOne();
  }

  @Test
  void whatComesTwiceIsDuplicated() {
    receive(2, line(0, 1));
    receive(2, line(0, 1));
    receive(4, line(0, 1));
    receive(2, line(4, 1));
    assertThat(tally.delivered()).isEqualTo(3);
    assertThat(tally.duplicated()).isOne();
    assertThat(tally.reordered()).isZero();
  }

  @Test
  void whatIsOvertakenIsDeliveredAndReordered() {
    receive(2, line(0, 3));
    receive(2, line(0, 1));
    receive(2, line(0, 2));
    receive(2, line(0, 2));
    receive(2, line(0, 3));
    assertThat(tally.delivered()).isEqualTo(3);
    assertThat(tally.reordered()).isEqualTo(2);
    assertThat(tally.duplicated()).isEqualTo(2);
  }

  @Test
  void lossDupesAndDisorderOfAnyKindAreCountedAsTheyWere() {
    Random random = new Random(3);
    int delivered = 0;
    int duplicated = 0;
    int reordered = 0;
    int highest = 0;
    boolean[] seen = new boolean[10_100];
    for (int i = 1; i <= 10_000; i++) {
      int sequence = Math.max(1, i - random.nextInt(20));
      if (seen[sequence]) {
        duplicated++;
      } else {
        delivered++;
        reordered += sequence < highest ? 1 : 0;
      }
      seen[sequence] = true;
      highest = Math.max(highest, sequence);
      receive(2, line(0, sequence));
    }
    assertThat(tally.delivered()).isEqualTo(delivered);
    assertThat(tally.duplicated()).isEqualTo(duplicated);
    assertThat(tally.reordered()).isEqualTo(reordered);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 5, 0})
  void whatComesToAnotherRoomOrBackToItsSenderIsMisrouted(int receiver) {
    receive(receiver, line(0, 1));
    assertThat(tally.misrouted()).isOne();
    assertThat(tally.delivered()).isZero();
  }

  @Test
  void linesOfOthersAreForeign() {
    String good = line(0, 1);
    String[] foreign = {
      "",
      "x",
      "bob: hello",
      good + " ",
      good.substring(1),
      good.substring(0, good.length() - 1),
      good.replace("b000000: ", "b000002: "),
      good.replace("b000000: ", "c000000: "),
      good.replace("b000000: ", "b000000 :"),
      good.replace("b000000: ", "b00000g: "),
      good.replace('<', '['),
      line(RUN + 1, 0, 1, DUE),
      line(RUN, 6, 1, DUE),
      line(RUN, 0, 0, DUE),
      line(RUN, 0, 1, NOW + 1),
    };
    for (String line : foreign) {
      receive(2, line);
    }
    assertThat(tally.foreign()).isEqualTo(foreign.length);
    assertThat(tally.delivered()).isZero();
  }

  @Test
  void noticesAnswersAndEndsAreNoDeliveries() {
    receive(2, "* b000000 joined");
    receive(2, "\u0006");
    receive(2, "\u0004* room closed");
    assertThat(tally.notices()).isOne();
    assertThat(tally.ends()).isOne();
    assertThat(tally.foreign()).isZero();
    assertThat(tally.delivered()).isZero();
  }

  @Test
  void aBatchIsSplitIntoItsLines() {
    tally = new LoadTally(plan(true), RUN);
    receive(2, line(0, 1) + "\n* b000001 left\n" + line(4, 1) + "\n" + line(0, 2));
    assertThat(tally.delivered()).isEqualTo(3);
    assertThat(tally.notices()).isOne();
    assertThat(tally.datagrams()).isOne();
    assertThat(tally.foreign()).isZero();
  }

  @Test
  void whoDidNotAskForBatchesDoesNotTakeThem() {
    receive(2, line(0, 1) + "\n" + line(0, 2));
    assertThat(tally.foreign()).isOne();
    assertThat(tally.delivered()).isZero();
  }

  private void receive(int receiver, String datagram) {
    byte[] bytes = datagram.getBytes(ISO_8859_1);
    tally.datagram(bytes, bytes.length, receiver, NOW);
  }

  private static String line(int sender, int sequence) {
    return line(RUN, sender, sequence, DUE);
  }

  private static String line(int run, int sender, int sequence, long due) {
    Marker marker = new Marker();
    byte[] mark = new byte[Marker.BYTES];
    marker.set(run, sender, sequence, due);
    marker.write(mark, 0);
    return LoadPlan.username(sender) + ": " + new String(mark, ISO_8859_1) + "xxxx";
  }
}
