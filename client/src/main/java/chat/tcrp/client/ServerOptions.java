package chat.tcrp.client;

import chat.tcrp.client.session.ServerAddress;
import java.util.Optional;
import java.util.OptionalInt;
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
      paramLabel = "HOST[:PORT]",
      description = {
        "The server; an IPv6 address in brackets.",
        "Environment: CHAT_SERVER. Default: localhost:9001."
      })
  private Optional<String> server = Optional.empty();

  @Option(
      names = "--udp-port",
      paramLabel = "N",
      description = "The server's UDP port. Default: its TCP port + 1.")
  private Optional<Integer> udpPort = Optional.empty();

  ServerAddress address() {
    Optional<String> fromEnvironment =
        Optional.ofNullable(System.getenv("CHAT_SERVER")).filter(text -> !text.isEmpty());
    try {
      return ServerAddress.parse(
          server.or(() -> fromEnvironment).orElse("localhost"),
          udpPort.map(OptionalInt::of).orElseGet(OptionalInt::empty));
    } catch (IllegalArgumentException e) {
      String source = server.isEmpty() && fromEnvironment.isPresent() ? "CHAT_SERVER: " : "";
      throw new ParameterException(command.commandLine(), source + e.getMessage(), e);
    }
  }
}
