package chat.tcrp.client.face.pipe;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.client.Await;
import chat.tcrp.client.Programs;
import chat.tcrp.client.RunningServer;
import chat.tcrp.client.TestClient;
import chat.tcrp.client.face.Entered;
import chat.tcrp.client.face.Output;
import chat.tcrp.client.face.Place;
import chat.tcrp.client.face.Problem;
import chat.tcrp.client.face.RoomWording;
import chat.tcrp.client.session.Conversation;
import chat.tcrp.client.session.ServerAddress;
import chat.tcrp.client.session.SessionConfig;
import chat.tcrp.client.session.SessionEvent;
import chat.tcrp.client.session.SessionEvent.Cause;
import chat.tcrp.client.session.SessionEvent.Message;
import chat.tcrp.client.session.SessionEvent.Notice;
import chat.tcrp.protocol.RoomName;
import chat.tcrp.protocol.Username;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What becomes of lines that the server never acknowledges: they are named, and the status says it.
 */
@Execution(ExecutionMode.CONCURRENT)
class UnsentLinesTest {
  private static final SessionConfig CONFIG =
      new SessionConfig(
          new ServerAddress("chat.example.org", 9001, 9002),
          new RoomName("tea"),
          new Username("bob"),
          Optional.empty(),
          false);

  @TempDir private Path directory;
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void whenUdpNeverWorksTheLinesAreNamedAndTheCauseToo() throws Exception {
    assertThat(run(pipe("one\ntwo\n", false), new Dead())).isEqualTo(Problem.UNAVAILABLE);
    assertThat(err())
        .isEqualTo(
            """
            !! not sent: one
            !! not sent: two
            chat-client: udp port 9002 on chat.example.org does not answer; is it blocked, or not\
             the server's? Name it with --udp-port
            """);
  }

  @Test
  void anEmptyInputIsNoSuccessEither() throws Exception {
    assertThat(run(pipe("", false), new Dead())).isEqualTo(Problem.UNAVAILABLE);
    assertThat(err()).startsWith("chat-client: udp port 9002 on chat.example.org does not answer");
  }

  @Test
  void ofManyLinesTheFirstAreNamedAndTheOthersCounted() throws Exception {
    assertThat(run(pipe(lines(25), false), new Dead())).isEqualTo(Problem.UNAVAILABLE);
    assertThat(err().lines().filter(line -> line.startsWith("!! ")))
        .startsWith("!! not sent: line 0")
        .endsWith("!! not sent: line 9", "!! not sent: 15 more lines")
        .hasSize(11);
  }

  @Test
  void anInputOfWhichNoMoreIsReadIsGivenUpToo() throws Exception {
    assertThat(run(pipe(lines(100_000), false), new Dead())).isEqualTo(Problem.UNAVAILABLE);
    assertThat(err())
        .contains(
            "!! not sent: "
                + (Backlog.MAX_LINES - 10)
                + " more lines, and what was not read yet\n");
  }

  @ParameterizedTest
  @CsvSource({"LEFT, 69", "ROOM_CLOSED, 1", "REMOVED, 1", "REFUSED, 1", "FAILED, 70"})
  void whenTheSessionEndsBeforeTheLinesAreSentTheStatusIsNotSuccess(Cause cause, int status)
      throws Exception {
    Dead session = new Dead();
    PipeFace face = pipe("one\n", true);
    CompletableFuture<Integer> ended =
        CompletableFuture.supplyAsync(() -> face.chat(List.of(session.entered())));
    session.asked.await();
    session.end(cause);
    assertThat(ended.get(TestClient.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo(status);
    assertThat(err()).endsWith("!! not sent: one\n");
  }

  /** The real program, with a UDP port that swallows everything, and one that nobody has. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @Execution(ExecutionMode.CONCURRENT)
  void theProgramGivesUpOnUdpThatIsBlocked(boolean swallowed) throws Exception {
    try (RunningServer server = RunningServer.start();
        TestClient ann = TestClient.host(server.address(), Optional.empty());
        DatagramSocket silent = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      int port = swallowed ? silent.getLocalPort() : Programs.freePorts().udpPort();
      try (Programs.Client bob = join(server.address(), port)) {
        bob.type("hi\n").endInput();
        assertThat(bob.status()).isEqualTo(Problem.UNAVAILABLE);
        assertThat(bob.err())
            .contains(
                "!! udp port "
                    + port
                    + " on 127.0.0.1 does not answer; is it blocked? Trying on…\n")
            .contains(
                "!! not sent: hi\nchat-client: udp port " + port + " on 127.0.0.1 does not answer");
      }
      ann.expect(new Notice("bob joined"));
      assertThat(ann.next(SessionEvent.class)).isEqualTo(new Notice("bob left"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "INT", "HUP"})
  @Execution(ExecutionMode.CONCURRENT)
  void whoGivesUpOnAServerThatIsAwayHearsWhatWasNotSent(String signal) throws Exception {
    try (Programs.Server server = Programs.Server.start();
        TestClient ann = TestClient.host(server.address(), Optional.empty());
        Programs.Client bob = join(server.address(), server.address().udpPort())) {
      bob.type("before\n");
      ann.expect(new Message("bob", "before"));
      server.kill();
      Await.until("loss of the connection", () -> bob.err().contains("rejoining"));
      // More than a pipe holds, so that what comes first has been read when all is written.
      bob.type("one\ntwo\n" + ("x".repeat(8000) + "\n").repeat(20));
      bob.signal(signal);
      assertThat(bob.status()).isEqualTo(Problem.UNAVAILABLE);
      assertThat(bob.err()).contains("!! not sent: one\n!! not sent: two\n!! not sent: ");
    }
  }

  private Programs.Client join(ServerAddress server, int udpPort) throws Exception {
    return new Programs.Client(
        directory,
        "join",
        "tea",
        "--name",
        "bob",
        "--server",
        server.toString(),
        "--udp-port",
        "" + udpPort);
  }

  private PipeFace pipe(String input, boolean stay) {
    return new PipeFace(
        new ByteArrayInputStream(input.getBytes(UTF_8)),
        new Output(new ByteArrayOutputStream()),
        new PrintStream(err, true, UTF_8),
        false,
        stay,
        Clock.systemUTC(),
        Duration.ofMillis(100));
  }

  private static int run(PipeFace face, Dead session) throws Exception {
    return CompletableFuture.supplyAsync(() -> face.chat(List.of(session.entered())))
        .get(TestClient.PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  private static String lines(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "line " + i + "\n")
        .collect(Collectors.joining());
  }

  private String err() {
    return err.toString(UTF_8);
  }

  /** A session that never gets through. */
  private static final class Dead implements Conversation {
    private final CompletableFuture<SessionEvent.Ended> ended = new CompletableFuture<>();

    /** Open when somebody has something to send. */
    private final CountDownLatch asked = new CountDownLatch(1);

    private final CompletableFuture<Consumer<SessionEvent>> shown = new CompletableFuture<>();

    private volatile boolean over;

    Entered entered() {
      return new Entered(Place.of(CONFIG), new RoomWording(CONFIG), this, shown);
    }

    /** As the server ends a session, or somebody who has had enough; the face is told first. */
    void end(Cause cause) {
      SessionEvent.Ended last = new SessionEvent.Ended("the end", cause);
      over = true;
      shown.join().accept(last);
      ended.complete(last);
    }

    @Override
    public boolean send(String text) {
      return false;
    }

    @Override
    public boolean live() {
      asked.countDown();
      return false;
    }

    @Override
    public ServerAddress server() {
      return CONFIG.servers().getFirst();
    }

    @Override
    public boolean over() {
      return over;
    }

    @Override
    public int losses() {
      return 0;
    }

    @Override
    public boolean flush(Duration patience) {
      return false;
    }

    @Override
    public CompletableFuture<SessionEvent.Ended> ended() {
      return ended;
    }

    @Override
    public void close() {
      if (!over) {
        over = true;
        ended.complete(new SessionEvent.Ended("you left", Cause.LEFT));
      }
    }
  }
}
