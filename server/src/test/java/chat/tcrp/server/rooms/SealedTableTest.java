package chat.tcrp.server.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.protocol.Credentials;
import chat.tcrp.protocol.RoomName;
import chat.tcrp.protocol.Username;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SealedTableTest {
  private final Room room =
      new Room(
          new RoomName("tea"),
          Optional.empty(),
          Credentials.of(new Username("ann")),
          InetAddress.getLoopbackAddress(),
          0);
  private final SealedTable table = new SealedTable();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void doesWhatAHashMapDoes(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Map<Long, Member> model = new HashMap<>();
    List<Long> everUsed = new ArrayList<>(List.of(0L));
    // Growing, then shrinking, so that runs of slots form and are closed again.
    for (int step = 0; step < 20_000; step++) {
      long id = everUsed.get(random.nextInt(everUsed.size()));
      if (random.nextInt(10) < (step < 10_000 ? 6 : 3)) {
        // Some of them close together, which those of a real exporter are not.
        id = random.nextInt(5) == 0 ? random.nextInt(1000) : random.nextLong();
        Member member = new Member(room, 0, new Username("m"));
        table.put(id, member);
        model.put(id, member);
        everUsed.add(id);
      } else {
        table.remove(id);
        model.remove(id);
      }
      assertThat(table.get(id)).isSameAs(model.get(id));
    }

    assertThat(table.size()).isEqualTo(model.size()).isPositive();
    for (long id : everUsed) {
      assertThat(table.get(id)).isSameAs(model.get(id));
    }
  }
}
