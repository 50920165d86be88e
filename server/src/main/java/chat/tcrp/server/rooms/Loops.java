package chat.tcrp.server.rooms;

import chat.tcrp.protocol.RoomName;
import java.util.function.LongConsumer;

/** The relay loops of a server, each with rooms of its own; to be asked from any thread. */
public interface Loops {
  /** How many there are. */
  int count();

  /** Which of so many loops has a room: the same at every server. */
  int of(RoomName room, int loops);

  /** Has a loop do something, which is given the time; what comes when it has ended is not done. */
  void run(int loop, LongConsumer action);

  /**
   * Gives a loop a message of another node, as a datagram is given.
   *
   * @return false when too much is waiting there already
   */
  boolean arrived(int loop, byte[] message);
}
