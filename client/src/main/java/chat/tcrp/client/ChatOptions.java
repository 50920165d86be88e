package chat.tcrp.client;

import chat.tcrp.protocol.Password;
import chat.tcrp.protocol.RoomName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What create and join have in common: which room, and its password. */
final class ChatOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Mixin private ServerOptions server;

  @Parameters(paramLabel = "ROOM", description = "The room: at most 28 bytes, case matters.")
  private String room;

  @ArgGroup private PasswordSource passwordSource = new PasswordSource();

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

  boolean isPasswordInFile() {
    return passwordSource.file.isPresent();
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

  /** Makes a value of the protocol, or says as a usage error why it cannot be one. */
  private <T> T checked(Function<String, T> type, String text) {
    return FaceOptions.checked(command, type, text);
  }
}
