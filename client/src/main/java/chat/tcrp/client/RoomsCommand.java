package chat.tcrp.client;

import chat.tcrp.client.face.Problem;
import chat.tcrp.client.face.RoomTable;
import chat.tcrp.client.face.Wording;
import chat.tcrp.client.session.RefusedException;
import chat.tcrp.client.session.ServerAddress;
import chat.tcrp.client.session.Servers;
import chat.tcrp.protocol.ProtocolException;
import chat.tcrp.protocol.RoomInfo;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lists the server's rooms. */
@Command(
    name = "rooms",
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    description = "List the server's rooms.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  chat-client rooms",
      "  chat-client rooms --json --server chat.example.org",
    })
final class RoomsCommand implements Callable<Integer> {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  @Spec private CommandSpec command;
  @Mixin private ServerOptions server;

  @Option(names = "--json", description = "Print a JSON array instead of a table.")
  private boolean json;

  @Override
  public Integer call() throws Problem {
    List<ServerAddress> addresses = server.addresses();
    Servers servers =
        new Servers(
            addresses,
            server.trust(Optional.empty(), this::say),
            TIMEOUT,
            other -> say(Wording.passedOver(other)));
    List<RoomInfo> rooms;
    try {
      rooms = servers.rooms();
    } catch (IOException | ProtocolException | RefusedException e) {
      throw Problem.of(servers.present(), e);
    }
    PrintWriter out = command.commandLine().getOut();
    if (json) {
      out.println(new String(RoomInfo.encode(rooms), StandardCharsets.UTF_8));
    } else if (rooms.isEmpty()) {
      out.println(
          "no rooms on "
              + servers.present()
              + " yet; make one with: chat-client create NAME"
              + Problem.serverOption(addresses));
    } else {
      RoomTable.lines(rooms).forEach(out::println);
    }
    out.flush();
    return 0;
  }

  private void say(String news) {
    Main.complain(command.commandLine(), news);
  }
}
