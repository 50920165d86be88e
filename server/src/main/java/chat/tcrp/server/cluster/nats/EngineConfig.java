package chat.tcrp.server.cluster.nats;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Where the NATS servers are and how they are reached.
 *
 * @param servers addresses {@code nats://[USER:PASSWORD@|TOKEN@]HOST[:PORT]}, or {@code tls://} for
 *     TLS, which is then used towards all of them; not empty. What is written before the {@code @}
 *     of the first one that has it is also for servers that are heard of later.
 * @param ca certificates in PEM that are trusted besides those of the system
 * @param credentials a file that says who we are, instead of what is before an {@code @}: a user's
 *     seed, and the token of its account if that is needed, as {@code nsc} writes them
 */
public record EngineConfig(List<URI> servers, Optional<Path> ca, Optional<Path> credentials) {
  private static final String FORM = "nats://[USER:PASSWORD@]HOST[:PORT], or tls://";
  private static final Set<String> SCHEMES = Set.of("nats", "tls");

  /**
   * Checks the addresses.
   *
   * @throws IllegalArgumentException when one is none, when some are to be reached by TLS and
   *     others not, when there are certificates for what goes without TLS, or when both the
   *     addresses and a file say who we are
   */
  public EngineConfig {
    servers = List.copyOf(servers);
    if (servers.isEmpty()) {
      throw new IllegalArgumentException("no address of a NATS server");
    }
    servers.forEach(EngineConfig::check);
    if (servers.stream().map(URI::getScheme).distinct().count() > 1) {
      throw new IllegalArgumentException("either all NATS servers are tls:// or none is");
    }
    if (ca.isPresent() && !isTls(servers)) {
      throw new IllegalArgumentException("certificates are for tls://, not for nats://");
    }
    if (credentials.isPresent() && userInfo(servers).isPresent()) {
      throw new IllegalArgumentException(
          "there are credentials in a file, and before an @; leave one of them out");
    }
  }

  /**
   * Reads addresses.
   *
   * @param servers with commas between them; those after the first may leave out the scheme
   * @throws IllegalArgumentException as the constructor does; the message shows no password
   */
  public static EngineConfig parse(String servers, Optional<Path> ca, Optional<Path> credentials) {
    String[] parts = servers.strip().split("\\s*,\\s*", -1);
    String scheme = parts[0].startsWith("tls://") ? "tls://" : "nats://";
    return new EngineConfig(
        Arrays.stream(parts).map(part -> uri(part.contains("://") ? part : scheme + part)).toList(),
        ca,
        credentials);
  }

  private static URI uri(String text) {
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      throw noAddress(shown(text));
    }
  }

  private static void check(URI server) {
    boolean isPlain =
        server.getHost() != null
            && (server.getPath().isEmpty() || server.getPath().equals("/"))
            && server.getQuery() == null
            && server.getFragment() == null
            && server.getPort() != 0
            && server.getPort() < 1 << 16;
    if (!SCHEMES.contains(server.getScheme()) || !isPlain) {
      throw noAddress(shown(server.toString()));
    }
  }

  private static IllegalArgumentException noAddress(String shown) {
    return new IllegalArgumentException("'" + shown + "' is not " + FORM);
  }

  boolean isTls() {
    return isTls(servers);
  }

  private static boolean isTls(List<URI> servers) {
    return servers.getFirst().getScheme().equals("tls");
  }

  /** The user and password, or the token, with its escapes. */
  Optional<String> userInfo() {
    return userInfo(servers);
  }

  private static Optional<String> userInfo(List<URI> servers) {
    return servers.stream()
        .map(URI::getRawUserInfo)
        .filter(info -> info != null && !info.isEmpty())
        .findFirst();
  }

  /** The addresses without what is secret. */
  String addresses() {
    return servers.stream()
        .map(URI::toString)
        .map(EngineConfig::shown)
        .collect(Collectors.joining(","));
  }

  /** An address without what is secret. */
  static String shown(String server) {
    return server.replaceAll("//.*@", "//");
  }

  /** Shows no password. */
  @Override
  public String toString() {
    return "EngineConfig[servers="
        + addresses()
        + ", ca="
        + ca
        + ", credentials="
        + credentials
        + "]";
  }
}
