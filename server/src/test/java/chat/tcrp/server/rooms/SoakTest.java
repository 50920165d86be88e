package chat.tcrp.server.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.protocol.ClientDatagram;
import chat.tcrp.protocol.Credentials;
import chat.tcrp.protocol.Password;
import chat.tcrp.protocol.ProtocolException;
import chat.tcrp.protocol.Request;
import chat.tcrp.protocol.RoomName;
import chat.tcrp.protocol.Token;
import chat.tcrp.protocol.Username;
import chat.tcrp.server.base.EventLog;
import chat.tcrp.server.base.Outbox;
import chat.tcrp.server.base.Peer;
import chat.tcrp.server.metrics.LoopMetrics;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/**
 * A year of comings and goings on a clock of its own: twenty thousand sessions, or as many as
 * {@code -Dsoak.sessions=1000000} says; a long run also shows that memory stays as it is.
 */
class SoakTest {
  private static final int SESSIONS = Integer.getInteger("soak.sessions", 20_000);
  private static final boolean MEASURED = SESSIONS >= 1_000_000;
  private static final Duration YEAR = Duration.ofDays(365);
  private static final int ROOMS = 40;
  private static final int MAX_CLIENTS = 1000;
  private static final int CHECKPOINTS = 10;

  /** A session that its client still believes in. */
  private record Client(RoomName room, String name, InetAddress from, Token token) {}

  @AutoClose private final EventLog log = new EventLog();
  private final SplittableRandom random = new SplittableRandom(1);
  private final ByteBuffer memory = ByteBuffer.allocateDirect(1 << 16);
  private final RoomLimits limits = RoomLimits.DEFAULTS;
  private final Places places = new Places(limits);
  private final BacklogMemory backlogMemory = new BacklogMemory(limits.backlogBytes());
  private final Rooms rooms =
      new Rooms(
          limits,
          random,
          places,
          new AttemptLimiter(),
          backlogMemory,
          SealedIds.UNHEARD,
          log,
          LoopMetrics.ofRooms("test"),
          new Nowhere(),
          Elsewhere.NOWHERE);
  private final ClientDatagram.View view = new ClientDatagram.View();
  private final List<Client> clients = new ArrayList<>();
  private long now;
  private int admitted;

  /** Where datagrams go unseen. */
  private final class Nowhere implements Outbox {
    @Override
    public ByteBuffer memory() {
      return memory;
    }

    @Override
    public int stage(int size) {
      return memory.capacity() / 2;
    }

    @Override
    public void send(Peer to, int offset, int size) {}

    @Override
    public void probe(Peer to, int offset, int size) {}

    @Override
    public void flush() {}
  }

  @Test
  void nothingIsLeftOfWhoeverHasGone() throws Exception {
    List<Long> used = new ArrayList<>();
    long pause = YEAR.toNanos() / SESSIONS;
    for (int i = 0; i < SESSIONS; i++) {
      enter(i);
      somebodyDoesSomething();
      now += random.nextLong(2 * pause);
      settle();
      if (MEASURED && i % (SESSIONS / CHECKPOINTS) == SESSIONS / CHECKPOINTS - 1) {
        used.add(usedMemory());
      }
    }
    assertThat(admitted).isGreaterThan(SESSIONS / 2);
    // Then nobody comes for a day.
    for (int second = 0; second < Duration.ofDays(1).toSeconds(); second += 10) {
      now += Duration.ofSeconds(10).toNanos();
      settle();
    }
    assertThat(rooms.list()).isEmpty();
    assertThat(places.rooms()).isZero();
    assertThat(backlogMemory.take((int) limits.backlogBytes())).isTrue();
    // Each address has all of its places again.
    for (int i = 0; i < limits.maxSessionsPerAddress(); i++) {
      assertThat(places.takeSession(address(1, 1))).isEmpty();
    }
    if (MEASURED) {
      System.out.printf(
          "%,d sessions in a year: KiB in use after each tenth: %s%n",
          SESSIONS, used.stream().map(bytes -> bytes >> 10).toList());
      assertThat(used.getLast()).isLessThan(used.get(2) + (1 << 20));
    }
  }

  private void enter(int i) throws UnknownHostException {
    RoomName room = new RoomName("room" + random.nextInt(ROOMS));
    String name = "user" + (random.nextInt(5) == 0 ? random.nextInt(10) : i);
    InetAddress from = address(random.nextInt(4), random.nextInt(256));
    Optional<Password> password =
        random.nextInt(4) == 0 ? Optional.of(new Password("p" + random.nextInt(2))) : empty();
    request(room, name, from, credentials(name, password, empty()), random.nextInt(3) == 0);
  }

  private void request(
      RoomName room, String name, InetAddress from, Credentials credentials, boolean create) {
    Request request =
        create ? new Request.Create(room, credentials) : new Request.Join(room, credentials);
    rooms.handle(
        request,
        Caller.plain(from),
        now,
        reply -> {
          if (reply instanceof Reply.Admitted(Token token, boolean _)) {
            admitted++;
            clients.add(new Client(room, name, from, token));
            if (clients.size() > MAX_CLIENTS) {
              clients.removeFirst();
            }
          } else if (!create) {
            // Rooms begin with somebody who wanted to join them.
            request(room, name, from, credentials, true);
          }
        });
  }

  private void somebodyDoesSomething() throws ProtocolException {
    for (int i = random.nextInt(4); i > 0 && !clients.isEmpty(); i--) {
      int index = random.nextInt(clients.size());
      Client client = clients.get(index);
      switch (random.nextInt(6)) {
        case 0, 1, 2 -> say(client);
        case 3 -> {
          clients.remove(index);
          rooms.handle(
              new Request.Leave(client.room(), client.token()),
              Caller.plain(client.from()),
              now,
              _ -> {});
        }
        case 4 -> {
          clients.remove(index);
          request(
              client.room(),
              client.name(),
              client.from(),
              credentials(client.name(), empty(), Optional.of(client.token())),
              random.nextBoolean());
        }
        default -> clients.remove(index); // Gone without a word.
      }
    }
  }

  private void say(Client client) throws ProtocolException {
    byte[] datagram =
        new ClientDatagram(client.room(), client.token(), random.nextBoolean() ? "" : "hello")
            .encode();
    memory.put(0, datagram);
    assertThat(view.wrap(memory, 0, datagram.length)).isTrue();
    Member member = rooms.sender(view);
    if (member != null) {
      if (member.peer() == null) {
        rooms.register(
            member, new Peer(new InetSocketAddress(client.from(), 1024 + random.nextInt(60_000))));
      }
      member.heard(now, view.messageSize() == 0);
      Backlog backlog = member.room().backlog();
      if (backlog != null && view.messageSize() > 0) {
        backlog.add(memory, view.messageAt(), view.messageSize(), member.id());
      }
    }
  }

  private void settle() {
    rooms.work(now);
    while (rooms.expire(now)) {
      rooms.work(now);
    }
  }

  private static Credentials credentials(
      String name, Optional<Password> password, Optional<Token> token) {
    return new Credentials(new Username(name), password, token, true, Optional.of(0L), false);
  }

  private static InetAddress address(int second, int third) throws UnknownHostException {
    return InetAddress.getByAddress(new byte[] {10, (byte) second, (byte) third, 1});
  }

  private static <T> Optional<T> empty() {
    return Optional.empty();
  }

  private static long usedMemory() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
