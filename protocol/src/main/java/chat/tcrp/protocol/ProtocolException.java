package chat.tcrp.protocol;

import java.util.Objects;

/**
 * Bytes that do not follow the protocol. The {@link #reason()} says which rule was broken; the
 * message says it for a person and never repeats a secret from the input.
 */
public final class ProtocolException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Which rule was broken, and the status with which a server answers it. */
  public enum Reason {
    /** Fewer bytes than a size field announced. */
    TRUNCATED(Status.MALFORMED),
    /** Bytes left over after the last field. */
    TRAILING_BYTES(Status.MALFORMED),
    /** A state that the reader of the frame cannot accept. */
    UNEXPECTED_STATE(Status.MALFORMED),
    /** An operation code that is not one of {@link Operation}. */
    UNSUPPORTED_OPERATION(Status.UNSUPPORTED_OPERATION),
    /** A room name that is empty, longer than 28 bytes, not UTF-8 or has control characters. */
    INVALID_ROOM_NAME(Status.INVALID_ROOM_NAME),
    /** A username that breaks one of the rules of {@link Username}. */
    INVALID_USERNAME(Status.INVALID_USERNAME),
    /** A token that is empty or longer than 255 bytes. */
    INVALID_TOKEN(Status.NOT_AUTHORISED),
    /** A payload size above the limit for its kind of frame. */
    PAYLOAD_TOO_LARGE(Status.PAYLOAD_TOO_LARGE),
    /**
     * A payload whose content cannot be understood: broken JSON, a value of the wrong type, an
     * unknown status.
     */
    MALFORMED_PAYLOAD(Status.MALFORMED),
    /** A datagram over the size that its direction allows. */
    OVERSIZED_DATAGRAM(Status.MALFORMED);

    private final Status status;

    Reason(Status status) {
      this.status = status;
    }

    /**
     * The status that answers a request with this fault.
     *
     * @return never {@link Status#OK}
     */
    public Status status() {
      return status;
    }
  }

  private final Reason reason;

  /**
   * Makes an exception.
   *
   * @param reason the rule that was broken
   * @param message one sentence for a person, without secrets
   */
  public ProtocolException(Reason reason, String message) {
    super(message);
    this.reason = Objects.requireNonNull(reason, "reason");
  }

  /**
   * The rule that was broken.
   *
   * @return the reason
   */
  public Reason reason() {
    return reason;
  }
}
