package chat.tcrp.client.session;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.client.RunningServer;
import chat.tcrp.client.TestClient;
import chat.tcrp.client.session.SessionEvent.ConnectionLost;
import chat.tcrp.client.session.SessionEvent.Ended;
import chat.tcrp.client.session.SessionEvent.Joined;
import chat.tcrp.client.session.SessionEvent.PassedOver;
import chat.tcrp.client.session.SessionEvent.Rejoined;
import chat.tcrp.client.session.SessionEvent.Waiting;
import chat.tcrp.protocol.Credentials;
import chat.tcrp.protocol.Request;
import chat.tcrp.protocol.RoomName;
import chat.tcrp.protocol.ServerDatagram;
import chat.tcrp.protocol.Status;
import chat.tcrp.protocol.Token;
import chat.tcrp.protocol.Username;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A session that knows several servers, of which one after the other is lost. */
class SeveralServersTest {
  private static final RoomName TEA = new RoomName("tea");
  private static final Username ANN = new Username("ann");

  private final List<AutoCloseable> opened = new ArrayList<>();
  private ScriptedServer a;
  private ScriptedServer b;

  @BeforeEach
  void start() throws Exception {
    a = opened(ScriptedServer.start());
    b = opened(ScriptedServer.start());
  }

  @AfterEach
  void stop() throws Exception {
    // Whoever leaves asks a server.
    for (AutoCloseable each : opened.reversed()) {
      each.close();
    }
  }

  private <T extends AutoCloseable> T opened(T what) {
    opened.add(what);
    return what;
  }

  private TestClient enter(boolean create) throws Exception {
    return opened(TestClient.enter(config(create)));
  }

  private SessionConfig config(boolean create) {
    return new SessionConfig(a.address(), TEA, ANN, Optional.empty(), create)
        .at(List.of(a.address(), b.address()));
  }

  @Test
  void goesToTheNextServerWithItsTokenAndSaysWhere() throws Exception {
    TestClient ann = enter(false);
    assertThat(ann.session().server()).isEqualTo(a.address());
    a.close();
    ann.session().send("is anybody there?");

    Rejoined back = ann.next(Rejoined.class);
    assertThat(ann.seen()).hasSize(3);
    assertThat(ann.seen().get(0)).isInstanceOf(Joined.class);
    assertThat(ann.seen().get(1)).isInstanceOf(ConnectionLost.class);
    assertThat(back.server()).isEqualTo(b.address());
    assertThat(back.elsewhere()).isTrue();
    assertThat(ann.session().server()).isEqualTo(b.address());
    assertThat(b.requests()).singleElement().isInstanceOf(Request.Join.class);
    assertThat(token(b.requests().getFirst())).isEqualTo("token-" + a.address().port() + "-1");
  }

  /** In a cluster a name has one room, and the token says whose. */
  @Test
  void aHostShowsItsTokenWhereItCreatesItsRoom() throws Exception {
    TestClient ann = enter(true);
    a.close();
    ann.session().send("is anybody there?");

    ann.next(Rejoined.class);
    assertThat(b.requests()).singleElement().isInstanceOf(Request.Create.class);
    assertThat(token(b.requests().getFirst())).isEqualTo("token-" + a.address().port() + "-1");
    assertThat(ann.session().isHost()).isTrue();
  }

  @Test
  void afterASilenceOrALostWayTheServerWhereItWasIsTriedFirst() throws Exception {
    TestClient ann = enter(false);
    a.say(new ServerDatagram.End("ann timed out"));

    Rejoined back = ann.next(Rejoined.class);
    assertThat(back.server()).isEqualTo(a.address());
    assertThat(back.elsewhere()).isFalse();
    assertThat(b.requests()).isEmpty();
  }

  @Test
  void aServerThatSaysThatItStopsIsNotTriedBeforeTheOthers() throws Exception {
    TestClient ann = enter(false);
    a.say(new ServerDatagram.End("server stopping"));

    assertThat(ann.next(Rejoined.class).server()).isEqualTo(b.address());
    assertThat(a.requests()).hasSize(1);
  }

  @Test
  void comesBackToTheFirstWhenTheOtherIsLost() throws Exception {
    TestClient ann = enter(false);
    a.say(new ServerDatagram.End("server stopping"));
    ann.next(Rejoined.class);
    b.close();
    ann.session().send("is anybody there?");

    assertThat(ann.next(Rejoined.class).server()).isEqualTo(a.address());
  }

  @Test
  void goesAroundAgainWhenNoServerHasTheRoomYet() throws Exception {
    TestClient ann = enter(false);
    a.answering(Status.NO_SUCH_ROOM);
    b.answering(Status.NO_SUCH_ROOM);
    a.say(new ServerDatagram.End("ann timed out"));

    assertThat(ann.next(Waiting.class)).isEqualTo(new Waiting(Status.NO_SUCH_ROOM));
    b.answering(Status.OK);
    assertThat(ann.next(Rejoined.class).server()).isEqualTo(b.address());
  }

  @Test
  void whatComesLateFromTheServerBeforeIsNotHeeded() throws Exception {
    TestClient ann = enter(false);
    a.say(new ServerDatagram.End("server stopping"));
    ann.next(Rejoined.class);
    a.say(new ServerDatagram.Text("bob", "too late"));
    a.say(new ServerDatagram.End("ann was removed by bob"));
    b.say(new ServerDatagram.Text("bob", "in time"));

    ann.expect(new SessionEvent.Message("bob", "in time"));
    assertThat(ann.seen()).noneMatch(Ended.class::isInstance);
    assertThat(ann.session().live()).isTrue();
  }

  /** Real servers, since only those encrypt. */
  @Test
  void oneWithAnotherKeyIsPassedOverWithAWarning() throws Exception {
    RunningServer first = opened(RunningServer.start());
    RunningServer second = opened(RunningServer.start());
    Imposters imposters = new Imposters();
    imposters.add(first.address());
    TestClient ann = opened(TestClient.enter(sealed(imposters, first, second)));

    assertThat(ann.seen()).hasSize(2);
    assertThat(ann.seen().getFirst())
        .isInstanceOfSatisfying(
            PassedOver.class, e -> assertThat(e.why().server()).isEqualTo(first.address()));
    assertThat(ann.session().server()).isEqualTo(second.address());
  }

  @Test
  void aSessionGoesOnWhileOneServerIsTheOneThatItWas() throws Exception {
    RunningServer first = opened(RunningServer.start());
    RunningServer second = opened(RunningServer.start());
    RunningServer third = opened(RunningServer.start());
    Imposters imposters = new Imposters();
    TestClient ann = opened(TestClient.enter(sealed(imposters, first, second, third)));
    imposters.add(second.address());
    first.stop();

    assertThat(ann.next(Rejoined.class).server()).isEqualTo(third.address());
    assertThat(ann.seen()).filteredOn(PassedOver.class::isInstance).hasSize(1);
  }

  @Test
  void aSessionEndsWhenNoServerIsTheOneThatItWas() throws Exception {
    RunningServer first = opened(RunningServer.start());
    RunningServer second = opened(RunningServer.start());
    Imposters imposters = new Imposters();
    TestClient ann = opened(TestClient.enter(sealed(imposters, first, second)));
    imposters.add(first.address());
    imposters.add(second.address());
    first.restart();

    // It may be starting again for 10 s, and the pause before it is tried then is up to 15 s long.
    assertThat(ann.next(Ended.class, TestClient.PATIENCE.multipliedBy(2)).cause())
        .isEqualTo(SessionEvent.Cause.UNTRUSTED);
    assertThat(ann.seen())
        .filteredOn(PassedOver.class::isInstance)
        .as("said once of each")
        .hasSize(2);
  }

  private static SessionConfig sealed(Trust trust, RunningServer... servers) {
    return SessionConfig.create(servers[0].address(), TEA, ANN)
        .at(Stream.of(servers).map(RunningServer::address).toList())
        .sealed(trust);
  }

  /** Servers whose keys have changed. */
  private static final class Imposters implements Trust {
    private static final ServerKey EXPECTED = new ServerKey("SHA256:" + "A".repeat(43));

    private final Set<ServerAddress> servers = ConcurrentHashMap.newKeySet();

    void add(ServerAddress server) {
      servers.add(server);
    }

    @Override
    public void check(ServerAddress server, ServerKey key, boolean verified)
        throws UntrustedException {
      if (servers.contains(server)) {
        throw new UntrustedException(server, EXPECTED, key);
      }
    }
  }

  private static String token(Request request) {
    Credentials credentials =
        request instanceof Request.Create create
            ? create.credentials()
            : ((Request.Join) request).credentials();
    return credentials.token().flatMap(Token::text).orElse("");
  }
}
