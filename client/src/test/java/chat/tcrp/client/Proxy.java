package chat.tcrp.client;

import chat.tcrp.client.session.ServerAddress;
import chat.tcrp.protocol.Status;
import chat.tcrp.protocol.Tcrp;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A network between clients and a server: passes TCP on untouched, and may lose, double and reorder
 * datagrams. To the server everything comes from one address, which can be changed.
 */
public final class Proxy implements AutoCloseable {
  private final ServerAddress server;
  private final ServerSocket tcp;
  private final DatagramChannel udp;
  private final Random random;
  private final Map<SocketAddress, DatagramChannel> paths = new ConcurrentHashMap<>();
  private volatile InetAddress local = InetAddress.getLoopbackAddress();
  private volatile CountDownLatch answers = new CountDownLatch(0);
  private volatile int lastOperation = Integer.MAX_VALUE;
  private volatile boolean lossy;
  private volatile boolean broken;
  private volatile boolean closed;

  /** How many copies of each datagram were handed on, by a part of its text. */
  public final Map<String, AtomicInteger> handedOn = new ConcurrentHashMap<>();

  private final AtomicInteger held = new AtomicInteger();

  public final AtomicInteger lost = new AtomicInteger();
  public final AtomicInteger doubled = new AtomicInteger();

  public Proxy(ServerAddress server, long seed) throws IOException {
    this.server = server;
    this.random = new Random(seed);
    tcp = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    udp = DatagramChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    Thread.ofPlatform().name("proxy-tcp").daemon().start(this::accept);
    Thread.ofPlatform().name("proxy-udp").daemon().start(this::fromClients);
  }

  public ServerAddress address() throws IOException {
    return new ServerAddress(
        tcp.getInetAddress().getHostAddress(),
        tcp.getLocalPort(),
        ((InetSocketAddress) udp.getLocalAddress()).getPort());
  }

  /** From now on one datagram of five is lost in each direction, some are doubled or late. */
  public void lossy(boolean on) {
    lossy = on;
  }

  /** From now on nothing gets through, or everything again. */
  public void broken(boolean on) {
    broken = on;
  }

  /** From now on the server sees another address; what it sends to the former one gets nowhere. */
  public void moveTo(InetAddress address) {
    local = address;
    paths.clear();
  }

  /** From now on nobody listens at the UDP port, and answers over TCP wait until told. */
  public void blockUntil(CountDownLatch release) throws IOException {
    answers = release;
    udp.close();
  }

  /** From now on this is a server that knows no operations but the first ones. */
  public void knowsOperationsUpTo(int last) {
    lastOperation = last;
  }

  /** How many answers wait. */
  public int held() {
    return held.get();
  }

  private void accept() {
    while (!closed) {
      try {
        Socket client = tcp.accept();
        Thread.ofVirtual().name("proxy-connection").start(() -> connect(client));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void connect(Socket client) {
    try (client;
        Socket upstream = new Socket(server.host(), server.port(), local, 0)) {
      byte[] header = client.getInputStream().readNBytes(Tcrp.HEADER_BYTES);
      if (header.length == Tcrp.HEADER_BYTES
          && Tcrp.Header.decode(header).operation() > lastOperation) {
        refuse(Tcrp.Header.decode(header), client);
        return;
      }
      upstream.getOutputStream().write(header);
      Thread back = Thread.ofVirtual().start(() -> answer(upstream, client));
      pump(client, upstream);
      back.join();
    } catch (IOException e) {
      // The client sees a connection that ends without an answer.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void refuse(Tcrp.Header request, Socket client) throws IOException {
    byte[] body = client.getInputStream().readNBytes(request.bodySize());
    byte[] room = Arrays.copyOf(body, request.roomNameSize());
    client
        .getOutputStream()
        .write(Tcrp.encodeStatus(room, request.operation(), Status.UNSUPPORTED_OPERATION));
  }

  private void answer(Socket upstream, Socket client) {
    try {
      int first = upstream.getInputStream().read();
      if (answers.getCount() > 0) {
        held.incrementAndGet();
        answers.await();
      }
      client.getOutputStream().write(first);
      pump(upstream, client);
    } catch (IOException e) {
      // One side is gone; the other one learns it by its own read.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void pump(Socket from, Socket to) {
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      in.transferTo(out);
      to.shutdownOutput();
    } catch (IOException e) {
      // One side is gone; the other one learns it by its own read.
    }
  }

  private void fromClients() {
    ByteBuffer buffer = ByteBuffer.allocate(8192);
    try {
      while (!closed) {
        SocketAddress client = udp.receive(buffer.clear());
        byte[] bytes = new byte[buffer.flip().remaining()];
        buffer.get(bytes);
        DatagramChannel path = path(client);
        perhaps(bytes, () -> path.write(ByteBuffer.wrap(bytes)));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private DatagramChannel path(SocketAddress client) throws IOException {
    DatagramChannel known = paths.get(client);
    if (known != null) {
      return known;
    }
    DatagramChannel path = DatagramChannel.open().bind(new InetSocketAddress(local, 0));
    path.connect(new InetSocketAddress(server.host(), server.udpPort()));
    paths.put(client, path);
    Thread.ofVirtual().name("proxy-path").start(() -> fromServer(path, client));
    return path;
  }

  private void fromServer(DatagramChannel path, SocketAddress client) {
    ByteBuffer buffer = ByteBuffer.allocate(8192);
    while (!closed) {
      try {
        path.read(buffer.clear());
        byte[] bytes = new byte[buffer.flip().remaining()];
        buffer.get(bytes);
        if (path.equals(paths.get(client))) {
          perhaps(bytes, () -> udp.send(ByteBuffer.wrap(bytes), client));
        }
      } catch (IOException e) {
        // The server is not there at the moment, or this is closed.
      }
    }
  }

  @FunctionalInterface
  private interface Sending {
    void send() throws IOException;
  }

  private synchronized void perhaps(byte[] datagram, Sending sending) {
    if (broken) {
      return;
    }
    if (!lossy) {
      handOn(datagram, sending);
      return;
    }
    if (random.nextInt(100) < 20) {
      lost.incrementAndGet();
      return;
    }
    boolean twice = random.nextInt(100) < 5;
    if (twice) {
      doubled.incrementAndGet();
    }
    for (int copy = 0; copy < (twice ? 2 : 1); copy++) {
      if (random.nextInt(100) < 20) {
        long delay = TimeUnit.MILLISECONDS.toNanos(1 + random.nextInt(60));
        Thread.ofVirtual()
            .name("proxy-late")
            .start(
                () -> {
                  LockSupport.parkNanos(delay);
                  handOn(datagram, sending);
                });
      } else {
        handOn(datagram, sending);
      }
    }
  }

  private void handOn(byte[] datagram, Sending sending) {
    // A datagram may hold several lines.
    new String(datagram, StandardCharsets.UTF_8)
        .lines()
        .forEach(
            line -> handedOn.computeIfAbsent(line, l -> new AtomicInteger()).incrementAndGet());
    try {
      sending.send();
    } catch (IOException e) {
      // As on any network.
    }
  }

  @Override
  public void close() throws IOException {
    closed = true;
    tcp.close();
    udp.close();
    for (DatagramChannel path : paths.values()) {
      path.close();
    }
  }
}
