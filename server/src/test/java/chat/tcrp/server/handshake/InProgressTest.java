package chat.tcrp.server.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chat.tcrp.server.TestServer;
import chat.tcrp.server.handshake.InProgress.Bounds;
import chat.tcrp.server.handshake.InProgress.Ended;
import chat.tcrp.server.handshake.InProgress.Exchange;
import chat.tcrp.server.handshake.InProgress.Reason;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** Five connections, three of one address; of places three, two of one address. */
class InProgressTest {
  private static final InetAddress ANN = TestServer.address("192.0.2.1");
  private static final InetAddress BOB = TestServer.address("192.0.2.2");
  private static final InetAddress CAT = TestServer.address("192.0.2.3");
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration AT_ONCE = Duration.ofMillis(1);

  private final InProgress inProgress = inProgress(Duration.ofMillis(50), PATIENCE);

  private static InProgress inProgress(Duration stall, Duration patience) {
    return new InProgress(new Bounds(5, 3, 3, 2, stall), patience);
  }

  /** A connection of which so much has not been read. */
  private static final class Connection extends Socket {
    private final int unread;

    private Connection(int unread) {
      this.unread = unread;
    }

    @Override
    public InputStream getInputStream() {
      return new ByteArrayInputStream(new byte[unread]);
    }
  }

  private record Arrived(Socket socket, Exchange exchange, Optional<Socket> victim) {}

  private Arrived arrive(InetAddress network) {
    return arrive(inProgress, network, 0);
  }

  private static Arrived arrive(InProgress inProgress, InetAddress network, int unread) {
    Socket socket = new Connection(unread);
    Exchange exchange = inProgress.exchange(socket, network, System.nanoTime());
    return new Arrived(socket, exchange, inProgress.add(exchange));
  }

  private Arrived placed(InetAddress network) throws Exception {
    Arrived arrived = arrive(network);
    arrived.exchange().awaitPlace(PATIENCE);
    return arrived;
  }

  private static CompletableFuture<Void> placeOf(Arrived arrived) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            arrived.exchange().awaitPlace(PATIENCE);
          } catch (InterruptedException | TimeoutException e) {
            throw new CompletionException(e);
          }
        },
        task -> Thread.ofVirtual().start(task));
  }

  private static void assertComes(CompletableFuture<Void> place) throws Exception {
    place.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Test
  void theOldestThatHasSaidNothingMakesWayForANewcomerOfItsAddress() {
    Arrived first = arrive(ANN);
    arrive(ANN);
    arrive(ANN);

    assertThat(arrive(ANN).victim()).contains(first.socket());
    assertThat(arrive(BOB).victim()).isEmpty();
  }

  @Test
  void whoHasSaidAllIsNeverTheVictimOfALaterOneOfItsAddress() throws Exception {
    placed(ANN);
    placed(ANN);
    Arrived queued = arrive(ANN);
    CompletableFuture<Void> place = placeOf(queued);
    assertThatThrownBy(() -> queued.exchange().awaitPlace(AT_ONCE))
        .isInstanceOf(TimeoutException.class);

    Arrived newcomer = arrive(ANN);

    assertThat(newcomer.victim()).contains(newcomer.socket());
    assertThat(place).isNotDone();
  }

  @Test
  void whenThereAreTooManyInAllOneOfThoseWhoHaveTheMostMakesWay() {
    arrive(BOB);
    Arrived first = arrive(ANN);
    arrive(ANN);
    arrive(ANN);
    arrive(BOB);

    assertThat(arrive(CAT).victim()).contains(first.socket());
  }

  @Test
  void aPlaceThatBecomesFreeGoesToWhoWaits() throws Exception {
    Arrived first = placed(ANN);
    placed(ANN);
    CompletableFuture<Void> place = placeOf(arrive(ANN));
    placed(BOB);
    assertThat(place).isNotDone();

    inProgress.remove(first.socket());

    assertComes(place);
  }

  @Test
  void whoHasTheFewestPlacesComesFirst() throws Exception {
    placed(ANN);
    placed(BOB);
    Arrived busy = placed(BOB);
    Arrived second = arrive(ANN);
    assertThatThrownBy(() -> second.exchange().awaitPlace(AT_ONCE))
        .isInstanceOf(TimeoutException.class);
    Arrived lonely = arrive(CAT);
    assertThatThrownBy(() -> lonely.exchange().awaitPlace(AT_ONCE))
        .isInstanceOf(TimeoutException.class);

    inProgress.remove(busy.socket());

    lonely.exchange().awaitPlace(AT_ONCE);
    assertThatThrownBy(() -> second.exchange().awaitPlace(AT_ONCE))
        .isInstanceOf(TimeoutException.class);
  }

  @Test
  void whoLetsTheServerWaitLosesItsPlaceOnceOthersWantIt() throws Exception {
    Arrived working = placed(ANN);
    Arrived stalled = placed(ANN);
    stalled.exchange().theirs();
    CompletableFuture<Void> place = placeOf(arrive(ANN));

    assertThat(inProgress.awaitEnded()).contains(new Ended(stalled.socket(), Reason.STALLED));

    assertComes(place);
    inProgress.remove(working.socket());
  }

  @Test
  void whoIsNotInAnybodysWayMayTakeItsTime() throws Exception {
    InProgress patient = inProgress(Duration.ofNanos(1), Duration.ofMillis(200));
    Arrived slow = arrive(patient, ANN, 0);
    slow.exchange().awaitPlace(PATIENCE);
    slow.exchange().theirs();

    assertThat(patient.awaitEnded()).contains(new Ended(slow.socket(), Reason.OVERDUE));
  }

  @Test
  void whoseWordsHaveComeButWereNotReadHasNotLetTheServerWait() throws Exception {
    InProgress cold = inProgress(Duration.ofMillis(1), Duration.ofMillis(300));
    Arrived heard = arrive(cold, ANN, 7);
    heard.exchange().awaitPlace(PATIENCE);
    heard.exchange().theirs();
    Arrived working = arrive(cold, ANN, 0);
    working.exchange().awaitPlace(PATIENCE);
    CompletableFuture<Void> place = placeOf(arrive(cold, ANN, 0));

    assertThat(cold.awaitEnded()).contains(new Ended(heard.socket(), Reason.OVERDUE));
    assertComes(place);
  }

  @Test
  void whoEndsWhileWaitingWaitsNoLonger() throws Exception {
    Arrived gone = arrive(ANN);
    inProgress.remove(gone.socket());

    assertThatThrownBy(() -> gone.exchange().awaitPlace(PATIENCE))
        .isInstanceOf(CancellationException.class);
  }
}
