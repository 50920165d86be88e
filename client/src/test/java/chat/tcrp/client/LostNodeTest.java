package chat.tcrp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import chat.tcrp.client.session.ChatSession;
import chat.tcrp.client.session.RefusedException;
import chat.tcrp.client.session.ServerAddress;
import chat.tcrp.client.session.SessionConfig;
import chat.tcrp.client.session.SessionEvent;
import chat.tcrp.client.session.SessionEvent.ConnectionLost;
import chat.tcrp.client.session.SessionEvent.Message;
import chat.tcrp.client.session.SessionEvent.Notice;
import chat.tcrp.client.session.SessionEvent.Rejoined;
import chat.tcrp.client.session.Trust;
import chat.tcrp.protocol.MemberInfo;
import chat.tcrp.protocol.RoomName;
import chat.tcrp.protocol.Status;
import chat.tcrp.protocol.Username;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Two real nodes of a cluster, of which one is lost. */
@Execution(ExecutionMode.CONCURRENT)
class LostNodeTest {
  /** From the death of a node on: it is noticed, and the room has another home. */
  private static final Duration RETURN_TIME = Duration.ofSeconds(30);

  private static final Trust ANYBODY = (server, key, verified) -> {};

  @TempDir private Path directory;
  private NatsServer nats;
  private Programs.Server a;
  private Programs.Server b;

  @BeforeEach
  void start() throws Exception {
    nats = NatsServer.start(directory);
    Path key = directory.resolve("cluster.key");
    Files.createFile(
        key, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    byte[] secret = new byte[32];
    new SecureRandom().nextBytes(secret);
    Files.write(key, secret);
    a = node(key);
    b = node(key);
    Await.until("both nodes may decide", () -> makesRooms(a) && makesRooms(b));
  }

  private Programs.Server node(Path key) throws Exception {
    return Programs.Server.startOnNeighbouringPorts(
        "--cluster",
        nats.address(),
        "--cluster-key",
        key.toString(),
        "--identity",
        Path.of("target", "state", "cluster.p12").toAbsolutePath().toString());
  }

  private static boolean makesRooms(Programs.Server node) throws Exception {
    RoomName room = new RoomName("room of " + node.address().port());
    SessionConfig config = SessionConfig.create(node.address(), room, new Username("eve"));
    try (ChatSession session = ChatSession.open(config, event -> {})) {
      return !session.over();
    } catch (RefusedException e) {
      assertThat(e.status()).isEqualTo(Status.SERVER_FULL);
      return false;
    }
  }

  @AfterEach
  void stop() {
    for (Programs.Server node : new Programs.Server[] {a, b}) {
      if (node != null) {
        node.close();
      }
    }
    if (nats != null) {
      nats.close();
    }
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void whenANodeIsKilledItsMembersAreBackAtAnotherAndNobodyIsToldThatTheyWereAway()
      throws Exception {
    try (TestClient ann = enter("ann", true, a, b);
        TestClient bob = enter("bob", false, a, b);
        TestClient cem = enter("cem", false, b)) {
      ann.expect(new Notice("cem joined"));
      bob.expect(new Notice("cem joined"));
      long killed = System.nanoTime();
      List.of(ann, bob).forEach(TestClient::forget);
      a.kill();
      for (TestClient member : List.of(ann, bob)) {
        Rejoined back = member.next(Rejoined.class, RETURN_TIME);
        assertThat(back.server()).isEqualTo(b.address());
        assertThat(back.elsewhere()).isTrue();
        assertThat(member.seen()).filteredOn(ConnectionLost.class::isInstance).hasSize(1);
      }
      System.out.printf(
          "members of a killed node are back at another after %.1f s%n",
          (System.nanoTime() - killed) / 1e9);

      assertThat(ann.session().isHost()).isTrue();
      assertThat(ann.session().members())
          .extracting(member -> member.username().value(), MemberInfo::host)
          .containsExactlyInAnyOrder(tuple("ann", true), tuple("bob", false), tuple("cem", false));
      assertThat(ann.session().send("we are back")).isTrue();
      cem.expect(new Message("ann", "we are back"));
      assertThat(cem.rest())
          .filteredOn(e -> e instanceof Notice || e instanceof ConnectionLost)
          .isEmpty();
    }
  }

  /** A node that is stopped says so, and the others have its rooms at once. */
  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void throughAPipeAStoppedNodeIsAWarningAndNoLineIsLost() throws Exception {
    String both = a.address() + "," + b.address();
    try (TestClient ann = enter("ann", true, a, b);
        TestClient cem = enter("cem", false, b);
        Programs.Client bob =
            new Programs.Client(
                directory,
                Map.of("XDG_STATE_HOME", directory.toString(), "CHAT_CLIENT_CONFIG", "/dev/null"),
                "join",
                "tea",
                "--name",
                "bob",
                "--server",
                both,
                "--json")) {
      cem.expect(new Notice("bob joined"));
      bob.type("before\n");
      cem.expect(new Message("bob", "before"));
      a.stop();
      bob.type("meanwhile\n");
      Await.until("bob is back", RETURN_TIME, () -> bob.out().contains("\"rejoined\""));
      cem.expect(new Message("bob", "meanwhile"));
      assertThat(bob.endInput().status()).isZero();
      assertThat(bob.out())
          .contains("\"text\":\"joined tea at " + a.address() + " as bob (udp ok")
          .contains(
              "\"text\":\"back in tea as bob (now at %s)\",\"server\":\"%s\""
                  .formatted(b.address(), b.address()));
      ann.next(Rejoined.class, RETURN_TIME);
      assertThat(cem.rest())
          .filteredOn(Notice.class::isInstance)
          .extracting(SessionEvent::toString)
          .noneMatch(notice -> notice.contains("ann left") || notice.contains("ann joined"));
    }
  }

  private static TestClient enter(String name, boolean create, Programs.Server... nodes)
      throws Exception {
    List<ServerAddress> servers = List.of(nodes).stream().map(Programs.Server::address).toList();
    SessionConfig config =
        create
            ? SessionConfig.create(servers.getFirst(), new RoomName("tea"), new Username(name))
            : SessionConfig.join(servers.getFirst(), new RoomName("tea"), new Username(name));
    return TestClient.enter(config.at(servers).sealed(ANYBODY));
  }
}
