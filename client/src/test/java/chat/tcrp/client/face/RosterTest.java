package chat.tcrp.client.face;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.protocol.MemberInfo;
import chat.tcrp.protocol.Username;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RosterTest {
  private final Roster roster = new Roster();

  @Test
  void whoJoinsIsKnown() {
    roster.learn("Ada Lovelace joined");
    roster.learn("bob joined");
    assertThat(roster.names()).containsExactly("Ada Lovelace", "bob");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bob left",
        "bob timed out",
        "bob could not be reached",
        "bob was removed by ann",
        "bob was banned by ann",
      })
  void whoGoesIsForgotten(String notice) {
    roster.spoke("bob");
    roster.spoke("ann");
    roster.learn(notice);
    assertThat(roster.names()).containsExactly("ann");
  }

  @Test
  void whoSpeaksIsKnownAndASpeakerWithoutANameIsNot() {
    roster.spoke("bob");
    roster.spoke("");
    assertThat(roster.names()).containsExactly("bob");
  }

  @Test
  void ofEndlessNamesTheOneSilentForLongestIsForgotten() {
    for (int i = 0; i <= Roster.MAX_SPEAKERS; i++) {
      roster.spoke("name" + i);
      roster.spoke("ann");
    }
    assertThat(roster.names())
        .hasSize(Roster.MAX_SPEAKERS)
        .contains("ann", "name" + Roster.MAX_SPEAKERS)
        .doesNotContain("name0", "name1");
  }

  @Test
  void aListReplacesWhatWasKnown() {
    roster.spoke("bob");
    roster.learn(members("ann", "Cem"), roster.names());
    assertThat(roster.names()).containsExactly("ann", "Cem");
  }

  @Test
  void whoCameWhileTheListWasOnItsWayIsKept() {
    roster.spoke("ann");
    List<String> before = roster.names();
    roster.learn("bob joined");
    roster.learn(members("ann"), before);
    assertThat(roster.names()).containsExactly("ann", "bob");
  }

  @Test
  void whoWentWhileTheListWasOnItsWayStaysAway() {
    roster.spoke("ann");
    roster.spoke("bob");
    List<String> before = roster.names();
    roster.learn("bob left");
    roster.learn(members("ann", "bob"), before);
    assertThat(roster.names()).containsExactly("ann");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "12 members joined | 12",
        "4 members left | 4",
        "4,899 members timed out | 4899",
        "1,234,567 members could not be reached | 1234567",
      })
  void aCountNamesNobodyAndIsTold(String notice, int count) {
    roster.spoke("ann");
    assertThat(roster.learn(notice)).hasValue(count);
    assertThat(roster.names()).containsExactly("ann");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "members joined",
        "bob joined",
        "12 members of the band joined",
        "1,23 members joined",
        "1,234,567,890 members joined",
        "12345678901 members left",
        "٤ members left",
        "12 members were removed by ann",
        "the weather is fine",
        ""
      })
  void whatIsNoCountIsNotTakenForOne(String notice) {
    assertThat(roster.learn(notice)).isEmpty();
  }

  @Test
  void otherNoticesTeachNothing() {
    roster.learn("the weather is fine");
    roster.learn("");
    assertThat(roster.names()).isEmpty();
  }

  private static List<MemberInfo> members(String... names) {
    return Stream.of(names).map(name -> new MemberInfo(new Username(name), false)).toList();
  }
}
