package chat.tcrp.client.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chat.tcrp.client.RunningServer;
import chat.tcrp.client.TestClient;
import chat.tcrp.client.face.Problem;
import chat.tcrp.client.session.ServerAddress;
import chat.tcrp.client.session.TcrpClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoadTestTest {
  private static final StatusLine SILENT =
      new StatusLine(new PrintWriter(new StringWriter()), false);

  private RunningServer server;

  @BeforeEach
  void start() throws IOException {
    server = RunningServer.start();
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everyMessageReachesAllOthersInTheRoomOnce(boolean batch) throws Exception {
    LoadReport report = run(server.address(), plan(0, 1000, batch));
    LoadTally tally = report.tally();
    assertThat(tally.sent() + tally.unsent()).isEqualTo(3 * 4 * 20);
    assertThat(tally.sent()).isPositive();
    assertThat(tally.expected()).isEqualTo(3 * tally.sent());
    assertThat(tally.delivered()).isEqualTo(tally.expected());
    assertThat(report.lost()).isZero();
    assertThat(tally.duplicated()).isZero();
    assertThat(tally.misrouted()).isZero();
    assertThat(tally.foreign()).isZero();
    assertThat(tally.latency().count()).isEqualTo(tally.delivered());
    assertThat(report.handshakes().count()).isEqualTo(3 * 4);
    assertThat(report.interrupted()).isFalse();
  }

  @Test
  void theWarmUpIsNotCounted() throws Exception {
    LoadTally tally = run(server.address(), plan(300, 300, false)).tally();
    assertThat(tally.sent() + tally.unsent()).isEqualTo(3 * 4 * 6);
    assertThat(tally.delivered()).isEqualTo(tally.expected());
    assertThat(tally.all()).isGreaterThan(tally.delivered());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void roomsAreClosedAtTheEnd(boolean batch) throws Exception {
    run(server.address(), plan(0, 100, batch));
    assertThat(new TcrpClient(server.address(), Optional.empty(), TestClient.PATIENCE).rooms())
        .isEmpty();
  }

  @Test
  void whatTheNetworkDoesToMessagesIsCounted() throws Exception {
    ServerAddress real = server.address();
    try (FaultyPath path = FaultyPath.to(real)) {
      LoadReport report =
          run(new ServerAddress(real.host(), real.port(), path.port()), plan(0, 1000, false));
      LoadTally tally = report.tally();
      assertThat(path.lost()).isPositive();
      assertThat(report.lost()).isEqualTo(path.lost());
      assertThat(tally.duplicated()).isEqualTo(path.doubled());
      assertThat(tally.misrouted()).isEqualTo(path.misdirected());
    }
  }

  @Test
  void aTestThatIsStoppedReportsAndLeaves() throws Exception {
    try (LoadTest test =
        new LoadTest(
            List.of(server.address()), Optional.empty(), plan(0, 3_600_000, false), 1, SILENT)) {
      Thread stopper =
          Thread.ofVirtual()
              .start(
                  () -> {
                    awaitRooms();
                    test.stop();
                  });
      LoadReport report = test.run();
      stopper.join();
      assertThat(report.interrupted()).isTrue();
      assertThat(report.lost()).isZero();
      assertThat(report.lines().getFirst()).endsWith("(interrupted)");
    }
    assertThat(new TcrpClient(server.address(), Optional.empty(), TestClient.PATIENCE).rooms())
        .isEmpty();
  }

  private void awaitRooms() {
    try {
      while (new TcrpClient(server.address(), Optional.empty(), TestClient.PATIENCE).rooms().size()
          < 3) {
        Thread.onSpinWait();
      }
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void theEndOfTheServerEndsTheTest() throws Exception {
    try (LoadTest test =
        new LoadTest(
            List.of(server.address()), Optional.empty(), plan(0, 3_600_000, false), 1, SILENT)) {
      Thread stopper =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      awaitRooms();
                      awaitMembers();
                      server.close();
                    } catch (Exception e) {
                      throw new IllegalStateException(e);
                    }
                  });
      LoadReport report;
      try {
        report = test.run();
        assertThat(report.tally().ends()).isEqualTo(3 * 4);
        assertThat(report.interrupted()).isFalse();
      } catch (Problem e) {
        // The server went before all had been reached.
        assertThat(e.exitStatus()).isEqualTo(Problem.UNAVAILABLE);
      }
      stopper.join();
    }
  }

  private void awaitMembers() throws Exception {
    TcrpClient tcrp = new TcrpClient(server.address(), Optional.empty(), TestClient.PATIENCE);
    while (tcrp.rooms().stream().mapToInt(room -> room.members()).sum() < 3 * 4) {
      Thread.onSpinWait();
    }
  }

  @Test
  void aUdpPortThatDoesNotAnswerIsNamed() throws Exception {
    ServerAddress real = server.address();
    ServerAddress wrong = new ServerAddress(real.host(), real.port(), real.port());
    assertUnreached(List.of(wrong), "udp port " + wrong.udpPort(), "answers 0 of 12 users");
    assertUnreached(List.of(real, wrong), "udp port " + wrong.udpPort(), "answers 0 of 6 users");
  }

  private static void assertUnreached(List<ServerAddress> servers, String port, String howMany)
      throws IOException {
    try (LoadTest test =
        new LoadTest(
            servers, Optional.empty(), plan(0, 100, false), 1, SILENT, Duration.ofMillis(600))) {
      assertThatThrownBy(test::run)
          .isInstanceOfSatisfying(
              Problem.class, e -> assertThat(e.exitStatus()).isEqualTo(Problem.UNAVAILABLE))
          .hasMessageContaining(port)
          .hasMessageContaining(howMany);
    }
  }

  private static LoadPlan plan(int warmupMillis, int millis, boolean batch) {
    return new LoadPlan(
        3, 4, 20, 60, Duration.ofMillis(warmupMillis), Duration.ofMillis(millis), batch);
  }

  private static LoadReport run(ServerAddress address, LoadPlan plan) throws Exception {
    try (LoadTest test = new LoadTest(List.of(address), Optional.empty(), plan, 0x7e57, SILENT)) {
      return test.run();
    }
  }
}
