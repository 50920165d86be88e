package chat.tcrp.client.session;

import java.io.IOException;
import java.net.ConnectException;
import java.util.List;
import java.util.stream.Stream;

/** None of several servers has let us in, and none has said no for all of them. */
public final class NoServerException extends IOException {
  private static final long serialVersionUID = 1L;

  private final transient List<Failure> failures;

  /**
   * What has come of one server.
   *
   * @param server which
   * @param cause a {@link RefusedException}, an {@link IOException} or a {@link
   *     chat.tcrp.protocol.ProtocolException}
   */
  public record Failure(ServerAddress server, Exception cause) {}

  /** All have been tried. */
  NoServerException(List<Failure> failures) {
    super(
        "none of %d servers can be entered; %s: %s"
            .formatted(
                failures.size(),
                failures.getFirst().server(),
                failures.getFirst().cause().getMessage()),
        failures.getFirst().cause());
    this.failures = List.copyOf(failures);
  }

  /**
   * What has come of each.
   *
   * @return one for each server, in the order in which they were tried
   */
  public List<Failure> failures() {
    return failures;
  }

  /**
   * The cause that says most of what is to be done: one who answers knows more than one who is not
   * to be believed, and that one is there at least. Of those that cannot be reached, one that may
   * come to be is named before those where the system says that nobody listens.
   */
  Exception telling() {
    return Stream.of(RefusedException.class, UntrustedException.class)
        .flatMap(kind -> causes().filter(kind::isInstance))
        .findFirst()
        .or(() -> causes().filter(cause -> !(cause instanceof ConnectException)).findFirst())
        .orElseGet(() -> failures.getFirst().cause());
  }

  private Stream<Exception> causes() {
    return failures.stream().map(Failure::cause);
  }
}
