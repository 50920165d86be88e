package chat.tcrp.server.top;

import chat.tcrp.program.DurationConverter;
import chat.tcrp.program.EndpointConverter;
import chat.tcrp.server.metrics.BusyRooms;
import chat.tcrp.server.metrics.Interval;
import chat.tcrp.server.metrics.Metrics;
import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command {@code chat-server top}: what a running server does, seen from outside. */
@Command(
    name = "top",
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    sortOptions = false,
    description =
        "Shows what a running server does: its busiest rooms, rates, drops, how long its loops take. The server must"
            + " have been started with --metrics. q or Ctrl-C ends.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  chat-server --metrics 9003         the server",
      "  chat-server top                    what it does, until q is pressed",
      "  chat-server top --once --json      the same once, for a script"
    })
public final class Top implements Callable<Integer> {
  /** The server cannot be reached (EX_UNAVAILABLE of sysexits). */
  public static final int UNREACHABLE = 69;

  private static final Duration LOOK = Duration.ofMillis(100);

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "ADDR:PORT",
      defaultValue = "9003",
      converter = EndpointConverter.class,
      description = "Where the server shows its figures; a port alone is one of this machine.")
  private InetSocketAddress address;

  @Option(
      names = "--interval",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "How often to look; rates are of that time. Default: 2s, with --once 1s.")
  private Optional<Duration> interval = Optional.empty();

  @Option(names = "--once", description = "Look once, print it and end.")
  private boolean once;

  @Option(names = "--json", description = "With --once: print one line of JSON.")
  private boolean json;

  private Optional<Metrics> before = Optional.empty();
  private long lookedAt;

  /** Made by the command line. */
  public Top() {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (json && !once) {
      throw new ParameterException(spec.commandLine(), "--json means nothing without --once");
    }
    if (interval.filter(time -> time.compareTo(LOOK) < 0).isPresent()) {
      throw new ParameterException(spec.commandLine(), "--interval must be 100ms or more");
    }
    Remote server = new Remote(address);
    return once ? printOnce(server) : watch(server);
  }

  private int printOnce(Remote server) throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    try {
      look(server);
      // This takes a moment when nobody has asked for a while.
      server.rooms();
      Thread.sleep(interval.orElse(Duration.ofSeconds(1)));
      Sight sight = look(server).orElseThrow();
      if (json) {
        out.println(sight.json());
      } else {
        Screen.lines(sight, TerminalSize.USUAL.width(), false)
            .forEach(line -> out.println(line.stripTrailing()));
      }
      return CommandLine.ExitCode.OK;
    } catch (IOException e) {
      PrintWriter err = spec.commandLine().getErr();
      err.println("chat-server: " + unreachable(server, e));
      err.flush();
      return UNREACHABLE;
    }
  }

  private String unreachable(Remote server, IOException reason) {
    return "no figures from "
        + server.name()
        + ": "
        + reason.getMessage()
        + ". Start the server with --metrics "
        + (address.getAddress().isLoopbackAddress() ? address.getPort() : server.name());
  }

  /** Looks at the server; what was seen before is needed for rates. */
  private Optional<Sight> look(Remote server) throws IOException {
    Metrics now = server.metrics();
    long at = System.nanoTime();
    Optional<Interval> since =
        before.map(earlier -> Interval.between(earlier, now, (at - lookedAt) / 1e9));
    before = Optional.of(now);
    lookedAt = at;
    if (since.isEmpty()) {
      return Optional.empty();
    }
    List<BusyRooms.Row> rooms = server.rooms();
    return Optional.of(new Sight(server.name(), since.get(), rooms));
  }

  private int watch(Remote server) throws IOException, InterruptedException {
    if (Optional.ofNullable(System.console()).filter(Console::isTerminal).isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "this is no terminal to show it in; --once prints it once");
    }
    boolean colored = Display.mayBeColored(System.getenv());
    Optional<Sight> sight = Optional.empty();
    String trouble = "";
    try (Display display = Display.open()) {
      while (true) {
        try {
          sight = look(server);
          trouble = "";
        } catch (IOException e) {
          before = Optional.empty();
          trouble = unreachable(server, e) + ". Trying again.";
        }
        long next = System.nanoTime() + pause(sight, trouble).toNanos();
        TerminalSize shown = new TerminalSize(0, 0);
        while (System.nanoTime() - next < 0) {
          // A window that is resized is not to wait.
          TerminalSize size = TerminalSize.now(System.getenv());
          if (!size.equals(shown)) {
            display.show(lines(server, sight, trouble, size.width(), colored), size.height());
            shown = size;
          }
          Thread.sleep(LOOK);
        }
      }
    }
  }

  /** The first rates are not long in coming. */
  private Duration pause(Optional<Sight> sight, String trouble) {
    Duration usual = interval.orElse(Duration.ofSeconds(2));
    Duration first = Duration.ofMillis(500);
    return sight.isEmpty() && trouble.isEmpty() && usual.compareTo(first) > 0 ? first : usual;
  }

  private static List<String> lines(
      Remote server, Optional<Sight> sight, String trouble, int width, boolean colored) {
    List<String> lines = new ArrayList<>();
    if (!trouble.isEmpty()) {
      lines.addAll(wrapped(trouble, width));
      lines.add("");
    }
    sight.ifPresentOrElse(
        seen -> lines.addAll(Screen.lines(seen, width, colored)),
        () -> lines.addAll(wrapped("chat-server at " + server.name() + " · q ends", width)));
    return lines;
  }

  private static List<String> wrapped(String text, int width) {
    List<String> lines = new ArrayList<>();
    String line = "";
    for (String word : text.split(" ", -1)) {
      if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
        lines.add(line);
        line = "";
      }
      line += (line.isEmpty() ? "" : " ") + word;
    }
    lines.add(line);
    return lines;
  }
}
