package chat.tcrp.client.session;

import chat.tcrp.protocol.Status;
import java.util.Objects;
import java.util.Optional;

/** The server has answered, and the answer is no. */
public final class RefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final Status status;
  private final transient Optional<ServerAddress> server;

  /**
   * Makes an exception.
   *
   * @param status why; not {@link Status#OK}
   */
  public RefusedException(Status status) {
    this(status, Optional.empty());
  }

  /** What a server has answered. */
  RefusedException(Status status, ServerAddress server) {
    this(status, Optional.of(server));
  }

  private RefusedException(Status status, Optional<ServerAddress> server) {
    super("the server refused: " + status.text());
    this.status = Objects.requireNonNull(status, "status");
    this.server = server;
  }

  /**
   * Why.
   *
   * @return never {@link Status#OK}
   */
  public Status status() {
    return status;
  }

  /**
   * Which server.
   *
   * @return empty when none was asked, since all would refuse
   */
  public Optional<ServerAddress> server() {
    return server;
  }
}
