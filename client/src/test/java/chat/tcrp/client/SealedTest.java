package chat.tcrp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chat.tcrp.client.face.Invitation;
import chat.tcrp.client.session.ChatSession;
import chat.tcrp.client.session.RefusedException;
import chat.tcrp.client.session.RoomRules;
import chat.tcrp.client.session.ServerAddress;
import chat.tcrp.client.session.ServerKey;
import chat.tcrp.client.session.SessionConfig;
import chat.tcrp.client.session.SessionEvent;
import chat.tcrp.client.session.SessionEvent.Message;
import chat.tcrp.client.session.SessionEvent.Notice;
import chat.tcrp.client.session.Trust;
import chat.tcrp.client.session.UntrustedException;
import chat.tcrp.protocol.MemberInfo;
import chat.tcrp.protocol.RoomName;
import chat.tcrp.protocol.Status;
import chat.tcrp.protocol.Username;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sessions that nobody on the way can read, and servers that are known by their keys. */
class SealedTest {
  private static final ServerKey OTHER =
      new ServerKey("SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
  private static final Trust ANY = (server, key, verified) -> {};

  @TempDir private Path directory;
  private RunningServer server;

  @BeforeEach
  void start() throws Exception {
    server = RunningServer.start();
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  @Test
  void sealedAndPlainMembersHearEachOther() throws Exception {
    try (TestClient ann = TestClient.enter(config("ann", true).sealed(ANY));
        TestClient bob = TestClient.enter(config("bob", false))) {
      ann.expect(new Notice("bob joined"));
      assertThat(ann.session().send("hello")).isTrue();
      bob.expect(new Message("ann", "hello"));
      assertThat(bob.session().send("welcome")).isTrue();
      ann.expect(new Message("bob", "welcome"));
      assertThat(bob.session().members())
          .usingRecursiveFieldByFieldElementComparatorIgnoringFields("idle")
          .containsExactly(
              new MemberInfo(new Username("ann"), true, true),
              new MemberInfo(new Username("bob"), false, false));
    }
  }

  @Test
  void aSealedSessionComesBackAfterARestart() throws Exception {
    try (TestClient ann = TestClient.enter(config("ann", true).sealed(ANY));
        TestClient bob = TestClient.enter(config("bob", false).sealed(ANY))) {
      server.restart();
      ann.next(SessionEvent.Rejoined.class);
      bob.next(SessionEvent.Rejoined.class);
      assertThat(ann.session().send("still here")).isTrue();
      bob.expect(new Message("ann", "still here"));
    }
  }

  @Test
  void aServerWithAnotherKeyIsNotEntered() {
    assertThatThrownBy(
            () -> ChatSession.open(config("ann", true).sealed(Trust.in(OTHER)), event -> {}))
        .isInstanceOfSatisfying(
            UntrustedException.class,
            e -> {
              assertThat(e.expected()).contains(OTHER);
              assertThat(e.actual()).isPresent().isNotEqualTo(Optional.of(OTHER));
            });
  }

  @Test
  void whoeverTakesTheServersPlaceLaterIsNotGoneBackTo() throws Exception {
    AtomicReference<Optional<ServerKey>> expected = new AtomicReference<>(Optional.empty());
    Trust first =
        (address, key, verified) ->
            expected.get().map(Trust::in).orElse(ANY).check(address, key, verified);
    try (TestClient ann = TestClient.enter(config("ann", true).sealed(first))) {
      expected.set(Optional.of(OTHER));
      server.restart();
      assertThat(ann.next(SessionEvent.Ended.class).cause())
          .isEqualTo(SessionEvent.Cause.UNTRUSTED);
    }
  }

  @Test
  void aRoomCanBeForSealedSessionsAlone() throws Exception {
    SessionConfig sealedOnly = config("ann", true).with(new RoomRules(false, true));
    try (TestClient ann = TestClient.enter(sealedOnly.sealed(ANY))) {
      assertThatThrownBy(() -> ChatSession.open(config("bob", false), event -> {}))
          .isInstanceOfSatisfying(
              RefusedException.class,
              e -> assertThat(e.status()).isEqualTo(Status.SEALED_SESSION_REQUIRED));
      TestClient.enter(config("bob", false).sealed(ANY)).close();
      ann.expect(new Notice("bob joined"));
    }
  }

  @Test
  void aServerIsKnownByTheKeyThatItHadWhenItWasFirstMet() throws Exception {
    Path file = Files.createFile(directory.resolve("known_servers"));
    List<String> news = new ArrayList<>();
    KnownServers known = new KnownServers(Optional.of(file), news::add);
    ServerAddress somewhere = ServerAddress.parse("chat.example.org");
    ServerKey key = keyOfTheServer();

    known.check(somewhere, key, false);
    known.check(somewhere, key, false);
    assertThat(news)
        .containsExactly("first contact with chat.example.org:9001, whose key is " + key);
    assertThatThrownBy(() -> known.check(somewhere, OTHER, false))
        .isInstanceOf(UntrustedException.class);
    known.check(somewhere, OTHER, true);
    known.remember(ServerAddress.parse("other.example.org"), OTHER);
    known.remember(somewhere, OTHER);
    known.check(somewhere, OTHER, false);

    assertThat(file)
        .hasContent(
            "chat.example.org:9001 " + OTHER + "\n" + "other.example.org:9001 " + OTHER + "\n");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void whereNothingCanBeKeptThatIsSaid() throws Exception {
    List<String> news = new ArrayList<>();
    new KnownServers(Optional.empty(), news::add)
        .check(ServerAddress.parse("chat.example.org"), OTHER, false);
    assertThat(news).singleElement().asString().contains("it cannot be kept");
  }

  @Test
  void anEntryThatCannotBeReadDoesNotMakeAServerNew() throws Exception {
    Path file = directory.resolve("known_servers");
    Files.writeString(file, "chat.example.org:9001 SHA256:broken\n");
    KnownServers known = new KnownServers(Optional.of(file), news -> {});
    assertThatThrownBy(() -> known.check(ServerAddress.parse("chat.example.org"), OTHER, false))
        .hasMessageContaining("known_servers is no key");
  }

  @Test
  void anInvitationLeadsToTheRoomAndNamesTheKey() throws Exception {
    try (TestClient ann = TestClient.enter(config("ann", true).sealed(ANY))) {
      ServerKey key = ann.session().serverKey().orElseThrow();
      Invitation invitation =
          new Invitation(server.address(), new RoomName("tea"), Optional.of(key));
      assertThat(Invitation.parse(invitation.uri())).isEqualTo(invitation);
      assertThat(Invitation.command(ann.session())).endsWith("--server-key " + key);

      try (TestClient bob = TestClient.enter(config("bob", false).sealed(Trust.in(key)))) {
        ann.expect(new Notice("bob joined"));
        assertThat(bob.session().serverKey()).contains(key);
      }
    }
    Invitation odd =
        new Invitation(
            ServerAddress.parse("[::1]:7000"), new RoomName("coffee & tea?#%+"), Optional.empty());
    assertThat(Invitation.parse(odd.uri())).isEqualTo(odd);
  }

  @Test
  void anInvitationToOneOfSeveralServersNamesAllOfThemAndAKeyOnlyWhereItIsTheKeyOfAll()
      throws Exception {
    ServerKey key = keyOfTheServer();
    List<ServerAddress> both =
        List.of(new ServerAddress("a.example.invalid", 9001, 9002), server.address());
    try (TestClient ann = TestClient.enter(config("ann", true).at(both).sealed(Trust.in(key)))) {
      assertThat(Invitation.command(ann.session()))
          .startsWith("chat-client join tea --server a.example.invalid,")
          .endsWith("--server-key " + key);
    }
    try (TestClient ann = TestClient.enter(config("ann", true).at(both).sealed(ANY))) {
      assertThat(Invitation.command(ann.session()))
          .startsWith("chat-client join tea --server a.example.invalid,")
          .doesNotContain("--server-key", "--plain");
      assertThat(Invitation.to(ann.session()).uri())
          .as("where it is")
          .contains(":" + server.address().port() + "/tea?")
          .endsWith("#" + key);
    }
    try (TestClient ann = TestClient.enter(config("ann", true).at(both))) {
      assertThat(Invitation.command(ann.session())).endsWith(" --plain");
    }
  }

  private ServerKey keyOfTheServer() throws Exception {
    try (TestClient ann = TestClient.enter(config("ann", true).sealed(ANY))) {
      return ann.session().serverKey().orElseThrow();
    }
  }

  private SessionConfig config(String name, boolean create) {
    return new SessionConfig(
        server.address(), new RoomName("tea"), new Username(name), Optional.empty(), create);
  }
}
