package chat.tcrp.client.face;

import chat.tcrp.client.session.SessionConfig;

/** How somebody who is in a room enters another one. */
@FunctionalInterface
public interface Entrance {
  /**
   * Enters a room, asking the person where an answer helps.
   *
   * @param room its name, or an invitation to it
   * @param from the room where one is; what is not said otherwise is as there
   * @throws Problem when one cannot enter
   */
  Entered enter(String room, SessionConfig from) throws Problem;
}
