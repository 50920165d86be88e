package chat.tcrp.client;

import chat.tcrp.protocol.Password;
import chat.tcrp.protocol.RoomName;
import chat.tcrp.protocol.Username;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What create and join have in common: which room, as whom, and how to show it. */
final class ChatOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Mixin private ServerOptions server;

  @Parameters(paramLabel = "ROOM", description = "The room: at most 28 bytes, case matters.")
  private String room;

  @Option(
      names = {"-n", "--name"},
      paramLabel = "NAME",
      description = "Your name in the room. Default: a terminal asks, a pipe takes the login name.")
  private Optional<String> name = Optional.empty();

  @ArgGroup private PasswordSource passwordSource = new PasswordSource();

  @Option(
      names = "--json",
      description = "Print one JSON object a line: time, kind, from, text. Implies no line editor.")
  private boolean json;

  @Option(names = "--stay", description = "Keep listening after the end of the input.")
  private boolean stay;

  @Option(
      names = "--color",
      paramLabel = "WHEN",
      defaultValue = "auto",
      description = "Colours: auto or never. NO_COLOR and TERM=dumb mean never. Default: auto.")
  private ColorChoice color;

  enum ColorChoice {
    auto,
    never
  }

  static final class PasswordSource {
    @Option(names = "--password", description = "Ask for the room's password.")
    private boolean ask;

    @Option(
        names = "--password-file",
        paramLabel = "FILE",
        description = "Read the room's password from the first line of a file.")
    private Optional<Path> file = Optional.empty();
  }

  ServerAddress server() {
    return server.address();
  }

  RoomName room() {
    return checked(RoomName::new, room);
  }

  Optional<Username> name() {
    return name.map(n -> checked(Username::new, n));
  }

  boolean asksForPassword() {
    return passwordSource.ask;
  }

  Optional<Password> passwordFromFile() {
    if (passwordSource.file.isEmpty()) {
      return Optional.empty();
    }
    Path file = passwordSource.file.get();
    try (var lines = Files.lines(file)) {
      String line = lines.findFirst().orElse("");
      return Optional.of(checked(Password::new, line));
    } catch (IOException | java.io.UncheckedIOException e) {
      throw new ParameterException(
          command.commandLine(), "cannot read the password file " + file, e);
    }
  }

  boolean json() {
    return json;
  }

  boolean stay() {
    return stay;
  }

  boolean colors() {
    String noColor = System.getenv("NO_COLOR");
    return color == ColorChoice.auto
        && (noColor == null || noColor.isEmpty())
        && !List.of("", "dumb").contains(System.getenv().getOrDefault("TERM", ""));
  }

  /** Makes a value of the protocol, or says as a usage error why it cannot be one. */
  private <T> T checked(Function<String, T> type, String text) {
    try {
      return type.apply(text);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), e.getMessage(), e);
    }
  }
}
