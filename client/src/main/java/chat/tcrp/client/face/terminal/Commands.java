package chat.tcrp.client.face.terminal;

import chat.tcrp.client.face.Invitation;
import chat.tcrp.client.face.Place;
import chat.tcrp.client.face.Problem;
import chat.tcrp.client.face.RoomTable;
import chat.tcrp.client.face.Roster;
import chat.tcrp.client.face.SlashCommand;
import chat.tcrp.client.session.ChatSession;
import chat.tcrp.client.session.Conversation;
import chat.tcrp.client.session.RefusedException;
import chat.tcrp.protocol.MemberInfo;
import chat.tcrp.protocol.ProtocolException;
import chat.tcrp.protocol.RoomInfo;
import chat.tcrp.protocol.Username;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jline.reader.EndOfFileException;

/** Does what the lines that begin with a slash say. */
final class Commands {
  /** So many names or rooms are listed on the screen; there may be thousands. */
  private static final int MAX_LISTED = 50;

  /** What the host can do to somebody, and how one says so. */
  private record Deed(
      SlashCommand command,
      HostRequest request,
      String what,
      String nobody,
      Optional<String> done) {
    static final Deed KICK =
        new Deed(
            SlashCommand.KICK,
            ChatSession::kick,
            "remove somebody",
            "nobody whom you could remove is called %s",
            // The server tells the whole room.
            Optional.empty());

    static final Deed BAN =
        new Deed(
            SlashCommand.BAN,
            ChatSession::ban,
            "ban somebody",
            "nobody whom you could ban is called %s",
            Optional.of("%1$s cannot come in again; /unban %1$s takes that back"));

    static final Deed UNBAN =
        new Deed(
            SlashCommand.UNBAN,
            ChatSession::unban,
            "take a ban back",
            "nobody called %s is banned",
            Optional.of("%s may come in again"));

    static final Deed HOST =
        new Deed(
            SlashCommand.HOST,
            ChatSession::handOver,
            "hand it over",
            "nobody to whom you could hand it over is called %s",
            Optional.empty());
  }

  /** What the server is asked to do to somebody. */
  private interface HostRequest {
    void put(ChatSession to, Username username)
        throws IOException, ProtocolException, RefusedException;
  }

  private final Place place;
  private final Roster roster;
  private final Company company;
  private final Screen screen;
  private final LocalCommands local;
  private final OpenRoom room;
  private final RoomCommands rooms;

  private final RoomTalk talk;
  private final RosterUpdates updates = new RosterUpdates(RandomGenerator.getDefault());

  /** The room's session; never there in the lobby. */
  private final CompletableFuture<ChatSession> session = new CompletableFuture<>();

  /** Pings of the person, whose answers are shown; there are others, to pace a paste. */
  private final AtomicInteger shownPings = new AtomicInteger();

  /**
   * The commands that are typed for a room.
   *
   * @param rooms those that are about other rooms too
   */
  Commands(OpenRoom room, RoomCommands rooms) {
    this.place = room.place();
    this.company = room.company();
    this.roster = company.roster();
    this.screen = room.screen();
    this.local = new LocalCommands(company, screen, room.log());
    this.talk = new RoomTalk(place, roster, screen, session, this::ask);
    this.room = room;
    this.rooms = rooms;
  }

  /** From now on there is somebody to ask. */
  void entered(ChatSession room) {
    session.complete(room);
  }

  /** A blank before the slash is soon typed, and nobody wants to tell the room of it. */
  static boolean isCommand(String line) {
    return line.strip().startsWith("/") && !line.strip().startsWith("//");
  }

  /** What we do, when a line says that, and not only the word for it. */
  static Optional<String> deed(String line) {
    String[] words = words(line);
    boolean isOne =
        isCommand(line) && SlashCommand.of(words[0]).equals(Optional.of(SlashCommand.ME));
    return isOne && words.length > 1 ? Optional.of(words[1]) : Optional.empty();
  }

  /** The command, and what is behind it, if anything is. */
  private static String[] words(String line) {
    return line.strip().split("\\s+", 2);
  }

  /**
   * Does what a line says.
   *
   * @return false when it shall be kept for another try
   * @throws EndOfFileException when it says that there is nothing more to type
   */
  boolean run(Conversation to, String line) {
    String[] words = words(line);
    String argument = words.length > 1 ? words[1] : "";
    Optional<SlashCommand> command = SlashCommand.of(words[0]);
    if (command.isEmpty()) {
      screen.warn("there is no " + words[0] + advice(words[0]));
      return true;
    }
    if (!argument.isEmpty() && !command.get().takesArgument()) {
      screen.warn(command.get().word() + " takes no argument");
      return true;
    }
    if (command.get().isForRooms() && !(to instanceof ChatSession)) {
      screen.warn(command.get().word() + " is for rooms; the lobby does not know who is there");
      return true;
    }
    switch (command.get()) {
      case HELP -> help(to instanceof ChatSession);
      case WHO -> askMembers(this::who);
      case TOPIC -> talk.topic(argument);
      case AWAY -> talk.away(argument);
      case MSG -> {
        return talk.write(argument);
      }
      case REPLY -> {
        return talk.reply(argument);
      }
      case ROOMS -> ask(ChatSession::rooms, this::rooms);
      case KICK -> carryOut(Deed.KICK, argument);
      case BAN -> carryOut(Deed.BAN, argument);
      case UNBAN -> carryOut(Deed.UNBAN, argument);
      case HOST -> carryOut(Deed.HOST, argument);
      case ME -> screen.warn("what do you do? " + SlashCommand.ME.usage());
      case IGNORE -> local.ignore(argument, to instanceof ChatSession);
      case UNIGNORE -> local.unignore(argument);
      case QUIET -> local.quiet();
      case SEARCH -> local.search(argument);
      case LOG -> local.log(argument);
      case INVITE -> invite(session.join());
      case PING -> ping(session.join());
      case GO -> rooms.go(argument);
      case JOIN -> rooms.join(argument, session.join());
      case LEAVE -> rooms.leave(room);
      case CLEAR -> screen.clear();
      case QUIT -> throw new EndOfFileException();
    }
    return true;
  }

  private static String advice(String word) {
    return SlashCommand.nearest(word)
        .map(near -> "; did you mean " + near.word() + "?")
        .orElse("; /help lists the commands, and /" + word + " sends it as text");
  }

  private void help(boolean inRoom) {
    Stream<String> commands =
        Arrays.stream(SlashCommand.values())
            .filter(command -> inRoom || !command.isForRooms())
            .map(SlashCommand::help);
    Stream<String> more =
        Stream.of("//TEXT         send text beginning with /", "Tab, Shift-Tab names, commands");
    screen.info("commands:", Stream.concat(commands, more).toList());
  }

  private void invite(ChatSession from) {
    screen.info(
        "a friend comes here with either of these:",
        List.of(
            Invitation.command(from),
            "chat-client join " + Problem.quoted(Invitation.to(from).uri())));
  }

  private void ping(ChatSession to) {
    shownPings.incrementAndGet();
    if (!to.ping()) {
      shownPings.decrementAndGet();
      screen.warn("there is no connection at the moment");
    }
  }

  /** Whether an answer that has come is one to a ping of the person. */
  boolean isPongWanted() {
    return shownPings.getAndUpdate(pings -> Math.max(0, pings - 1)) > 0;
  }

  /** Somebody has written to us alone. */
  void heardPrivately(String from) {
    talk.heard(from);
  }

  /** Does to somebody what the host may, or says why not. */
  private void carryOut(Deed deed, String name) {
    Username username;
    try {
      username = new Username(name);
    } catch (IllegalArgumentException e) {
      screen.warn("whom? " + deed.command.usage());
      return;
    }
    ask(
        to -> refusal(to, deed, username),
        refusal -> refusal.ifPresentOrElse(screen::warn, () -> done(deed, username)));
  }

  private void done(Deed deed, Username username) {
    switch (deed.command) {
      case BAN -> company.banned(username.value());
      case UNBAN -> company.unbanned(username.value());
      default -> {}
    }
    deed.done.ifPresent(text -> screen.info(text.formatted(username)));
  }

  /** Does it; answers why it was not done. */
  private Optional<String> refusal(ChatSession to, Deed deed, Username username)
      throws IOException, ProtocolException {
    try {
      deed.request.put(to, username);
      return Optional.empty();
    } catch (RefusedException e) {
      return Optional.of(
          switch (e.status()) {
            case NOT_AUTHORISED -> "only the host of " + place.name() + " can " + deed.what;
            case INVALID_USERNAME -> deed.nobody.formatted(username);
            case UNSUPPORTED_OPERATION ->
                to.server() + " does not know " + deed.command.word() + "; it is an older one";
            default -> Problem.of(to.server(), e).getMessage();
          });
    }
  }

  /** What asks the server over TCP. */
  interface Question<T> {
    T put(ChatSession to) throws IOException, ProtocolException, RefusedException;
  }

  /**
   * Asks the server while one can go on typing, for it may take long; in the lobby there is nothing
   * to ask.
   */
  private <T> void ask(Question<T> question, Consumer<T> show) {
    ask(question, show, e -> screen.warn(Problem.of(session.join().server(), e).getMessage()));
  }

  private <T> void ask(Question<T> question, Consumer<T> show, Consumer<Exception> failed) {
    Thread.ofVirtual()
        .name("question")
        .start(
            () -> {
              try {
                T answer = question.put(session.join());
                screen.answer(() -> show.accept(answer));
              } catch (IOException | ProtocolException | RefusedException e) {
                screen.answer(() -> failed.accept(e));
              }
            });
  }

  /** Asks the server, for another class that does what lines say. */
  interface Asking {
    <T> void ask(Question<T> question, Consumer<T> show, Consumer<Exception> failed);
  }

  /** Asks who is in the room; the roster learns from the answer. */
  private void askMembers(Consumer<List<MemberInfo>> show) {
    List<String> before = roster.names();
    ask(
        ChatSession::members,
        members -> {
          learn(members, before);
          show.accept(members);
        });
  }

  private void learn(List<MemberInfo> members, List<String> before) {
    room.learn(() -> roster.learn(members, before));
    heedCrowd();
  }

  /** More may be here now than before. */
  void heedCrowd() {
    local.heedCrowd();
  }

  /** Has the roster learn who is here, and shows nothing. */
  void learnMembers() {
    askMembers(members -> {});
  }

  /**
   * The same a little later, once for all who come and go meanwhile.
   *
   * @param changed how many have come or gone
   */
  void learnMembersSoon(int changed) {
    updates
        .due(roster.names().size() + changed, System.nanoTime())
        .ifPresent(
            wait ->
                CompletableFuture.delayedExecutor(wait.toNanos(), TimeUnit.NANOSECONDS)
                    .execute(this::updateRoster));
  }

  /** Nobody has asked for it, so nobody is told when it fails; the next such notice asks again. */
  private void updateRoster() {
    updates.asked(System.nanoTime());
    List<String> before = roster.names();
    ask(ChatSession::members, members -> learn(members, before), e -> {});
  }

  /** Says who is here already, unless that is nobody else. */
  void greet() {
    askMembers(
        members -> {
          if (members.size() > 1) {
            who(members);
          }
        });
  }

  private void who(List<MemberInfo> members) {
    screen.info(WhoIsHere.line(members, session.join().config().trust().isPresent(), MAX_LISTED));
  }

  private void rooms(List<RoomInfo> rooms) {
    List<String> table =
        new ArrayList<>(RoomTable.lines(rooms).stream().limit(1 + MAX_LISTED).toList());
    if (rooms.size() > MAX_LISTED) {
      table.add("and " + (rooms.size() - MAX_LISTED) + " more; all: chat-client rooms");
    }
    screen.info(rooms.size() == 1 ? "1 room:" : rooms.size() + " rooms:", table);
  }
}
