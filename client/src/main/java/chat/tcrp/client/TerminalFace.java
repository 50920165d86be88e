package chat.tcrp.client;

import chat.tcrp.protocol.MemberInfo;
import chat.tcrp.protocol.ProtocolException;
import chat.tcrp.protocol.RoomInfo;
import chat.tcrp.protocol.Status;
import chat.tcrp.protocol.Username;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jline.keymap.KeyMap;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.Reference;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.Terminal.Signal;

/** A line editor at the bottom, what happens printed above it. Commands begin with a slash. */
final class TerminalFace implements Face {
  /** A paste of more lines than this is sent only after a question. */
  private static final int MAX_UNASKED_LINES = 5;

  /**
   * After so many pasted lines the server's answer is waited for, so that a long paste does not
   * overrun anybody's buffer.
   */
  private static final int BURST = 32;

  private static final Duration FLUSH_PATIENCE = Duration.ofSeconds(1);

  /** So many names or rooms are listed on the screen; there may be thousands. */
  private static final int MAX_LISTED = 50;

  /** However often one is named, the bell rings no more often than this. */
  private static final Duration BELL_INTERVAL = Duration.ofSeconds(1);

  /** How long a signal that ends the program waits for the editor to put the screen in order. */
  private static final Duration EDITOR_PATIENCE = Duration.ofMillis(300);

  private final Place place;
  private final Wording wording;
  private final ScreenLines lines;
  private final Terminal terminal;
  private final LineReader reader;
  private final Transcript transcript;
  private final Clock clock;
  private final Roster roster = new Roster();

  /** The room's session; never there in the lobby. */
  private final CompletableFuture<ChatSession> session = new CompletableFuture<>();

  /** Pings of the person, whose answers are shown; there are others, to pace a paste. */
  private final AtomicInteger shownPings = new AtomicInteger();

  private final AtomicBoolean closed = new AtomicBoolean();
  private final CompletableFuture<Void> edited = new CompletableFuture<>();
  private volatile Optional<Thread> typing = Optional.empty();

  /** There is nothing more to type for. */
  private volatile boolean over;

  private long lastBell;

  private TerminalFace(
      Place place,
      Wording wording,
      Terminal terminal,
      boolean colors,
      Optional<History> history,
      Clock clock) {
    this.place = place;
    this.wording = wording;
    this.lines = new ScreenLines(place.username().value(), clock);
    this.terminal = terminal;
    this.clock = clock;
    Completion completion = new Completion(roster, place.username().value());
    this.reader =
        LineReaderBuilder.builder()
            .terminal(terminal)
            .appName("chat-client")
            .parser(completion)
            .completer(completion)
            .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
            .option(LineReader.Option.ERASE_LINE_ON_FINISH, true)
            .option(LineReader.Option.CASE_INSENSITIVE, true)
            // A name that is not there is not to be guessed.
            .option(LineReader.Option.COMPLETE_MATCHER_TYPO, false)
            .variable(LineReader.SECONDARY_PROMPT_PATTERN, "")
            .build();
    bindDiscard();
    history.ifPresent(h -> h.attach(reader));
    this.transcript = Transcript.start(terminal, reader, colors);
  }

  /** Ctrl-U takes away all of a paste, not only the line that the cursor is in. */
  private void bindDiscard() {
    reader
        .getWidgets()
        .put(
            "discard",
            () -> {
              boolean isPaste = reader.getBuffer().toString().contains("\n");
              reader.callWidget(isPaste ? LineReader.KILL_BUFFER : LineReader.KILL_WHOLE_LINE);
              return true;
            });
    reader.getKeyMaps().get(LineReader.EMACS).bind(new Reference("discard"), KeyMap.ctrl('U'));
  }

  /**
   * Takes the terminal over until it is closed.
   *
   * @param history where the typed lines are kept; empty to forget them
   */
  static TerminalFace open(
      Place place,
      Wording wording,
      Terminal terminal,
      Optional<History> history,
      boolean colors,
      Clock clock) {
    // What is typed while nothing reads must not be echoed into the conversation.
    terminal.enterRawMode();
    return new TerminalFace(place, wording, terminal, colors, history, clock);
  }

  @Override
  public void show(SessionEvent event) {
    switch (event) {
      case SessionEvent.Message(String from, String text) -> {
        roster.spoke(from);
        if (lines.mentionsUs(text) && mayRing()) {
          transcript.printWithBell(lines.message(from, text, false));
        } else {
          transcript.print(lines.message(from, text, false));
        }
      }
      case SessionEvent.Notice(String text) -> {
        roster.learn(text);
        transcript.print(lines.notice(text));
      }
      case SessionEvent.Joined(Duration roundTrip) -> {
        wording.joined(roundTrip).forEach(this::info);
        info("/help lists the commands");
        askMembers(this::greet);
      }
      case SessionEvent.Rejoined(Duration roundTrip) -> {
        info(wording.rejoined());
        askMembers(members -> {});
      }
      case SessionEvent.Missed missed -> wording.missed(missed).forEach(this::info);
      case SessionEvent.Pong(Duration roundTrip) -> {
        if (shownPings.getAndUpdate(pings -> Math.max(0, pings - 1)) > 0) {
          info(wording.pong(roundTrip));
        }
      }
      case SessionEvent.UdpBlocked() -> warn(wording.udpBlocked());
      case SessionEvent.ConnectionLost(String reason) -> warn(wording.connectionLost(reason));
      case SessionEvent.Waiting(Status status) -> warn(wording.waiting(status));
      case SessionEvent.Ended ended -> end(wording.ended(ended));
    }
  }

  /** Called on the session's thread alone. */
  private boolean mayRing() {
    long now = clock.millis();
    if (now - lastBell < BELL_INTERVAL.toMillis()) {
      return false;
    }
    lastBell = now;
    return true;
  }

  @Override
  public int chat(Conversation newSession) {
    if (newSession instanceof ChatSession room) {
      session.complete(room);
    }
    // The editor has its own way with Ctrl-C; this is for the moments between two lines.
    terminal.handle(Signal.INT, signal -> Thread.ofVirtual().start(newSession::close));
    typing = Optional.of(Thread.currentThread());
    String unsent = "";
    try {
      while (!over) {
        // The editor takes a percent sign for the beginning of a pattern.
        String pattern = prompt().replace("%", "%%");
        unsent = typed(newSession, reader.readLine(pattern, null, (Character) null, unsent));
        transcript.flush();
      }
    } catch (UserInterruptException e) {
      // Ctrl-C, or the end of the session.
      unsent = e.getPartialLine();
    } catch (EndOfFileException e) {
      // Ctrl-D, /quit, or a terminal that is gone: these lead out too.
      unsent = "";
    } finally {
      typing = Optional.empty();
      // The interruption has served its end.
      Thread.interrupted();
      edited.complete(null);
    }
    newSession.close();
    SessionEvent.Cause cause = newSession.ended().join().cause();
    if (cause != SessionEvent.Cause.LEFT && !unsent.isBlank()) {
      List<String> unsentLines = unsent.lines().toList();
      warn("not sent: " + unsentLines.getFirst());
      unsentLines.stream().skip(1).forEach(this::more);
    }
    return Wording.exitStatus(cause);
  }

  private void stopTyping() {
    over = true;
    typing.ifPresent(Thread::interrupt);
  }

  private String prompt() {
    if (Transcript.isDumb(terminal)) {
      // It could not be taken away again when something happens.
      return "";
    }
    return Prompt.of(place.username().value(), place.name(), terminal.getColumns());
  }

  /** Does what was typed or pasted; answers what shall stay in the editor. */
  private String typed(Conversation to, String input) {
    List<String> typedLines = input.lines().filter(line -> !line.isBlank()).toList();
    if (typedLines.size() > MAX_UNASKED_LINES && !confirmed(typedLines.size())) {
      return input;
    }
    if (typedLines.size() == 1) {
      return typedLine(to, typedLines.getFirst()) ? "" : typedLines.getFirst();
    }
    // Several lines are a paste: what looks like a command in it is text.
    for (int i = 0; i < typedLines.size(); i++) {
      if (!sent(to, typedLines.get(i))) {
        return unsent(typedLines.subList(i, typedLines.size()));
      }
      if ((i + 1) % BURST == 0) {
        pace(to);
      }
    }
    return "";
  }

  /** Asks before many lines are sent; whatever is not a yes is a no. */
  private boolean confirmed(int count) {
    reader.setVariable(LineReader.DISABLE_HISTORY, true);
    reader.setVariable(LineReader.DISABLE_COMPLETION, true);
    try {
      String answer = reader.readLine("Send " + count + " lines? [y/N] ");
      return answer.strip().toLowerCase(Locale.ROOT).startsWith("y");
    } catch (UserInterruptException | EndOfFileException e) {
      return false;
    } finally {
      reader.setVariable(LineReader.DISABLE_HISTORY, false);
      reader.setVariable(LineReader.DISABLE_COMPLETION, false);
    }
  }

  private static String unsent(List<String> rest) {
    boolean readsAsCommand = rest.size() == 1 && rest.getFirst().startsWith("/");
    return (readsAsCommand ? "/" : "") + String.join("\n", rest);
  }

  private static void pace(Conversation to) {
    try {
      to.flush(FLUSH_PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Does what a line says; false when it could not be sent. */
  private boolean typedLine(Conversation to, String line) {
    if (line.startsWith("//")) {
      return sent(to, line.substring(1));
    }
    if (line.startsWith("/")) {
      command(to, line.strip());
      return true;
    }
    return sent(to, line);
  }

  private boolean sent(Conversation to, String text) {
    if (!to.send(text)) {
      warn("not sent: there is no connection at the moment; your text is kept");
      return false;
    }
    transcript.print(lines.message(place.username().value(), text, true));
    return true;
  }

  private void command(Conversation to, String line) {
    String[] words = line.split("\\s+", 2);
    Optional<SlashCommand> command = SlashCommand.of(words[0]);
    if (command.isEmpty()) {
      warn("there is no " + words[0] + advice(words[0]));
      return;
    }
    if (command.get().isForRooms() && !(to instanceof ChatSession)) {
      warn(command.get().word() + " is for rooms; the lobby does not know who is there");
      return;
    }
    switch (command.get()) {
      case HELP -> help(to instanceof ChatSession);
      case WHO -> askMembers(this::who);
      case ROOMS -> ask(ChatSession::rooms, this::rooms);
      case KICK -> kick(words.length > 1 ? words[1] : "");
      case PING -> ping(session.join());
      case CLEAR -> transcript.clear();
      case QUIT -> throw new EndOfFileException();
    }
  }

  private static String advice(String word) {
    return SlashCommand.nearest(word)
        .map(near -> "; did you mean " + near.word() + "?")
        .orElse("; /help lists the commands, and /" + word + " sends it as text");
  }

  private void help(boolean inRoom) {
    info("commands:");
    Arrays.stream(SlashCommand.values())
        .filter(command -> inRoom || !command.isForRooms())
        .map(SlashCommand::help)
        .forEach(this::more);
    more("//TEXT      send text beginning with /");
    more("Tab key     complete names, commands");
  }

  private void ping(ChatSession to) {
    shownPings.incrementAndGet();
    if (!to.ping()) {
      shownPings.decrementAndGet();
      warn("there is no connection at the moment");
    }
  }

  private void kick(String name) {
    Username username;
    try {
      username = new Username(name);
    } catch (IllegalArgumentException e) {
      warn("whom? /kick NAME");
      return;
    }
    ask(to -> kicked(to, username), refusal -> refusal.ifPresent(this::warn));
  }

  /** Has somebody removed; answers why not. */
  private Optional<String> kicked(ChatSession from, Username username)
      throws IOException, ProtocolException {
    try {
      from.kick(username);
      return Optional.empty();
    } catch (RefusedException e) {
      return Optional.of(
          switch (e.status()) {
            case NOT_AUTHORISED -> "only the host of " + place.name() + " can remove somebody";
            case INVALID_USERNAME -> "nobody whom you could remove is called " + username;
            default -> Problem.of(place.server(), e).getMessage();
          });
    }
  }

  /** What asks the server over TCP. */
  private interface Question<T> {
    T put(ChatSession to) throws IOException, ProtocolException, RefusedException;
  }

  /**
   * Asks the server while one can go on typing, for it may take long; in the lobby there is nothing
   * to ask.
   */
  private <T> void ask(Question<T> question, Consumer<T> show) {
    Thread.ofVirtual()
        .name("question")
        .start(
            () -> {
              try {
                T answer = question.put(session.join());
                unlessOver(() -> show.accept(answer));
              } catch (IOException | ProtocolException | RefusedException e) {
                unlessOver(() -> warn(Problem.of(place.server(), e).getMessage()));
              }
            });
  }

  /** Asks who is in the room; the roster learns from the answer. */
  private void askMembers(Consumer<List<MemberInfo>> show) {
    List<String> before = roster.names();
    ask(
        ChatSession::members,
        members -> {
          roster.learn(members, before);
          show.accept(members);
        });
  }

  /** An answer that comes after the farewell is of no use to anybody. */
  private synchronized void unlessOver(Runnable show) {
    if (!over) {
      show.run();
    }
  }

  private synchronized void end(String farewell) {
    info(farewell);
    stopTyping();
  }

  /** Says who is here already, unless that is nobody else. */
  private void greet(List<MemberInfo> members) {
    if (members.size() > 1) {
      who(members);
    }
  }

  private void who(List<MemberInfo> members) {
    info(
        members.size()
            + " here: "
            + members.stream()
                .limit(MAX_LISTED)
                .map(m -> m.username() + (m.host() ? " (host)" : ""))
                .collect(Collectors.joining(", "))
            + (members.size() > MAX_LISTED
                ? " and " + (members.size() - MAX_LISTED) + " more"
                : ""));
  }

  private void rooms(List<RoomInfo> rooms) {
    List<String> table = RoomTable.lines(rooms);
    info(rooms.size() == 1 ? "1 room:" : rooms.size() + " rooms:");
    table.stream().limit(1 + MAX_LISTED).forEach(this::more);
    if (rooms.size() > MAX_LISTED) {
      more("and " + (rooms.size() - MAX_LISTED) + " more; all: chat-client rooms");
    }
  }

  private void info(String text) {
    transcript.print(lines.info(text));
  }

  private void more(String text) {
    transcript.print(lines.more(text));
  }

  private void warn(String text) {
    transcript.print(lines.warning(text));
  }

  /** Puts the screen in order, whoever calls it, and however often. */
  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    stopTyping();
    if (session.isDone()) {
      // Without a session nobody has typed.
      edited.completeOnTimeout(null, EDITOR_PATIENCE.toNanos(), TimeUnit.NANOSECONDS).join();
    }
    transcript.close();
    try {
      terminal.close();
    } catch (IOException e) {
      System.err.println("chat-client: the terminal could not be restored: " + e.getMessage());
    }
  }
}
