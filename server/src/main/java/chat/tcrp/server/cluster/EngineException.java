package chat.tcrp.server.cluster;

/** Something could not be done with what the nodes share. */
public class EngineException extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * Makes one.
   *
   * @param message what could not be done and why, for the log
   */
  public EngineException(String message) {
    super(message);
  }

  /**
   * Makes one.
   *
   * @param message what could not be done and why, for the log
   * @param cause what the library says
   */
  public EngineException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Somebody else has written the key meanwhile. */
  public static final class Conflict extends EngineException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes one.
     *
     * @param message which key, for the log
     */
    public Conflict(String message) {
      super(message);
    }
  }
}
