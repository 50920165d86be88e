package chat.tcrp.client;

import chat.tcrp.client.face.Invitation;
import chat.tcrp.client.session.ServerAddress;
import chat.tcrp.client.session.Trust;
import chat.tcrp.program.UnreadableFile;
import chat.tcrp.protocol.Password;
import chat.tcrp.protocol.RoomName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What create and join have in common: where rooms are, and their password. */
final class ChatOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Mixin private ServerOptions server;

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

  /**
   * Where a room is.
   *
   * @param trust which server is talked to, if encrypted at all
   */
  record Destination(List<ServerAddress> servers, RoomName room, Optional<Trust> trust) {}

  /**
   * What an argument names: a room, or an invitation to one.
   *
   * @param news is told of servers that are new
   */
  Destination destination(String argument, Consumer<String> news) {
    if (Invitation.isMeant(argument)) {
      Invitation invitation = checked("ROOM", Invitation::parse, argument);
      return new Destination(
          List.of(invitation.server()), invitation.room(), server.trust(invitation.key(), news));
    }
    return new Destination(
        server.addresses(), room(argument), server.trust(Optional.empty(), news));
  }

  RoomName room(String name) {
    return checked("ROOM", RoomName::new, name);
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
      return Optional.of(checked("--password-file", Password::new, line));
    } catch (IOException | UncheckedIOException e) {
      throw new ParameterException(
          command.commandLine(),
          "--password-file must be a file with the password, not '"
              + file
              + "'; "
              + UnreadableFile.reason(file, e),
          e);
    }
  }

  /** Makes a value of the protocol, or says as a usage error why it cannot be one. */
  private <T> T checked(String what, Function<String, T> type, String text) {
    return FaceOptions.checked(command, what, type, text);
  }
}
