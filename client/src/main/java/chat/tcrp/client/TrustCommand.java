package chat.tcrp.client;

import chat.tcrp.client.face.Problem;
import chat.tcrp.client.session.RefusedException;
import chat.tcrp.client.session.ServerAddress;
import chat.tcrp.client.session.ServerKey;
import chat.tcrp.client.session.TcrpClient;
import chat.tcrp.protocol.ProtocolException;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Accepts the key that a server has now. */
@Command(
    name = "trust",
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    description = {
      "Accept the key that a server has now, instead of the one that it had.",
      "Ask whoever runs the server first whether it has a new one."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  chat-client trust chat.example.org", "  chat-client trust localhost:7000"})
final class TrustCommand implements Callable<Integer> {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  @Spec private CommandSpec command;

  @Parameters(
      paramLabel = "HOST[:PORT]",
      description = "The server, or what is called so in a file.")
  private String server;

  @Override
  public Integer call() throws Problem {
    List<ServerAddress> named =
        FaceOptions.checked(
            command,
            "HOST",
            text -> ServerAddress.parseAll(text, OptionalInt.empty()),
            NamedServers.addresses(command, server));
    ServerAddress address = NamedServers.only(command, "HOST", "one server has one key", named);
    KnownServers known = KnownServers.ofUser(news -> {});
    AtomicReference<ServerKey> seen = new AtomicReference<>();
    try {
      new TcrpClient(address, Optional.of((where, key, verified) -> seen.set(key)), TIMEOUT)
          .rooms();
      Optional<ServerKey> before = known.known(address);
      known.remember(address, seen.get());
      PrintWriter out = command.commandLine().getOut();
      out.println(
          address
              + " is known by "
              + seen.get()
              + before
                  .filter(key -> !key.equals(seen.get()))
                  .map(key -> ", no more by " + key)
                  .orElse(""));
      out.flush();
      return 0;
    } catch (IOException | ProtocolException | RefusedException e) {
      throw Problem.of(address, e);
    }
  }
}
