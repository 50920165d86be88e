package chat.tcrp.client.session;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.client.Await;
import chat.tcrp.client.Programs;
import chat.tcrp.client.TestClient;
import chat.tcrp.client.session.SessionEvent.Message;
import chat.tcrp.protocol.MemberInfo;
import chat.tcrp.protocol.RoomName;
import chat.tcrp.protocol.Username;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The server's process is killed, so that nobody is told, and comes back with nothing known. */
@Execution(ExecutionMode.CONCURRENT)
class ServerAwayTest {
  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void afterAKillAndARestartAllFiftySessionsAreBackAndChatting() throws Exception {
    comeBack(50, Duration.ZERO, Duration.ofSeconds(20));
  }

  /** As long as the pauses between two tries have become, one may still have to pass. */
  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void afterTwentySecondsWithoutAServerEverybodyIsBackWithinTheGreatestPause() throws Exception {
    comeBack(5, Duration.ofSeconds(20), SessionMachine.MAX_BACKOFF.plusSeconds(5));
  }

  /**
   * Rooms of ten with fifty people in all, or as many as {@code -Dsessions=1000} says. The server
   * knows nobody any more, so whoever comes first makes the room again only if it was the host's.
   */
  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void everybodyNoticesAKillAndComesBackToTheRoomOfTheSameHost() throws Exception {
    int count = Integer.getInteger("sessions", 50);
    List<Returning> all = new ArrayList<>();
    try (Programs.Server server = Programs.Server.start()) {
      for (int i = 0; i < count; i++) {
        all.add(new Returning(server.address(), i));
      }
      server.kill();
      long killed = System.nanoTime();
      server.restart();
      Await.until(
          "everybody is back",
          Duration.ofSeconds(60),
          () -> all.stream().allMatch(session -> session.returned.isDone()));
      List<Long> noticed = all.stream().map(s -> s.lost.join() - killed).sorted().toList();
      List<Long> returned = all.stream().map(s -> s.returned.join() - killed).sorted().toList();
      System.out.printf(
          "%d sessions after a kill: all have noticed after %.1f s, half are back after %.1f s,"
              + " 99 %% after %.1f s, all after %.1f s%n",
          count,
          noticed.getLast() / 1e9,
          returned.get(count / 2) / 1e9,
          returned.get(count * 99 / 100) / 1e9,
          returned.getLast() / 1e9);
      for (int i = 0; i < count; i += 10) {
        assertThat(all.get(i).session.members())
            .hasSize(10)
            .filteredOn(MemberInfo::host)
            .extracting(MemberInfo::username)
            .containsExactly(new Username("user" + i));
      }
      assertThat(Duration.ofNanos(noticed.getLast())).isLessThan(Duration.ofSeconds(15));
      assertThat(Duration.ofNanos(returned.get(count * 99 / 100)))
          .isLessThan(Duration.ofSeconds(30));
    } finally {
      all.forEach(returning -> returning.session.close());
    }
  }

  /** A session that notes when it has lost the server, and when it is back. */
  private static final class Returning {
    private final CompletableFuture<Long> lost = new CompletableFuture<>();
    private final CompletableFuture<Long> returned = new CompletableFuture<>();
    private final ChatSession session;

    Returning(ServerAddress server, int i) throws Exception {
      CountDownLatch joined = new CountDownLatch(1);
      session =
          ChatSession.open(
              new SessionConfig(
                  server,
                  new RoomName("room" + i / 10),
                  new Username("user" + i),
                  Optional.empty(),
                  i % 10 == 0),
              event -> {
                switch (event) {
                  case SessionEvent.Joined _ -> joined.countDown();
                  case SessionEvent.ConnectionLost _ -> lost.complete(System.nanoTime());
                  case SessionEvent.Rejoined _ -> returned.complete(System.nanoTime());
                  default -> {}
                }
              });
      assertThat(joined.await(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  private static void comeBack(int count, Duration away, Duration patience) throws Exception {
    List<TestClient> clients = new ArrayList<>();
    try (Programs.Server server = Programs.Server.start()) {
      for (int i = 0; i < count; i++) {
        clients.add(enter(server.address(), i));
      }
      server.kill();
      // What is tested is what happens while the time passes, so it has to pass.
      assertThat(new CountDownLatch(1).await(away.toMillis(), TimeUnit.MILLISECONDS)).isFalse();
      long start = System.nanoTime();
      server.restart();
      for (TestClient client : clients) {
        client.next(SessionEvent.Rejoined.class, patience.plus(TestClient.PATIENCE));
      }
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      System.out.printf(
          "%d sessions back %.1f s after the start of a server that was away for %d s%n",
          count, took.toMillis() / 1e3, away.toSeconds());

      TestClient host = clients.getFirst();
      assertThat(host.session().send("welcome back")).isTrue();
      for (TestClient client : clients.subList(1, count)) {
        client.expect(new Message("user0", "welcome back"));
        assertThat(client.session().send("thanks")).isTrue();
      }
      List<String> thanks = new ArrayList<>();
      while (thanks.size() < count - 1) {
        thanks.add(host.next(Message.class).from());
      }
      assertThat(thanks).doesNotHaveDuplicates();
      assertThat(host.session().members())
          .hasSize(count)
          .filteredOn(MemberInfo::host)
          .extracting(MemberInfo::username)
          .containsExactly(new Username("user0"));
      assertThat(took).isLessThan(patience);
    } finally {
      clients.forEach(TestClient::close);
    }
  }

  private static TestClient enter(ServerAddress server, int i) throws Exception {
    return TestClient.enter(
        new SessionConfig(
            server, new RoomName("tea"), new Username("user" + i), Optional.empty(), i == 0));
  }
}
