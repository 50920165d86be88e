package chat.tcrp.client;

import chat.tcrp.client.face.Entrance;
import chat.tcrp.client.face.Face;
import chat.tcrp.client.face.LogFile;
import chat.tcrp.client.face.LoggedFace;
import chat.tcrp.client.face.Output;
import chat.tcrp.client.face.Problem;
import chat.tcrp.client.face.Safe;
import chat.tcrp.client.face.pipe.PipeFace;
import chat.tcrp.client.face.terminal.Console;
import chat.tcrp.client.face.terminal.Notifier;
import chat.tcrp.client.face.terminal.Notify;
import chat.tcrp.client.face.terminal.ScreenStyle;
import chat.tcrp.client.face.terminal.TimeFormat;
import chat.tcrp.program.Usage;
import chat.tcrp.protocol.Username;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Stack;
import java.util.function.Consumer;
import java.util.function.Function;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of every command that chats: as whom, and how it is shown. */
final class FaceOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = {"-n", "--name"},
      paramLabel = "NAME",
      description = "Your name. Default: a terminal asks, a pipe takes the login name.")
  private Optional<String> name = Optional.empty();

  @Option(
      names = "--json",
      description =
          "Print one JSON object a line: time, kind, room, from, text. Implies no line editor.")
  private boolean json;

  @Option(names = "--stay", description = "Keep listening after the end of the input.")
  private boolean stay;

  @Option(
      names = "--color",
      paramLabel = "WHEN",
      defaultValue = "auto",
      description = "Colours: auto or never. NO_COLOR and TERM=dumb mean never. Default: auto.")
  private ColorChoice color;

  @Option(
      names = "--bell",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description = "Ring when somebody says your name, or do not. Default: it rings.")
  private boolean bell;

  @Option(
      names = "--time",
      paramLabel = "FORMAT",
      defaultValue = "HH:mm",
      description = {
        "The time before a line: a pattern such as HH:mm:ss or dd.MM. HH:mm, or off.",
        "Default: HH:mm, in the time zone of TZ or the system."
      })
  private String time;

  @Option(
      names = "--notify",
      paramLabel = "WAY",
      arity = "0..1",
      defaultValue = "off",
      fallbackValue = "auto",
      preprocessor = AttachedValue.class,
      description = {
        "Show on the desktop who says your name while you look elsewhere: osc9 or osc777",
        "through the terminal, command by notify-send, auto as it fits. Default: off."
      })
  private Notify notify;

  @Option(
      names = "--plain-screen",
      description = "Only append lines, for a screen reader: no colours, no line editor.")
  private boolean plainScreen;

  @Option(
      names = "--log",
      paramLabel = "FILE",
      description = "Append what is said to FILE, with date and time. Default: nowhere.")
  private Optional<String> log = Optional.empty();

  private Optional<LogFile.Opened> openedLog = Optional.empty();

  /**
   * The word behind an option with a value that may be left out is not that value. What the option
   * is when it is not given at all comes here too, and looks like such a word.
   */
  static final class AttachedValue implements IParameterPreprocessor {
    @Override
    public boolean preprocess(
        Stack<String> args, CommandSpec command, ArgSpec option, Map<String, Object> info) {
      boolean isAlone =
          option instanceof OptionSpec named
              && command
                  .commandLine()
                  .getParseResult()
                  .originalArgs()
                  .contains(named.longestName());
      if (isAlone && !"=".equals(info.get("separator"))) {
        args.push(((OptionSpec) option).fallbackValue());
      }
      return false;
    }
  }

  enum ColorChoice {
    auto,
    never
  }

  /** The terminal to chat in, if there is one and it is wanted; the first that is asked for. */
  Console console() throws IOException {
    time();
    return json ? Console.none() : Console.find(plainScreen);
  }

  /** Opens the file that is to be written, before anything else is done. */
  void openLog() throws Problem {
    try {
      openedLog = log.isPresent() ? Optional.of(LogFile.open(log.get())) : Optional.empty();
    } catch (IOException e) {
      throw Problem.noLog(e);
    }
  }

  /**
   * The face that fits the console.
   *
   * @param entrance how other rooms are entered from it
   */
  Face face(Console console, Entrance entrance) {
    if (console.isTerminal()) {
      return console.face(style(console), openedLog, entrance);
    }
    PrintStream err =
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
    Clock clock = Clock.system(ZoneId.systemDefault());
    Face pipe = new PipeFace(System.in, Output.standard(), err, json, stay, clock);
    Consumer<String> news = text -> err.println("!! " + Safe.text(text));
    return openedLog.<Face>map(file -> new LoggedFace(pipe, file, clock, news)).orElse(pipe);
  }

  private TimeFormat time() {
    return checked(command, "--time", TimeFormat::of, time);
  }

  private ScreenStyle style(Console console) {
    Notifier notifier = Notifier.of(notify, System.getenv(), console.isPlain());
    return new ScreenStyle(colors() && !console.isPlain(), bell, time(), notifier);
  }

  /** Who one wants to be: as the option says, as a person answers, or the login name. */
  Username username(Console console) {
    if (name.isPresent()) {
      return checked(command, "--name", Username::new, name.get());
    }
    Optional<Username> login = loginName();
    if (console.isTerminal()) {
      return ask(console, login);
    }
    return login.orElseThrow(
        () ->
            new ParameterException(
                command.commandLine(), "the login name cannot be used here; give one with --name"));
  }

  /** Who else one wants to be, when the server does not take a name. */
  Username anotherUsername(Console console, Username refused) {
    return ask(console, loginName().filter(login -> !login.equals(refused)));
  }

  /**
   * Makes a value of the protocol, or says as a usage error why it cannot be one.
   *
   * @param what the option or the parameter that has it
   */
  static <A, T> T checked(CommandSpec command, String what, Function<A, T> type, A value) {
    try {
      return type.apply(value);
    } catch (IllegalArgumentException e) {
      throw Usage.mistake(command, what, e);
    }
  }

  private static Username ask(Console console, Optional<Username> login) {
    String question = "Username" + login.map(n -> " [" + n + "]").orElse("") + ": ";
    while (true) {
      String answer = console.ask(question).strip();
      if (answer.isEmpty() && login.isPresent()) {
        return login.get();
      }
      try {
        return new Username(answer);
      } catch (IllegalArgumentException e) {
        console.say(e.getMessage());
      }
    }
  }

  private static Optional<Username> loginName() {
    try {
      return Optional.of(new Username(System.getProperty("user.name", "")));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private boolean colors() {
    String noColor = System.getenv("NO_COLOR");
    return color == ColorChoice.auto
        && (noColor == null || noColor.isEmpty())
        && !List.of("", "dumb").contains(System.getenv().getOrDefault("TERM", ""));
  }
}
