package chat.tcrp.client.face.terminal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.client.Await;
import chat.tcrp.client.Proxy;
import chat.tcrp.client.TestClient;
import chat.tcrp.client.session.SessionConfig;
import chat.tcrp.client.session.SessionEvent.Message;
import chat.tcrp.client.session.SessionEvent.Notice;
import chat.tcrp.client.session.SessionEvent.Private;
import chat.tcrp.client.session.TcrpClient;
import chat.tcrp.protocol.AwayText;
import chat.tcrp.protocol.ClientDatagram;
import chat.tcrp.protocol.Credentials;
import chat.tcrp.protocol.Request;
import chat.tcrp.protocol.RoomName;
import chat.tcrp.protocol.Username;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What people say by a command, in an emulated terminal with a real session and server. */
class RoomTalkTest extends ScreenTest {
  private static final RoomName TEA = new RoomName("tea");

  @Test
  void aMessageToOneIsMarkedAtBothEndsAndNobodyElseSeesIt() throws Exception {
    TestScreen ann = screen(80, 24);
    ann.enter(create("ann"));
    TestScreen bob = screen(40, 12);
    bob.enter(config("bob", false));
    TestClient cem = join("cem");

    ann.type("/msg Bob shall we go?\r");
    ann.awaitLine("12:01 *you -> bob* shall we go?");
    bob.awaitLine("12:01 *ann -> you* shall we go?");
    assertThat(bob.bells()).isEqualTo(1);
    assertThat(bob.raw()).containsPattern("\033\\[[0-9;]*4[0-9;]*m\\*ann -> you\\*");
    bob.type("/reply yes\r");
    bob.awaitLine("12:01 *you -> ann* yes");
    ann.awaitLine("12:01 *bob -> you* yes");

    ann.type("to all\r");
    cem.expect(new Message("ann", "to all"));
    assertThat(cem.seen()).noneMatch(Private.class::isInstance);
  }

  @Test
  void aNameMayHaveSpacesOrAColonBehindIt() throws Exception {
    TestScreen ann = screen(80, 24);
    ann.enter(create("ann"));
    TestClient bob = join("Bob the Builder");
    ann.awaitLine("12:01 * Bob the Builder joined");

    ann.type("/msg bob the builder: can we fix it?\r");

    bob.expect(new Private("ann", "can we fix it?"));
    ann.type("/msg Bob the Builder yes\r");
    bob.expect(new Private("ann", "yes"));
  }

  @Test
  void whatCannotBeSentToOneSaysWhy() throws Exception {
    TestScreen ann = screen(100, 24);
    ann.enter(create("ann"));

    ann.type("/msg\r");
    ann.awaitLine("12:01 !! whom, and what? /msg NAME TEXT");
    ann.type("/msg bob\r");
    ann.await(
        "twice",
        rows ->
            rows.stream().filter(r -> r.endsWith("whom, and what? /msg NAME TEXT")).count() == 2);
    ann.type("/reply hello\r");
    ann.awaitLine("12:01 !! nobody has written to you alone yet; /msg NAME TEXT begins");
    ann.type("/msg *bob hello\r");
    ann.awaitLine("12:01 !! nobody can be called *bob; /msg NAME TEXT");
    ann.type("/msg bob hello\r");
    ann.awaitLine("12:01 * nobody here is called bob; your private message was not sent");
  }

  @Test
  void withoutAConnectionTheTextIsKept() throws Exception {
    TestScreen ann = screen(80, 24);
    ann.enter(create("ann"));
    server.stop();
    ann.awaitMatch("12:01 !! .*; rejoining…");

    ann.type("/msg bob hello\r");

    ann.awaitLine("12:01 !! not sent: there is no connection at the moment; your text is kept");
    ann.awaitPrompt("[ann@tea] /msg bob hello");
  }

  @Test
  void thePromptSaysHowManyAreNotSealed() throws Exception {
    TestScreen ann = screen(80, 24);
    ann.enter(create("ann").sealed((address, key, verified) -> {}));
    ann.type("half a li");
    TestClient bob = join("bob");
    ann.awaitPrompt("[ann@tea, 1 plain] half a li");
    ann.type("ne");
    bob.close();
    ann.awaitPrompt("[ann@tea] half a line");
  }

  @Test
  void aForeignClientGetsALineThatNobodyElseCanMake() throws Exception {
    TestScreen ann = screen(80, 24);
    ann.enter(create("ann").sealed((address, key, verified) -> {}));
    TcrpClient.Admission admission =
        new TcrpClient(server.address(), Optional.empty(), Duration.ofSeconds(10))
            .enter(new Request.Join(TEA, Credentials.of(new Username("foreign"))));
    try (DatagramSocket udp = new DatagramSocket()) {
      send(udp, admission, "hello");
      ann.awaitLine("12:01 foreign: hello");

      ann.type("/msg foreign psst\r");

      ann.awaitLine("12:01 *you -> foreign* psst");
      ann.awaitLine("12:01 -- foreign is not encrypted; others on the way can read this");
      assertThat(receive(udp)).isEqualTo("\002* privately from ann: psst");
      send(udp, admission, "\002ann: back");
      ann.awaitLine("12:01 *foreign -> you* back");
      ann.type("/topic cake\r");
      assertThat(receive(udp)).isEqualTo("* ann set the topic: cake");
      ann.type("/host foreign\r");
      assertThat(receive(udp)).isEqualTo("* foreign was made host by ann");
      ann.type("/reply again\r");
      ann.awaitLine("12:01 *you -> foreign* again");
      assertThat(ann.used()).filteredOn(r -> r.contains("is not encrypted;")).hasSize(1);
    }
  }

  private void send(DatagramSocket udp, TcrpClient.Admission admission, String text)
      throws Exception {
    byte[] datagram = new ClientDatagram(TEA, admission.token(), text).encode();
    udp.send(
        new DatagramPacket(
            datagram,
            datagram.length,
            InetAddress.getByName(server.address().host()),
            server.address().udpPort()));
  }

  private static String receive(DatagramSocket udp) throws Exception {
    udp.setSoTimeout((int) TestClient.PATIENCE.toMillis());
    DatagramPacket packet = new DatagramPacket(new byte[4096], 4096);
    udp.receive(packet);
    return new String(packet.getData(), 0, packet.getLength(), UTF_8);
  }

  @Test
  void theTopicIsShownSetAndRemoved() throws Exception {
    TestScreen ann = screen(80, 24);
    ann.enter(create("ann"));
    ann.type("/topic\r");
    ann.awaitLine("12:01 -- there is no topic; /topic TEXT sets one (as the host)");
    ann.type("/topic tea & cake\r");
    ann.awaitLine("12:01 * ann set the topic: tea & cake");
    ann.type("/topic " + "x".repeat(401) + "\r");
    ann.awaitMatch("12:01 !! a topic has at most 400 bytes of UTF-8, this one has 401.*");

    TestScreen bob = screen(80, 24);
    bob.enter(config("bob", false));
    bob.awaitLine("12:01 * topic: tea & cake");
    bob.type("/topic\r");
    bob.awaitLine("12:01 -- topic: tea & cake");
    bob.type("/topic mine\r");
    bob.awaitLine("12:01 !! only the host of tea can set the topic");

    ann.type("/topic -\r");
    bob.awaitLine("12:01 * ann removed the topic");
  }

  @Test
  void whoIsAwayIsShownSoAndWhoWritesIsToldOnce() throws Exception {
    TestScreen ann = screen(80, 24);
    ann.enter(create("ann"));
    TestClient bob = join("bob");
    bob.session().away(Optional.of(new AwayText("lunch")));

    ann.type("/who\r");
    ann.awaitLine("12:01 -- 2 here: ann (host), bob (away: lunch)");
    ann.type("/msg bob are you there?\r");
    ann.awaitLine("12:01 * bob is away: lunch");

    ann.type("/away\r");
    ann.awaitLine("12:01 -- you are away; /away ends it");
    ann.type("/away\r");
    ann.awaitLine("12:01 -- you are back");
    ann.type("/away back at 3\r");
    ann.awaitLine("12:01 -- you are away: back at 3; /away ends it");
    bob.session().sendPrivate(new Username("ann"), "hi");
    bob.expect(new Notice("ann is away: back at 3"));
  }

  @Test
  void whoHandsTheRoomOverMayGoAndTheNextHostIsWarned() throws Exception {
    TestScreen ann = screen(80, 24);
    ann.enter(create("ann"));
    TestScreen bob = screen(100, 24);
    var session = bob.enter(config("bob", false));
    bob.type("/host ann\r");
    bob.awaitLine("12:01 !! only the host of tea can hand it over");
    ann.type("/host cem\r");
    ann.awaitLine("12:01 !! nobody to whom you could hand it over is called cem");

    ann.type("/host bob\r");
    ann.awaitLine("12:01 * bob was made host by ann");
    bob.awaitLine("12:01 * bob was made host by ann");
    Await.until("bob knows", session::isHost);

    ann.type(CTRL_C);
    ann.awaitLine("12:01 -- Ctrl-C again or Ctrl-D leaves");
    bob.type(CTRL_C);
    bob.awaitLine(
        "12:01 -- Ctrl-C again or Ctrl-D leaves; your room closes, if it was not made to stay open");
    ann.type("/quit\r");
    bob.awaitLine("12:01 * ann left");
  }

  @Test
  void anOlderServerIsSaidToBeOne() throws Exception {
    try (Proxy older = new Proxy(server.address(), 1)) {
      TestScreen ann = screen(80, 24);
      ann.enter(SessionConfig.create(older.address(), TEA, new Username("ann")));
      older.knowsOperationsUpTo(8);
      for (String command : List.of("/topic", "/away", "/host")) {
        ann.type(command + " bob\r");
        ann.awaitLine(
            "12:01 !! %s does not know %s; it is an older one".formatted(older.address(), command));
      }
    }
  }
}
