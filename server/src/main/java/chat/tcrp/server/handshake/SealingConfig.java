package chat.tcrp.server.handshake;

import java.util.Objects;
import java.util.Optional;

/**
 * Whether and how connections are sealed.
 *
 * @param identity where the server's identity comes from; empty for no TLS at all
 * @param plain who may do without TLS
 */
public record SealingConfig(Optional<IdentitySource> identity, PlainPolicy plain) {
  /** Everybody does without. */
  public static final SealingConfig NONE = new SealingConfig(Optional.empty(), PlainPolicy.ALLOW);

  /** Checks that nothing is missing. */
  public SealingConfig {
    Objects.requireNonNull(identity, "identity");
    Objects.requireNonNull(plain, "plain");
  }
}
