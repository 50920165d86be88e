package chat.tcrp.server.relay;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.protocol.ClientDatagram;
import chat.tcrp.protocol.Credentials;
import chat.tcrp.protocol.ProtocolException;
import chat.tcrp.protocol.Request;
import chat.tcrp.protocol.RoomName;
import chat.tcrp.protocol.ServerDatagram;
import chat.tcrp.protocol.Token;
import chat.tcrp.protocol.Username;
import chat.tcrp.server.TestServer;
import chat.tcrp.server.base.EventLog;
import chat.tcrp.server.metrics.LoopMetrics;
import chat.tcrp.server.net.RelayMemory;
import chat.tcrp.server.relay.FakeIo.Sent;
import chat.tcrp.server.rooms.Elsewhere;
import chat.tcrp.server.rooms.Reply;
import chat.tcrp.server.rooms.RoomLimits;
import chat.tcrp.server.rooms.Rooms;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines that wait together, and go together to those who accept it; over a network in memory. */
class BatchingTest {
  private static final boolean BATCH = true;
  private static final boolean PLAIN = false;

  private final FakeIo io = new FakeIo();
  private final LoopMetrics metrics = LoopMetrics.ofRooms("test");
  @AutoClose private final EventLog log = new EventLog();
  private final Rooms rooms = io.rooms(log);
  private final Traffic traffic =
      new Traffic(
          rooms,
          io,
          metrics,
          RoomLimits.DEFAULTS.memberBudget(),
          new CatchUps(io, metrics),
          Elsewhere.NOWHERE);
  private int ports = 1000;

  private record Someone(RoomName room, String name, Token token, InetSocketAddress address) {}

  private final Someone ann = create("tea", "ann", PLAIN);
  private final Someone bob = join("tea", "bob", BATCH);
  private final Someone eve = join("tea", "eve", PLAIN);

  BatchingTest() throws ProtocolException {
    log.start();
    io.takeSent();
  }

  @Test
  void linesThatWaitTogetherGoTogetherToThoseWhoAcceptIt() throws ProtocolException {
    say(ann, "1");
    say(eve, "2");
    say(ann, "3");
    traffic.relay();

    assertThat(io.takeSent())
        .containsExactly(
            new Sent(ann.address(), "eve: 2"),
            new Sent(bob.address(), "ann: 1\neve: 2\nann: 3"),
            new Sent(eve.address(), "ann: 1"),
            new Sent(eve.address(), "ann: 3"));
  }

  @Test
  void oneLineAloneIsTheSameForAll() throws ProtocolException {
    say(ann, "a\nb");
    traffic.relay();

    assertThat(io.takeSent())
        .containsExactly(new Sent(bob.address(), "ann: a b"), new Sent(eve.address(), "ann: a b"));
  }

  @Test
  void onesOwnLinesAreLeftOut() throws ProtocolException {
    say(bob, "0");
    say(ann, "1");
    say(bob, "2");
    say(eve, "3");
    say(bob, "4");
    traffic.relay();

    assertThat(sentTo(bob)).containsExactly("ann: 1\neve: 3");
  }

  @Test
  void whoseLinesAllAreOnesOwnGetsNothing() throws ProtocolException {
    say(bob, "1");
    say(bob, "2");
    traffic.relay();

    assertThat(io.takeSent())
        .containsExactly(
            new Sent(ann.address(), "bob: 1"),
            new Sent(ann.address(), "bob: 2"),
            new Sent(eve.address(), "bob: 1"),
            new Sent(eve.address(), "bob: 2"));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, -1})
  void aDatagramIsFilledToTheLastByteAndNotOverfilled(int tooMany) throws ProtocolException {
    String first = "ann: " + "x".repeat(2000);
    int rest = ServerDatagram.MAX_BYTES - first.length() - 1 + tooMany;
    String second = "eve: " + "y".repeat(rest - 5);
    say(ann, first.substring(5));
    say(eve, second.substring(5));
    say(ann, "z");
    traffic.relay();

    assertThat(sentTo(bob))
        .isEqualTo(
            tooMany > 0
                ? List.of(first, second + "\nann: z")
                : List.of(first + "\n" + second, "ann: z"));
  }

  @Test
  void theLongestLineStandsAloneBetweenOthers() throws ProtocolException {
    RoomName room = new RoomName("r");
    // A token of 32 digits leaves a message too little room for that, so the name is long.
    Someone host = create(room.value(), "h".repeat(200), PLAIN);
    Someone guest = join(room.value(), "guest", BATCH);
    io.takeSent();
    String longest = "m".repeat(ServerDatagram.MAX_BYTES - 202);
    say(host, "1");
    say(host, longest);
    say(host, "2");
    traffic.relay();

    assertThat(sentTo(guest))
        .containsExactly(host.name() + ": 1", host.name() + ": " + longest, host.name() + ": 2");
  }

  @Test
  void roomsOfOneDrainAreKeptApart() throws ProtocolException {
    Someone carol = create("coffee", "carol", BATCH);
    Someone dave = join("coffee", "dave", BATCH);
    io.takeSent();
    say(ann, "1");
    say(carol, "2");
    say(ann, "3");
    say(carol, "4");
    say(dave, "5");
    traffic.relay();

    assertThat(io.takeSent())
        .containsExactly(
            new Sent(bob.address(), "ann: 1\nann: 3"),
            new Sent(eve.address(), "ann: 1"),
            new Sent(eve.address(), "ann: 3"),
            new Sent(carol.address(), "dave: 5"),
            new Sent(dave.address(), "carol: 2\ncarol: 4"));
  }

  @Test
  void anAcknowledgementTravelsAlone() throws ProtocolException {
    say(ann, "1");
    say(bob, "");
    say(ann, "2");
    traffic.relay();

    assertThat(sentTo(bob)).containsExactly("\u0006", "ann: 1\nann: 2");
  }

  @Test
  void aRejoinMayChangeTheWish() throws ProtocolException {
    Someone plainBob = rejoin(bob, PLAIN);
    Someone batchEve = rejoin(eve, BATCH);
    io.takeSent();
    say(ann, "1");
    say(ann, "2");
    traffic.relay();

    assertThat(io.takeSent())
        .containsExactly(
            new Sent(plainBob.address(), "ann: 1"),
            new Sent(plainBob.address(), "ann: 2"),
            new Sent(batchEve.address(), "ann: 1\nann: 2"));
  }

  @Test
  void noLineIsLostOrMovedInALargeDrain() throws ProtocolException {
    int count = 10 * RelayMemory.SLOTS;
    for (int i = 0; i < count; i++) {
      say(i % 3 == 0 ? bob : ann, i + " " + "x".repeat(i % 300));
    }
    relayAll();
    List<Sent> sent = io.takeSent();

    List<String> datagrams =
        sent.stream().filter(s -> s.to().equals(bob.address())).map(Sent::text).toList();
    assertThat(datagrams).allMatch(d -> size(d) <= ServerDatagram.MAX_BYTES);
    assertThat(datagrams).hasSizeLessThan(count / 10);
    assertThat(String.join("\n", datagrams).lines())
        .containsExactlyElementsOf(
            IntStream.range(0, count)
                .filter(i -> i % 3 != 0)
                .mapToObj(i -> "ann: " + i + " " + "x".repeat(i % 300))
                .toList());
    assertThat(sent.stream().filter(s -> s.to().equals(eve.address()))).hasSize(count);
  }

  @Test
  void aLineWaitsForOneTurnOfARoomInWhichMuchIsSaid() throws ProtocolException {
    Someone carol = create("coffee", "carol", PLAIN);
    Someone dave = join("coffee", "dave", PLAIN);
    io.takeSent();
    List<String> flood = IntStream.range(0, 1000).mapToObj(i -> "ann: " + i).toList();
    for (int i = 0; i < flood.size(); i++) {
      say(ann, "" + i);
    }
    say(carol, "hello");

    traffic.relay();

    List<Sent> sent = io.takeSent();
    assertThat(sent).hasSizeLessThan(300).contains(new Sent(dave.address(), "carol: hello"));
    assertThat(traffic.hasLines()).isTrue();
    say(ann, "last");
    relayAll();
    List<Sent> all = Stream.concat(sent.stream(), io.takeSent().stream()).toList();
    assertThat(all.stream().filter(s -> s.to().equals(eve.address())).map(Sent::text))
        .containsExactlyElementsOf(Stream.concat(flood.stream(), Stream.of("ann: last")).toList());
    assertThat(all.stream().filter(s -> s.to().equals(dave.address()))).hasSize(1);
  }

  @Test
  void whatWaitsForItsTurnComesBeforeTheEndOfItsRoom() throws ProtocolException {
    for (int i = 0; i < 1000; i++) {
      say(ann, "" + i);
    }
    traffic.relay();
    assertThat(traffic.hasLines()).isTrue();

    FakeIo.answer(rooms, new Request.Leave(ann.room(), ann.token()), ann.address().getAddress());

    assertThat(traffic.hasLines()).isFalse();
    assertThat(io.takeSent().stream().filter(s -> s.to().equals(eve.address())).map(Sent::text))
        .hasSize(1001)
        .contains("ann: 999")
        .last()
        .asString()
        .contains("room closed: ann (host) left");
    relayAll();
    assertThat(io.takeSent()).isEmpty();
  }

  private void relayAll() {
    do {
      traffic.relay();
    } while (traffic.hasLines());
  }

  @Test
  void aDrainEndsBeforeItsMemoryDoes() throws ProtocolException {
    String large = "x".repeat(3900);
    int taken = takeUntilFull(ann, large);

    assertThat(taken * (large.length() + 5)).isLessThanOrEqualTo(RelayMemory.LINES_BYTES);
    traffic.relay();
    assertThat(traffic.hasRoom()).isTrue();
    relayAll();
    List<Sent> sent = io.takeSent();
    assertThat(sent).hasSize(2 * taken).allMatch(s -> s.text().equals("ann: " + large));
  }

  @Test
  void aDrainEndsBeforeItsLinesDo() throws ProtocolException {
    Someone carol = create("coffee", "carol", BATCH);
    Someone dave = join("coffee", "dave", BATCH);
    io.takeSent();
    int taken = takeUntilFull(carol, "x");

    assertThat(taken).isBetween(RelayMemory.MAX_LINES / 2, RelayMemory.MAX_LINES);
    traffic.relay();
    assertThat(String.join("\n", sentTo(dave)).lines()).hasSize(taken).allMatch("carol: x"::equals);
    assertThat(traffic.hasRoom()).isTrue();
  }

  @Test
  void aDrainEndsWhenThereIsMuchToSend() throws ProtocolException {
    for (int i = 0; i < 60; i++) {
      join("tea", "guest" + i, PLAIN);
    }
    io.takeSent();

    // 62 others and a batch for each line: well under the number of lines.
    assertThat(takeUntilFull(ann, "x")).isLessThan(300);
  }

  /** Takes in rounds of all slots, as the loop does, and answers how many datagrams they were. */
  private int takeUntilFull(Someone sender, String text) throws ProtocolException {
    int taken = 0;
    do {
      for (int i = 0; i < RelayMemory.SLOTS; i++) {
        say(sender, text);
        taken++;
      }
    } while (traffic.hasRoom());
    return taken;
  }

  private List<String> sentTo(Someone someone) {
    return io.takeSent().stream()
        .filter(sent -> sent.to().equals(someone.address()))
        .map(Sent::text)
        .toList();
  }

  private static int size(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  /** A datagram is taken in, and not relayed yet. */
  private void say(Someone from, String text) throws ProtocolException {
    io.arrive(from.address(), new ClientDatagram(from.room(), from.token(), text).encode());
    assertThat(traffic.received(0, 0)).isTrue();
  }

  private Someone create(String room, String name, boolean batch) throws ProtocolException {
    return enter(
        new Request.Create(new RoomName(room), credentials(name, Optional.empty(), batch)),
        new RoomName(room),
        name);
  }

  private Someone join(String room, String name, boolean batch) throws ProtocolException {
    return enter(
        new Request.Join(new RoomName(room), credentials(name, Optional.empty(), batch)),
        new RoomName(room),
        name);
  }

  private Someone rejoin(Someone someone, boolean batch) throws ProtocolException {
    return enter(
        new Request.Join(
            someone.room(), credentials(someone.name(), Optional.of(someone.token()), batch)),
        someone.room(),
        someone.name());
  }

  /** Enters, and registers the address. */
  private Someone enter(Request request, RoomName room, String name) throws ProtocolException {
    InetSocketAddress address = new InetSocketAddress(TestServer.address("192.0.2.1"), ports++);
    Reply reply = FakeIo.answer(rooms, request, address.getAddress());
    Someone someone = new Someone(room, name, ((Reply.Admitted) reply).token(), address);
    say(someone, "");
    traffic.relay();
    return someone;
  }

  private static Credentials credentials(String name, Optional<Token> token, boolean batch) {
    return new Credentials(new Username(name), Optional.empty(), token, batch);
  }
}
