package chat.tcrp.server.rooms;

import chat.tcrp.protocol.RoomName;
import java.nio.ByteBuffer;

/**
 * The other nodes of a cluster, as the rooms of a relay loop see them: they have members of rooms
 * that are at home here, and the homes of rooms whose members are guests here. Called on the loop's
 * thread only; nothing in it waits.
 */
public interface Elsewhere {
  /** For a server that is alone. */
  Elsewhere NOWHERE = new Nowhere();

  /** Whether there is a cluster. */
  boolean isSomewhere();

  /** Is told what there is here; before anything else. */
  void attach(Rooms rooms, Speech speech);

  /** Takes a message of another node. */
  void received(byte[] message, long now);

  /** Sends what is to be sent, and does what is due; at the end of every turn of the loop. */
  void flush(long now);

  /** How many nanoseconds from now {@link #flush} is wanted at the latest. */
  long nanosUntilWork(long now);

  /** For how many nanoseconds from now nothing would be sent that the loop has to say. */
  long nanosToRest(long now);

  /** This server is stopping: its rooms stay, for other nodes. */
  void stop();

  /**
   * Whether this node may not decide about a room at the moment, since another may be about to, or
   * does not know who may.
   */
  boolean isHeld(Room room);

  /** The number of the reign in which a room is made that others have left this node to make. */
  long epoch(RoomName room);

  /** A room that is at home here has been made, or what is kept of it has changed. */
  void changed(Room room);

  /** A room that was at home here is no more. */
  void ended(Room room);

  /** A member of a room that is at home here has come, come back or changed. */
  void changed(Member member);

  /** A member of a room that was at home here is one no more. */
  void gone(Member member);

  /** The session that a node has of a member has ended: there is one at another node, or here. */
  void sessionEnded(Member member, String node);

  /** Sends a datagram to a member that is elsewhere; the bytes are not to be changed afterwards. */
  void send(Member member, byte[] datagram);

  /** A line of a room that is at home here has its place: those elsewhere are to have it. */
  void line(Room room, Member sender, ByteBuffer memory, int at, int size);

  /** A guest says something, to everybody in the room or to one alone. */
  void said(Member guest, boolean privately, ByteBuffer memory, int at, int size);

  /** A guest has been heard for the first time in its session. */
  void heard(Member guest);

  /** A guest is not there any more; to be said again until the home has put it out. */
  void lost(Member guest, Change how);

  /** Nobody else is a member that is elsewhere, as far as its node can tell: that is asked. */
  void probe(Member member);

  /** A server that is alone: its rooms have nobody elsewhere. */
  final class Nowhere implements Elsewhere {
    private Nowhere() {}

    @Override
    public boolean isSomewhere() {
      return false;
    }

    @Override
    public void attach(Rooms rooms, Speech speech) {}

    @Override
    public void received(byte[] message, long now) {}

    @Override
    public void flush(long now) {}

    @Override
    public long nanosUntilWork(long now) {
      return Long.MAX_VALUE;
    }

    @Override
    public long nanosToRest(long now) {
      return 0;
    }

    @Override
    public void stop() {}

    @Override
    public boolean isHeld(Room room) {
      return false;
    }

    @Override
    public long epoch(RoomName room) {
      return 0;
    }

    @Override
    public void changed(Room room) {}

    @Override
    public void ended(Room room) {}

    @Override
    public void changed(Member member) {}

    @Override
    public void gone(Member member) {}

    @Override
    public void sessionEnded(Member member, String node) {}

    @Override
    public void send(Member member, byte[] datagram) {}

    @Override
    public void line(Room room, Member sender, ByteBuffer memory, int at, int size) {}

    @Override
    public void said(Member guest, boolean privately, ByteBuffer memory, int at, int size) {}

    @Override
    public void heard(Member guest) {}

    @Override
    public void lost(Member guest, Change how) {}

    @Override
    public void probe(Member member) {}
  }
}
