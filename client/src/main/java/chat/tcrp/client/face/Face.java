package chat.tcrp.client.face;

import java.util.List;

/**
 * How sessions are shown and typed into: an editor in a terminal, or plain lines through a pipe.
 */
public interface Face extends AutoCloseable {
  /** How many rooms can be open at once: as many as there are keys to switch to them. */
  int MAX_ROOMS = 9;

  /**
   * Shows what happens in rooms, and takes lines in until all of them or the input have ended; then
   * none is open any more.
   *
   * @param rooms at least one; the first is the one that is written to at first
   * @return the exit status of the program
   */
  int chat(List<Entered> rooms);

  @Override
  void close();
}
