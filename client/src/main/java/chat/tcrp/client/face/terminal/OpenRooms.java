package chat.tcrp.client.face.terminal;

import chat.tcrp.client.face.Face;
import chat.tcrp.client.face.Safe;
import chat.tcrp.client.session.SessionEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The rooms that are open in the terminal, in the order in which they were entered, and which of
 * them is written to. The last one stays in when it ends. Its methods may be called from any
 * thread.
 */
final class OpenRooms {
  /** Is told what happens to the rooms, and may ask for them. */
  interface Watcher {
    /** A room has ended, and was the only one. */
    void over();

    /** Something that the prompt says of the room that is written to is different now. */
    void promptChanged();

    /** A room has ended that was written to, and now another one is. */
    void moved(OpenRoom from, OpenRoom to);
  }

  private final Watcher watcher;
  private final List<OpenRoom> rooms = new ArrayList<>();

  /** Never empty once there is a room. */
  private Optional<OpenRoom> present = Optional.empty();

  OpenRooms(Watcher watcher) {
    this.watcher = watcher;
  }

  synchronized void add(OpenRoom room) {
    rooms.add(room);
    if (present.isEmpty()) {
      present = Optional.of(room);
    }
  }

  synchronized List<OpenRoom> all() {
    return List.copyOf(rooms);
  }

  synchronized boolean areSeveral() {
    return rooms.size() > 1;
  }

  synchronized boolean isFull() {
    return rooms.size() == Face.MAX_ROOMS;
  }

  /** The room that is written to. */
  synchronized OpenRoom present() {
    return present.orElseThrow();
  }

  synchronized boolean isPresent(OpenRoom room) {
    return present.equals(Optional.of(room));
  }

  synchronized boolean isOpen(OpenRoom room) {
    return rooms.contains(room);
  }

  /** Whether a room has been there for longest. */
  synchronized boolean isFirst(OpenRoom room) {
    return numbered(1).equals(Optional.of(room));
  }

  /** What the prompt says of a room is different now. */
  void promptChanged(OpenRoom room) {
    if (isPresent(room)) {
      watcher.promptChanged();
    }
  }

  /** From now on this room is written to. */
  synchronized void go(OpenRoom room) {
    present = Optional.of(room);
    room.read();
  }

  /** The room with a number, from 1 on. */
  synchronized Optional<OpenRoom> numbered(int number) {
    return number >= 1 && number <= rooms.size()
        ? Optional.of(rooms.get(number - 1))
        : Optional.empty();
  }

  /** The room that somebody means: by its number, its name, or the beginning of only one name. */
  synchronized Optional<OpenRoom> meant(String text) {
    if (text.matches("[1-9]") && numbered(Integer.parseInt(text)).isPresent()) {
      return numbered(Integer.parseInt(text));
    }
    List<OpenRoom> named = rooms.stream().filter(room -> name(room).equals(text)).toList();
    List<OpenRoom> like =
        rooms.stream()
            .filter(room -> name(room).regionMatches(true, 0, text, 0, text.length()))
            .toList();
    return named.size() == 1
        ? Optional.of(named.getFirst())
        : Optional.of(like).filter(rs -> rs.size() == 1).map(List::getFirst);
  }

  /** What a room is called here: its name, and where that is not enough its server too. */
  synchronized String name(OpenRoom room) {
    String name = room.place().name();
    boolean isOnlyOne =
        rooms.stream().noneMatch(other -> other != room && other.place().name().equals(name));
    return Safe.text(isOnlyOne ? name : name + " on " + room.conversation().server());
  }

  /** What stands before a line of a room: its name, unless it is the only one. */
  synchronized String label(OpenRoom room) {
    boolean isOnlyOne = rooms.size() == 1 && rooms.contains(room);
    return rooms.isEmpty() || isOnlyOne ? "" : name(room);
  }

  /**
   * Takes a room out.
   *
   * @return false when it is the only one, and stays
   */
  synchronized boolean remove(OpenRoom room) {
    if (rooms.size() == 1) {
      return false;
    }
    int at = rooms.indexOf(room);
    rooms.remove(room);
    if (isPresent(room)) {
      go(rooms.get(Math.max(0, at - 1)));
    }
    return true;
  }

  /**
   * Nothing more will happen in a room.
   *
   * @param cause a room that is still here and that we have left is one of all that we leave
   */
  void ended(OpenRoom room, SessionEvent.Cause cause) {
    boolean wasPresent;
    boolean isOver;
    synchronized (this) {
      wasPresent = isPresent(room);
      isOver = rooms.contains(room) && !remove(room);
    }
    // Whoever is told has locks of their own.
    if (isOver) {
      watcher.over();
    } else if (wasPresent && cause != SessionEvent.Cause.LEFT) {
      watcher.moved(room, present());
    }
  }
}
