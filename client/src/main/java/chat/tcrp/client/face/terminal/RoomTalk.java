package chat.tcrp.client.face.terminal;

import chat.tcrp.client.face.Place;
import chat.tcrp.client.face.Problem;
import chat.tcrp.client.face.Roster;
import chat.tcrp.client.face.SlashCommand;
import chat.tcrp.client.session.ChatSession;
import chat.tcrp.client.session.RefusedException;
import chat.tcrp.protocol.AwayText;
import chat.tcrp.protocol.MemberInfo;
import chat.tcrp.protocol.ProtocolException;
import chat.tcrp.protocol.RoomTopic;
import chat.tcrp.protocol.Status;
import chat.tcrp.protocol.Username;
import java.io.IOException;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** What people say by a command: to somebody alone, what the room is about, that they are away. */
final class RoomTalk {
  /** What is said of somebody who is away and does not say why. */
  static final String AWAY = "away";

  private final Place place;
  private final Roster roster;
  private final Screen screen;
  private final CompletableFuture<ChatSession> session;
  private final Commands.Asking asking;

  /** Who has written to us alone last. */
  private volatile Optional<String> lastFrom = Optional.empty();

  /** Of whom it has been looked up whether they are sealed, by the keys of their names. */
  private final Set<String> lookedUp = new HashSet<>();

  RoomTalk(
      Place place,
      Roster roster,
      Screen screen,
      CompletableFuture<ChatSession> session,
      Commands.Asking asking) {
    this.place = place;
    this.roster = roster;
    this.screen = screen;
    this.session = session;
    this.asking = asking;
  }

  /** Shows the topic, sets or removes it. */
  void topic(String argument) {
    if (argument.isEmpty()) {
      ask(ChatSession::topic, this::showTopic, SlashCommand.TOPIC);
      return;
    }
    try {
      RoomTopic topic = argument.equals("-") ? RoomTopic.NONE : new RoomTopic(oneLine(argument));
      // The server tells the whole room.
      ask(done(to -> to.topic(topic)), nothing -> {}, SlashCommand.TOPIC);
    } catch (IllegalArgumentException e) {
      screen.warn(e.getMessage());
    }
  }

  private void showTopic(String topic) {
    screen.info(
        topic.isBlank()
            ? "there is no topic; /topic TEXT sets one (as the host)"
            : "topic: " + topic);
  }

  /** Says that we are away, or, without a reason, the opposite of what we are. */
  void away(String reason) {
    if (reason.isEmpty()) {
      ask(this::turnAway, this::showAway, SlashCommand.AWAY);
      return;
    }
    try {
      AwayText text = new AwayText(oneLine(reason));
      ask(
          done(to -> to.away(Optional.of(text))),
          nothing -> showAway(Optional.of(text)),
          SlashCommand.AWAY);
    } catch (IllegalArgumentException e) {
      screen.warn(e.getMessage());
    }
  }

  /** The server knows what we are, also after it was started anew. */
  private Optional<AwayText> turnAway(ChatSession to)
      throws IOException, ProtocolException, RefusedException {
    boolean isAway =
        to.members().stream()
            .anyMatch(m -> m.username().equals(place.username()) && m.away().isPresent());
    Optional<AwayText> text = isAway ? Optional.empty() : Optional.of(new AwayText(AWAY));
    to.away(text);
    return text;
  }

  private void showAway(Optional<AwayText> text) {
    screen.info(
        text.map(t -> "you are away" + (t.text().equals(AWAY) ? "" : ": " + t) + "; /away ends it")
            .orElse("you are back"));
  }

  private static String oneLine(String typed) {
    return typed.strip().replace('\t', ' ');
  }

  /** Somebody has written to us alone. */
  void heard(String from) {
    if (!from.isEmpty()) {
      lastFrom = Optional.of(from);
    }
  }

  /** Writes to who has written to us last; false when it could not be sent. */
  boolean reply(String text) {
    if (lastFrom.isEmpty()) {
      screen.warn("nobody has written to you alone yet; " + SlashCommand.MSG.usage() + " begins");
      return true;
    }
    if (text.isBlank()) {
      screen.warn("what? " + SlashCommand.REPLY.usage());
      return true;
    }
    return write(lastFrom.get(), text);
  }

  /** Writes to somebody alone: a name and a text; false when it could not be sent. */
  boolean write(String argument) {
    String name = nameIn(argument);
    String text = argument.substring(name.length()).replaceFirst("^:?\\s*", "");
    if (name.isEmpty() || text.isBlank()) {
      screen.warn("whom, and what? " + SlashCommand.MSG.usage());
      return true;
    }
    return write(name, text);
  }

  /** The longest name of somebody here that a text begins with, or else its first word. */
  private String nameIn(String argument) {
    return roster.names().stream()
        .filter(name -> argument.regionMatches(true, 0, name, 0, name.length()))
        .filter(name -> argument.substring(name.length()).matches("(?s)(:|\\s).*"))
        .max(Comparator.comparingInt(String::length))
        .orElseGet(() -> argument.split("[:\\s]", 2)[0]);
  }

  private boolean write(String name, String text) {
    Username to;
    try {
      to = new Username(name);
    } catch (IllegalArgumentException e) {
      screen.warn("nobody can be called " + name + "; " + SlashCommand.MSG.usage());
      return true;
    }
    if (!session.join().live()) {
      screen.warn("not sent: there is no connection at the moment; your text is kept");
      return false;
    }
    if (session.join().passesPrivateOn().isPresent()) {
      return isSent(to, text);
    }
    asking.ask(
        ChatSession::members, members -> isSent(to, text), e -> refused(SlashCommand.MSG, e));
    return true;
  }

  /** Sends it to a server of which it is known what it does with it. */
  private boolean isSent(Username to, String text) {
    try {
      if (!session.join().sendPrivate(to, text)) {
        screen.warn("not sent: there is no connection at the moment");
        return false;
      }
      screen.ownPrivateMessage(to.value(), text);
      sayIfPlain(to);
    } catch (IOException | ProtocolException | RefusedException e) {
      refused(SlashCommand.MSG, e);
    }
    return true;
  }

  /** Says once of each that others can read what is written to them. */
  private void sayIfPlain(Username to) {
    if (session.join().config().trust().isEmpty() || !isFirst(to)) {
      return;
    }
    Predicate<MemberInfo> isPlain = m -> m.username().key().equals(to.key()) && !m.isSealed();
    asking.ask(
        ChatSession::members,
        members ->
            members.stream()
                .filter(isPlain)
                .map(m -> m.username() + " is not encrypted; others on the way can read this")
                .forEach(screen::info),
        e -> {});
  }

  private boolean isFirst(Username to) {
    synchronized (lookedUp) {
      return lookedUp.add(to.key());
    }
  }

  /** What is asked of the server without an answer. */
  private interface Deed {
    void put(ChatSession to) throws IOException, ProtocolException, RefusedException;
  }

  private static Commands.Question<Optional<Void>> done(Deed deed) {
    return to -> {
      deed.put(to);
      return Optional.empty();
    };
  }

  private <T> void ask(Commands.Question<T> question, Consumer<T> show, SlashCommand command) {
    asking.ask(question, show, e -> refused(command, e));
  }

  private void refused(SlashCommand command, Exception e) {
    boolean isRefusal = e instanceof RefusedException;
    Optional<Status> status =
        isRefusal ? Optional.of(((RefusedException) e).status()) : Optional.empty();
    screen.warn(
        status.equals(Optional.of(Status.UNSUPPORTED_OPERATION))
            ? session.join().server() + " does not know " + command.word() + "; it is an older one"
            : status.equals(Optional.of(Status.NOT_AUTHORISED)) && command == SlashCommand.TOPIC
                ? "only the host of " + place.name() + " can set the topic"
                : Problem.of(session.join().server(), e).getMessage());
  }
}
