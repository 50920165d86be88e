package chat.tcrp.client.bench;

import chat.tcrp.client.session.ServerAddress;
import chat.tcrp.protocol.ClientDatagram;
import chat.tcrp.protocol.ProtocolException;
import chat.tcrp.protocol.RoomName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A network that loses, doubles and misdirects datagrams between a server and its clients. What the
 * server sends on messages is harmed by number: the first of ten is lost, the second comes twice,
 * the third comes also to somebody in another room.
 */
final class FaultyPath implements AutoCloseable {
  private final DatagramChannel front = DatagramChannel.open();
  private final Selector selector = Selector.open();
  private final SocketAddress server;
  private final Map<SocketAddress, DatagramChannel> channels = new HashMap<>();
  private final Map<SocketAddress, RoomName> rooms = new HashMap<>();
  private final ByteBuffer buffer = ByteBuffer.allocate(65536);
  private final Thread thread = Thread.ofPlatform().name("faulty-path").unstarted(this::run);
  private int messages;
  private int lost;
  private int doubled;
  private int misdirected;

  private FaultyPath(ServerAddress server) throws IOException {
    this.server = new InetSocketAddress(server.host(), server.udpPort());
    front.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    front.configureBlocking(false);
    front.register(selector, SelectionKey.OP_READ);
  }

  static FaultyPath to(ServerAddress server) throws IOException {
    FaultyPath path = new FaultyPath(server);
    path.thread.start();
    return path;
  }

  int port() {
    return front.socket().getLocalPort();
  }

  synchronized int lost() {
    return lost;
  }

  synchronized int doubled() {
    return doubled;
  }

  synchronized int misdirected() {
    return misdirected;
  }

  private void run() {
    try {
      while (selector.isOpen()) {
        selector.select();
        List<SelectionKey> ready = List.copyOf(selector.selectedKeys());
        selector.selectedKeys().clear();
        for (SelectionKey key : ready) {
          forward(key);
        }
      }
    } catch (ClosedSelectorException e) {
      // The end of the test.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private synchronized void forward(SelectionKey key) throws IOException {
    if (key.channel().equals(front)) {
      for (SocketAddress from; (from = front.receive(buffer.clear())) != null; ) {
        buffer.flip();
        rooms.put(from, room());
        channelOf(from).write(buffer);
      }
      return;
    }
    DatagramChannel channel = (DatagramChannel) key.channel();
    SocketAddress client = (SocketAddress) key.attachment();
    while (channel.read(buffer.clear()) > 0) {
      harm(client);
    }
  }

  private void harm(SocketAddress client) throws IOException {
    boolean isMessage = buffer.get(0) == 'b';
    switch (isMessage ? ++messages % 10 : 0) {
      case 1 -> lost++;
      case 2 -> {
        deliver(client);
        deliver(client);
        doubled++;
      }
      case 3 -> {
        deliver(client);
        for (SocketAddress other : rooms.keySet()) {
          if (!rooms.get(other).equals(rooms.get(client))) {
            deliver(other);
            misdirected++;
            break;
          }
        }
      }
      default -> deliver(client);
    }
  }

  private void deliver(SocketAddress client) throws IOException {
    front.send(buffer.duplicate().flip(), client);
  }

  /** The room of the client's datagram in the buffer. */
  private RoomName room() throws IOException {
    byte[] bytes = new byte[buffer.limit()];
    buffer.get(0, bytes);
    try {
      return ClientDatagram.decode(bytes).room();
    } catch (ProtocolException e) {
      throw new IOException(e);
    }
  }

  private DatagramChannel channelOf(SocketAddress client) throws IOException {
    DatagramChannel channel = channels.get(client);
    if (channel == null) {
      channel = DatagramChannel.open();
      channel.configureBlocking(false);
      channel.connect(server);
      channel.register(selector, SelectionKey.OP_READ, client);
      channels.put(client, channel);
    }
    return channel;
  }

  @Override
  public void close() throws IOException {
    selector.close();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    front.close();
    for (DatagramChannel channel : channels.values()) {
      channel.close();
    }
  }
}
