package chat.tcrp.client.session;

import chat.tcrp.protocol.Status;
import java.util.Objects;

/** The server has answered, and the answer is no. */
public final class RefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final Status status;

  /**
   * Makes an exception.
   *
   * @param status why; not {@link Status#OK}
   */
  public RefusedException(Status status) {
    super("the server refused: " + status.text());
    this.status = Objects.requireNonNull(status, "status");
  }

  /**
   * Why.
   *
   * @return never {@link Status#OK}
   */
  public Status status() {
    return status;
  }
}
