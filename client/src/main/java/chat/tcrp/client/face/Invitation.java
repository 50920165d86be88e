package chat.tcrp.client.face;

import chat.tcrp.client.session.ChatSession;
import chat.tcrp.client.session.ServerAddress;
import chat.tcrp.client.session.ServerKey;
import chat.tcrp.client.session.SessionConfig;
import chat.tcrp.client.session.Trust;
import chat.tcrp.protocol.RoomName;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Where a room is, in one word: {@code chat://HOST:PORT/ROOM#SHA256:…}.
 *
 * @param server where its server is
 * @param room the room
 * @param key what the server is known by; empty when the session is plain
 */
public record Invitation(ServerAddress server, RoomName room, Optional<ServerKey> key) {
  private static final String SCHEME = "chat://";
  private static final String UDP = "udp=";

  /** An invitation to where a session is. */
  public static Invitation to(ChatSession session) {
    ServerAddress server = session.server();
    String host = Neighbours.hostFor(server).replaceAll("[\\[\\]]", "");
    return new Invitation(
        new ServerAddress(host, server.port(), server.udpPort()),
        session.config().room(),
        session.serverKey());
  }

  /** Whether a text is meant as an invitation, and not as the name of a room. */
  public static boolean isMeant(String text) {
    return text.startsWith(SCHEME);
  }

  /**
   * Reads an invitation.
   *
   * @throws IllegalArgumentException when it cannot be understood, saying why
   */
  public static Invitation parse(String text) {
    try {
      URI uri = new URI(text);
      String path = Optional.ofNullable(uri.getRawPath()).orElse("");
      if (!isMeant(text) || uri.getRawAuthority() == null || path.length() < 2) {
        throw new IllegalArgumentException("it needs a host and a room");
      }
      OptionalInt udpPort =
          Optional.ofNullable(uri.getQuery())
              .map(query -> OptionalInt.of(udpPort(query)))
              .orElseGet(OptionalInt::empty);
      return new Invitation(
          ServerAddress.parse(uri.getRawAuthority(), udpPort),
          new RoomName(decoded(path.substring(1))),
          Optional.ofNullable(uri.getFragment()).map(ServerKey::new));
    } catch (URISyntaxException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "an invitation is chat://HOST:PORT/ROOM#SHA256:KEY, not '"
              + text
              + "'; "
              + e.getMessage(),
          e);
    }
  }

  private static int udpPort(String query) {
    if (!query.matches(UDP + "[0-9]{1,5}")) {
      throw new IllegalArgumentException("after ? comes udp=PORT");
    }
    return Integer.parseInt(query.substring(UDP.length()));
  }

  /** A {@code +} is itself here. */
  private static String decoded(String path) {
    return URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  /**
   * The command that a friend can paste, with all servers of a session. Of several it names a key
   * only if that is the key of all.
   */
  public static String command(ChatSession session) {
    SessionConfig config = session.config();
    Optional<ServerKey> key =
        config.servers().size() == 1 ? session.serverKey() : config.trust().flatMap(Trust::only);
    return "chat-client join "
        + Problem.quoted(config.room().value())
        + " "
        + Neighbours.optionsForOthers(config.servers())
        + (config.trust().isEmpty() ? " --plain" : "")
        + key.map(k -> " --server-key " + k).orElse("");
  }

  /** The same in one word. */
  public String uri() {
    return SCHEME
        + server
        + "/"
        + URLEncoder.encode(room.value(), StandardCharsets.UTF_8).replace("+", "%20")
        + (server.udpPort() == server.port() + 1 ? "" : "?" + UDP + server.udpPort())
        + key.map(k -> "#" + k).orElse("");
  }
}
