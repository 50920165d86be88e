package chat.tcrp.client;

import chat.tcrp.client.session.ServerAddress;
import chat.tcrp.program.Configuration;
import chat.tcrp.program.Setting;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/**
 * Servers that have names in the configuration, {@code server.home = chat.example.org}. Wherever a
 * server is to be said, such a name stands for the address; what is not such a name is an address.
 */
final class NamedServers {
  static final String FAMILY = "server";

  private NamedServers() {}

  /**
   * The address that is meant.
   *
   * @param server a name or an address
   * @throws ParameterException when a name leads nowhere, saying where it stands
   */
  static String address(CommandSpec command, String server) {
    Map<String, Setting> names = Configuration.family(command, FAMILY);
    Set<String> passed = new LinkedHashSet<>();
    String address = server;
    for (Setting name = names.get(address); name != null; name = names.get(address)) {
      if (!passed.add(address)) {
        throw new ParameterException(
            command.commandLine(), name.blamed(name.key() + " leads back to itself"));
      }
      address = name.value();
      if (!names.containsKey(address)) {
        check(command, name);
      }
    }
    return address;
  }

  /** Whether all that names stand for can be. */
  static void check(CommandSpec command) {
    Configuration.family(command, FAMILY).keySet().forEach(name -> address(command, name));
  }

  private static void check(CommandSpec command, Setting name) {
    try {
      // Its UDP port is a matter of --udp-port.
      ServerAddress.parse(name.value(), OptionalInt.of(ServerAddress.DEFAULT_PORT));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), name.blamed(e.getMessage()), e);
    }
  }
}
