package chat.tcrp.client.face;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.protocol.RoomInfo;
import chat.tcrp.protocol.RoomName;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoomTableTest {
  @Test
  void columnsAlignAlsoBesideWideNames() {
    assertThat(RoomTable.lines(List.of(room("tea", 2, false), room("お茶の間", 1000, true))))
        .containsExactly(
            "ROOM      MEMBERS  PASSWORD", //
            "tea             2",
            "お茶の間     1000  yes");
  }

  @Test
  void aNameIsMadeSafe() {
    assertThat(RoomTable.lines(List.of(room("a\u202eb", 1, false))).get(1))
        .isEqualTo("a\ufffdb         1");
  }

  private static RoomInfo room(String name, int members, boolean isProtected) {
    return new RoomInfo(new RoomName(name), members, isProtected);
  }
}
