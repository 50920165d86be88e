package chat.tcrp.client.session;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.client.Await;
import chat.tcrp.client.Programs;
import chat.tcrp.protocol.MemberInfo;
import chat.tcrp.protocol.RoomName;
import chat.tcrp.protocol.RoomTopic;
import chat.tcrp.protocol.Username;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The server's process is stopped in order, and leaves its rooms to the next one. */
class PlannedRestartTest {
  /** In a room there are so many. */
  private static final int ROOM = 10;

  @TempDir private Path directory;

  /** Fifty people in rooms of ten, or as many as {@code -Dsessions=1000} says. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everybodyIsBackInThePlaceTheyHad(boolean sealed) throws Exception {
    int count = Integer.getInteger("sessions", 50);
    Path file = directory.resolve("handover");
    List<Member> all = new ArrayList<>();
    try (Programs.Server server = start(file)) {
      for (int i = 0; i < count; i++) {
        all.add(new Member(server.address(), i, sealed));
      }
      all.getFirst().session.topic(new RoomTopic("cake"));
      // Of those who came later, and in the first room of the topic.
      Await.until(
          "all have been told what there was to tell",
          Duration.ofSeconds(20),
          () ->
              IntStream.range(0, count)
                  .allMatch(
                      i -> all.get(i).notices.size() == ROOM - 1 - i % ROOM + (i < ROOM ? 1 : 0)));
      all.forEach(member -> member.notices.clear());
      long stopped = System.nanoTime();
      server.stop();
      long ended = System.nanoTime();
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
      server.restart();
      long started = System.nanoTime();
      assertThat(file).doesNotExist();
      Await.until(
          "everybody is back",
          Duration.ofSeconds(60),
          () -> all.stream().allMatch(member -> member.returned.isDone()));
      List<Long> returned = all.stream().map(m -> m.returned.join() - stopped).sorted().toList();
      System.out.printf(
          "%d %s sessions over a planned restart: the old server ended after %.1f s, the new one"
              + " was there after %.1f s, half are back after %.1f s, all after %.1f s%n",
          count,
          sealed ? "sealed" : "plain",
          (ended - stopped) / 1e9,
          (started - stopped) / 1e9,
          returned.get(count / 2) / 1e9,
          returned.getLast() / 1e9);

      for (int i = 0; i < count; i += ROOM) {
        List<MemberInfo> members = all.get(i).session.members();
        assertThat(members).as("those who were there, in their order").hasSize(ROOM);
        assertThat(members)
            .filteredOn(MemberInfo::host)
            .extracting(MemberInfo::username)
            .containsExactly(new Username("user" + i));
      }
      assertThat(all.getFirst().session.topic()).isEqualTo("cake");
      assertThat(all)
          .allSatisfy(
              member -> assertThat(member.notices).containsExactly("server restarting, come back"));
    } finally {
      all.forEach(member -> member.session.close());
    }
  }

  /** Nothing is handed over, so it is as without the option. */
  @Test
  void afterAKillTheHostMakesTheRoomAgain() throws Exception {
    Path file = directory.resolve("handover");
    try (Programs.Server server = start(file)) {
      Member host = new Member(server.address(), 0, false);
      server.kill();
      assertThat(file).doesNotExist();
      server.restart();

      host.returned.get(60, TimeUnit.SECONDS);
      assertThat(host.session.isHost()).isTrue();
      assertThat(host.session.members()).hasSize(1);
      host.session.close();
    }
  }

  private static Programs.Server start(Path file) throws Exception {
    return Programs.Server.start(
        "--handover",
        file.toString(),
        "--identity",
        Path.of("target", "state", "planned-restart.p12").toAbsolutePath().toString());
  }

  /** A session that notes what it is told, and when it is back. */
  private static final class Member {
    private final CompletableFuture<Boolean> joined = new CompletableFuture<>();
    private final CompletableFuture<Long> returned = new CompletableFuture<>();
    private final Queue<String> notices = new ConcurrentLinkedQueue<>();
    private final ChatSession session;

    Member(ServerAddress server, int i, boolean sealed) throws Exception {
      SessionConfig config =
          new SessionConfig(
              server,
              new RoomName("room" + i / ROOM),
              new Username("user" + i),
              Optional.empty(),
              i % ROOM == 0);
      session =
          ChatSession.open(
              sealed ? config.sealed((address, key, verified) -> {}) : config, this::happened);
      assertThat(joined.get(20, TimeUnit.SECONDS)).isTrue();
    }

    private void happened(SessionEvent event) {
      switch (event) {
        case SessionEvent.Joined _ -> joined.complete(true);
        case SessionEvent.Rejoined _ -> returned.complete(System.nanoTime());
        case SessionEvent.Notice(String text) -> notices.add(text);
        default -> {}
      }
    }
  }
}
