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
import chat.tcrp.client.session.ChatSession;
import chat.tcrp.client.session.Conversation;
import chat.tcrp.client.session.ServerAddress;
import chat.tcrp.client.session.SessionConfig;
import chat.tcrp.client.session.SessionEvent;
import chat.tcrp.client.session.SessionEvent.Message;
import chat.tcrp.client.session.SessionEvent.Notice;
import chat.tcrp.protocol.RoomName;
import chat.tcrp.protocol.Username;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The face of a pipe, with streams for a pipe, and a real server. */
@Execution(ExecutionMode.CONCURRENT)
class PipeFaceTest {
  private static final Clock NOON =
      Clock.fixed(Instant.parse("2026-01-01T12:00:00Z"), ZoneOffset.UTC);

  private RunningServer server;
  private TestClient ann;

  @BeforeEach
  void start() throws Exception {
    server = RunningServer.start();
    ann = TestClient.enter(config("ann", true));
  }

  @AfterEach
  void stop() throws Exception {
    ann.close();
    server.close();
  }

  @Test
  void linesInAreMessagesAndLinesOutAreMessages() throws Exception {
    try (Pipe bob = new Pipe()) {
      bob.joined();
      ann.expect(new Notice("bob joined"));
      ann.session().send("hi bob");
      Await.until("line of ann", () -> bob.out().equals("ann: hi bob\n"));
      bob.type("hi ann\n  indented, with a tab\there \n");
      assertThat(ann.next(SessionEvent.class)).isEqualTo(new Message("bob", "hi ann"));
      assertThat(ann.next(SessionEvent.class))
          .isEqualTo(new Message("bob", "  indented, with a tab\there "));

      bob.endInput();
      assertThat(bob.status()).isZero();
      ann.expect(new Notice("bob left"));
      assertThat(bob.out()).isEqualTo("ann: hi bob\n");
      assertThat(bob.err())
          .matches(
              "-- joined tea as bob \\(udp ok, not encrypted, \\d+\\.\\d ms\\)\n-- you left tea\n");
    }
  }

  @Test
  void noticesGoToStandardErrorAndHarmfulCharactersNowhere() throws Exception {
    try (Pipe bob = new Pipe()) {
      bob.joined();
      try (TestClient cem = TestClient.enter(config("cem", false))) {
        cem.session().send("a \u009b31m \u202e line");
        Await.until("line of cem", () -> bob.out().equals("cem: a  31m  line\n"));
      }
      Await.until(
          "notices",
          () -> bob.err().contains("* cem joined\n") && bob.err().contains("* cem left"));
    }
  }

  @Test
  void tabsComeOutAsTheyAreAndInJsonAsTheirEscape() throws Exception {
    Message indented = new Message("a\tnn", "\tif x:");
    try (Pipe bob = new Pipe();
        Pipe cem = new Pipe(config("cem", false), true, false, new ByteArrayOutputStream())) {
      bob.show(indented);
      assertThat(bob.out()).isEqualTo("a nn: \tif x:\n");
      cem.show(indented);
      assertThat(cem.out()).contains("\"from\":\"a nn\",\"text\":\"\\tif x:\"");
    }
  }

  @Test
  void aPrivateMessageIsMarkedInJsonAndElseNotAmongTheMessages() throws Exception {
    SessionEvent secret = new SessionEvent.Private("ann", "psst: \t\033");
    try (Pipe cem = new Pipe(config("cem", false), true, false, new ByteArrayOutputStream())) {
      cem.show(secret);
      assertThat(cem.out())
          .endsWith("\"from\":\"ann\",\"text\":\"psst: \\t␛\",\"private\":true}\n");
    }
    try (Pipe bob = new Pipe()) {
      bob.joined();
      ann.session().sendPrivate(new Username("bob"), "psst: \u202e");
      ann.session().send("to all");
      Await.until("both", () -> bob.out().contains("to all") && bob.err().contains("psst"));
      assertThat(bob.out()).isEqualTo("ann: to all\n");
      assertThat(bob.err()).contains("\n*ann -> you* psst: \n");
    }
  }

  @Test
  void aLineThatLooksLikeAPrivateMessageIsSentToAll() throws Exception {
    try (Pipe bob = new Pipe()) {
      bob.type("\002ann: hello\n").endInput();
      assertThat(bob.status()).isZero();
    }
    assertThat(ann.next(Message.class)).isEqualTo(new Message("bob", " ann: hello"));
    assertThat(ann.rest()).noneMatch(SessionEvent.Private.class::isInstance);
  }

  @Test
  void linesMayEndInCarriageReturnAndNewlineAndEmptyOnesAreNotSent() throws Exception {
    try (Pipe bob = new Pipe()) {
      bob.type("one\r\n\r\n\n\n\r\ntwo\r\nthree\n\nwithout an end").endInput();
      assertThat(bob.status()).isZero();
    }
    ann.expect(new Notice("bob joined"));
    for (String line : List.of("one", "two", "three", "without an end")) {
      assertThat(ann.next(SessionEvent.class)).isEqualTo(new Message("bob", line));
    }
    assertThat(ann.next(SessionEvent.class)).isEqualTo(new Notice("bob left"));
  }

  @Test
  void aThousandLinesAtOnceArriveInOrder() throws Exception {
    List<String> lines = IntStream.range(0, 1000).mapToObj(i -> "line " + i).toList();
    try (Pipe bob = new Pipe()) {
      bob.type(String.join("\n", lines)).endInput();
      assertThat(bob.status()).isZero();
    }
    List<String> received = new ArrayList<>();
    while (received.size() < lines.size()) {
      received.add(ann.next(Message.class).text());
    }
    assertThat(received).isEqualTo(lines);
    assertThat(ann.next(SessionEvent.class)).isEqualTo(new Notice("bob left"));
  }

  @Test
  void aVeryLongLineArrivesInPartsThatTogetherAreTheLine() throws Exception {
    String line = "grüße 🍵".repeat(30_000);
    try (Pipe bob = new Pipe()) {
      bob.type(line + "\nshort\n").endInput();
      assertThat(bob.status()).isZero();
    }
    StringBuilder received = new StringBuilder();
    while (received.length() < line.length()) {
      received.append(ann.next(Message.class).text());
    }
    assertThat(received).hasToString(line);
    assertThat(ann.next(Message.class).text()).isEqualTo("short");
  }

  @Test
  void bytesThatAreNoTextAreReplacedAndTheRestIsSent() throws Exception {
    try (Pipe bob = new Pipe()) {
      bob.type(new byte[] {'a', (byte) 0xff, 'b', (byte) 0xc3, '\n', 'c', '\n', (byte) 0xe2});
      bob.endInput();
      assertThat(bob.status()).isZero();
    }
    assertThat(ann.next(Message.class).text()).isEqualTo("a\ufffdb\ufffd");
    assertThat(ann.next(Message.class).text()).isEqualTo("c");
    assertThat(ann.next(Message.class).text()).isEqualTo("\ufffd");
  }

  @Test
  void ofSeveralRoomsTheFirstIsWrittenToAndEveryLineCarriesItsRoom() throws Exception {
    try (TestClient cem = TestClient.enter(coffee("cem", true));
        Pipe bob = severalRooms(false, false)) {
      bob.joined();
      ann.session().send("hi");
      Await.until("line of ann", () -> bob.out().equals("[tea] ann: hi\n"));
      cem.session().send("hello");
      Await.until("line of cem", () -> bob.out().endsWith("[coffee] cem: hello\n"));
      bob.type("to tea\n").endInput();
      assertThat(bob.status()).isZero();
      ann.expect(new Message("bob", "to tea"));
      ann.expect(new Notice("bob left"));
      cem.expect(new Notice("bob left"));
      assertThat(cem.seen()).noneMatch(Message.class::isInstance);
      assertThat(bob.err()).contains("[coffee] -- joined coffee as bob", "[tea] -- you left tea\n");
    }
  }

  @Test
  void jsonSaysInWhichRoomSomethingHappened() throws Exception {
    try (TestClient cem = TestClient.enter(coffee("cem", true));
        Pipe bob = severalRooms(true, false)) {
      bob.joined();
      cem.session().send("hello");
      Await.until("line of cem", () -> bob.out().contains("hello"));
      bob.endInput();
      assertThat(bob.status()).isZero();
      assertThat(bob.out().lines().map(PipeFaceTest::object))
          .anySatisfy(
              o ->
                  assertThat(o)
                      .containsEntry("room", "coffee")
                      .containsEntry("from", "cem")
                      .containsEntry("text", "hello"))
          .filteredOn(o -> o.get("kind").equals("joined"))
          .extracting(o -> o.get("room"))
          .containsExactlyInAnyOrder("tea", "coffee");
    }
  }

  @Test
  void whoStaysListensToTheOthersWhenTheFirstRoomHasClosed() throws Exception {
    try (TestClient cem = TestClient.enter(coffee("cem", true));
        Pipe bob = severalRooms(false, true)) {
      bob.joined();
      bob.endInput();
      ann.session().close();
      Await.until("end of tea", () -> bob.err().contains("[tea] -- room closed"));
      cem.session().send("still here");
      Await.until("line of cem", () -> bob.out().equals("[coffee] cem: still here\n"));
      cem.session().kick(new Username("bob"));
      assertThat(bob.status()).isEqualTo(1);
    }
  }

  @Test
  void withNothingToWriteToItEndsUnlessItStays() throws Exception {
    try (TestClient cem = TestClient.enter(coffee("cem", true));
        Pipe bob = severalRooms(false, false)) {
      bob.joined();
      ann.session().close();
      assertThat(bob.status()).isZero();
      cem.expect(new Notice("bob left"));
    }
  }

  private Pipe severalRooms(boolean json, boolean stay) throws Exception {
    return new Pipe(
        List.of(config("bob", false), coffee("bob", false)),
        json,
        stay,
        new ByteArrayOutputStream());
  }

  private SessionConfig coffee(String name, boolean create) {
    return new SessionConfig(
        server.address(), new RoomName("coffee"), new Username(name), Optional.empty(), create);
  }

  @Test
  void staysAfterTheEndOfTheInputWhenToldTo() throws Exception {
    try (Pipe bob = new Pipe(false, true, new ByteArrayOutputStream())) {
      bob.type("i only listen\n").endInput();
      assertThat(ann.next(Message.class).text()).isEqualTo("i only listen");
      ann.session().send("still there?");
      Await.until("line of ann", () -> bob.out().equals("ann: still there?\n"));
      ann.session().close();
      assertThat(bob.status()).isZero();
      assertThat(bob.err()).endsWith("-- room closed: ann (host) left\n");
    }
  }

  @Test
  void whoIsRemovedByTheHostEndsWithStatusOne() throws Exception {
    try (Pipe bob = new Pipe()) {
      bob.joined();
      ann.session().kick(new Username("bob"));
      assertThat(bob.status()).isEqualTo(1);
      assertThat(bob.err()).endsWith("-- bob was removed by ann\n");
    }
  }

  @Test
  void whatIsSaidAndHappensIsAnObjectALineInJson() throws Exception {
    try (Pipe bob = new Pipe(true, false, new ByteArrayOutputStream())) {
      bob.joined();
      ann.session().send("say \"hi\", \\ and 🍵");
      try (TestClient cem = TestClient.enter(config("cem", false))) {
        Await.until("notice", () -> bob.out().contains(cem.name() + " joined"));
      }
      Await.until("notice", () -> bob.out().contains("cem left"));
      bob.endInput();
      assertThat(bob.status()).isZero();
      assertThat(bob.err()).isEmpty();

      List<Map<String, String>> objects = bob.out().lines().map(PipeFaceTest::object).toList();
      assertThat(objects)
          .allSatisfy(o -> assertThat(o).containsOnlyKeys("time", "kind", "room", "from", "text"))
          .allSatisfy(o -> assertThat(o).containsEntry("time", "2026-01-01T12:00:00.000Z"));
      assertThat(objects)
          .extracting(o -> o.get("kind"))
          .containsExactly("joined", "message", "notice", "notice", "ended");
      assertThat(objects.get(1))
          .containsEntry("from", "ann")
          .containsEntry("text", "say \"hi\", \\ and 🍵");
      assertThat(objects.get(2)).containsEntry("from", "").containsEntry("text", "cem joined");
    }
  }

  @Test
  void aHostsWelcomeIsOneObjectThatSaysJoinedAndOneThatInforms() throws Exception {
    ann.session().close();
    Await.until("end of the room", () -> ann.session().over());
    try (Pipe host = new Pipe(config("bob", true), true, false, new ByteArrayOutputStream())) {
      host.joined();
      host.endInput();
      assertThat(host.status()).isZero();
      assertThat(host.out().lines().map(PipeFaceTest::object))
          .extracting(o -> o.get("kind"))
          .containsExactly("joined", "info", "ended");
    }
  }

  @Test
  void lossAndReturnAreToldInJson() throws Exception {
    try (Pipe bob = new Pipe(true, false, new ByteArrayOutputStream())) {
      bob.joined();
      server.restart();
      Await.until("return", () -> bob.out().contains("\"rejoined\""));
      assertThat(bob.out().lines().map(PipeFaceTest::object).map(o -> o.get("kind")))
          .startsWith("joined", "warning")
          .endsWith("rejoined");
    }
  }

  @Test
  void linesThatComeWhileTheServerIsAwayAreSentWhenItIsBack() throws Exception {
    try (Pipe bob = new Pipe()) {
      bob.joined();
      bob.type("before\n");
      ann.expect(new Message("bob", "before"));
      server.stop();
      Await.until("loss", () -> bob.err().contains("rejoining"));
      List<String> lines = IntStream.range(0, 200).mapToObj(i -> "line " + i).toList();
      bob.type(String.join("\n", lines) + "\n").endInput();
      server.startAgain();

      List<String> received = new ArrayList<>();
      while (received.isEmpty() || !received.getLast().equals(lines.getLast())) {
        received.add(ann.next(Message.class).text());
      }
      // The server may have stopped before it had acknowledged what came before.
      assertThat(received).containsSubsequence(lines).hasSizeLessThanOrEqualTo(lines.size() + 1);
      assertThat(bob.status()).isZero();
    }
  }

  /** As kill -9 and a network failure are: nobody says that what was sent gets nowhere. */
  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void linesThatWereOnTheWayWhenTheServerDiedAreSentAgain() throws Exception {
    List<String> lines = IntStream.range(0, 3000).mapToObj(i -> "line " + i).toList();
    ann.close();
    try (Programs.Server mortal = Programs.Server.start();
        TestClient host = TestClient.enter(config(mortal.address(), "ann", true));
        Pipe bob =
            new Pipe(
                config(mortal.address(), "bob", false),
                false,
                false,
                new ByteArrayOutputStream())) {
      bob.joined();
      bob.type(String.join("\n", lines) + "\n").endInput();
      List<String> received = new ArrayList<>();
      while (received.size() < 100) {
        received.add(host.next(Message.class).text());
      }
      mortal.kill();
      mortal.restart();
      while (!received.getLast().equals(lines.getLast())) {
        received.add(host.next(Message.class).text());
      }
      assertThat(bob.status()).isZero();
      assertThat(received).containsSubsequence(lines);
      assertThat(received).hasSizeLessThan(lines.size() + 100);
    }
  }

  @Test
  void endsQuietlyWhenNobodyReadsItsOutputAnyMore() throws Exception {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    OutputStream closedAfterALine =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            if (head.toString(UTF_8).contains("\n")) {
              throw new IOException("Broken pipe");
            }
            head.write(b);
          }
        };
    try (Pipe bob = new Pipe(false, false, closedAfterALine)) {
      bob.joined();
      ann.session().send("first");
      ann.session().send("second");
      assertThat(bob.status()).isZero();
      assertThat(bob.err()).doesNotContain("Broken").doesNotContain("Exception");
      assertThat(head.toString(UTF_8)).isEqualTo("ann: first\n");
    }
    ann.expect(new Notice("bob left"));
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void aReaderThatPausesDoesNotStopTheKeepalivesNorTheLeaving() throws Exception {
    CountDownLatch reading = new CountDownLatch(1);
    OutputStream paused =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            try {
              reading.await();
            } catch (InterruptedException e) {
              throw new IOException(e);
            }
          }
        };
    RunningServer impatient = RunningServer.start(Duration.ofSeconds(6));
    try (impatient;
        TestClient host = TestClient.enter(config(impatient.address(), "ann", true));
        Pipe bob = new Pipe(config(impatient.address(), "bob", false), false, false, paused)) {
      host.expect(new Notice("bob joined"));
      bob.joined();
      host.session().send("blocks the output");
      // Longer than the server has patience with the silent.
      assertThat(reading.await(8, TimeUnit.SECONDS)).isFalse();
      bob.endInput();
      assertThat(host.next(SessionEvent.class)).isEqualTo(new Notice("bob left"));
      reading.countDown();
      assertThat(bob.status()).isZero();
    }
  }

  @Test
  void anOutputThatFailsEndsItWithTheCause() throws Exception {
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("No space left on device");
          }
        };
    try (Pipe bob = new Pipe(false, true, full)) {
      bob.joined();
      ann.session().send("for the record");
      assertThat(bob.status()).isEqualTo(Problem.IO);
      assertThat(bob.err())
          .endsWith("chat-client: cannot write to standard output: No space left on device\n");
    }
    ann.expect(new Notice("bob left"));
  }

  private static Map<String, String> object(String line) {
    Map<String, String> fields = new LinkedHashMap<>();
    try (JsonParser json = new JsonFactory().createParser(line)) {
      json.nextToken();
      for (String key = json.nextFieldName(); key != null; key = json.nextFieldName()) {
        fields.put(key, json.nextTextValue());
      }
      assertThat(json.nextToken()).isNull();
    } catch (IOException e) {
      throw new AssertionError("not JSON: " + line, e);
    }
    return fields;
  }

  private SessionConfig config(String name, boolean create) {
    return config(server.address(), name, create);
  }

  private static SessionConfig config(ServerAddress server, String name, boolean create) {
    return new SessionConfig(
        server, new RoomName("tea"), new Username(name), Optional.empty(), create);
  }

  /** The program between its streams. */
  private final class Pipe implements AutoCloseable {
    private final PipedOutputStream keyboard = new PipedOutputStream();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final CompletableFuture<Integer> status = new CompletableFuture<>();
    private final CountDownLatch joined;
    private final List<Conversation> sessions;
    private final CompletableFuture<Consumer<SessionEvent>> shown;

    Pipe() throws Exception {
      this(false, false, new ByteArrayOutputStream());
    }

    Pipe(boolean json, boolean stay, OutputStream output) throws Exception {
      this(config("bob", false), json, stay, output);
    }

    Pipe(SessionConfig config, boolean json, boolean stay, OutputStream output) throws Exception {
      this(List.of(config), json, stay, output);
    }

    Pipe(List<SessionConfig> configs, boolean json, boolean stay, OutputStream output)
        throws Exception {
      joined = new CountDownLatch(configs.size());
      PipeFace face =
          new PipeFace(
              new PipedInputStream(keyboard, 1 << 20),
              new Output(output instanceof ByteArrayOutputStream ? out : output),
              new PrintStream(err, true, UTF_8),
              json,
              stay,
              NOON);
      List<Entered> rooms = new ArrayList<>();
      for (SessionConfig config : configs) {
        rooms.add(entered(config));
      }
      sessions = rooms.stream().map(Entered::conversation).toList();
      shown = rooms.getFirst().shown();
      Thread.ofPlatform().name("pipe").start(() -> status.complete(face.chat(rooms)));
    }

    private Entered entered(SessionConfig config) throws Exception {
      CompletableFuture<Consumer<SessionEvent>> shown = new CompletableFuture<>();
      ChatSession session =
          ChatSession.open(
              config,
              event -> {
                shown.join().accept(event);
                if (event instanceof SessionEvent.Joined) {
                  joined.countDown();
                }
              });
      return new Entered(Place.of(config), new RoomWording(config), session, shown);
    }

    /** Has something happen in the first room. */
    void show(SessionEvent event) {
      shown.join().accept(event);
    }

    void joined() throws Exception {
      assertThat(joined.await(TestClient.PATIENCE.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
    }

    Pipe type(String text) throws IOException {
      return type(text.getBytes(UTF_8));
    }

    Pipe type(byte[] bytes) throws IOException {
      keyboard.write(bytes);
      keyboard.flush();
      return this;
    }

    void endInput() throws IOException {
      keyboard.close();
    }

    int status() throws Exception {
      return status.get(TestClient.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    String out() {
      return out.toString(UTF_8);
    }

    String err() {
      return err.toString(UTF_8);
    }

    @Override
    public void close() throws IOException {
      keyboard.close();
      sessions.forEach(Conversation::close);
    }
  }
}
