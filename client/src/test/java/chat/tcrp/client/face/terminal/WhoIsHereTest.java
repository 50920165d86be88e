package chat.tcrp.client.face.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.protocol.MemberInfo;
import chat.tcrp.protocol.Username;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WhoIsHereTest {
  private static MemberInfo member(
      String name, boolean host, boolean sealed, long idle, String away) {
    return new MemberInfo(
        new Username(name),
        host,
        sealed,
        Optional.of(Duration.ofSeconds(idle)),
        Optional.ofNullable(away));
  }

  @Test
  void saysWhoHostsWhoIsAwayWhoIsSilentAndWhoIsNotSealed() {
    List<MemberInfo> members =
        List.of(
            member("ann", true, true, 59, null),
            member("bob", false, false, 754, "lunch"),
            member("cem", false, true, 0, "away"));

    assertThat(WhoIsHere.line(members, true, 50))
        .isEqualTo("3 here: ann (host), bob (away: lunch, idle 12 min, not encrypted), cem (away)");
    assertThat(WhoIsHere.line(members, false, 50)).doesNotContain("encrypted");
  }

  @ParameterizedTest
  @CsvSource({
    "60, idle 1 min",
    "3599, idle 59 min",
    "3600, idle 1 h",
    "172799, idle 47 h",
    "172800, idle 2 days"
  })
  void aLongSilenceIsRounded(long seconds, String shown) {
    assertThat(WhoIsHere.line(List.of(member("ann", false, false, seconds, null)), false, 50))
        .isEqualTo("1 here: ann (" + shown + ")");
  }

  @Test
  void manyAndLongTextsAreCut() {
    List<MemberInfo> members =
        IntStream.range(0, 60)
            .mapToObj(i -> member("n" + i, false, false, 0, "🍵".repeat(50)))
            .toList();

    assertThat(WhoIsHere.line(members, false, 2))
        .isEqualTo(
            "60 here: n0 (away: %1$s…), n1 (away: %1$s…) and 58 more".formatted("🍵".repeat(40)));
  }

  @Test
  void anOlderServerSaysLess() {
    assertThat(WhoIsHere.line(List.of(new MemberInfo(new Username("ann"), true)), false, 50))
        .isEqualTo("1 here: ann (host)");
  }
}
