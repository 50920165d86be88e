package chat.tcrp.client.face.terminal;

import chat.tcrp.client.face.Entered;
import chat.tcrp.client.face.Entrance;
import chat.tcrp.client.face.Face;
import chat.tcrp.client.face.Invitation;
import chat.tcrp.client.face.Problem;
import chat.tcrp.client.face.SlashCommand;
import chat.tcrp.client.session.ChatSession;
import chat.tcrp.client.session.Conversation;
import chat.tcrp.client.session.ServerAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jline.reader.EndOfFileException;

/** The commands that are about which rooms are open, and which one is written to. */
final class RoomCommands {
  private final OpenRooms rooms;
  private final Announcements screen;
  private final Entrance entrance;
  private final Consumer<Entered> open;

  /**
   * The commands of a terminal.
   *
   * @param screen for what is said of no single room
   * @param open opens a room that has been entered
   */
  RoomCommands(OpenRooms rooms, Announcements screen, Entrance entrance, Consumer<Entered> open) {
    this.rooms = rooms;
    this.screen = screen;
    this.entrance = entrance;
    this.open = open;
  }

  /** Lists the rooms, or has another one written to. */
  void go(String argument) {
    if (argument.isBlank()) {
      list();
      return;
    }
    rooms
        .meant(argument.strip())
        .ifPresentOrElse(
            room -> {
              rooms.go(room);
              // The prompt says so too, where there is one.
              sayWhere();
            },
            () -> screen.warn("no open room is meant by " + argument + "; /go lists them"));
  }

  /**
   * The same by a key.
   *
   * @return false when there is only one room
   */
  boolean go(int number) {
    if (!rooms.areSeveral()) {
      return false;
    }
    rooms
        .numbered(number)
        .ifPresentOrElse(
            rooms::go, () -> screen.warn("there is no room " + number + "; /go lists them"));
    return true;
  }

  private void list() {
    List<OpenRoom> all = rooms.all();
    int width = all.stream().mapToInt(room -> Prompt.width(rooms.name(room))).max().orElse(0);
    List<String> table = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      OpenRoom room = all.get(i);
      String state = rooms.isPresent(room) ? "you write to it" : room.unread();
      String name = rooms.name(room);
      table.add((i + 1) + " " + name + " ".repeat(width - Prompt.width(name)) + "  " + state);
    }
    screen.info(all.size() == 1 ? "1 room is open:" : all.size() + " rooms are open:", table);
  }

  /** Says which room is written to, when there is more than one. */
  void sayWhere() {
    if (rooms.areSeveral()) {
      String name = rooms.name(rooms.present());
      screen.info("you write to " + name + "; Alt-1 to Alt-9 or /go switches");
    }
  }

  /**
   * Enters another room, and writes to it.
   *
   * @param argument its name, or an invitation
   */
  void join(String argument, ChatSession from) {
    String room = argument.strip();
    boolean isName = !Invitation.isMeant(room);
    Optional<OpenRoom> there =
        rooms.all().stream()
            .filter(each -> isName && each.place().name().equals(room))
            .filter(each -> isAtOneOf(from.config().servers(), each.conversation()))
            .findFirst();
    if (room.isEmpty()) {
      screen.warn("which room? " + SlashCommand.JOIN.usage() + "; /rooms lists them");
    } else if (there.isPresent()) {
      rooms.go(there.get());
    } else if (rooms.isFull()) {
      screen.warn("more than " + Face.MAX_ROOMS + " rooms cannot be open; /leave leaves one");
    } else if (isName && !from.live()) {
      screen.warn("there is no connection at the moment; try again when it is back");
    } else {
      enter(room, from);
    }
  }

  private static boolean isAtOneOf(List<ServerAddress> servers, Conversation there) {
    return there instanceof ChatSession session
        && !Collections.disjoint(servers, session.config().servers());
  }

  private void enter(String room, ChatSession from) {
    try {
      open.accept(entrance.enter(room, from.config()));
      sayWhere();
    } catch (Problem e) {
      List<String> lines = e.getMessage().lines().toList();
      screen.warn(lines.getFirst(), lines.subList(1, lines.size()));
    } catch (Console.Interrupted e) {
      screen.info("not joined");
    }
  }

  /**
   * Leaves a room.
   *
   * @throws EndOfFileException when it is the last one, and so there is nothing more to type
   */
  void leave(OpenRoom room) {
    if (!rooms.remove(room)) {
      throw new EndOfFileException();
    }
    // The server may be gone, and the other rooms need not wait for that.
    Thread.ofVirtual().name("leaving").start(room.conversation()::close);
    sayWhere();
  }
}
