package chat.tcrp.server.handshake;

import java.util.Objects;
import java.util.Optional;

/**
 * What connections are sealed with.
 *
 * @param identity what the server shows of itself; empty when it takes plain connections only
 * @param plain who may do without
 */
public record Sealing(Optional<Identity> identity, PlainPolicy plain) {
  /** Checks that nothing is missing. */
  public Sealing {
    Objects.requireNonNull(identity, "identity");
    Objects.requireNonNull(plain, "plain");
  }
}
