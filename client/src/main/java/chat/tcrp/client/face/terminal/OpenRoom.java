package chat.tcrp.client.face.terminal;

import chat.tcrp.client.face.Action;
import chat.tcrp.client.face.ConversationLog;
import chat.tcrp.client.face.Place;
import chat.tcrp.client.face.RoomNotice;
import chat.tcrp.client.face.Wording;
import chat.tcrp.client.session.ChatSession;
import chat.tcrp.client.session.Conversation;
import chat.tcrp.client.session.SessionEvent;
import chat.tcrp.protocol.Status;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

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
  private final Runnable ended;
  private final Commands commands;
  private final Company company;
  private final ConversationLog log;

  /** Held while somebody says something, we or others, until it is shown. */
  private final Object speaking = new Object();

  private volatile Optional<Conversation> conversation = Optional.empty();

  /**
   * A room with nobody to talk to yet.
   *
   * @param lines how what happens in it looks
   * @param ended is called once nothing more will happen in it
   */
  OpenRoom(
      Place place,
      Wording wording,
      ScreenLines lines,
      Transcript transcript,
      Alerts alerts,
      Clock clock,
      Runnable ended) {
    this.place = place;
    this.wording = wording;
    this.lines = lines;
    this.company = new Company(place.username().value());
    this.log = new ConversationLog(place, clock, text -> transcript.print(lines.warning(text)));
    this.screen = new Screen(lines, transcript, new ShownLines(clock), log);
    this.alerts = alerts;
    this.ended = ended;
    this.commands = new Commands(place, company, screen, log);
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

  /** From now on there is somebody to talk to. */
  void enter(Conversation newConversation) {
    conversation = Optional.of(newConversation);
    if (newConversation instanceof ChatSession room) {
      commands.entered(room);
    }
  }

  /** Empty before it has been entered. */
  Optional<Conversation> conversation() {
    return conversation;
  }

  /** Shows what happened; called on the session's thread alone. */
  void show(SessionEvent event) {
    switch (event) {
      case SessionEvent.Message(String from, String text) -> heard(from, text);
      case SessionEvent.Private(String from, String text) -> heardPrivately(from, text);
      case SessionEvent.Notice(String text) -> notice(text);
      case SessionEvent.Joined(Duration roundTrip) -> {
        wording.joined(roundTrip).forEach(screen::info);
        screen.info("/help lists the commands");
        commands.greet();
      }
      case SessionEvent.Rejoined(Duration roundTrip) -> {
        screen.info(wording.rejoined());
        commands.learnMembers();
      }
      case SessionEvent.Missed missed -> wording.missed(missed).forEach(screen::info);
      case SessionEvent.Pong(Duration roundTrip) -> {
        if (commands.isPongWanted()) {
          screen.info(wording.pong(roundTrip));
        }
      }
      case SessionEvent.UdpBlocked() -> screen.warn(wording.udpBlocked());
      case SessionEvent.ConnectionLost(String reason) ->
          screen.warn(wording.connectionLost(reason));
      case SessionEvent.Waiting(Status status) -> screen.warn(wording.waiting(status));
      case SessionEvent.Ended end -> {
        screen.farewell(wording.ended(end));
        ended.run();
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
        screen.message(from, text, lines.mentionsUs(text) ? alerts.raise(from, text) : "");
      }
    }
  }

  /** Who came or went is known also when one does not want to see it. */
  private void notice(String text) {
    RoomNotice notice = RoomNotice.of(text);
    company.roster().learn(notice).ifPresent(commands::learnMembersSoon);
    commands.heedCrowd();
    if (!company.hides(notice)) {
      screen.notice(text);
    }
  }

  /** The answer to a first Ctrl-C. */
  String howToLeave() {
    return wording.howToLeave(conversation.map(Conversation::isHost).orElse(false));
  }

  /** Does what a line says; false when it could not be sent. */
  boolean typedLine(String line) {
    Optional<String> deed = Commands.deed(line);
    if (deed.isPresent()) {
      return sent(Action.text(deed.get()));
    }
    if (Commands.isCommand(line)) {
      return commands.run(conversation.orElseThrow(), line);
    }
    return sent(line.startsWith("//") ? line.substring(1) : line);
  }

  /** Says something; false when it could not be sent. */
  boolean sent(String text) {
    synchronized (speaking) {
      if (!conversation.orElseThrow().send(text)) {
        screen.warn("not sent: there is no connection at the moment; your text is kept");
        return false;
      }
      screen.ownMessage(place.username().value(), text);
      return true;
    }
  }
}
