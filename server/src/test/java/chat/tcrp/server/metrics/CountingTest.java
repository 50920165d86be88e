package chat.tcrp.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.server.EveryRelayTest;
import chat.tcrp.server.OneServer;
import chat.tcrp.server.SealedPeer;
import chat.tcrp.server.TestPeer;
import chat.tcrp.server.TestServer;
import chat.tcrp.server.handshake.PlainPolicy;
import chat.tcrp.server.lobby.LobbyConfig;
import chat.tcrp.server.metrics.Figure.Label;
import chat.tcrp.server.rooms.RoomLimits;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What a running server counts of what its peers do. */
@OneServer("a server counts what it does itself")
class CountingTest extends EveryRelayTest {
  @AutoClose
  private final TestServer server =
      TestServer.start(
          config ->
              TestServer.sealed(config, PlainPolicy.ALLOW)
                  .limitedTo(RoomLimits.DEFAULTS.with().memberBudget(10).build())
                  .withLobby(new LobbyConfig(0, LobbyConfig.DEFAULT_IDLE_TIMEOUT, 1, 100)));

  private <T> void await(T expected, Function<Metrics, T> actual) {
    long deadline = System.nanoTime() + TestPeer.PATIENCE.toNanos();
    while (!actual.apply(server.metrics()).equals(expected)) {
      if (System.nanoTime() - deadline > 0) {
        assertThat(actual.apply(server.metrics())).isEqualTo(expected);
      }
      LockSupport.parkNanos(2_000_000);
    }
  }

  private void await(Figure figure, double expected) {
    await(expected, metrics -> metrics.sum(figure));
  }

  private void awaitDrops(String reason, double expected) {
    await(expected, metrics -> metrics.sums(Figure.DROPS, Label.REASON).get(reason));
  }

  @Test
  void messagesAndTheirDeliveriesAreCounted() {
    TestPeer ann = server.peer().create("tea", "ann").keepalive();
    TestPeer bob = server.peer().join("tea", "bob").keepalive();
    ann.expect("* bob joined");
    SealedPeer cas = server.sealedPeer();
    cas.join("tea", "cas").keepalive();
    ann.expect("* cas joined");
    bob.expect("* cas joined");

    ann.send("hello");
    bob.expect("ann: hello");
    cas.expect("ann: hello");
    cas.send("hi");
    ann.expect("cas: hi");

    await(Figure.MESSAGES, 2);
    await(Figure.DELIVERIES, 4);
    await(Figure.KEEPALIVES, 3);
    await(Figure.DATAGRAMS_RECEIVED, 5);
    // An answer to each keepalive, three notices that somebody came, four deliveries.
    await(Figure.DATAGRAMS_SENT, 10);
    await(Figure.ROOMS, 1);
    await(Map.of("plain", 2.0, "sealed", 1.0), metrics -> metrics.sums(Figure.MEMBERS, Label.KIND));
    await(Figure.DROPS, 0);
  }

  @Test
  void eachReasonOfADropIsCountedForItself() {
    TestPeer ann = server.peer().create("tea", "ann").keepalive();
    SealedPeer bob = server.sealedPeer();
    bob.join("tea", "bob").keepalive();
    ann.expect("* bob joined");

    server.peer().sendRaw(new byte[] {1, 2, 3});
    awaitDrops("malformed", 1);
    ann.sendRaw(new byte[5000]);
    awaitDrops("oversize", 1);
    ann.withSameTokenFor("coffee").send("wrong room");
    awaitDrops("unknown_token", 1);
    ann.withSameTokenAt("127.0.0.2").send("wrong address");
    awaitDrops("wrong_address", 1);
    byte[] sealed = bob.sealed("once");
    bob.sendRaw(sealed);
    ann.expect("bob: once");
    bob.sendRaw(sealed);
    awaitDrops("replayed", 1);
    byte[] forged = bob.sealed("never");
    forged[forged.length - 1] ^= 1;
    bob.sendRaw(forged);
    awaitDrops("forged", 1);
    byte[] ofNobody = bob.sealed("never");
    ofNobody[1] ^= 1;
    bob.sendRaw(ofNobody);
    awaitDrops("unknown_session", 1);
    for (int i = 0; i < 12; i++) {
      ann.send("much");
    }
    awaitDrops("over_budget", 1);
    server.peer().say("dee", "hi");
    server.peer("127.0.0.2").say("eve", "there is one place only");
    awaitDrops("not_admitted", 1);
    await(Figure.LOBBY_MEMBERS, 1);
  }

  @Test
  void handshakesAreCountedByKindAndResult() {
    server.peer().create("tea", "ann");
    server.peer().tryJoin("coffee", TestPeer.credentials("bob"));
    server.sealedPeer().create("water", "cas");
    server.peer().exchange(new byte[] {1, 2, 3, 4}, true);

    await(
        Map.of("ok", 2.0, "no_such_room", 1.0, "incomplete", 1.0),
        metrics -> metrics.sums(Figure.HANDSHAKES, Label.RESULT));
    await(
        Map.of("plain", 3.0, "sealed", 1.0),
        metrics -> metrics.sums(Figure.HANDSHAKES, Label.KIND));
    ToDoubleFunction<Metrics> timed =
        metrics -> metrics.distribution(Figure.HANDSHAKE_SECONDS).orElseThrow().count();
    await(4.0, timed::applyAsDouble);
  }

  @Test
  void whoIsPutOutIsCountedByReason() {
    TestPeer ann = server.peer().create("tea", "ann").keepalive();
    TestPeer bob = server.peer().join("tea", "bob").keepalive();
    ann.expect("* bob joined");
    ann.kick("bob");
    bob.expectEnd("bob was removed by ann");
    ann.expect("* bob was removed by ann");
    await(1.0, metrics -> metrics.sums(Figure.EVICTIONS, Label.REASON).get("removed"));
    server.peer().join("tea", "cas").keepalive();
    ann.expect("* cas joined");
    server.advance(RoomLimits.DEFAULTS.idleTimeout().minusSeconds(1));
    ann.keepalive();
    server.advance(Duration.ofSeconds(3));

    await(1.0, metrics -> metrics.sums(Figure.EVICTIONS, Label.REASON).get("silent"));
    await(1.0, metrics -> metrics.sums(Figure.MEMBERS, Label.KIND).get("plain"));
  }

  @Test
  void everyTurnOfALoopIsTimed() {
    server.peer().create("tea", "ann").keepalive();

    Metrics before = server.metrics();
    server.advance(Duration.ofSeconds(2));
    Metrics since = server.metrics().since(before);

    Distribution turns = since.distribution(Figure.CYCLE_SECONDS).orElseThrow();
    assertThat(turns.count()).isPositive();
    assertThat(turns.quantile(0.5)).isPositive();
    assertThat(turns.sum()).isPositive();
    Distribution datagrams = server.metrics().distribution(Figure.CYCLE_DATAGRAMS).orElseThrow();
    assertThat(datagrams.sum()).isPositive();
  }

  @Test
  void aPrivateMessageIsOneToItsRecipientAndADropWhereThereIsNone() {
    TestPeer ann = server.peer().create("tea", "ann").keepalive();
    TestPeer bob = server.peer().join("tea", "bob").keepalive();
    ann.expect("* bob joined");

    ann.send("\002bob: hi");
    bob.expect("\002* privately from ann: hi");
    ann.send("\002cas: hi");

    awaitDrops("no_recipient", 1);
    await(Figure.MESSAGES, 1);
    await(Figure.DELIVERIES, 1);
  }
}
