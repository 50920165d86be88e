package chat.tcrp.client.session;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.client.Await;
import chat.tcrp.client.Proxy;
import chat.tcrp.client.RunningServer;
import chat.tcrp.client.TestClient;
import chat.tcrp.client.session.SessionEvent.ConnectionLost;
import chat.tcrp.client.session.SessionEvent.Message;
import chat.tcrp.client.session.SessionEvent.Notice;
import chat.tcrp.client.session.SessionEvent.Rejoined;
import chat.tcrp.protocol.MemberInfo;
import chat.tcrp.protocol.RoomName;
import chat.tcrp.protocol.Username;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Real sessions and a real server, and between them a network as it may be. */
@Execution(ExecutionMode.CONCURRENT)
class BadNetworkTest {
  /** Little more than the time between two keepalives of a client. */
  private static final Duration SHORT_TIMEOUT = Duration.ofSeconds(7);

  private static final Duration LONG_PATIENCE = Duration.ofSeconds(60);

  private static final List<String> NAMES = List.of("ann", "bob", "cem", "dia");

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void onALossyNetworkNobodyGoesNobodyComesAndNothingAppearsMoreOftenThanItWasDelivered()
      throws Exception {
    int lines = 60;
    // Half the patience of the program's default with those who fall silent.
    try (RunningServer server = RunningServer.start(Duration.ofSeconds(15));
        Proxy network = new Proxy(server.address(), 20260101)) {
      List<TestClient> clients = enterAll(network.address());
      network.lossy(true);
      for (int i = 0; i < lines; i++) {
        for (int c = 0; c < clients.size(); c++) {
          TestClient client = clients.get(c);
          String line = line(c, i);
          Await.until("connection of " + NAMES.get(c), () -> client.session().send(line));
        }
        // Spread over four keepalives.
        pause(Duration.ofMillis(20_000 / lines));
      }
      network.lossy(false);
      for (TestClient client : clients) {
        Await.until("the end of all rejoins", () -> client.session().live());
        assertThat(client.session().flush(TestClient.PATIENCE)).isTrue();
      }
      for (TestClient client : clients) {
        client.session().send("the end");
      }
      Map<String, Integer> shown = new HashMap<>();
      int rejoins = 0;
      for (TestClient client : clients) {
        for (int ends = 0; ends < NAMES.size() - 1; ) {
          ends += client.next(Message.class).text().equals("the end") ? 1 : 0;
        }
        List<SessionEvent> seen = client.rest();
        assertThat(seen).noneMatch(Notice.class::isInstance);
        assertThat(seen).noneMatch(SessionEvent.Ended.class::isInstance);
        rejoins += count(seen, Rejoined.class);
        seen.stream()
            .filter(Message.class::isInstance)
            .map(Message.class::cast)
            .forEach(
                message -> shown.merge(message.from() + ": " + message.text(), 1, Integer::sum));
      }
      assertThat(clients.getFirst().session().members())
          .extracting(MemberInfo::username)
          .extracting(Username::value)
          .isEqualTo(NAMES);
      Map<String, Integer> delivered =
          network.handedOn.entrySet().stream()
              .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().get()));
      assertThat(shown)
          .allSatisfy((line, times) -> assertThat(times).isLessThanOrEqualTo(delivered.get(line)));
      int sent = lines * NAMES.size();
      assertThat(network.lost).hasValueGreaterThan(sent / 5);
      assertThat(network.doubled).hasValueGreaterThan(sent / 50);
      // Of five lines one is lost on the way there, and of those that remain one on the way back.
      assertThat(shown).hasSizeBetween(sent / 2, sent + NAMES.size());
      System.out.printf(
          "lossy network: %d lines sent, %d of them seen by somebody, %d datagrams lost, %d doubled, %d rejoins%n",
          sent, shown.size(), network.lost.get(), network.doubled.get(), rejoins);
      clients.forEach(TestClient::close);
    }
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void whatWasSaidWhileTheNetworkWasAwayComesOnceAndInOrder() throws Exception {
    int lines = 60;
    try (RunningServer server = RunningServer.start();
        Proxy network = new Proxy(server.address(), 1);
        TestClient ann = enter(server.address(), "ann", true);
        TestClient bob = enter(network.address(), "bob", false)) {
      ann.session().send("line 0");
      bob.expect(new Message("ann", "line 0"));
      network.broken(true);
      for (int i = 1; i <= lines; i++) {
        ann.session().send("line " + i);
      }
      bob.next(ConnectionLost.class);
      network.broken(false);
      bob.next(Rejoined.class, LONG_PATIENCE);
      bob.expect(new SessionEvent.Missed(true, Optional.of((long) lines), 0));
      for (int i = 1; i <= lines; i++) {
        assertThat(bob.next(Message.class)).isEqualTo(new Message("ann", "line " + i));
      }

      ann.session().send("now");
      assertThat(bob.next(SessionEvent.class)).isEqualTo(new Message("ann", "now"));
    }
  }

  /** A token is good from its own address only, so the name has to become free first. */
  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void whoseAddressChangesComesBackAsANewMember() throws Exception {
    try (RunningServer server = RunningServer.start(SHORT_TIMEOUT);
        Proxy network = new Proxy(server.address(), 1);
        TestClient ann = enter(server.address(), "ann", true);
        TestClient bob = enter(network.address(), "bob", false)) {
      ann.expect(new Notice("bob joined"));
      showCadence(bob);
      network.moveTo(InetAddress.getByName("127.0.0.2"));
      long start = System.nanoTime();
      bob.next(ConnectionLost.class);
      bob.next(Rejoined.class, LONG_PATIENCE);
      System.out.printf(
          "back %.1f s after a change of the address%n", (System.nanoTime() - start) / 1e9);

      assertThat(ann.next(SessionEvent.class)).isEqualTo(new Notice("bob timed out"));
      assertThat(ann.next(SessionEvent.class)).isEqualTo(new Notice("bob joined"));
      assertThat(bob.session().send("from elsewhere")).isTrue();
      assertThat(ann.next(SessionEvent.class)).isEqualTo(new Message("bob", "from elsewhere"));
      assertThat(ann.session().send("welcome")).isTrue();
      bob.expect(new Message("ann", "welcome"));
    }
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void aHostWhoseAddressChangesMakesTheRoomAgain() throws Exception {
    try (RunningServer server = RunningServer.start(SHORT_TIMEOUT);
        Proxy network = new Proxy(server.address(), 1);
        TestClient ann = enter(network.address(), "ann", true);
        TestClient bob = enter(server.address(), "bob", false)) {
      showCadence(ann);
      network.moveTo(InetAddress.getByName("127.0.0.2"));
      ann.next(Rejoined.class, LONG_PATIENCE);

      assertThat(bob.next(SessionEvent.Ended.class).reason())
          .isEqualTo("room closed: ann (host) timed out");
      try (TestClient carol = enter(server.address(), "carol", false)) {
        ann.expect(new Notice("carol joined"));
        ann.session().kick(new Username("carol"));
        carol.next(SessionEvent.Ended.class);
      }
    }
  }

  /** Sends keepalives so that the server holds the client to them. */
  private static void showCadence(TestClient client) throws Exception {
    for (int i = 0; i < 3; i++) {
      assertThat(client.session().ping()).isTrue();
      client.next(SessionEvent.Pong.class);
    }
  }

  private static List<TestClient> enterAll(ServerAddress server) throws Exception {
    List<TestClient> clients = new ArrayList<>();
    for (String name : NAMES) {
      clients.add(enter(server, name, clients.isEmpty()));
    }
    for (int i = 0; i < NAMES.size() - 1; i++) {
      clients.get(i).expect(new Notice(NAMES.getLast() + " joined"));
      clients.get(i).forget();
    }
    clients.getLast().forget();
    return clients;
  }

  private static TestClient enter(ServerAddress server, String name, boolean create)
      throws Exception {
    return TestClient.enter(
        new SessionConfig(
            server, new RoomName("tea"), new Username(name), Optional.empty(), create));
  }

  private static String line(int client, int i) {
    return "line " + i + " of " + NAMES.get(client);
  }

  private static int count(List<SessionEvent> events, Class<? extends SessionEvent> kind) {
    return (int) events.stream().filter(kind::isInstance).count();
  }

  /** What is tested is what happens while time passes, so it has to pass. */
  private static void pause(Duration time) throws InterruptedException {
    Thread.sleep(time);
  }
}
