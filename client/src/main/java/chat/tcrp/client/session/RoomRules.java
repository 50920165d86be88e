package chat.tcrp.client.session;

/**
 * What a room is made with.
 *
 * @param history whether newcomers are sent what was said shortly before they came
 * @param sealedOnly whether only those may enter whose sessions are sealed
 * @param stayOpen whether it goes on when its host leaves, with another host
 */
public record RoomRules(boolean history, boolean sealedOnly, boolean stayOpen) {
  /** A room like any other. */
  public static final RoomRules USUAL = new RoomRules(false, false);

  /**
   * A room that closes when its host leaves.
   *
   * @param history whether newcomers are sent what was said shortly before they came
   * @param sealedOnly whether only those may enter whose sessions are sealed
   */
  public RoomRules(boolean history, boolean sealedOnly) {
    this(history, sealedOnly, false);
  }
}
