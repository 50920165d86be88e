package chat.tcrp.client.face;

import chat.tcrp.client.session.Conversation;
import chat.tcrp.client.session.SessionEvent;

/**
 * How a session is shown and typed into: an editor in a terminal, or plain lines through a pipe.
 */
public interface Face extends AutoCloseable {
  /** Shows what happened; called on the session's thread. */
  void show(SessionEvent event);

  /**
   * Takes lines in until the session or the input ends.
   *
   * @return the exit status of the program
   */
  int chat(Conversation conversation);

  @Override
  void close();
}
