package chat.tcrp.client.session;

/**
 * What a room is made with.
 *
 * @param history whether newcomers are sent what was said shortly before they came
 * @param sealedOnly whether only those may enter whose sessions are sealed
 */
public record RoomRules(boolean history, boolean sealedOnly) {
  /** A room like any other. */
  public static final RoomRules USUAL = new RoomRules(false, false);
}
