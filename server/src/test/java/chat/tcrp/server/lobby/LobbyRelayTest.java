package chat.tcrp.server.lobby;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.server.ManualTicker;
import chat.tcrp.server.TestPeer;
import chat.tcrp.server.TestServer;
import chat.tcrp.server.base.EventLog;
import chat.tcrp.server.base.Peer;
import chat.tcrp.server.metrics.LoopMetrics;
import chat.tcrp.server.net.RelayMemory;
import chat.tcrp.server.relay.FakeIo;
import chat.tcrp.server.relay.FakeIo.Sent;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The lobby over a network in memory, where sends can fail. */
class LobbyRelayTest {
  private static final int MANY = 1_000_000;
  private static final InetSocketAddress ANN = at(1000);
  private static final InetSocketAddress BOB = at(1001);
  private static final InetSocketAddress EVE = at(1002);

  private final FakeIo io = new FakeIo();
  private final ManualTicker ticker = new ManualTicker();
  @AutoClose private final EventLog log = new EventLog();
  private final LobbyRelay lobby =
      new LobbyRelay(
          new LobbyConfig(0, LobbyConfig.DEFAULT_IDLE_TIMEOUT, MANY, MANY),
          io,
          LoopMetrics.ofLobby(),
          ticker,
          log);

  LobbyRelayTest() {
    log.start();
    for (InetSocketAddress address : List.of(ANN, BOB, EVE)) {
      take(address, "");
      take(address, "");
    }
    lobby.relay();
  }

  @Test
  void aMemberToWhomSeveralSendsInARowFailedIsRemoved() {
    io.kill(EVE);
    for (int i = 0; i < Peer.MAX_FAILURES - 1; i++) {
      say(ANN, "hello?");
    }
    lobby.expire(ticker.nanos());
    io.takeSent();
    io.revive(EVE);
    say(ANN, "anyone?");
    assertThat(io.takeSent()).hasSize(2);

    io.kill(EVE);
    for (int i = 0; i < Peer.MAX_FAILURES; i++) {
      say(ANN, "hello?");
    }
    lobby.expire(ticker.nanos());
    io.takeSent();
    io.revive(EVE);
    say(ANN, "gone");

    assertThat(io.takeSent()).containsExactly(new Sent(BOB, "\u0003anngone"));
  }

  @Test
  void aMemberWhoWasSentBackSeveralTimesInARowIsRemoved() {
    for (int i = 0; i < Peer.MAX_FAILURES - 1; i++) {
      refuse(EVE);
    }
    take(EVE, "");
    refuse(EVE);
    lobby.expire(ticker.nanos());
    say(ANN, "still there");
    assertThat(io.takeSent()).hasSize(2);

    for (int i = 0; i < Peer.MAX_FAILURES; i++) {
      refuse(EVE);
    }
    refuse(at(1));
    lobby.expire(ticker.nanos());
    say(ANN, "gone");
    assertThat(io.takeSent()).containsExactly(new Sent(BOB, "\u0003anngone"));
  }

  @Test
  void messagesOfOneDrainGoInOrderToEachButTheirSender() {
    take(ANN, "1");
    take(BOB, "2");
    take(ANN, "3");
    lobby.relay();

    assertThat(io.takeSent())
        .containsExactly(
            new Sent(ANN, "\u0003ann2"),
            new Sent(BOB, "\u0003ann1"),
            new Sent(BOB, "\u0003ann3"),
            new Sent(EVE, "\u0003ann1"),
            new Sent(EVE, "\u0003ann2"),
            new Sent(EVE, "\u0003ann3"));
  }

  @Test
  void membersAreFoundWhenThereAreManyAndAfterSomeHaveLeft() {
    List<InetSocketAddress> crowd = new ArrayList<>();
    for (int i = 0; i < 5000; i++) {
      crowd.add(at(2000 + i));
      take(crowd.getLast(), "");
    }
    ticker.advance(Duration.ofSeconds(50));
    for (int i = 0; i < crowd.size(); i += 2) {
      take(crowd.get(i), "");
    }
    ticker.advance(Duration.ofSeconds(11));
    lobby.expire(ticker.nanos());
    for (int i = 0; i < crowd.size(); i += 2) {
      take(crowd.get(i), "");
    }

    say(crowd.getFirst(), "hello");
    assertThat(io.takeSent()).hasSize(crowd.size() / 2 - 1);
  }

  @Test
  void aDrainEndsBeforeItsMemoryOrItsLinesDo() {
    for (String text : new String[] {"x", "x".repeat(4000)}) {
      int taken = 0;
      do {
        for (int i = 0; i < RelayMemory.SLOTS; i++) {
          take(ANN, text);
          taken++;
        }
      } while (lobby.hasRoom());
      lobby.relay();

      assertThat(io.takeSent()).hasSize(2 * taken).allMatch(s -> s.text().endsWith(text));
      assertThat(lobby.hasRoom()).isTrue();
    }
  }

  private void say(InetSocketAddress from, String message) {
    take(from, message);
    lobby.relay();
  }

  /** A datagram is taken in, and not relayed yet. */
  private void take(InetSocketAddress from, String message) {
    io.arrive(from, TestPeer.lobbyDatagram("ann", message));
    lobby.received(0, ticker.nanos());
  }

  private void refuse(InetSocketAddress address) {
    io.arrive(address, new byte[0]);
    lobby.refused(0, true, ticker.nanos());
  }

  private static InetSocketAddress at(int port) {
    return new InetSocketAddress(TestServer.address("192.0.2.1"), port);
  }
}
