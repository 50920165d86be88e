package chat.tcrp.client.session;

import chat.tcrp.protocol.MemberInfo;
import chat.tcrp.protocol.ProtocolException;
import chat.tcrp.protocol.Request;
import chat.tcrp.protocol.RoomInfo;
import chat.tcrp.protocol.RoomTopic;
import chat.tcrp.protocol.SealKeys;
import chat.tcrp.protocol.Status;
import chat.tcrp.protocol.Tcrp;
import chat.tcrp.protocol.Token;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;

/**
 * The client's side of TCRP: one connection for each request, with one deadline for all of it.
 * Blocks its caller.
 */
public final class TcrpClient {
  /** How long it is waited for a server that may be there. */
  private static final Duration PROBE_PATIENCE = Duration.ofSeconds(1);

  private final ServerAddress server;
  private final Optional<InetAddress> reached;
  private final Optional<Trust> trust;
  private final Duration timeout;

  /**
   * Makes a client; connects to nothing yet.
   *
   * @param server where to connect to; the name is resolved anew for each request
   * @param trust decides whether it is the one that is meant; empty to send and receive everything
   *     in plain
   * @param timeout for a whole request, connecting included
   */
  public TcrpClient(ServerAddress server, Optional<Trust> trust, Duration timeout) {
    this(server, Optional.empty(), trust, timeout);
  }

  private TcrpClient(
      ServerAddress server,
      Optional<InetAddress> reached,
      Optional<Trust> trust,
      Duration timeout) {
    this.server = server;
    this.reached = reached;
    this.trust = trust;
    this.timeout = timeout;
  }

  /**
   * The same for one of the server's addresses: a token is worth something only there, and from the
   * address of ours that leads there.
   *
   * @param address the address that {@link Admission#address} is
   * @return a client that asks nowhere else
   */
  public TcrpClient at(InetAddress address) {
    return new TcrpClient(server, Optional.of(address), trust, timeout);
  }

  /**
   * Whether a chat server is there, and says so soon.
   *
   * @param server where to ask
   * @return false when nothing answers as one within a second
   */
  public static boolean answers(ServerAddress server) {
    try {
      new TcrpClient(server, Optional.empty(), PROBE_PATIENCE).rooms();
      return true;
    } catch (IOException | ProtocolException e) {
      return false;
    } catch (RefusedException e) {
      // No is an answer too.
      return true;
    }
  }

  /** A request on the wire; one that no server would read is refused here. */
  static byte[] encode(Request request) throws RefusedException {
    byte[] frame = Tcrp.encode(request);
    if (Tcrp.Header.decode(frame).payloadSize() > Tcrp.MAX_REQUEST_PAYLOAD) {
      throw new RefusedException(Status.PAYLOAD_TOO_LARGE);
    }
    return frame;
  }

  /**
   * What a create or join has brought.
   *
   * @param token the session's token
   * @param server the server that has given it
   * @param address the address that was reached: the token is bound to ours as seen from there, so
   *     messages must go to the same one
   * @param seal what seals the session; empty when it is plain
   */
  public record Admission(
      Token token, ServerAddress server, InetAddress address, Optional<Seal> seal) {
    /**
     * What seals the session's datagrams.
     *
     * @return empty when it is plain
     */
    public Optional<SealKeys> keys() {
      return seal.map(Seal::keys);
    }
  }

  /**
   * What the TLS connection of an admission has brought.
   *
   * @param keys what seals the session's datagrams
   * @param server what the server is known by
   */
  public record Seal(SealKeys keys, ServerKey server) {}

  /**
   * Creates or joins a room.
   *
   * @param request a {@link Request.Create} or {@link Request.Join}
   * @return the token, and the address that gave it
   * @throws RefusedException when the server says no
   * @throws ProtocolException when the answer is not TCRP
   * @throws IOException when the server cannot be reached in time
   */
  public Admission enter(Request request) throws IOException, ProtocolException, RefusedException {
    return exchange(request, this::admission);
  }

  /** The same over a connection that is there. */
  Admission enter(Request request, Contact contact)
      throws IOException, ProtocolException, RefusedException {
    return exchange(encode(request), this::admission, contact);
  }

  private Admission admission(byte[] token, Socket socket) throws IOException, ProtocolException {
    return new Admission(Token.decode(token), server, socket.getInetAddress(), sealOf(socket));
  }

  /**
   * Carries out a request whose answer has no content: leave, kick, ban, unban, host or away.
   *
   * @param request what to do
   * @throws RefusedException when the server says no
   * @throws ProtocolException when the answer is not TCRP
   * @throws IOException when the server cannot be reached in time
   */
  public void carryOut(Request request) throws IOException, ProtocolException, RefusedException {
    exchange(request, (result, socket) -> result);
  }

  /**
   * Asks for the server's rooms.
   *
   * @return the rooms, in the server's order
   * @throws RefusedException when the server says no
   * @throws ProtocolException when the answer is not TCRP
   * @throws IOException when the server cannot be reached in time
   */
  public List<RoomInfo> rooms() throws IOException, ProtocolException, RefusedException {
    return exchange(new Request.Rooms(), (json, socket) -> RoomInfo.decode(json));
  }

  /** The same over a connection that is there. */
  List<RoomInfo> rooms(Contact contact) throws IOException, ProtocolException, RefusedException {
    return exchange(encode(new Request.Rooms()), (json, socket) -> RoomInfo.decode(json), contact);
  }

  /**
   * Asks for a room's members.
   *
   * @param request which room, and a member's token
   * @return the members, in the order in which they came
   * @throws RefusedException when the server says no
   * @throws ProtocolException when the answer is not TCRP
   * @throws IOException when the server cannot be reached in time
   */
  public List<MemberInfo> members(Request.Members request)
      throws IOException, ProtocolException, RefusedException {
    return exchange(request, (json, socket) -> MemberInfo.decode(json));
  }

  /**
   * Asks for a room's topic, or sets it.
   *
   * @param request which room, a member's token, and the new topic if there is one
   * @return the topic as it is then, as received; empty when there is none
   * @throws RefusedException when the server says no
   * @throws ProtocolException when the answer is not TCRP
   * @throws IOException when the server cannot be reached in time
   */
  public String topic(Request.Topic request)
      throws IOException, ProtocolException, RefusedException {
    return exchange(request, (json, socket) -> RoomTopic.decode(json));
  }

  /** Reads the result of a request. */
  @FunctionalInterface
  private interface Decoder<T> {
    T decode(byte[] result, Socket socket) throws IOException, ProtocolException;
  }

  /**
   * A connection to one of the server's addresses.
   *
   * @param securedBy when it must be known whose it is, in {@link System#nanoTime}
   * @param answeredBy when the answer must be here
   */
  record Contact(Socket socket, long securedBy, long answeredBy) {}

  private <T> T exchange(Request request, Decoder<T> decoder)
      throws IOException, ProtocolException, RefusedException {
    byte[] frame = encode(request);
    long deadline = System.nanoTime() + timeout.toNanos();
    return exchange(frame, decoder, new Contact(connect(deadline), deadline, deadline));
  }

  private <T> T exchange(byte[] frame, Decoder<T> decoder, Contact contact)
      throws IOException, ProtocolException, RefusedException {
    long deadline = contact.answeredBy();
    try (Socket socket = secured(contact.socket(), contact.securedBy())) {
      socket.getOutputStream().write(frame);
      InputStream in = socket.getInputStream();
      Tcrp.Header header = readHeader(socket, in, deadline);
      Status status = Tcrp.decodeStatus(header, read(socket, in, header.bodySize(), deadline));
      if (status != Status.OK) {
        throw new RefusedException(status, server);
      }
      header = readHeader(socket, in, deadline);
      byte[] body = read(socket, in, header.bodySize(), deadline);
      return decoder.decode(Tcrp.decodeCompletion(header, body), socket);
    }
  }

  private Socket connect(long deadline) throws IOException {
    List<InetAddress> addresses =
        reached.isPresent() ? List.of(reached.get()) : Connector.addresses(server.host());
    return Connector.connect(addresses, server.port(), deadline);
  }

  private Socket secured(Socket socket, long deadline) throws IOException {
    try {
      socket.setTcpNoDelay(true);
      if (trust.isEmpty()) {
        return socket;
      }
      socket.setSoTimeout(remainingMillis(deadline));
      return SealedConnection.over(socket, server, trust.get());
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private static Optional<Seal> sealOf(Socket socket) throws IOException {
    return socket instanceof SSLSocket sealed
        ? Optional.of(new Seal(SealedConnection.keys(sealed), SealedConnection.serverKey(sealed)))
        : Optional.empty();
  }

  private static Tcrp.Header readHeader(Socket socket, InputStream in, long deadline)
      throws IOException, ProtocolException {
    Tcrp.Header header = Tcrp.Header.decode(read(socket, in, Tcrp.HEADER_BYTES, deadline));
    header.checkReply();
    return header;
  }

  private static byte[] read(Socket socket, InputStream in, int size, long deadline)
      throws IOException {
    byte[] bytes = new byte[size];
    int have = 0;
    while (have < size) {
      socket.setSoTimeout(remainingMillis(deadline));
      int n = in.read(bytes, have, size - have);
      if (n < 0) {
        throw new EOFException("the server closed the connection without an answer");
      }
      have += n;
    }
    return bytes;
  }

  private static int remainingMillis(long deadline) throws SocketTimeoutException {
    long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
    if (left <= 0) {
      throw new SocketTimeoutException("the server does not answer");
    }
    return (int) left;
  }
}
