package chat.tcrp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import chat.tcrp.protocol.AwayText;
import chat.tcrp.protocol.ClientDatagram;
import chat.tcrp.protocol.Credentials;
import chat.tcrp.protocol.Password;
import chat.tcrp.protocol.ProtocolException;
import chat.tcrp.protocol.Request;
import chat.tcrp.protocol.RoomName;
import chat.tcrp.protocol.RoomTopic;
import chat.tcrp.protocol.ServerDatagram;
import chat.tcrp.protocol.Status;
import chat.tcrp.protocol.Tcrp;
import chat.tcrp.protocol.Token;
import chat.tcrp.protocol.Username;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A client of plain sockets: makes requests over TCP, and has one UDP socket for the messages of
 * its session. Whatever it waits for must come within {@link #PATIENCE}.
 */
public class TestPeer implements AutoCloseable {
  public static final Duration PATIENCE = Duration.ofSeconds(20);

  /** What the server answered; the result of state 2 as text, empty when there was none. */
  public record Answer(Status status, String result) {
    public static final Answer DONE = new Answer(Status.OK, "");

    public static Answer refused(Status status) {
      return new Answer(status, "");
    }
  }

  /** Under this name things are said that {@link #expectSaid} passes over. */
  private static final String MARK = "mark";

  private static int marks;

  private final TestServer server;
  private final InetAddress local;

  /** The address that the server is reached at, where it has several. */
  private final InetAddress target;

  private final DatagramSocket udp;

  /** Which node of a cluster the peer turns to. */
  private int node;

  private Optional<RoomName> room = Optional.empty();
  private Optional<Token> token = Optional.empty();

  /** Whether all nodes know that the session has been heard. */
  private boolean known;

  private ServerDatagram.Progress acknowledged = new ServerDatagram.Progress(0, 0);
  private List<ServerDatagram> passedOver = List.of();

  TestPeer(TestServer server, InetAddress local, InetAddress target) {
    this(server, local, target, socket(local));
  }

  private TestPeer(TestServer server, InetAddress local, InetAddress target, DatagramSocket udp) {
    this.server = server;
    this.local = local;
    this.target = target;
    this.udp = udp;
    this.node = server.nextNode();
  }

  /** Turns to another node of the cluster. */
  public final TestPeer at(int otherNode) {
    node = otherNode;
    return this;
  }

  /** Is at the same node as another. */
  final void joinAt(TestPeer other) {
    node = other.node;
  }

  private static DatagramSocket socket(InetAddress local) {
    try {
      return new DatagramSocket(new InetSocketAddress(local, 0));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Someone with the same room and token, but another UDP socket at the given address. */
  public TestPeer withSameTokenAt(String localAddress) {
    TestPeer other = server.peer(localAddress);
    other.joinAt(this);
    other.room = room;
    other.token = token;
    return other;
  }

  /** Someone who sends for another room with the same token. */
  public TestPeer withSameTokenFor(String roomName) {
    TestPeer other = server.add(new TestPeer(server, local, target));
    other.joinAt(this);
    other.room = Optional.of(new RoomName(roomName));
    other.token = token;
    return other;
  }

  /** The same person, the same socket, who now reaches the server at another of its addresses. */
  public TestPeer reaching(String serverAddress) {
    TestPeer other = new TestPeer(server, local, TestServer.address(serverAddress), udp);
    other.joinAt(this);
    other.room = room;
    other.token = token;
    return other;
  }

  /** The session of another is this one's from now on, as far as its token goes. */
  public TestPeer withTokenOf(TestPeer other) {
    take(other);
    return this;
  }

  /** The same person, the same socket, with another server. */
  TestPeer goneTo(TestServer another) {
    TestPeer other = another.add(new TestPeer(another, local, target, udp));
    other.take(this);
    return other;
  }

  /**
   * Hears from now on only what comes from the server's chat at the address that it was reached at.
   */
  public TestPeer connected() {
    return connected(server.udp(target, node));
  }

  /** The same of the lobby. */
  public TestPeer connectedToLobby() {
    return connected(server.lobby(target));
  }

  private TestPeer connected(InetSocketAddress to) {
    try {
      udp.connect(to);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public RoomName room() {
    return room.orElseThrow();
  }

  public Token token() {
    return token.orElseThrow();
  }

  // Over TCP.

  public Socket connect() {
    try {
      Socket socket = new Socket();
      socket.bind(new InetSocketAddress(local, 0));
      socket.setSoTimeout((int) PATIENCE.toMillis());
      socket.connect(server.tcp(target, node), (int) PATIENCE.toMillis());
      return socket;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What requests are made over: the connection itself. */
  Socket secured(Socket connection) throws IOException {
    return connection;
  }

  /** Sends bytes, ends this side when told to, and reads until the server has closed. */
  public byte[] exchange(byte[] sent, boolean halfClose) {
    try (Socket socket = secured(connect())) {
      socket.getOutputStream().write(sent);
      if (halfClose) {
        socket.shutdownOutput();
      }
      return socket.getInputStream().readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Answer request(Request request) {
    byte[] sent = Tcrp.encode(request);
    byte[] reply = exchange(sent, false);
    try {
      byte[] first = nextFrame(reply, 0);
      Status status = Tcrp.decodeStatus(Tcrp.Header.decode(first), body(first));
      if (status != Status.OK) {
        assertThat(reply).as("nothing follows a refusal").hasSameSizeAs(first);
        return Answer.refused(status);
      }
      byte[] second = nextFrame(reply, first.length);
      assertThat(reply).as("nothing follows the result").hasSize(first.length + second.length);
      byte[] result = Tcrp.decodeCompletion(Tcrp.Header.decode(second), body(second));
      return new Answer(status, new String(result, StandardCharsets.UTF_8));
    } catch (ProtocolException e) {
      throw new AssertionError("the answer is not TCRP", e);
    }
  }

  /** Creates a room, which must succeed. */
  public TestPeer create(String roomName, String username) {
    return enter(new Request.Create(new RoomName(roomName), credentials(username)));
  }

  /** Creates a room with a password, which must succeed. */
  public TestPeer create(String roomName, String username, String password) {
    return enter(new Request.Create(new RoomName(roomName), credentials(username, password)));
  }

  /** Joins a room, which must succeed. */
  public TestPeer join(String roomName, String username) {
    return enter(new Request.Join(new RoomName(roomName), credentials(username)));
  }

  /** Tries to join a room. */
  public Answer tryJoin(String roomName, Credentials credentials) {
    return request(new Request.Join(new RoomName(roomName), credentials));
  }

  /** Creates or joins, which must succeed, and keeps the token. */
  public TestPeer enter(Request request) {
    Answer answer = request(request);
    assertThat(answer.status()).isEqualTo(Status.OK);
    room =
        Optional.of(
            switch (request) {
              case Request.Create create -> create.room();
              case Request.Join join -> join.room();
              default -> throw new IllegalArgumentException("does not enter a room");
            });
    token = Optional.of(tokenOf(answer.result()));
    known = false;
    entered();
    return this;
  }

  /** The last request has begun a session. */
  void entered() {}

  /** The session is that of another peer from now on. */
  final void take(TestPeer other) {
    joinAt(other);
    room = other.room;
    token = other.token;
  }

  /** What to rejoin with: another name, to see that it does not count, and the present token. */
  public Credentials returning() {
    return new Credentials(new Username("another"), Optional.empty(), token, false);
  }

  /** Takes this session over from here, which must succeed. */
  public TestPeer rejoin() {
    return enter(new Request.Join(room(), returning()));
  }

  public Answer leave() {
    return request(new Request.Leave(room(), token()));
  }

  public Answer members() {
    return request(new Request.Members(room(), token()));
  }

  public Answer kick(String username) {
    return request(new Request.Kick(room(), token(), new Username(username)));
  }

  public Answer ban(String username) {
    return request(new Request.Ban(room(), token(), new Username(username)));
  }

  public Answer unban(String username) {
    return request(new Request.Unban(room(), token(), new Username(username)));
  }

  /** Asks for the topic. */
  public Answer topic() {
    return request(new Request.Topic(room(), token(), Optional.empty()));
  }

  /** Sets the topic. */
  public Answer topic(String topic) {
    return request(new Request.Topic(room(), token(), Optional.of(new RoomTopic(topic))));
  }

  public Answer handOver(String username) {
    return request(new Request.Host(room(), token(), new Username(username)));
  }

  public Answer away(String text) {
    return request(new Request.Away(room(), token(), Optional.of(new AwayText(text))));
  }

  public Answer back() {
    return request(new Request.Away(room(), token(), Optional.empty()));
  }

  /** Credentials for a room that goes on without its host. */
  public static Credentials staying(String username) {
    return new Credentials(
        new Username(username),
        Optional.empty(),
        Optional.empty(),
        false,
        Optional.empty(),
        false,
        false,
        true);
  }

  public static Credentials credentials(String username) {
    return Credentials.of(new Username(username));
  }

  public static Credentials credentials(String username, String password) {
    return new Credentials(
        new Username(username), Optional.of(new Password(password)), Optional.empty(), false);
  }

  // Over UDP.

  public void send(String text) {
    try {
      sendRaw(new ClientDatagram(room(), token(), text).encode());
    } catch (ProtocolException e) {
      throw new IllegalArgumentException(e);
    }
  }

  public void sendRaw(byte[] datagram) {
    send(datagram, server.udp(target, node));
  }

  /** Says something in the lobby, under some name. */
  public void say(String username, String message) {
    sayRaw(lobbyDatagram(username, message));
  }

  /** Sends something to the lobby. */
  public void sayRaw(byte[] datagram) {
    send(datagram, server.lobby(target));
  }

  /** What the lobby forwards, and what is sent to it: the name's size, the name, the message. */
  public static byte[] lobbyDatagram(String username, String message) {
    byte[] text = (username + message).getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(1 + text.length)
        .put((byte) username.getBytes(StandardCharsets.UTF_8).length)
        .put(text)
        .array();
  }

  private void send(byte[] datagram, InetSocketAddress to) {
    try {
      udp.send(new DatagramPacket(datagram, datagram.length, to));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Registers this address; the answer must be the next datagram, and exactly one byte. */
  public TestPeer keepalive() {
    send("");
    assertThat(receive()).as("acknowledgement").containsExactly(0x06);
    if (!known) {
      server.settle();
      known = true;
    }
    return this;
  }

  /** Sends a keepalive, and passes over what comes before its answer. */
  public void drainedKeepalive() {
    send("");
    while (!Arrays.equals(receive(), new byte[] {0x06})) {
      // Something that was said meanwhile.
    }
  }

  /** Shows that this is somebody who sends keepalives, so that their end means something. */
  public TestPeer cadence() {
    return keepalive().keepalive().keepalive();
  }

  /** What a keepalive is answered with, when the server counts the lines; passes over lines. */
  public ServerDatagram.Progress progress() {
    passedOver = linesUntilAcknowledged();
    return acknowledged;
  }

  /** What came before the last progress. */
  public List<ServerDatagram> passedOver() {
    return passedOver;
  }

  /** Sends a keepalive, and answers what comes before its numbered answer. */
  public List<ServerDatagram> linesUntilAcknowledged() {
    send("");
    List<ServerDatagram> lines = new ArrayList<>();
    while (true) {
      for (ServerDatagram datagram : ServerDatagram.decode(receive())) {
        if (datagram instanceof ServerDatagram.Progress progress) {
          acknowledged = progress;
          return lines;
        }
        lines.add(datagram);
      }
    }
  }

  /** The next datagram must say that nothing is missing. */
  public void expectUpToDate(long last) {
    assertThat(linesUntilAcknowledged()).isEmpty();
    assertThat(acknowledged).isEqualTo(new ServerDatagram.Progress(last, last));
  }

  /** The next datagram must be this text. */
  public void expect(String text) {
    assertThat(text(receive())).isEqualTo(text);
  }

  /** This text must come; passes over what comes before it. */
  public void expectAtLast(String text) {
    String received;
    do {
      received = text(receive());
    } while (!received.equals(text));
  }

  /** The next datagram must say that the session has ended. */
  public void expectEnd(String reason) {
    expect("\u0004* " + reason);
  }

  /** The next datagram must be this, said in the lobby. */
  public void expectSaid(String username, String message) {
    assertThat(receiveFromLobby()).isEqualTo(lobbyDatagram(username, message));
  }

  /** Says something in the lobby that must be the next that these receive, and others overhear. */
  public void expectMarkAt(List<TestPeer> listeners) {
    byte[] mark = lobbyDatagram(MARK, Integer.toString(marks++));
    sayRaw(mark);
    for (TestPeer listener : listeners) {
      byte[] received;
      do {
        received = listener.receive();
      } while (isMark(received) && !Arrays.equals(received, mark));
      assertThat(received).isEqualTo(mark);
    }
  }

  /** The next that somebody has said in the lobby on purpose. */
  public byte[] receiveFromLobby() {
    byte[] received;
    do {
      received = receive();
    } while (isMark(received));
    return received;
  }

  private static boolean isMark(byte[] datagram) {
    byte[] beginning = lobbyDatagram(MARK, "");
    return datagram.length > beginning.length
        && Arrays.equals(datagram, 0, beginning.length, beginning, 0, beginning.length);
  }

  /**
   * Nothing has come: what is received next is the answer to a keepalive that is sent only now. The
   * session must be alive.
   */
  public void expectNothing() {
    keepalive();
  }

  /**
   * Nothing lies here. For those whom the server must not answer; tells something only after the
   * server has shown that it has dealt with what was sent, for instance by acknowledging a later
   * keepalive of somebody else.
   */
  public void expectNothingReceived() {
    Optional<byte[]> received;
    do {
      received = poll(Duration.ofMillis(1));
    } while (received.isPresent() && isMark(received.get()));
    assertThat(received.map(TestPeer::text)).isEmpty();
  }

  /** The last of what lies here; there must be something. */
  public String lastText() {
    String last = text(receive());
    Optional<byte[]> next = poll(Duration.ofMillis(1));
    while (next.isPresent()) {
      last = text(next.get());
      next = poll(Duration.ofMillis(1));
    }
    return last;
  }

  public byte[] receive() {
    return receiveRaw();
  }

  /** The next datagram as it came. */
  public final byte[] receiveRaw() {
    return poll(PATIENCE)
        .orElseGet(() -> fail("no datagram came to " + udp.getLocalSocketAddress()));
  }

  private Optional<byte[]> poll(Duration patience) {
    DatagramPacket packet = new DatagramPacket(new byte[8192], 8192);
    try {
      udp.setSoTimeout((int) patience.toMillis());
      udp.receive(packet);
      return Optional.of(Arrays.copyOf(packet.getData(), packet.getLength()));
    } catch (SocketTimeoutException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    udp.close();
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static Token tokenOf(String text) {
    try {
      return Token.decode(text.getBytes(StandardCharsets.UTF_8));
    } catch (ProtocolException e) {
      throw new AssertionError("not a token", e);
    }
  }

  private static byte[] nextFrame(byte[] bytes, int from) {
    assertThat(bytes).as("a frame").hasSizeGreaterThanOrEqualTo(from + Tcrp.HEADER_BYTES);
    byte[] rest = Arrays.copyOfRange(bytes, from, bytes.length);
    int size = Tcrp.HEADER_BYTES + Tcrp.Header.decode(rest).bodySize();
    assertThat(rest).as("a whole frame").hasSizeGreaterThanOrEqualTo(size);
    return Arrays.copyOf(rest, size);
  }

  private static byte[] body(byte[] frame) {
    return Arrays.copyOfRange(frame, Tcrp.HEADER_BYTES, frame.length);
  }
}
