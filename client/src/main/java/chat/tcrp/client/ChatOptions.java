package chat.tcrp.client;

import chat.tcrp.client.face.Invitation;
import chat.tcrp.client.session.ServerAddress;
import chat.tcrp.client.session.Trust;
import chat.tcrp.protocol.Password;
import chat.tcrp.protocol.RoomName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
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

  @Parameters(
      paramLabel = "ROOM",
      description = {
        "The room: at most 28 bytes, case matters.",
        "Or an invitation: chat://HOST:PORT/ROOM#SHA256:KEY."
      })
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
    return invitation().map(Invitation::server).orElseGet(server::address);
  }

  RoomName room() {
    return invitation().map(Invitation::room).orElseGet(() -> checked(RoomName::new, room));
  }

  /** Which server is talked to, if encrypted at all. */
  Optional<Trust> trust(Consumer<String> news) {
    return server.trust(invitation().flatMap(Invitation::key), news);
  }

  private Optional<Invitation> invitation() {
    return Invitation.isMeant(room)
        ? Optional.of(checked(Invitation::parse, room))
        : Optional.empty();
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
    } catch (IOException | UncheckedIOException e) {
      throw new ParameterException(
          command.commandLine(),
          "--password-file must be a file with the password, not '"
              + file
              + "'; "
              + reason(file, e),
          e);
    }
  }

  /** Why a file could not be read. */
  private static String reason(Path file, Exception e) {
    return switch (e) {
      case Exception directory when Files.isDirectory(file) -> "it is a directory";
      case NoSuchFileException missing -> "there is no such file";
      case AccessDeniedException denied -> "you may not read it";
      case UncheckedIOException text when text.getCause() instanceof CharacterCodingException ->
          "it is not text in UTF-8";
      case UncheckedIOException other -> reason(file, other.getCause());
      default -> String.valueOf(e.getMessage());
    };
  }

  /** Makes a value of the protocol, or says as a usage error why it cannot be one. */
  private <T> T checked(Function<String, T> type, String text) {
    return FaceOptions.checked(command, type, text);
  }
}
