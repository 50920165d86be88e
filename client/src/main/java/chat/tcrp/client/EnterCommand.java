package chat.tcrp.client;

import chat.tcrp.protocol.Password;
import chat.tcrp.protocol.ProtocolException;
import java.io.IOException;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What {@code create} and {@code join} do: find out who, enter the room, chat until it is over. */
abstract class EnterCommand extends ChatCommand {
  @Spec private CommandSpec command;
  @Mixin private ChatOptions options;

  abstract boolean creates();

  @Override
  int chat(FaceOptions faceOptions, Console console) throws Problem, IOException {
    SessionConfig config =
        new SessionConfig(
            options.server(),
            options.room(),
            faceOptions.username(console),
            password(console),
            creates());
    Face face = faceOptions.face(Place.of(config), new RoomWording(config), console);
    return chat(face, opened -> open(config, opened));
  }

  private static ChatSession open(SessionConfig config, Face face) throws Problem {
    try {
      return ChatSession.open(config, face::show);
    } catch (RefusedException e) {
      throw Problem.refused(config, e);
    } catch (IOException | ProtocolException e) {
      throw Problem.unreachable(config.server(), e);
    }
  }

  private Optional<Password> password(Console console) {
    if (!options.asksForPassword()) {
      return options.passwordFromFile();
    }
    if (!console.isTerminal()) {
      throw new ParameterException(
          command.commandLine(), "there is no terminal to ask for a password; use --password-file");
    }
    while (true) {
      String answer = console.askSecretly("Password: ");
      // A mistyped password of a new room would lock everybody out.
      if (creates() && !answer.isEmpty() && !console.askSecretly("Again: ").equals(answer)) {
        console.say("these were not the same");
        continue;
      }
      try {
        return Optional.of(new Password(answer));
      } catch (IllegalArgumentException e) {
        console.say(e.getMessage());
      }
    }
  }

  /** Makes a room. */
  @Command(
      name = "create",
      mixinStandardHelpOptions = true,
      usageHelpAutoWidth = true,
      description = "Make a room, be its host, and chat. The room closes when you leave.",
      footerHeading = "%nExamples:%n",
      footer = {
        "  chat-client create tea",
        "  chat-client create tea --name ann --password",
        "  chat-client create tea --server chat.example.org"
      })
  static final class Create extends EnterCommand {
    @Override
    boolean creates() {
      return true;
    }
  }

  /** Enters a room. */
  @Command(
      name = "join",
      mixinStandardHelpOptions = true,
      usageHelpAutoWidth = true,
      description = "Enter a room and chat.",
      footerHeading = "%nExamples:%n",
      footer = {
        "  chat-client join tea",
        "  chat-client join tea --name bob --server chat.example.org:7000",
        "  echo 'build 42 is green' | chat-client join tea --name ci",
        "  chat-client join tea --name log --stay </dev/null >>tea.log"
      })
  static final class Join extends EnterCommand {
    @Override
    boolean creates() {
      return false;
    }
  }
}
