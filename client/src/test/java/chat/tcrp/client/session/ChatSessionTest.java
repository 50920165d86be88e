package chat.tcrp.client.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chat.tcrp.client.Await;
import chat.tcrp.client.Proxy;
import chat.tcrp.client.RunningServer;
import chat.tcrp.client.TestClient;
import chat.tcrp.client.session.SessionEvent.Ended;
import chat.tcrp.client.session.SessionEvent.Message;
import chat.tcrp.client.session.SessionEvent.Notice;
import chat.tcrp.protocol.MemberInfo;
import chat.tcrp.protocol.Password;
import chat.tcrp.protocol.RoomInfo;
import chat.tcrp.protocol.RoomName;
import chat.tcrp.protocol.RoomTopic;
import chat.tcrp.protocol.Status;
import chat.tcrp.protocol.Username;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Real sessions with a real server. */
class ChatSessionTest {
  /** Two seconds on a machine that has nothing else to do. */
  private static final Duration PROMPTLY = Duration.ofSeconds(10);

  private RunningServer server;
  private final List<TestClient> clients = new ArrayList<>();

  @BeforeEach
  void start() throws Exception {
    server = RunningServer.start();
  }

  @AfterEach
  void stop() throws Exception {
    for (TestClient client : clients) {
      client.close();
    }
    server.close();
  }

  @Test
  void twoPeopleChatInBothDirectionsAndHearNothingOfTheirOwn() throws Exception {
    TestClient ann = create("tea", "ann");
    TestClient bob = join("tea", "bob");
    ann.expect(new Notice("bob joined"));

    assertThat(ann.session().send("hi bob")).isTrue();
    bob.expect(new Message("ann", "hi bob"));
    assertThat(bob.session().send("hi ann")).isTrue();
    ann.expect(new Message("bob", "hi ann"));
    assertThat(ann.seen()).doesNotContain(new Message("ann", "hi bob"));
  }

  @Test
  void aTextThatIsTooLongArrivesInPartsThatTogetherAreTheText() throws Exception {
    TestClient ann = create("tea", "ann");
    TestClient bob = join("tea", "bob");
    String text = "grüße 🍵 ".repeat(1000);

    ann.session().send(text);

    StringBuilder received = new StringBuilder();
    while (received.length() < text.length()) {
      received.append(bob.next(Message.class).text());
    }
    assertThat(received).hasToString(text);
  }

  @Test
  void aRefusalSaysWhy() throws Exception {
    create("tea", "ann", Optional.of(new Password("secret")));

    assertRefused(Status.ROOM_EXISTS, "tea", "bob", Optional.empty(), true);
    assertRefused(Status.NO_SUCH_ROOM, "coffee", "bob", Optional.empty(), false);
    assertRefused(Status.WRONG_PASSWORD, "tea", "bob", Optional.empty(), false);
    assertRefused(Status.WRONG_PASSWORD, "tea", "bob", Optional.of(new Password("Secret")), false);
    assertRefused(Status.USERNAME_TAKEN, "tea", "ANN", Optional.of(new Password("secret")), false);
    join("tea", "bob", Optional.of(new Password("secret")));
  }

  @Test
  void membersAndRoomsAreListed() throws Exception {
    TestClient ann = create("tea", "ann");
    join("tea", "bob");
    create("coffee", "cem", Optional.of(new Password("x")));

    assertThat(ann.session().members())
        .usingRecursiveFieldByFieldElementComparatorIgnoringFields("idle")
        .containsExactly(
            new MemberInfo(new Username("ann"), true), new MemberInfo(new Username("bob"), false));
    assertThat(ann.session().rooms())
        .containsExactlyInAnyOrder(
            new RoomInfo(new RoomName("tea"), 2, false),
            new RoomInfo(new RoomName("coffee"), 1, true));
  }

  @Test
  void leavingTellsTheOthersAndTheHostsLeaveEndsTheirSessions() throws Exception {
    TestClient ann = create("tea", "ann");
    TestClient bob = join("tea", "bob");
    TestClient cem = join("tea", "cem");

    cem.session().close();
    ann.expect(new Notice("cem left"));
    ann.session().close();
    bob.expect(new Ended("room closed: ann (host) left", SessionEvent.Cause.ROOM_CLOSED));
    assertThat(bob.session().send("anyone?")).isFalse();
  }

  @Test
  void whoIsKickedHearsOfItAndStaysOut() throws Exception {
    TestClient ann = create("tea", "ann");
    TestClient bob = join("tea", "bob");
    TestClient cem = join("tea", "cem");

    assertStatus(Status.NOT_AUTHORISED, () -> bob.session().kick(new Username("cem")));
    ann.session().kick(new Username("bob"));
    bob.expect(new Ended("bob was removed by ann", SessionEvent.Cause.REMOVED));
    cem.expect(new Notice("bob was removed by ann"));
  }

  @Test
  void whoIsBannedHearsOfItAndStaysOutUntilTheBanIsTakenBack() throws Exception {
    TestClient ann = create("tea", "ann");
    TestClient bob = join("tea", "bob");
    TestClient cem = join("tea", "cem");

    assertStatus(Status.NOT_AUTHORISED, () -> bob.session().ban(new Username("cem")));
    assertStatus(Status.NOT_AUTHORISED, () -> bob.session().unban(new Username("cem")));
    assertStatus(Status.INVALID_USERNAME, () -> ann.session().ban(new Username("ann")));
    assertStatus(Status.INVALID_USERNAME, () -> ann.session().unban(new Username("bob")));
    ann.session().ban(new Username("bob"));
    bob.expect(new Ended("bob was banned by ann", SessionEvent.Cause.REMOVED));
    cem.expect(new Notice("bob was banned by ann"));
    assertRefused(Status.NOT_AUTHORISED, "tea", "bob", Optional.empty(), false);

    ann.session().unban(new Username("bob"));
    join("tea", "bob");
  }

  @Test
  void whatWasSentIsThereWhenAFlushReturns() throws Exception {
    TestClient ann = create("tea", "ann");
    TestClient bob = join("tea", "bob");
    IntStream.range(0, 20).forEach(i -> ann.session().send("line " + i));

    assertThat(ann.session().flush(TestClient.PATIENCE)).isTrue();
    ann.session().close();
    for (int i = 0; i < 20; i++) {
      assertThat(bob.next(Message.class)).isEqualTo(new Message("ann", "line " + i));
    }
    bob.expect(new Ended("room closed: ann (host) left", SessionEvent.Cause.ROOM_CLOSED));
  }

  @Test
  void afterARestartOfTheServerTheHostMakesTheRoomAgainAndEverybodyIsBack() throws Exception {
    TestClient ann = create("tea", "ann");
    TestClient bob = join("tea", "bob");

    server.restart();
    ann.next(SessionEvent.Rejoined.class);
    bob.next(SessionEvent.Rejoined.class);

    bob.session().send("still here");
    ann.expect(new Message("bob", "still here"));
    assertThat(ann.session().members())
        .usingRecursiveFieldByFieldElementComparatorIgnoringFields("idle")
        .containsExactly(
            new MemberInfo(new Username("ann"), true), new MemberInfo(new Username("bob"), false));
  }

  @Test
  void aRoomThatIsMadeAgainAfterARestartHasAHistoryAgain() throws Exception {
    SessionConfig tea =
        SessionConfig.create(server.address(), new RoomName("tea"), new Username("ann"));
    TestClient ann = TestClient.enter(tea.with(new RoomRules(true, false)));
    clients.add(ann);
    server.restart();
    ann.next(SessionEvent.Rejoined.class);
    ann.session().send("before you came");
    assertThat(ann.session().flush(TestClient.PATIENCE)).isTrue();

    join("tea", "bob").expect(new Message("ann", "before you came"));
  }

  @Test
  void whatIsForOneReachesThatOneAloneInAsManyPartsAsItNeeds() throws Exception {
    TestClient ann = create("tea", "ann");
    TestClient bob = join("tea", "bob");
    TestClient cem = join("tea", "cem");
    String text = "grüße 🍵".repeat(1000);

    assertThat(ann.session().sendPrivate(new Username("Bob"), text)).isTrue();
    assertThat(ann.session().send("to all")).isTrue();

    StringBuilder received = new StringBuilder();
    while (received.length() < text.length()) {
      SessionEvent.Private part = bob.next(SessionEvent.Private.class);
      assertThat(part.from()).isEqualTo("ann");
      received.append(part.text());
    }
    assertThat(received).hasToString(text);
    cem.expect(new Message("ann", "to all"));
    assertThat(cem.seen()).noneMatch(SessionEvent.Private.class::isInstance);
  }

  @Test
  void textThatLooksLikeAPrivateMessageIsOneToAll() throws Exception {
    TestClient ann = create("tea", "ann");
    TestClient bob = join("tea", "bob");

    ann.session().send("\002bob: hello");

    bob.expect(new Message("ann", " bob: hello"));
  }

  @Test
  void aServerThatMayNotKnowPrivateMessagesIsSentNone() throws Exception {
    TestClient ann = create("tea", "ann");
    try (Proxy older = new Proxy(server.address(), 1)) {
      older.knowsOperationsUpTo(4);
      try (TestClient bob =
          TestClient.enter(
              SessionConfig.join(older.address(), new RoomName("tea"), new Username("bob")))) {
        assertThatThrownBy(() -> bob.session().sendPrivate(new Username("ann"), "psst"))
            .isInstanceOf(RefusedException.class);
        bob.session().send("to all");
        ann.expect(new Message("bob", "to all"));
        assertThat(ann.seen())
            .noneMatch(SessionEvent.Private.class::isInstance)
            .filteredOn(Message.class::isInstance)
            .hasSize(1);
      }
    }
  }

  @Test
  void whoIsMadeHostMakesTheRoomAgainAfterARestartAndTheFormerOneComesBack() throws Exception {
    TestClient ann = create("tea", "ann");
    TestClient bob = join("tea", "bob");
    ann.session().handOver(new Username("bob"));
    bob.expect(new Notice("bob was made host by ann"));
    assertThat(ann.session().isHost()).isFalse();
    Await.until("bob knows", () -> bob.session().isHost());

    server.restart();
    ann.next(SessionEvent.Rejoined.class);
    bob.next(SessionEvent.Rejoined.class);

    assertThat(ann.session().members())
        .filteredOn(MemberInfo::host)
        .extracting(m -> m.username().value())
        .containsExactly("bob");
  }

  @Test
  void aRoomThatStaysOpenGoesOnWithAnotherHost() throws Exception {
    SessionConfig tea =
        SessionConfig.create(server.address(), new RoomName("tea"), new Username("ann"));
    TestClient ann = TestClient.enter(tea.with(new RoomRules(false, false, true)));
    TestClient bob = join("tea", "bob");
    ann.session().close();

    bob.expect(new Notice("ann left"));
    bob.expect(new Notice("bob is the host now"));
    Await.until("bob knows", () -> bob.session().isHost());
    bob.session().topic(new RoomTopic("cake"));
    bob.expect(new Notice("bob set the topic: cake"));
    assertThat(bob.session().topic()).isEqualTo("cake");
  }

  @Test
  void closingASessionOfAServerThatIsGoneTakesLittleTime() throws Exception {
    TestClient ann = create("tea", "ann");
    server.close();
    long start = System.nanoTime();
    ann.session().close();
    assertThat(System.nanoTime() - start).isLessThan(PROMPTLY.toNanos());
    assertThat(ann.session().ended().join().cause()).isEqualTo(SessionEvent.Cause.LEFT);
  }

  @Test
  void closingWhileARejoinIsUnderWayLeavesWithTheNewToken() throws Exception {
    TestClient ann = create("tea", "ann");
    try (Proxy network = new Proxy(server.address(), 1)) {
      SessionConfig config =
          new SessionConfig(
              network.address(), new RoomName("tea"), new Username("bob"), Optional.empty(), false);
      TestClient bob = TestClient.enter(config);
      ann.expect(new Notice("bob joined"));
      CountDownLatch release = new CountDownLatch(1);
      network.blockUntil(release);
      Await.until("loss", () -> !bob.session().send("anybody there?"));
      // The server has answered, but the answer is held up.
      Await.until("rejoin", () -> network.held() > 0);
      Thread closing = Thread.ofPlatform().start(bob::close);
      Await.until("leaving", () -> bob.session().over());
      release.countDown();
      ann.expect(new Notice("bob left"));
      closing.join();
    }
  }

  @Test
  void aListenerThatFailsEndsTheSessionAndLeaves() throws Exception {
    TestClient ann = create("tea", "ann");
    try (ChatSession bob =
        ChatSession.open(
            new SessionConfig(
                server.address(),
                new RoomName("tea"),
                new Username("bob"),
                Optional.empty(),
                false),
            event -> {
              throw new IllegalStateException("a defect");
            })) {
      Ended ended = bob.ended().get(TestClient.PATIENCE.toSeconds(), TimeUnit.SECONDS);
      assertThat(ended.cause()).isEqualTo(SessionEvent.Cause.FAILED);
      assertThat(ended.reason()).contains("a defect");
    }
    ann.expect(new Notice("bob left"));
  }

  @Test
  void theListenerMayCloseTheSession() throws Exception {
    TestClient ann = create("tea", "ann");
    CompletableFuture<ChatSession> opened = new CompletableFuture<>();
    CompletableFuture<Duration> took = new CompletableFuture<>();
    opened.complete(
        ChatSession.open(
            new SessionConfig(
                server.address(),
                new RoomName("tea"),
                new Username("bob"),
                Optional.empty(),
                false),
            event -> {
              if (event instanceof SessionEvent.Joined) {
                long start = System.nanoTime();
                opened.join().close();
                took.complete(Duration.ofNanos(System.nanoTime() - start));
              }
            }));
    ann.expect(new Notice("bob left"));
    assertThat(took.get(TestClient.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isLessThan(PROMPTLY);
  }

  @Test
  void theWayToAServerThatIsNotThereIsAnError() throws Exception {
    server.close();
    assertThatThrownBy(() -> join("tea", "bob")).isInstanceOf(ConnectException.class);
  }

  private void assertRefused(
      Status status, String room, String name, Optional<Password> password, boolean create) {
    assertStatus(status, () -> enter(room, name, password, create));
  }

  private static void assertStatus(Status status, ThrowingCallable refused) {
    assertThatThrownBy(refused)
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.status()).isEqualTo(status));
  }

  private TestClient create(String room, String name) throws Exception {
    return create(room, name, Optional.empty());
  }

  private TestClient create(String room, String name, Optional<Password> password)
      throws Exception {
    return enter(room, name, password, true);
  }

  private TestClient join(String room, String name) throws Exception {
    return join(room, name, Optional.empty());
  }

  private TestClient join(String room, String name, Optional<Password> password) throws Exception {
    return enter(room, name, password, false);
  }

  private TestClient enter(String room, String name, Optional<Password> password, boolean create)
      throws Exception {
    TestClient client =
        TestClient.enter(
            new SessionConfig(
                server.address(), new RoomName(room), new Username(name), password, create));
    clients.add(client);
    return client;
  }
}
