package chat.tcrp.client;

import chat.tcrp.client.face.Entered;
import chat.tcrp.client.face.LobbyWording;
import chat.tcrp.client.face.Place;
import chat.tcrp.client.face.Problem;
import chat.tcrp.client.face.terminal.Console;
import chat.tcrp.client.session.LobbySession;
import chat.tcrp.client.session.ServerAddress;
import chat.tcrp.client.session.SessionConfig;
import chat.tcrp.client.session.SessionEvent;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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
          "The lobby's host and UDP port; an IPv6 address in brackets. Or a server that is called so in a file."
              + " Default: the host of CHAT_SERVER, or localhost; port 9001.")
  private Optional<String> server = Optional.empty();

  @Override
  int chat(FaceOptions options, Console console) throws Problem, IOException {
    ServerAddress address = address();
    Place place = Place.lobby(options.username(console));
    return chat(
        goodbye -> List.of(open(address, place, goodbye)),
        goodbye -> options.face(console, LobbyCommand::isNoWayOut));
  }

  private static Entered isNoWayOut(String room, SessionConfig from) {
    throw new IllegalStateException("nobody in the lobby is asked for a room");
  }

  private static Entered open(ServerAddress address, Place place, Goodbye goodbye) throws Problem {
    CompletableFuture<Consumer<SessionEvent>> shown = new CompletableFuture<>();
    try {
      LobbySession session =
          LobbySession.open(address, place.username(), event -> shown.join().accept(event));
      goodbye.to(session);
      return new Entered(place, new LobbyWording(place), session, shown);
    } catch (IOException e) {
      throw Problem.noLobby(address, e);
    }
  }

  private ServerAddress address() {
    // The lobby has one port only; the other one of an address means nothing here.
    OptionalInt noOther = OptionalInt.of(ServerAddress.DEFAULT_PORT);
    String said = server.orElse("localhost");
    String address = NamedServers.addresses(command, said);
    ServerAddress parsed =
        NamedServers.only(
            command,
            "--server",
            "the lobby is on one server",
            FaceOptions.checked(
                command, "--server", text -> ServerAddress.parseAll(text, noOther), address));
    boolean isLobbys =
        address.equals(said) && command.commandLine().getParseResult().hasMatchedOption("--server");
    // The port of a server that is configured, or has a name, is that of the rooms.
    return isLobbys
        ? parsed
        : new ServerAddress(parsed.host(), ServerAddress.DEFAULT_PORT, parsed.udpPort());
  }
}
