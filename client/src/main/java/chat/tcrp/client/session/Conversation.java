package chat.tcrp.client.session;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * What a face talks to: a room's session, or the lobby. Its methods may be called from any thread.
 */
public interface Conversation extends AutoCloseable {
  /**
   * Sends a message, in as many datagrams as it needs; an empty one is not sent. Datagrams may get
   * lost.
   *
   * @param text one line
   * @return false while there is no connection, and what was sent may not have arrived
   */
  boolean send(String text);

  /**
   * Whether messages can be sent now.
   *
   * @return false before the first answer, while there is no connection, and after the end
   */
  boolean live();

  /**
   * Whether the room is ours: we have made it and not handed it over, or have become its host
   * since.
   *
   * @return as far as we know; who becomes the host of a large room knows it a second later
   */
  default boolean isHost() {
    return false;
  }

  /**
   * Whether what is said travels encrypted between us and the server.
   *
   * @return the same from the beginning to the end
   */
  default boolean isSealed() {
    return false;
  }

  /**
   * The server where it is.
   *
   * @return where it was last, while there is no connection
   */
  ServerAddress server();

  /**
   * Whether it has ended, also when the listener does not know yet.
   *
   * @return true from the end on
   */
  boolean over();

  /**
   * How often the connection was lost; what was sent before the last time may be lost too.
   *
   * @return a number that only grows
   */
  int losses();

  /**
   * Waits until what was sent so far has been worked off, as far as that can be known.
   *
   * @param patience how long to wait
   * @return false when it is not known to have arrived
   * @throws InterruptedException when the waiting thread is interrupted
   */
  boolean flush(Duration patience) throws InterruptedException;

  /**
   * Completes when it is over.
   *
   * @return a future of the last event
   */
  CompletableFuture<SessionEvent.Ended> ended();

  /** Leaves; does nothing when it is over. */
  @Override
  void close();
}
