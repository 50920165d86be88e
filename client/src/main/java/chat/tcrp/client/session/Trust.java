package chat.tcrp.client.session;

import java.io.IOException;

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
   * Trusts one key and no other.
   *
   * @param expected the key, from somebody who knows the server
   * @return such a trust
   */
  static Trust in(ServerKey expected) {
    return (server, key, verified) -> {
      if (!key.equals(expected)) {
        throw new UntrustedException(server, expected, key);
      }
    };
  }
}
