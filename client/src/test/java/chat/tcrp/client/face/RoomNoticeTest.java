package chat.tcrp.client.face;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.client.face.RoomNotice.Kind;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoomNoticeTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bob joined | CAME | bob | 0",
        "Ada Lovelace left | WENT | Ada Lovelace | 0",
        "bob left timed out | WENT | bob left | 0",
        "bob could not be reached | WENT | bob | 0",
        "4,899 members joined | COUNTED | '' | 4899",
        "bob was banned by ann | PUT_OUT | bob | 0",
        "ann was removed by bob was removed by cem | PUT_OUT | ann was removed by bob | 0",
        "ann says: nobody has left | OTHER | '' | 0",
        "joined | OTHER | '' | 0",
        "the weather is fine | OTHER | '' | 0",
      })
  void aNoticeTellsWhoComesAndGoes(String text, Kind kind, String who, int count) {
    assertThat(RoomNotice.of(text)).isEqualTo(new RoomNotice(kind, who, count));
  }
}
