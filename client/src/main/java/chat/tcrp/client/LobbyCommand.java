package chat.tcrp.client;

import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Chats in the lobby. */
@Command(
    name = "lobby",
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    description =
        "Chat in the server's lobby, if it has one: no rooms, no passwords, and nobody checks names.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  chat-client lobby",
      "  chat-client lobby --name ann --server chat.example.org:9001",
    })
final class LobbyCommand extends ChatCommand {
  @Spec private CommandSpec command;

  @Option(
      names = {"-s", "--server"},
      paramLabel = "HOST[:PORT]",
      description =
          "The lobby's host and UDP port; an IPv6 address in brackets. Default: localhost:9001.")
  private Optional<String> server = Optional.empty();

  @Override
  int chat(FaceOptions options, Console console) throws Problem, IOException {
    ServerAddress address = address();
    Place place = Place.lobby(address, options.username(console));
    Face face = options.face(place, new LobbyWording(place), console);
    return chat(face, opened -> open(place, opened));
  }

  private static LobbySession open(Place place, Face face) throws Problem {
    try {
      return LobbySession.open(place.server(), place.username(), face::show);
    } catch (IOException e) {
      throw Problem.noLobby(place.server(), e);
    }
  }

  private ServerAddress address() {
    try {
      // The lobby has one port only; the other one of an address means nothing here.
      return ServerAddress.parse(
          server.orElse("localhost"), OptionalInt.of(ServerAddress.DEFAULT_PORT));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), e.getMessage(), e);
    }
  }
}
