package chat.tcrp.client.session;

import chat.tcrp.client.Programs;
import chat.tcrp.protocol.ProtocolException;
import chat.tcrp.protocol.Request;
import chat.tcrp.protocol.ServerDatagram;
import chat.tcrp.protocol.Status;
import chat.tcrp.protocol.Tcrp;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** Answers every create and join as it is told to, and keepalives always; encrypts nothing. */
final class ScriptedServer implements AutoCloseable {
  private final ServerAddress address;
  private final ServerSocket tcp;
  private final DatagramSocket udp;
  private final List<Thread> threads;
  private final List<Request> requests = new CopyOnWriteArrayList<>();

  /** Empty to close the connection without an answer. */
  private volatile Optional<Status> answer = Optional.of(Status.OK);

  /** Where the last datagram came from. */
  private volatile Optional<SocketAddress> member = Optional.empty();

  private ScriptedServer(ServerAddress address) throws IOException {
    InetAddress ip = InetAddress.getByName(address.host());
    this.address = address;
    this.tcp = new ServerSocket(address.port(), 50, ip);
    this.udp = new DatagramSocket(new InetSocketAddress(ip, address.udpPort()));
    this.threads =
        List.of(Thread.ofVirtual().start(this::serve), Thread.ofVirtual().start(this::echo));
  }

  static ScriptedServer start() throws IOException {
    return new ScriptedServer(Programs.freePorts());
  }

  /** Starts one on ports that are known. */
  static ScriptedServer start(ServerAddress address) throws IOException {
    return new ScriptedServer(address);
  }

  ServerAddress address() {
    return address;
  }

  /** What it answers from now on. */
  ScriptedServer answering(Status status) {
    answer = Optional.of(status);
    return this;
  }

  /** From now on it closes connections without an answer. */
  ScriptedServer hangingUp() {
    answer = Optional.empty();
    return this;
  }

  /** What it has been asked so far. */
  List<Request> requests() {
    return requests;
  }

  /** Sends a datagram to whoever has sent it one last. */
  void say(ServerDatagram datagram) throws IOException, ProtocolException {
    byte[] bytes = datagram.encode();
    udp.send(new DatagramPacket(bytes, bytes.length, member.orElseThrow()));
  }

  private void serve() {
    while (!tcp.isClosed()) {
      try (Socket socket = tcp.accept()) {
        answer(socket);
      } catch (IOException | ProtocolException e) {
        ignore(e);
      }
    }
  }

  private void answer(Socket socket) throws IOException, ProtocolException {
    DataInputStream in = new DataInputStream(socket.getInputStream());
    byte[] head = new byte[Tcrp.HEADER_BYTES];
    in.readFully(head);
    Tcrp.Header header = Tcrp.Header.decode(head);
    byte[] body = new byte[header.bodySize()];
    in.readFully(body);
    Request request = Tcrp.decodeRequest(header, body);
    if (!(request instanceof Request.Create || request instanceof Request.Join)) {
      return;
    }
    requests.add(request);
    if (answer.isEmpty()) {
      return;
    }
    byte[] room = Arrays.copyOf(body, header.roomNameSize());
    socket.getOutputStream().write(Tcrp.encodeStatus(room, header.operation(), answer.get()));
    if (answer.get() == Status.OK) {
      byte[] token =
          ("token-" + address.port() + "-" + requests.size()).getBytes(StandardCharsets.US_ASCII);
      socket.getOutputStream().write(Tcrp.encodeCompletion(room, header.operation(), token));
    }
  }

  private void echo() {
    byte[] buffer = new byte[5000];
    while (!udp.isClosed()) {
      try {
        DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
        udp.receive(packet);
        member = Optional.of(packet.getSocketAddress());
        say(new ServerDatagram.Ack());
      } catch (IOException | ProtocolException e) {
        ignore(e);
      }
    }
  }

  private static void ignore(Exception e) {
    System.getLogger(ScriptedServer.class.getName()).log(System.Logger.Level.DEBUG, "script", e);
  }

  /** As a process that is killed: nothing listens any more, and nobody is told. */
  @Override
  public void close() throws IOException {
    tcp.close();
    udp.close();
    try {
      // Until they have ended the system has the sockets still.
      for (Thread each : threads) {
        each.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
