package chat.tcrp.client;

import chat.tcrp.client.session.ServerAddress;
import chat.tcrp.client.session.ServerKey;
import chat.tcrp.client.session.Trust;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that say where the server is. */
final class ServerOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = {"-s", "--server"},
      paramLabel = "HOST[:PORT],...",
      description = {
        "The server; an IPv6 address in brackets. Or what is called so in a file.",
        "Or several that act as one, as in a,b:9011: who loses one goes on at another.",
        "Environment: CHAT_SERVER. Default: localhost:9001."
      })
  private Optional<String> server = Optional.empty();

  @Option(
      names = "--udp-port",
      paramLabel = "N",
      description = "The server's UDP port. Default: its TCP port + 1.")
  private Optional<Integer> udpPort = Optional.empty();

  @Option(
      names = "--server-key",
      paramLabel = "SHA256:KEY",
      description = {
        "The server's key, from somebody who knows it.",
        "Default: the one that it had when it was first met."
      })
  private Optional<String> serverKey = Optional.empty();

  @Option(
      names = "--plain",
      description = "Do not encrypt: for servers that cannot. Everybody on the way can read along.")
  private boolean plain;

  /**
   * Which server is talked to, if encrypted at all.
   *
   * @param invited the key that an invitation names
   * @param news is told of servers that are new
   */
  Optional<Trust> trust(Optional<ServerKey> invited, Consumer<String> news) {
    Optional<ServerKey> named =
        serverKey.map(text -> FaceOptions.checked(command, "--server-key", ServerKey::new, text));
    if (plain) {
      if (named.isPresent()) {
        throw new ParameterException(
            command.commandLine(), "--server-key means nothing with --plain");
      }
      return Optional.empty();
    }
    return Optional.of(
        named.or(() -> invited).map(Trust::in).orElseGet(() -> KnownServers.ofUser(news)));
  }

  /** The servers, in the order in which they are to be tried; at least one. */
  List<ServerAddress> addresses() {
    String named = NamedServers.addresses(command, server.orElse("localhost"));
    OptionalInt udp =
        udpPort.isPresent() ? OptionalInt.of(ServerAddress.DEFAULT_PORT) : OptionalInt.empty();
    List<ServerAddress> parsed =
        FaceOptions.checked(command, "--server", text -> ServerAddress.parseAll(text, udp), named);
    return udpPort
        .map(port -> FaceOptions.checked(command, "--udp-port", to -> withUdp(parsed, to), port))
        .orElse(parsed);
  }

  private static List<ServerAddress> withUdp(List<ServerAddress> servers, int udpPort) {
    return servers.stream()
        .map(server -> new ServerAddress(server.host(), server.port(), udpPort))
        .toList();
  }
}
