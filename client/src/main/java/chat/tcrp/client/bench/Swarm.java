package chat.tcrp.client.bench;

import chat.tcrp.client.face.Problem;
import chat.tcrp.client.session.TcrpClient;
import chat.tcrp.protocol.ClientDatagram;
import chat.tcrp.protocol.Opener;
import chat.tcrp.protocol.ProtocolException;
import chat.tcrp.protocol.RoomName;
import chat.tcrp.protocol.SealCipher;
import chat.tcrp.protocol.SealKeys;
import chat.tcrp.protocol.SealedDatagram;
import chat.tcrp.protocol.Sealer;
import chat.tcrp.protocol.ServerDatagram;
import chat.tcrp.protocol.Token;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The users of a load test as UDP knows them: a connected socket for each, all served by one
 * thread, without an allocation for a datagram.
 *
 * <p>A socket that is ready is read once; if there is more, it is ready again at once. So the time
 * at which the selector returned is one at which every datagram read after it was there, and one
 * look at the clock does for all of them.
 */
final class Swarm implements AutoCloseable {
  /** Files that the program needs besides the users' sockets, handshakes in progress included. */
  private static final int SPARE_FILES = 2 * Crowd.AT_ONCE;

  private static final int RECEIVE_BUFFER = 1 << 20;

  /** Where the message begins in the outgoing buffer; the head of a datagram is put before it. */
  private static final int TEXT_AT = 2 + RoomName.MAX_BYTES + Token.MAX_BYTES;

  /** After so many datagrams it is asked whether something is due. */
  private static final int READS_BETWEEN_SENDS = 32;

  private final LoadTally tally;
  private final int run;
  private final Runnable sendDue;
  private final Selector selector;
  private final List<User> users = new ArrayList<>();
  private final ByteBuffer in =
      ByteBuffer.allocateDirect(ServerDatagram.MAX_BYTES + SealedDatagram.OVERHEAD + 1);
  private final byte[] datagram = new byte[in.capacity()];
  private final byte[] opened = new byte[in.capacity()];
  private final ByteBuffer out;
  private final byte[] content;
  private final ByteBuffer sealed;
  private final Marker marker = new Marker();
  private final byte[] mark = new byte[Marker.BYTES];
  private final SealCipher cipher = new SealCipher();
  private final Consumer<SelectionKey> reader = this::read;
  private long origin;
  private long arrival;
  private int received;
  private int reached;

  private static final class User {
    private final int number;
    private final DatagramChannel channel;

    /** What every datagram of the user begins with; as it is, it is a keepalive. */
    private byte[] head = {};

    /** Null when the session is plain. */
    private Sealer sealer;

    private Opener opener;
    private int sequence;
    private boolean acknowledged;

    private User(int number, DatagramChannel channel) {
      this.number = number;
      this.channel = channel;
    }
  }

  /**
   * Makes a swarm without sockets.
   *
   * @param tally is told what arrives and what goes out
   * @param run stands in every message
   * @param sendDue called between datagrams when many arrive at once
   */
  Swarm(LoadPlan plan, LoadTally tally, int run, Runnable sendDue) throws IOException {
    this.tally = tally;
    this.run = run;
    this.sendDue = sendDue;
    this.selector = Selector.open();
    this.out = ByteBuffer.allocateDirect(TEXT_AT + plan.size());
    this.content = new byte[plan.size()];
    this.sealed = ByteBuffer.allocate(plan.size() + SealedDatagram.OVERHEAD);
    for (int i = TEXT_AT; i < out.capacity(); i++) {
      out.put(i, (byte) (i % 8 == 0 ? ' ' : 'x'));
    }
  }

  /**
   * Opens the sockets.
   *
   * @param address of a server; the others are reached by the same version of the Internet protocol
   * @throws Problem when the system does not let the program have so many
   */
  void open(int count, InetAddress address) throws IOException, Problem {
    StandardProtocolFamily family =
        address.getAddress().length == 4
            ? StandardProtocolFamily.INET
            : StandardProtocolFamily.INET6;
    List<DatagramChannel> spare = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        users.add(new User(i, DatagramChannel.open(family)));
      }
      for (int i = 0; i < SPARE_FILES; i++) {
        spare.add(DatagramChannel.open(family));
      }
    } catch (IOException e) {
      Problem problem = tooManyFiles(count, e);
      // Leaving the room that was entered takes a socket as well.
      closeChannels();
      throw problem;
    } finally {
      for (DatagramChannel channel : spare) {
        channel.close();
      }
    }
    for (User user : users) {
      user.channel.configureBlocking(false);
      user.channel.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER);
    }
  }

  private Problem tooManyFiles(int count, IOException e) {
    return new Problem(
        Problem.USAGE,
        "%d users need as many sockets, and the system refuses the one after %d (%s). Raise the limit of open files, ulimit -n %d, or ask for fewer users"
            .formatted(count, users.size(), e.getMessage(), count + 2 * SPARE_FILES),
        e);
  }

  /**
   * A user has entered a room and can send from now on.
   *
   * @throws Problem when the sockets are not for such addresses
   */
  void admit(int number, RoomName room, TcrpClient.Admission admission)
      throws IOException, ProtocolException, Problem {
    User user = users.get(number);
    try {
      user.channel.connect(
          new InetSocketAddress(admission.address(), admission.server().udpPort()));
    } catch (UnsupportedAddressTypeException e) {
      throw new Problem(
          Problem.USAGE,
          "the servers are reached by IPv4 and by IPv6; name all by addresses of one kind",
          e);
    }
    user.channel.register(selector, SelectionKey.OP_READ, user);
    user.head = new ClientDatagram(room, admission.token(), "").encode();
    user.sealer = admission.keys().map(SealKeys::clientSealer).orElse(null);
    user.opener = admission.keys().map(SealKeys::serverOpener).orElse(null);
  }

  /** From now on time is counted from here, in {@link System#nanoTime}. */
  void startAt(long nanos) {
    origin = nanos;
  }

  /** Nanoseconds since the start. */
  long now() {
    return System.nanoTime() - origin;
  }

  /** Sends the next message of a user. */
  void send(int number, long due) {
    User user = users.get(number);
    user.sequence++;
    marker.set(run, number, user.sequence, due);
    marker.write(mark, 0);
    out.put(TEXT_AT, mark);
    long now = now();
    if (write(user, out.capacity())) {
      tally.sent(due, now);
    } else {
      tally.unsent(due);
    }
  }

  void keepAlive(int number) {
    write(users.get(number), TEXT_AT);
  }

  private boolean write(User user, int end) {
    if (user.sealer != null) {
      return writeSealed(user, end - TEXT_AT);
    }
    int start = TEXT_AT - user.head.length;
    out.put(start, user.head).limit(end).position(start);
    try {
      return user.channel.write(out) > 0;
    } catch (IOException e) {
      // Nobody listens on the port, or there is no way to it; the figures will say so.
      return false;
    } finally {
      out.clear();
    }
  }

  private boolean writeSealed(User user, int size) {
    out.get(TEXT_AT, content, 0, size);
    sealed.clear().limit(user.sealer.seal(cipher, content, size, sealed.array()));
    try {
      return user.channel.write(sealed) > 0;
    } catch (IOException e) {
      // As for plain ones.
      return false;
    }
  }

  /** Whether the server has answered a keepalive of a user. */
  boolean isReached(int number) {
    return users.get(number).acknowledged;
  }

  /** How many users have had an answer to a keepalive. */
  int reached() {
    return reached;
  }

  /**
   * Takes in what is waiting, or waits for it.
   *
   * @param millis how long to wait at most; 0 does not wait
   * @return how many datagrams
   */
  int receive(long millis) throws IOException {
    arrival = Long.MIN_VALUE;
    received = 0;
    if (millis > 0) {
      selector.select(reader, millis);
    } else {
      selector.selectNow(reader);
    }
    return received;
  }

  private void read(SelectionKey key) {
    if (arrival == Long.MIN_VALUE) {
      arrival = now();
    }
    User user = (User) key.attachment();
    int size;
    try {
      size = user.channel.read(in.clear());
    } catch (IOException e) {
      // An answer of the network to a datagram of ours; see write.
      return;
    }
    if (size <= 0) {
      return;
    }
    in.get(0, datagram, 0, size);
    if (user.opener == null) {
      take(user, datagram, size);
    } else {
      int contentSize = user.opener.open(cipher, datagram, size, opened);
      if (contentSize != Opener.REFUSED) {
        take(user, opened, contentSize);
      }
    }
  }

  private void take(User user, byte[] bytes, int size) {
    if (size == 1 && bytes[0] == ServerDatagram.ACK && !user.acknowledged) {
      user.acknowledged = true;
      reached++;
    }
    tally.datagram(bytes, size, user.number, arrival);
    received++;
    if (received % READS_BETWEEN_SENDS == 0) {
      sendDue.run();
    }
  }

  /** Ends a wait; from any thread. */
  void wakeup() {
    selector.wakeup();
  }

  @Override
  public void close() throws IOException {
    try (selector) {
      closeChannels();
    }
  }

  private void closeChannels() throws IOException {
    for (User user : users) {
      user.channel.close();
    }
    users.clear();
  }
}
