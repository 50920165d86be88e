package chat.tcrp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import chat.tcrp.client.session.ChatSession;
import chat.tcrp.client.session.ServerAddress;
import chat.tcrp.client.session.SessionConfig;
import chat.tcrp.client.session.SessionEvent;
import chat.tcrp.protocol.Password;
import chat.tcrp.protocol.RoomName;
import chat.tcrp.protocol.Username;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A session whose events can be waited for. */
public final class TestClient implements AutoCloseable {
  public static final Duration PATIENCE = Duration.ofSeconds(20);

  private final BlockingQueue<SessionEvent> events = new LinkedBlockingQueue<>();
  private final List<SessionEvent> seen = new CopyOnWriteArrayList<>();
  private final ChatSession session;

  private TestClient(SessionConfig config) throws Exception {
    session = ChatSession.open(config, events::add);
  }

  /** Enters a room, and waits until messages get through. */
  public static TestClient enter(SessionConfig config) throws Exception {
    TestClient client = new TestClient(config);
    client.next(SessionEvent.Joined.class);
    return client;
  }

  /** Makes the room "tea" as "ann". */
  public static TestClient host(ServerAddress server, Optional<Password> password)
      throws Exception {
    return enter(
        new SessionConfig(server, new RoomName("tea"), new Username("ann"), password, true));
  }

  /** The same, sealed as the real program is. */
  public static TestClient sealedHost(ServerAddress server, Optional<Password> password)
      throws Exception {
    return enter(
        new SessionConfig(server, new RoomName("tea"), new Username("ann"), password, true)
            .sealed((address, key, verified) -> {}));
  }

  public ChatSession session() {
    return session;
  }

  public String name() {
    return session.config().username().value();
  }

  /** What has been waited for or passed over so far. */
  public List<SessionEvent> seen() {
    return seen;
  }

  /** Forgets what has happened so far. */
  public void forget() {
    events.clear();
    seen.clear();
  }

  /** Everything, also what has not been waited for. */
  public List<SessionEvent> rest() {
    events.drainTo(seen);
    return seen;
  }

  /** Waits for an event, passing over others. */
  public void expect(SessionEvent expected) throws InterruptedException {
    SessionEvent event;
    do {
      event = next(SessionEvent.class);
    } while (!event.equals(expected));
    assertThat(event).isEqualTo(expected);
  }

  /** Waits for the next event of a kind, passing over others. */
  public <T extends SessionEvent> T next(Class<T> kind) throws InterruptedException {
    return next(kind, PATIENCE);
  }

  public <T extends SessionEvent> T next(Class<T> kind, Duration patience)
      throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      SessionEvent event = events.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (event == null) {
        return fail("no %s within %s; saw %s", kind.getSimpleName(), patience, seen);
      }
      seen.add(event);
      if (kind.isInstance(event)) {
        return kind.cast(event);
      }
    }
  }

  @Override
  public void close() {
    session.close();
  }
}
