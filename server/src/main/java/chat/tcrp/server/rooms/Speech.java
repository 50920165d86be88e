package chat.tcrp.server.rooms;

/** How what was said at other nodes gets to the members that are here. */
public interface Speech {
  /**
   * Has a line sent to everybody in a room, but for its sender.
   *
   * @param sender null when it is no member that is here, nor one of a room at home here
   * @param senderId its {@link Member#id}, wherever it is
   * @param from where it lies, cleaned, with its sender's name
   */
  void line(Room room, Member sender, long senderId, byte[] from, int at, int size);

  /** Has a message sent to the one member whom it names. */
  void privately(Member sender, byte[] from, int at, int size);

  /** Sends a room's lines that wait for their turn: something else comes after them. */
  void settle(Room room);

  /** Has a member sent what it has missed, if it has. */
  void catchUp(Member member, long now);
}
