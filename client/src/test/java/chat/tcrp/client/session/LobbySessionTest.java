package chat.tcrp.client.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chat.tcrp.client.Await;
import chat.tcrp.client.RunningServer;
import chat.tcrp.client.TestClient;
import chat.tcrp.client.face.Entered;
import chat.tcrp.client.face.LobbyWording;
import chat.tcrp.client.face.Output;
import chat.tcrp.client.face.Place;
import chat.tcrp.client.face.Problem;
import chat.tcrp.client.face.pipe.PipeFace;
import chat.tcrp.client.session.SessionEvent.Message;
import chat.tcrp.protocol.LobbyDatagram;
import chat.tcrp.protocol.Username;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.PortUnreachableException;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Real stays in a real lobby. */
class LobbySessionTest {
  @AutoClose private final RunningServer server = RunningServer.startWithLobby();
  private final BlockingQueue<SessionEvent> heardByAnn = new LinkedBlockingQueue<>();
  private final BlockingQueue<SessionEvent> heardByBob = new LinkedBlockingQueue<>();

  LobbySessionTest() throws IOException {}

  @Test
  void twoPeopleChatAndHearNothingOfTheirOwn() throws Exception {
    try (LobbySession ann = enter("ann", heardByAnn);
        LobbySession bob = enter("bob", heardByBob)) {
      assertThat(ann.send("hi")).isTrue();
      assertThat(next(heardByBob)).isEqualTo(new Message("ann", "hi"));
      assertThat(bob.send("hello")).isTrue();
      assertThat(next(heardByAnn)).isEqualTo(new Message("bob", "hello"));
    }
    assertThat(next(heardByAnn))
        .isEqualTo(new SessionEvent.Ended("you left", SessionEvent.Cause.LEFT));
  }

  @Test
  void aLongTextArrivesInPartsThatTogetherAreTheText() throws Exception {
    String text = "grüße 🍵 ".repeat(1000);
    try (LobbySession ann = enter("ann", heardByAnn);
        LobbySession bob = enter("bob", heardByBob)) {
      assertThat(bob.live()).isTrue();
      ann.send(text);
      StringBuilder received = new StringBuilder();
      while (received.length() < text.length()) {
        received.append(((Message) next(heardByBob)).text());
      }
      assertThat(received).hasToString(text);
    }
  }

  @Test
  void aStrangerWhoKnowsOnlyTheStageOneTextChatsWithUs() throws Exception {
    try (LobbySession ann = enter("ann", heardByAnn);
        DatagramSocket stranger = new DatagramSocket()) {
      byte[] name = "Zoë".getBytes(UTF_8);
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      bytes.write(name.length);
      bytes.write(name);
      bytes.write("salut".getBytes(UTF_8));
      stranger.send(
          new DatagramPacket(
              bytes.toByteArray(),
              bytes.size(),
              InetAddress.getLoopbackAddress(),
              server.lobbyAddress().port()));
      assertThat(next(heardByAnn)).isEqualTo(new Message("Zoë", "salut"));

      ann.send("welcome");
      stranger.setSoTimeout((int) TestClient.PATIENCE.toMillis());
      DatagramPacket packet = new DatagramPacket(new byte[4096], 4096);
      stranger.receive(packet);
      assertThat(new String(packet.getData(), 0, packet.getLength(), UTF_8))
          .isEqualTo("\u0003annwelcome");
    }
  }

  @Test
  void aLobbyThatIsNotOpenIsAnErrorAtOnce() throws IOException {
    ServerAddress lobby = server.lobbyAddress();
    server.stop();
    assertThatThrownBy(() -> LobbySession.open(lobby, new Username("ann"), heardByAnn::add))
        .isInstanceOf(PortUnreachableException.class)
        .satisfies(
            e ->
                assertThat(Problem.noLobby(lobby, (IOException) e))
                    .hasMessageContaining("chat-server --lobby --lobby-port " + lobby.port()));
  }

  @Test
  void whenTheLobbyGoesItIsSaidAndLinesAreKept() throws Exception {
    try (LobbySession ann = enter("ann", heardByAnn)) {
      server.stop();
      Await.until("loss of the lobby", () -> !ann.send("anyone?") && !ann.live());
      assertThat(next(heardByAnn)).isInstanceOf(SessionEvent.ConnectionLost.class);
    }
  }

  @Test
  void aListenerThatTakesItsTimeDoesNotHoldTheSessionUp() throws Exception {
    CountDownLatch goesOn = new CountDownLatch(1);
    Consumer<SessionEvent> slow =
        event -> {
          heardByAnn.add(event);
          uninterruptibly(goesOn);
        };
    try (LobbySession ann = LobbySession.open(server.lobbyAddress(), new Username("ann"), slow)) {
      assertThat(next(heardByAnn)).isInstanceOf(SessionEvent.Joined.class);
      server.stop();
      Await.until("loss of the lobby", () -> !ann.send("anyone?") && ann.losses() == 1);
      assertThat(heardByAnn).isEmpty();

      goesOn.countDown();
      assertThat(next(heardByAnn)).isInstanceOf(SessionEvent.ConnectionLost.class);
    }
  }

  @Test
  void throughAPipeLinesAreMessagesAndWhatStrangersSendIsMadeSafe() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Place place = Place.lobby(new Username("ann"));
    CompletableFuture<Consumer<SessionEvent>> shown = new CompletableFuture<>();
    try (LobbySession bob = enter("bob", heardByBob);
        DatagramSocket stranger = new DatagramSocket();
        PipeFace face =
            new PipeFace(
                new ByteArrayInputStream("one\ntwo\n".getBytes(UTF_8)),
                new Output(out),
                new PrintStream(new ByteArrayOutputStream(), true, UTF_8),
                false,
                true,
                Clock.systemUTC());
        LobbySession ann =
            LobbySession.open(
                server.lobbyAddress(), place.username(), event -> shown.join().accept(event))) {
      Entered entered = new Entered(place, new LobbyWording(place), ann, shown);
      Thread.ofVirtual().start(() -> face.chat(List.of(entered)));
      assertThat(next(heardByBob)).isEqualTo(new Message("ann", "one"));
      assertThat(next(heardByBob)).isEqualTo(new Message("ann", "two"));
      assertThat(bob.live()).isTrue();
      // The lobby lets through what can mislead a reader, but harms no program.
      byte[] reordering = new LobbyDatagram("bob", "\u202egnp.exe").encode();
      stranger.send(
          new DatagramPacket(
              reordering,
              reordering.length,
              InetAddress.getLoopbackAddress(),
              server.lobbyAddress().port()));
      Await.until("line of bob", () -> out.toString(UTF_8).contains("\n"));
    }
    assertThat(out.toString(UTF_8)).isEqualTo("bob: \ufffdgnp.exe\n");
  }

  private LobbySession enter(String name, BlockingQueue<SessionEvent> heard) throws Exception {
    LobbySession session = LobbySession.open(server.lobbyAddress(), new Username(name), heard::add);
    assertThat(next(heard)).isInstanceOf(SessionEvent.Joined.class);
    return session;
  }

  private static void uninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static SessionEvent next(BlockingQueue<SessionEvent> heard) throws InterruptedException {
    SessionEvent event = heard.poll(TestClient.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    assertThat(event).isNotNull();
    return event;
  }
}
