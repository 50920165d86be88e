package chat.tcrp.client.session;

import java.io.IOException;
import java.util.Optional;

/** The server is not the one that was expected, or does not encrypt. */
public final class UntrustedException extends IOException {
  private static final long serialVersionUID = 1L;

  private final transient ServerAddress server;
  private final transient Optional<ServerKey> expected;
  private final transient Optional<ServerKey> actual;

  /**
   * The server has another key.
   *
   * @param server which
   * @param expected the key that it should have
   * @param actual the key that it has
   */
  public UntrustedException(ServerAddress server, ServerKey expected, ServerKey actual) {
    super("the key of " + server + " is " + actual + ", not " + expected);
    this.server = server;
    this.expected = Optional.of(expected);
    this.actual = Optional.of(actual);
  }

  /** The server does not speak TLS. */
  UntrustedException(ServerAddress server, IOException cause) {
    super(server + " does not encrypt", cause);
    this.server = server;
    this.expected = Optional.empty();
    this.actual = Optional.empty();
  }

  /**
   * Which server.
   *
   * @return as it was asked for
   */
  public ServerAddress server() {
    return server;
  }

  /**
   * The key that it should have.
   *
   * @return empty when it does not encrypt
   */
  public Optional<ServerKey> expected() {
    return expected;
  }

  /**
   * The key that it has.
   *
   * @return empty when it does not encrypt
   */
  public Optional<ServerKey> actual() {
    return actual;
  }
}
