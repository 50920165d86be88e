package chat.tcrp.client;

import static java.util.stream.Collectors.joining;

import chat.tcrp.client.session.ServerAddress;
import chat.tcrp.program.Configuration;
import chat.tcrp.program.Setting;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/**
 * Servers that have names in the configuration, {@code server.home = chat.example.org}. Wherever a
 * server is to be said, such a name stands for the address, or for several; what is not such a name
 * is an address.
 */
final class NamedServers {
  static final String FAMILY = "server";

  private NamedServers() {}

  /**
   * The addresses that are meant, with commas between them.
   *
   * @param servers names and addresses, with commas between them
   * @throws ParameterException when a name leads nowhere, saying where it stands
   */
  static String addresses(CommandSpec command, String servers) {
    return addresses(command, Configuration.family(command, FAMILY), servers, Set.of());
  }

  /**
   * The same on the way from a name.
   *
   * @param passed the names that have led here
   */
  private static String addresses(
      CommandSpec command, Map<String, Setting> names, String servers, Set<String> passed) {
    return Stream.of(servers.split(",", -1))
        .map(each -> names.containsKey(each) ? named(command, names, each, passed) : each)
        .collect(joining(","));
  }

  private static String named(
      CommandSpec command, Map<String, Setting> names, String name, Set<String> passed) {
    Setting setting = names.get(name);
    if (passed.contains(name)) {
      throw new ParameterException(
          command.commandLine(), setting.blamed(setting.key() + " leads back to itself"));
    }
    Set<String> further = new HashSet<>(passed);
    further.add(name);
    String addresses = addresses(command, names, setting.value(), further);
    try {
      // Their UDP ports are a matter of --udp-port.
      ServerAddress.parseAll(addresses, OptionalInt.of(ServerAddress.DEFAULT_PORT));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), setting.blamed(e.getMessage()), e);
    }
    return addresses;
  }

  /**
   * The only one of the servers that were said.
   *
   * @param what the option or the parameter that says them
   * @param why what there is only one of
   * @throws ParameterException when there are several
   */
  static ServerAddress only(
      CommandSpec command, String what, String why, List<ServerAddress> servers) {
    if (servers.size() > 1) {
      throw new ParameterException(
          command.commandLine(),
          "%s, and here are several: %s; name one with %s"
              .formatted(
                  why, servers.stream().map(ServerAddress::toString).collect(joining(",")), what));
    }
    return servers.getFirst();
  }

  /** Whether all that names stand for can be. */
  static void check(CommandSpec command) {
    Configuration.family(command, FAMILY).keySet().forEach(name -> addresses(command, name));
  }
}
