package chat.tcrp.client;

import chat.tcrp.protocol.MemberInfo;
import chat.tcrp.protocol.ProtocolException;
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
import java.util.stream.Collectors;
import org.jline.reader.Candidate;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.ParsedLine;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.DefaultParser;
import org.jline.terminal.Terminal;
import org.jline.utils.AttributedString;
import org.jline.utils.InfoCmp.Capability;

/** A line editor at the bottom, what happens printed above it. Commands begin with a slash. */
final class TerminalFace implements Face {
  /** A paste of more lines than this is sent only after a question. */
  private static final int MAX_UNASKED_LINES = 5;

  /** So many names are listed on the screen; a room may have thousands. */
  private static final int MAX_NAMES = 50;

  private final SessionConfig config;
  private final Wording wording;
  private final ScreenLines lines;
  private final Terminal terminal;
  private final LineReader reader;
  private final boolean colors;
  private final Roster roster = new Roster();
  private final String prompt;
  private final CompletableFuture<ChatSession> session = new CompletableFuture<>();
  private volatile Optional<Thread> typing = Optional.empty();

  /**
   * Makes a face.
   *
   * @param history where the typed lines are kept; empty to forget them
   */
  TerminalFace(
      SessionConfig config,
      Terminal terminal,
      Optional<History> history,
      boolean colors,
      Clock clock) {
    this.config = config;
    this.wording = new Wording(config);
    this.lines = new ScreenLines(config.username().value(), clock);
    this.terminal = terminal;
    this.colors = colors;
    this.prompt = "[" + Safe.text(config.username() + "@" + config.room()) + "] ";
    // A message is not a command line: quotes and backslashes mean themselves.
    DefaultParser parser = new DefaultParser().quoteChars(new char[0]).escapeChars(new char[0]);
    this.reader =
        LineReaderBuilder.builder()
            .terminal(terminal)
            .appName("chat-client")
            .parser(parser)
            .completer(this::complete)
            .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
            .option(LineReader.Option.ERASE_LINE_ON_FINISH, true)
            .option(LineReader.Option.CASE_INSENSITIVE, true)
            .build();
    history.ifPresent(h -> h.attach(reader));
  }

  @Override
  public void show(SessionEvent event) {
    switch (event) {
      case SessionEvent.Message(String from, String text) -> {
        roster.spoke(from);
        print(lines.message(from, text, false));
        if (lines.mentionsUs(text)) {
          terminal.puts(Capability.bell);
          terminal.flush();
        }
      }
      case SessionEvent.Notice(String text) -> {
        roster.learn(text);
        print(lines.notice(text));
      }
      case SessionEvent.Joined(Duration roundTrip) -> {
        wording.joined(roundTrip).forEach(this::info);
        info("/help lists the commands");
        Thread.ofVirtual().name("who").start(this::greet);
      }
      case SessionEvent.Rejoined(Duration roundTrip) -> info(wording.rejoined());
      case SessionEvent.Pong(Duration roundTrip) -> info(wording.pong(roundTrip));
      case SessionEvent.UdpBlocked() -> warn(wording.udpBlocked());
      case SessionEvent.ConnectionLost(String reason) -> warn(wording.connectionLost(reason));
      case SessionEvent.Waiting(Status status) -> warn(wording.waiting(status));
      case SessionEvent.Ended ended -> {
        String unsent = reader.getBuffer().toString();
        if (ended.cause() != SessionEvent.Cause.LEFT && !unsent.isBlank()) {
          warn("not sent: " + unsent);
        }
        info(wording.ended(ended));
        typing.ifPresent(Thread::interrupt);
      }
    }
  }

  @Override
  public int chat(ChatSession newSession) {
    session.complete(newSession);
    typing = Optional.of(Thread.currentThread());
    String kept = "";
    try {
      while (!newSession.ended().isDone()) {
        kept = typed(newSession, reader.readLine(prompt, null, (Character) null, kept));
      }
    } catch (UserInterruptException | EndOfFileException e) {
      // Ctrl-C, Ctrl-D, /quit, or the end of the session: all lead out.
    } finally {
      typing = Optional.empty();
    }
    newSession.close();
    return Wording.exitStatus(newSession.ended().join().cause());
  }

  /** Does what was typed or pasted; answers what shall stay in the editor. */
  private String typed(ChatSession to, String input) {
    List<String> typedLines = input.lines().filter(line -> !line.isBlank()).toList();
    if (typedLines.size() > MAX_UNASKED_LINES) {
      String answer = reader.readLine("Send " + typedLines.size() + " lines? [y/N] ");
      if (!answer.strip().toLowerCase(Locale.ROOT).startsWith("y")) {
        return input;
      }
    }
    for (int i = 0; i < typedLines.size(); i++) {
      if (!typedLine(to, typedLines.get(i))) {
        return String.join("\n", typedLines.subList(i, typedLines.size()));
      }
    }
    return "";
  }

  /** Does what a line says; false when it could not be sent. */
  private boolean typedLine(ChatSession to, String line) {
    if (line.startsWith("/") && !line.startsWith("//")) {
      command(to, line.strip());
      return true;
    }
    String text = line.startsWith("//") ? line.substring(1) : line;
    if (!to.send(text)) {
      warn("not sent: there is no connection at the moment; your line is kept");
      return false;
    }
    print(lines.message(config.username().value(), text, true));
    return true;
  }

  private void command(ChatSession to, String line) {
    String[] words = line.split("\\s+", 2);
    Optional<SlashCommand> command = SlashCommand.of(words[0]);
    if (command.isEmpty()) {
      warn(
          "there is no "
              + words[0]
              + SlashCommand.nearest(words[0])
                  .map(near -> "; did you mean " + near.word() + "?")
                  .orElse("; /help lists the commands"));
      return;
    }
    try {
      switch (command.get()) {
        case HELP -> {
          Arrays.stream(SlashCommand.values()).map(SlashCommand::help).forEach(this::info);
          info("//text       send a line that begins with a slash");
        }
        case WHO -> who(to.members());
        case ROOMS -> RoomTable.lines(to.rooms()).forEach(this::info);
        case KICK -> kick(to, words.length > 1 ? words[1] : "");
        case PING -> {
          if (!to.ping()) {
            warn("there is no connection at the moment");
          }
        }
        case CLEAR -> {
          terminal.puts(Capability.clear_screen);
          terminal.flush();
        }
        case QUIT -> throw new EndOfFileException();
      }
    } catch (IOException | ProtocolException | RefusedException e) {
      warn(Problem.of(config.server(), e).getMessage());
    }
  }

  private void kick(ChatSession to, String name) throws IOException, ProtocolException {
    try {
      to.kick(new Username(name));
    } catch (IllegalArgumentException e) {
      warn("whom? /kick NAME");
    } catch (RefusedException e) {
      warn(
          switch (e.status()) {
            case NOT_AUTHORISED -> "only the host of " + config.room() + " can remove somebody";
            case INVALID_USERNAME -> "nobody whom you could remove is called " + name;
            default -> Problem.of(config.server(), e).getMessage();
          });
    }
  }

  /** Says who is here already, and learns their names. */
  private void greet() {
    try {
      who(session.join().members());
    } catch (IOException | ProtocolException | RefusedException e) {
      warn("who is here is not known: " + Problem.of(config.server(), e).getMessage());
    }
  }

  private void who(List<MemberInfo> members) {
    roster.replace(members);
    int more = members.size() - MAX_NAMES;
    info(
        members.size()
            + " here: "
            + members.stream()
                .limit(MAX_NAMES)
                .map(m -> m.username() + (m.host() ? " (host)" : ""))
                .collect(Collectors.joining(", "))
            + (more > 0 ? " and " + more + " more" : ""));
  }

  /** Completes commands at the beginning of a line, and names everywhere. */
  private void complete(LineReader from, ParsedLine line, List<Candidate> candidates) {
    if (line.wordIndex() == 0 && line.word().startsWith("/")) {
      Arrays.stream(SlashCommand.values())
          .map(SlashCommand::word)
          .map(Candidate::new)
          .forEach(candidates::add);
      return;
    }
    String own = config.username().value();
    roster.names().stream()
        .filter(name -> !name.equals(own))
        .map(Safe::text)
        .map(name -> line.wordIndex() == 0 ? name + ":" : name)
        .map(Candidate::new)
        .forEach(candidates::add);
  }

  private void info(String text) {
    print(lines.info(text));
  }

  private void warn(String text) {
    print(lines.warning(text));
  }

  private void print(AttributedString line) {
    reader.printAbove(colors ? line : new AttributedString(line.toString()));
  }

  @Override
  public void close() {
    try {
      terminal.close();
    } catch (IOException e) {
      System.err.println("chat-client: the terminal could not be restored: " + e.getMessage());
    }
  }
}
