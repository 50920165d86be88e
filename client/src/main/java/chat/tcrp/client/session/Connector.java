package chat.tcrp.client.session;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Connects to the address of a host that answers first. Each is tried when the one before it has
 * failed, or has not answered for a moment; that one may still win (RFC 8305, "happy eyeballs").
 */
final class Connector implements AutoCloseable {
  /** How long an address has the race for itself, as the RFC recommends. */
  static final Duration HEAD_START = Duration.ofMillis(250);

  private final Deque<InetAddress> untried;
  private final int port;
  private final long deadline;
  private final Selector selector = Selector.open();
  private final List<SocketChannel> trying = new ArrayList<>();
  private Optional<IOException> failure = Optional.empty();

  private Connector(List<InetAddress> addresses, int port, long deadline) throws IOException {
    this.untried = new ArrayDeque<>(addresses);
    this.port = port;
    this.deadline = deadline;
  }

  /**
   * The addresses of a host, IPv6 and IPv4 in turn as far as there are both, so that one of them
   * that leads nowhere costs one attempt.
   *
   * @throws UnknownHostException when there is no such host
   */
  static List<InetAddress> addresses(String host) throws UnknownHostException {
    return inTurn(Arrays.asList(InetAddress.getAllByName(host)));
  }

  /** The same addresses, one of each family after the other; the family of the first is first. */
  static List<InetAddress> inTurn(List<InetAddress> addresses) {
    boolean firstIsIpv4 = addresses.getFirst() instanceof Inet4Address;
    Deque<InetAddress> some = new ArrayDeque<>();
    Deque<InetAddress> others = new ArrayDeque<>();
    for (InetAddress address : addresses) {
      (address instanceof Inet4Address == firstIsIpv4 ? some : others).add(address);
    }
    List<InetAddress> inTurn = new ArrayList<>();
    while (!some.isEmpty() || !others.isEmpty()) {
      if (!some.isEmpty()) {
        inTurn.add(some.remove());
      }
      if (!others.isEmpty()) {
        inTurn.add(others.remove());
      }
    }
    return inTurn;
  }

  /**
   * Connects.
   *
   * @param addresses in the order in which they are tried
   * @param deadline for all of it, in {@link System#nanoTime}
   * @return the connection, to be closed by the caller
   * @throws SocketTimeoutException when one of them had not answered by then
   * @throws IOException when all have failed: that nobody listens there, if one of them says so
   */
  static Socket connect(List<InetAddress> addresses, int port, long deadline) throws IOException {
    try (Connector connector = new Connector(addresses, port, deadline)) {
      return connector.race();
    }
  }

  private Socket race() throws IOException {
    while (!untried.isEmpty()) {
      tryNext();
      long headStart = System.nanoTime() + HEAD_START.toNanos();
      while (!trying.isEmpty() && (untried.isEmpty() || System.nanoTime() - headStart < 0)) {
        Optional<Socket> winner = winner();
        if (winner.isPresent()) {
          return winner.get();
        }
        if (System.nanoTime() - deadline >= 0) {
          throw new SocketTimeoutException("the server does not answer");
        }
        if (!trying.isEmpty()) {
          await(untried.isEmpty() ? deadline : Math.min(deadline, headStart));
        }
      }
    }
    throw failure.orElseThrow();
  }

  private void tryNext() throws IOException {
    SocketChannel channel = SocketChannel.open();
    trying.add(channel);
    try {
      channel.configureBlocking(false);
      channel.connect(new InetSocketAddress(untried.remove(), port));
      channel.register(selector, SelectionKey.OP_CONNECT);
    } catch (UnsupportedAddressTypeException e) {
      giveUp(channel, new NoRouteToHostException("this machine has no IPv6"));
    } catch (IOException e) {
      giveUp(channel, e);
    }
  }

  private void await(long until) throws IOException {
    long millis = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
    selector.select(Math.max(1, millis));
    selector.selectedKeys().clear();
  }

  private Optional<Socket> winner() throws IOException {
    for (SocketChannel channel : List.copyOf(trying)) {
      try {
        if (channel.finishConnect()) {
          trying.remove(channel);
          channel.keyFor(selector).cancel();
          selector.selectNow();
          channel.configureBlocking(true);
          return Optional.of(channel.socket());
        }
      } catch (IOException e) {
        giveUp(channel, e);
      }
    }
    return Optional.empty();
  }

  private void giveUp(SocketChannel channel, IOException e) throws IOException {
    trying.remove(channel);
    channel.close();
    if (failure.isEmpty() || e instanceof ConnectException) {
      // A machine that says no is better news than a network that leads nowhere.
      failure = Optional.of(e);
    }
  }

  @Override
  public void close() throws IOException {
    try (selector) {
      for (SocketChannel channel : trying) {
        channel.close();
      }
    }
  }
}
