package chat.tcrp.client.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import chat.tcrp.protocol.Credentials;
import chat.tcrp.protocol.Request;
import chat.tcrp.protocol.RoomName;
import chat.tcrp.protocol.Status;
import chat.tcrp.protocol.Username;
import java.io.EOFException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which of several servers is asked, and when. */
class ServersTest {
  private static final Request JOIN =
      new Request.Join(
          new RoomName("tea"),
          new Credentials(new Username("ann"), Optional.empty(), Optional.empty(), true));

  private final List<ScriptedServer> started = new ArrayList<>();
  private final AtomicBoolean wanted = new AtomicBoolean(true);
  private ScriptedServer a;
  private ScriptedServer b;
  private ScriptedServer c;

  @BeforeEach
  void start() throws Exception {
    a = started(ScriptedServer.start());
    b = started(ScriptedServer.start());
    c = started(ScriptedServer.start());
  }

  @AfterEach
  void stop() throws Exception {
    for (ScriptedServer each : started) {
      each.close();
    }
  }

  private ScriptedServer started(ScriptedServer server) {
    started.add(server);
    return server;
  }

  @Test
  void whereOneWasIsTriedFirstOrLastAndTheOthersAsTheyWereGiven() throws Exception {
    Servers servers = servers(a, b, c);
    assertThat(servers.order(true)).containsExactly(a.address(), b.address(), c.address());

    a.answering(Status.SERVER_FULL);
    servers.enter(JOIN, false);
    assertThat(servers.present()).isEqualTo(b.address());
    assertThat(servers.order(false)).containsExactly(b.address(), a.address(), c.address());
    assertThat(servers.order(true)).containsExactly(a.address(), c.address(), b.address());
  }

  @ParameterizedTest
  @EnumSource(
      value = Status.class,
      names = {"SERVER_FULL", "ROOM_FULL", "TOO_MANY_ATTEMPTS"})
  void oneThatIsFullIsPassedOver(Status status) throws Exception {
    a.answering(status);
    b.close();
    assertThat(servers(a, b, c).enter(JOIN, false).server()).isEqualTo(c.address());
    assertThat(a.requests()).hasSize(1);
  }

  @Test
  void oneThatIsBeingStoppedIsPassedOver() throws Exception {
    a.hangingUp();
    assertThat(servers(a, b).enter(JOIN, false).server()).isEqualTo(b.address());
  }

  @Test
  void oneWhoseNameIsUnknownIsPassedOver() throws Exception {
    ServerAddress nowhere = ServerAddress.parse("nowhere.invalid");
    Servers servers = servers(List.of(nowhere, b.address()), Connector::addresses);
    assertThat(servers.enter(JOIN, false).server()).isEqualTo(b.address());
  }

  @ParameterizedTest
  @EnumSource(
      value = Status.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"OK", "SERVER_FULL", "ROOM_FULL", "TOO_MANY_ATTEMPTS"})
  void whatOneRefusesForAllIsAskedNowhereElse(Status status) throws Exception {
    a.answering(status);
    assertThatThrownBy(() -> servers(a, b).enter(JOIN, false))
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> {
              assertThat(e.status()).isEqualTo(status);
              assertThat(e.server()).contains(a.address());
            });
    assertThat(b.requests()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = Status.class,
      names = {"NO_SUCH_ROOM", "SEALED_SESSION_REQUIRED"})
  void whoReturnsAsksTheOthersToo(Status status) throws Exception {
    Servers servers = servers(a, b);
    servers.enter(JOIN, false);
    a.answering(status);
    assertThat(servers.enter(JOIN, false).server()).isEqualTo(b.address());
  }

  @Test
  void whenAllFailEachIsNamedWithItsCause() throws Exception {
    a.close();
    b.answering(Status.SERVER_FULL);
    c.hangingUp();
    assertThatThrownBy(() -> servers(a, b, c).enter(JOIN, false))
        .isInstanceOfSatisfying(
            NoServerException.class,
            e -> {
              assertThat(e.failures())
                  .extracting(NoServerException.Failure::server, f -> f.cause().getClass())
                  .containsExactly(
                      tuple(a.address(), ConnectException.class),
                      tuple(b.address(), RefusedException.class),
                      tuple(c.address(), EOFException.class));
              assertThat(e.telling()).isInstanceOf(RefusedException.class);
            });
  }

  @Test
  void ofOneServerTheCauseItselfIsThrown() throws Exception {
    a.close();
    assertThatThrownBy(() -> servers(a).enter(JOIN, false)).isInstanceOf(ConnectException.class);
    b.answering(Status.SERVER_FULL);
    assertThatThrownBy(() -> servers(b).enter(JOIN, false)).isInstanceOf(RefusedException.class);
  }

  @Test
  void whenItIsNotWantedAnyMoreNobodyElseIsAsked() throws Exception {
    a.answering(Status.SERVER_FULL);
    wanted.set(false);
    assertThatThrownBy(() -> servers(a, b).enter(JOIN, false))
        .isInstanceOf(NoServerException.class);
    assertThat(b.requests()).isEmpty();
  }

  /** The system accepts the connection, and nobody answers. */
  @Test
  void oneThatStandsStillIsLeftAfterAFewSeconds() throws Exception {
    try (ServerSocket still = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      ServerAddress standing = new ServerAddress("127.0.0.1", still.getLocalPort(), 1);
      Trust anybody = (server, key, verified) -> {};
      a.close();
      long start = System.nanoTime();
      assertThatThrownBy(
              () ->
                  new Servers(
                          List.of(standing, a.address()),
                          Optional.of(anybody),
                          Duration.ofSeconds(30),
                          e -> {})
                      .enter(JOIN, false))
          .isInstanceOf(NoServerException.class);
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isBetween(
              Servers.CONTACT_TIMEOUT.minusMillis(100), Servers.CONTACT_TIMEOUT.plusSeconds(4));
    }
  }

  /** As in the cloud, where a cluster has one name. */
  @Test
  void theAddressesOfANameAreServersAndAreLookedUpEachTime() throws Exception {
    ServerAddress name =
        new ServerAddress("cluster.test", a.address().port(), a.address().udpPort());
    ScriptedServer second =
        started(ScriptedServer.start(new ServerAddress("127.0.0.2", name.port(), name.udpPort())));
    List<String> known = new ArrayList<>(List.of("127.0.0.1", "127.0.0.2"));
    Servers servers = servers(List.of(name), host -> addresses(known));
    a.answering(Status.SERVER_FULL);

    TcrpClient.Admission admission = servers.enter(JOIN, false);
    assertThat(admission.server()).isEqualTo(name);
    assertThat(admission.address()).isEqualTo(InetAddress.getByName("127.0.0.2"));

    a.answering(Status.OK);
    assertThat(servers.enter(JOIN, false).address())
        .as("where it was")
        .isEqualTo(admission.address());
    assertThat(second.requests()).hasSize(2);

    known.remove("127.0.0.2");
    assertThat(servers.enter(JOIN, false).address()).isEqualTo(InetAddress.getLoopbackAddress());
  }

  private static List<InetAddress> addresses(List<String> known) throws UnknownHostException {
    List<InetAddress> addresses = new ArrayList<>();
    for (String each : known) {
      addresses.add(InetAddress.getByName(each));
    }
    return addresses;
  }

  @Test
  void aUsersListIsReadInItsOrderAndWithoutRepetition() {
    assertThat(ServerAddress.parseAll("b:9011,a,b:9011", OptionalInt.empty()))
        .containsExactly(ServerAddress.parse("b:9011"), ServerAddress.parse("a"));
  }

  private Servers servers(ScriptedServer... servers) {
    return servers(
        List.of(servers).stream().map(ScriptedServer::address).toList(), Connector::addresses);
  }

  private Servers servers(List<ServerAddress> servers, Servers.Names names) {
    return new Servers(
        servers, Optional.empty(), Duration.ofSeconds(20), e -> {}, wanted::get, names);
  }
}
