package chat.tcrp.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.server.TestPeer;
import chat.tcrp.server.TestServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Java Flight Recorder records of a server. */
class RecordingTest {
  @Test
  void handshakesEvictionsAndLongTurnsAreRecorded(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("chat.jfr");
    try (Recording recording = new Recording()) {
      recording.enable("chat.Handshake");
      recording.enable("chat.Eviction");
      recording.enable("chat.RelayCycle").withThreshold(Duration.ofNanos(1));
      recording.start();
      try (TestServer server = TestServer.startAsShipped(config -> config)) {
        TestPeer ann = server.peer().create("tea", "ann").keepalive();
        TestPeer bob = server.peer().join("tea", "bob").keepalive();
        ann.expect("* bob joined");
        ann.kick("bob");
        bob.expectEnd("bob was removed by ann");
        long deadline = System.nanoTime() + TestPeer.PATIENCE.toNanos();
        // A handshake ends after its answer.
        while (server.metrics().sum(Figure.HANDSHAKES) < 3) {
          assertThat(System.nanoTime() - deadline).isNegative();
          LockSupport.parkNanos(2_000_000);
        }
      }
      recording.dump(file);
    }
    List<RecordedEvent> events = RecordingFile.readAllEvents(file);

    assertThat(events)
        .filteredOn(e -> e.getEventType().getName().equals("chat.Handshake"))
        .hasSize(3)
        .allSatisfy(
            e -> {
              assertThat(e.getString("kind")).isEqualTo("plain");
              assertThat(e.getString("status")).isEqualTo("ok");
              assertThat(e.getDuration()).isPositive();
              assertThat(e.getStackTrace()).isNull();
            });
    assertThat(events)
        .filteredOn(e -> e.getEventType().getName().equals("chat.Eviction"))
        .singleElement()
        .satisfies(
            e -> {
              assertThat(e.getString("reason")).isEqualTo("removed");
              assertThat(e.getInt("members")).isEqualTo(1);
            });
    assertThat(events)
        .filteredOn(e -> e.getEventType().getName().equals("chat.RelayCycle"))
        .anySatisfy(
            e -> {
              assertThat(e.getString("loop")).isEqualTo("rooms");
              assertThat(e.getInt("datagrams")).isPositive();
            });
  }
}
