package chat.tcrp.server.handshake;

import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;

/** Where the server's certificate and key come from. */
public sealed interface IdentitySource {
  /**
   * Of our own making, once, and kept.
   *
   * @param file a PKCS #12 file
   */
  record Kept(Path file) implements IdentitySource {
    /** Checks that nothing is missing. */
    public Kept {
      Objects.requireNonNull(file, "file");
    }
  }

  /**
   * Somebody else's making.
   *
   * @param certificate the certificate in PEM, perhaps with those above it
   * @param key its key, PKCS #8 in PEM
   */
  record Pem(Path certificate, Path key) implements IdentitySource {
    /** Checks that nothing is missing. */
    public Pem {
      Objects.requireNonNull(certificate, "certificate");
      Objects.requireNonNull(key, "key");
    }
  }

  /**
   * Where an identity is kept when nothing else is said.
   *
   * @param environment the process's environment variables
   * @param home the user's home directory
   */
  static Kept usual(Map<String, String> environment, Path home) {
    // A service may have several, and systemd names them with colons between.
    String ofService = environment.getOrDefault("STATE_DIRECTORY", "").split(":", 2)[0];
    if (!ofService.isEmpty()) {
      return new Kept(Path.of(ofService, "identity.p12"));
    }
    String ofUser = environment.getOrDefault("XDG_STATE_HOME", "");
    Path state = ofUser.isEmpty() ? home.resolve(".local").resolve("state") : Path.of(ofUser);
    return new Kept(state.resolve("chat-server").resolve("identity.p12"));
  }
}
