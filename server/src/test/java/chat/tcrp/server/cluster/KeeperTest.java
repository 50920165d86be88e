package chat.tcrp.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.protocol.RoomName;
import chat.tcrp.server.cluster.Engine.Bucket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What is in the directory of the rooms of a node, whatever is lost on the way. */
class KeeperTest {
  private static final String ROOM = DirectoryJson.key(new RoomName("tea"));
  private static final String ANN = DirectoryJson.key(ROOM, 1);
  private static final String BEN = DirectoryJson.key(ROOM, 2);

  private final VirtualTime time = new VirtualTime();
  private final MemoryHub hub = new MemoryHub(time, new SplittableRandom(1));
  private final MemoryEngine engine = hub.engine("home");
  private final List<String> lost = new ArrayList<>();
  private final List<String> changes = new ArrayList<>();
  private final Keeper keeper = new Keeper(engine, Runnable::run, () -> true, lost::add);

  private void saveRoomOfAnn() {
    keeper.save(Bucket.ROOMS, ROOM, () -> "room");
    keeper.save(Bucket.MEMBERS, ANN, () -> "ann");
    pass();
  }

  private void pass() {
    time.runUntil(time.nanos() + Duration.ofSeconds(3).toNanos(), () -> {});
  }

  @Test
  void anEntryThatWasWrittenUnknownToItIsAskedAboutBeforeItIsTakenOut() {
    keeper.save(Bucket.ROOMS, ROOM, () -> "first");
    pass();
    long revision = hub.entry(Bucket.ROOMS, ROOM).orElseThrow().revision();
    var _ = engine.put(Bucket.ROOMS, ROOM, "second", revision);
    pass();

    keeper.remove(ROOM);
    pass();
    assertThat(lost).containsExactly(ROOM);
    assertThat(hub.entry(Bucket.ROOMS, ROOM)).isPresent();
    assertThat(keeper.size()).isZero();
  }

  @Test
  void aRoomIsTakenOutAfterItsMembers() {
    saveRoomOfAnn();
    keeper.save(Bucket.MEMBERS, BEN, () -> "ben");
    pass();
    hub.disturb(Duration.ofMillis(500), 0);
    hub.onChange(change -> changes.add(change.substring(0, change.indexOf(' '))));

    keeper.remove(ANN);
    keeper.remove(BEN);
    keeper.remove(ROOM);
    boolean[] isSaved = {false};
    keeper.whenSaved(saved -> isSaved[0] = saved);
    pass();
    assertThat(isSaved[0]).as("what waits for others has not failed").isTrue();
    assertThat(changes).hasSize(3).endsWith(ROOM);
    assertThat(keeper.size()).isZero();
  }

  @Test
  void aRoomHasEndedBeforeAnyOfItsMembersIsTakenOut() {
    saveRoomOfAnn();
    hub.disturb(Duration.ofMillis(500), 0);
    hub.onChange(change -> changes.add(change.replaceFirst(" of .*:", "")));

    keeper.end(ROOM, "ended");
    keeper.remove(ANN);
    pass();
    assertThat(changes).containsExactly(ROOM + " ended", ANN + " removed", ROOM + " removed");
    assertThat(keeper.size()).isZero();
  }

  @Test
  void aRoomStaysUntilItsMembersCouldBeTakenOut() {
    saveRoomOfAnn();

    hub.cutOff("home", true);
    keeper.remove(ANN);
    keeper.remove(ROOM);
    pass();
    hub.cutOff("home", false);
    keeper.retry();
    pass();
    assertThat(hub.entries(Bucket.MEMBERS)).isEmpty();
    assertThat(hub.entries(Bucket.ROOMS)).isEmpty();
    assertThat(keeper.size()).isZero();
  }
}
