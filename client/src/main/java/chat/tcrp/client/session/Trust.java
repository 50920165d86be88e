package chat.tcrp.client.session;

import java.io.IOException;
import java.util.Optional;

/** Decides whether a server is the one that is meant. Asked in every handshake of a session. */
@FunctionalInterface
public interface Trust {
  /**
   * Lets a server pass, or does not.
   *
   * @param server as it was asked for
   * @param key what it has proven to be known by
   * @param verified whether the system's certificate authorities vouch for its name
   * @throws UntrustedException when it is not to be talked to
   * @throws IOException when that cannot be found out
   */
  void check(ServerAddress server, ServerKey key, boolean verified) throws IOException;

  /**
   * The key that all servers must have.
   *
   * @return empty when each may have its own
   */
  default Optional<ServerKey> only() {
    return Optional.empty();
  }

  /**
   * Trusts one key and no other.
   *
   * @param expected the key, from somebody who knows the server
   * @return such a trust
   */
  static Trust in(ServerKey expected) {
    return new Trust() {
      @Override
      public void check(ServerAddress server, ServerKey key, boolean verified)
          throws UntrustedException {
        if (!key.equals(expected)) {
          throw new UntrustedException(server, expected, key);
        }
      }

      @Override
      public Optional<ServerKey> only() {
        return Optional.of(expected);
      }
    };
  }
}
