package chat.tcrp.client;

import chat.tcrp.protocol.MemberInfo;
import chat.tcrp.protocol.ProtocolException;
import chat.tcrp.protocol.RoomInfo;
import chat.tcrp.protocol.Username;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.AttributedStyle;

/** A line editor at the bottom, what happens printed above it. Commands begin with a slash. */
final class TerminalFace implements Face {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT);

  private static final List<String> HELP =
      List.of(
          "/who            who is here",
          "/rooms          the server's rooms",
          "/kick NAME      remove somebody (the host may)",
          "/ping           how fast the server answers",
          "/clear          clear the screen",
          "/quit           leave (also Ctrl-D and Ctrl-C)",
          "//text          send a line that begins with a slash");

  private final SessionConfig config;
  private final Wording wording;
  private final Terminal terminal;
  private final LineReader reader;
  private final boolean colors;
  private final Clock clock;
  private volatile Thread typing;

  TerminalFace(
      SessionConfig config, Terminal terminal, LineReader reader, boolean colors, Clock clock) {
    this.config = config;
    this.wording = new Wording(config);
    this.terminal = terminal;
    this.reader = reader;
    this.colors = colors;
    this.clock = clock;
  }

  @Override
  public void show(SessionEvent event) {
    switch (event) {
      case SessionEvent.Message(String from, String text) -> say(from, text);
      case SessionEvent.Notice(String text) -> line(DIM, "* " + text);
      case SessionEvent.Joined(Duration roundTrip) -> {
        wording.joined(roundTrip).forEach(this::info);
        info("/help lists the commands");
      }
      case SessionEvent.Rejoined(Duration roundTrip) -> info(wording.rejoined());
      case SessionEvent.Pong(Duration roundTrip) -> info(wording.pong(roundTrip));
      case SessionEvent.UdpBlocked() -> warn(wording.udpBlocked());
      case SessionEvent.ConnectionLost(String reason) -> warn(wording.connectionLost(reason));
      case SessionEvent.Waiting(var status) -> warn(wording.waiting(status));
      case SessionEvent.Ended ended -> {
        info(wording.ended(ended));
        Thread thread = typing;
        if (thread != null) {
          thread.interrupt();
        }
      }
    }
  }

  @Override
  public int chat(ChatSession session) {
    typing = Thread.currentThread();
    String prompt = "[" + Safe.text(config.username() + "@" + config.room()) + "] ";
    String kept = "";
    while (!session.ended().isDone()) {
      try {
        String line = reader.readLine(prompt, null, (Character) null, kept);
        kept = typed(session, line);
      } catch (UserInterruptException | EndOfFileException e) {
        break;
      }
    }
    typing = null;
    boolean interrupted = Thread.interrupted();
    session.close();
    return interrupted || session.ended().isDone()
        ? Wording.exitStatus(session.ended().join().cause())
        : 0;
  }

  /** Does what a line says; answers what shall stay in the editor. */
  private String typed(ChatSession session, String line) {
    if (line.isBlank()) {
      return "";
    }
    if (line.startsWith("/") && !line.startsWith("//")) {
      command(session, line.strip());
      return "";
    }
    String text = line.startsWith("//") ? line.substring(1) : line;
    if (!session.send(text)) {
      warn("not sent, there is no connection at the moment; your line is kept");
      return line;
    }
    say(config.username().value(), text);
    return "";
  }

  private void command(ChatSession session, String line) {
    String[] words = line.split("\\s+", 2);
    try {
      switch (words[0]) {
        case "/help" -> HELP.forEach(this::info);
        case "/who" -> who(session.members());
        case "/rooms" -> rooms(session.rooms());
        case "/kick" -> kick(session, words.length > 1 ? words[1] : "");
        case "/ping" -> {
          if (!session.ping()) {
            warn("there is no connection at the moment");
          }
        }
        case "/clear" -> reader.callWidget(LineReader.CLEAR_SCREEN);
        case "/quit" -> throw new EndOfFileException();
        default -> warn("no command " + words[0] + "; /help lists them");
      }
    } catch (IOException | ProtocolException | RefusedException e) {
      warn(Problem.of(config.server(), e).getMessage());
    }
  }

  private void kick(ChatSession session, String name)
      throws IOException, ProtocolException, RefusedException {
    try {
      session.kick(new Username(name));
    } catch (IllegalArgumentException e) {
      warn("whom? /kick NAME");
    }
  }

  private void who(List<MemberInfo> members) {
    info(
        members.size()
            + " here: "
            + members.stream()
                .map(m -> Safe.text(m.username().value()) + (m.host() ? " (host)" : ""))
                .collect(Collectors.joining(", ")));
  }

  private void rooms(List<RoomInfo> rooms) {
    RoomTable.lines(rooms).forEach(this::info);
  }

  private static final AttributedStyle DIM = AttributedStyle.DEFAULT.faint();
  private static final AttributedStyle WARNING =
      AttributedStyle.DEFAULT.foreground(AttributedStyle.YELLOW);

  private void info(String text) {
    line(DIM, "-- " + text);
  }

  private void warn(String text) {
    line(WARNING, "!! " + text);
  }

  private void say(String from, String text) {
    AttributedStringBuilder line = new AttributedStringBuilder();
    line.append(time());
    if (!from.isEmpty()) {
      line.styled(nameStyle(from), Safe.text(from)).append(": ");
    }
    line.append(Safe.text(text));
    print(line);
  }

  private void line(AttributedStyle style, String text) {
    AttributedStringBuilder line = new AttributedStringBuilder();
    line.append(time()).styled(style, Safe.text(text));
    print(line);
  }

  private void print(AttributedStringBuilder line) {
    String text = colors ? line.toAnsi(terminal) : line.toString();
    reader.printAbove(text);
  }

  private String time() {
    return LocalTime.now(clock).format(TIME) + " ";
  }

  /**
   * The same name has the same colour for everybody; those that are hard to read on black or white
   * are left out.
   */
  private static AttributedStyle nameStyle(String name) {
    int[] palette = {
      AttributedStyle.RED,
      AttributedStyle.GREEN,
      AttributedStyle.YELLOW,
      AttributedStyle.BLUE,
      AttributedStyle.MAGENTA,
      AttributedStyle.CYAN
    };
    return AttributedStyle.BOLD.foreground(palette[Math.floorMod(name.hashCode(), palette.length)]);
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
