package chat.tcrp.client.face.terminal;

import chat.tcrp.client.face.Action;
import chat.tcrp.client.face.ConversationLog;
import chat.tcrp.client.face.Entered;
import chat.tcrp.client.face.Place;
import chat.tcrp.client.face.RoomNotice;
import chat.tcrp.client.face.Wording;
import chat.tcrp.client.session.ChatSession;
import chat.tcrp.client.session.Conversation;
import chat.tcrp.client.session.ServerAddress;
import chat.tcrp.client.session.SessionEvent;
import chat.tcrp.client.session.UntrustedException;
import chat.tcrp.protocol.Status;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A room that is open in the terminal, or the lobby: shows what happens in it, and does what is
 * typed for it.
 */
final class OpenRoom {
  private final Place place;
  private final Wording wording;
  private final ScreenLines lines;
  private final Screen screen;
  private final Alerts alerts;
  private final OpenRooms rooms;
  private final Conversation conversation;
  private final Commands commands;
  private final Company company;
  private final ConversationLog log;

  /** Held while somebody says something, we or others, until it is shown. */
  private final Object speaking = new Object();

  /** What has been said since it was last written to, if it is not. */
  private final AtomicInteger unread = new AtomicInteger();

  private final AtomicInteger mentions = new AtomicInteger();

  /**
   * A room that has been entered.
   *
   * @param desk the terminal that it is open in
   * @param roomCommands what can be done with all rooms that are open
   */
  OpenRoom(Entered entered, Desk desk, RoomCommands roomCommands) {
    Clock clock = desk.clock();
    this.place = entered.place();
    this.wording = entered.wording();
    this.conversation = entered.conversation();
    this.rooms = desk.rooms();
    this.lines = desk.lines(place.username().value(), () -> rooms.label(this));
    this.company = new Company(place.username().value());
    this.log =
        new ConversationLog(
            place,
            conversation.server(),
            clock,
            text -> desk.transcript().print(lines.warning(text)),
            this::logLabel);
    this.screen = new Screen(lines, desk.transcript(), new ShownLines(clock), log);
    this.alerts = desk.alerts();
    this.commands = new Commands(this, roomCommands);
    if (conversation instanceof ChatSession room) {
      commands.entered(room);
    }
  }

  private String logLabel() {
    String label = rooms.label(this);
    return label.isEmpty() ? "" : "[" + label + "] ";
  }

  Place place() {
    return place;
  }

  Company company() {
    return company;
  }

  /** Writes what is shown, if that is wanted. */
  ConversationLog log() {
    return log;
  }

  Screen screen() {
    return screen;
  }

  Conversation conversation() {
    return conversation;
  }

  /** How many read in plain what is sealed on our way; 0 where nothing is sealed. */
  int plain() {
    return conversation.isSealed() ? company.roster().plain() : 0;
  }

  /** Has something done that may change who is here, and the prompt say so. */
  void learn(Runnable learning) {
    int before = plain();
    learning.run();
    if (plain() != before) {
      rooms.promptChanged(this);
    }
  }

  /** What was said in it has been seen. */
  void read() {
    unread.set(0);
    mentions.set(0);
  }

  /** What has been said in it since it was last written to, in a few words. */
  String unread() {
    int named = mentions.get();
    return unread + " new" + (named == 0 ? "" : ", " + named + " with your name");
  }

  /** Shows what happened; called on the session's thread alone. */
  void show(SessionEvent event) {
    switch (event) {
      case SessionEvent.Message(String from, String text) -> heard(from, text);
      case SessionEvent.Private(String from, String text) -> heardPrivately(from, text);
      case SessionEvent.Notice(String text) -> notice(text);
      case SessionEvent.Joined joined -> {
        wording.joined(joined).forEach(screen::info);
        if (rooms.isFirst(this)) {
          screen.info("/help lists the commands");
        }
        commands.greet();
      }
      case SessionEvent.Rejoined rejoined -> {
        screen.info(wording.rejoined(rejoined));
        commands.learnMembers();
      }
      case SessionEvent.Missed missed -> wording.missed(missed).forEach(screen::info);
      case SessionEvent.Pong(Duration roundTrip) -> {
        if (commands.isPongWanted()) {
          screen.info(wording.pong(roundTrip));
        }
      }
      case SessionEvent.PassedOver(UntrustedException why) -> screen.warn(Wording.passedOver(why));
      case SessionEvent.UdpBlocked(ServerAddress server) -> screen.warn(wording.udpBlocked(server));
      case SessionEvent.ConnectionLost(String reason) ->
          screen.warn(wording.connectionLost(reason));
      case SessionEvent.Waiting(Status status) -> screen.warn(wording.waiting(status));
      case SessionEvent.Ended end -> {
        screen.farewell(wording.ended(end));
        rooms.ended(this, end.cause());
        if (!rooms.isOpen(this)) {
          log.end();
        }
      }
    }
  }

  /** What is for us alone counts as our name does. */
  private void heardPrivately(String from, String text) {
    synchronized (speaking) {
      company.roster().spoke(from);
      if (!company.hides(from)) {
        commands.heardPrivately(from);
        screen.privateMessage(from, text, alerts.raise(from, text));
      }
    }
  }

  /** An answer does not stand above what it answers, however fast it is. */
  private void heard(String from, String text) {
    synchronized (speaking) {
      company.roster().spoke(from);
      if (!company.hides(from)) {
        countUnread(text);
        screen.message(from, text, lines.mentionsUs(text) ? alerts.raise(from, text) : "");
      }
    }
  }

  private void countUnread(String text) {
    if (!rooms.isPresent(this)) {
      unread.incrementAndGet();
      if (lines.mentionsUs(text)) {
        mentions.incrementAndGet();
      }
    }
  }

  /** Who came or went is known also when one does not want to see it. */
  private void notice(String text) {
    RoomNotice notice = RoomNotice.of(text);
    learn(() -> company.roster().learn(notice).ifPresent(commands::learnMembersSoon));
    if (notice.kind() == RoomNotice.Kind.CAME && conversation.isSealed()) {
      // Whether they are sealed as well, only the list says.
      commands.learnMembersSoon(1);
    }
    commands.heedCrowd();
    if (!company.hides(notice)) {
      screen.notice(text);
    }
  }

  /** The answer to a first Ctrl-C. */
  String howToLeave() {
    return wording.howToLeave(conversation.isHost());
  }

  /** Does what a line says; false when it could not be sent. */
  boolean typedLine(String line) {
    Optional<String> deed = Commands.deed(line);
    if (deed.isPresent()) {
      return sent(Action.text(deed.get()));
    }
    if (Commands.isCommand(line)) {
      return commands.run(conversation, line);
    }
    return sent(line.startsWith("//") ? line.substring(1) : line);
  }

  /** Says something; false when it could not be sent. */
  boolean sent(String text) {
    synchronized (speaking) {
      if (!conversation.send(text)) {
        screen.warn("not sent: there is no connection at the moment; your text is kept");
        return false;
      }
      screen.ownMessage(place.username().value(), text);
      return true;
    }
  }
}
