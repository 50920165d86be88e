package chat.tcrp.client.face.terminal;

/** What a shell does for a program that is asked to stop, as Ctrl-Z does. */
@FunctionalInterface
interface JobControl {
  /**
   * Stops the program until the shell has it go on.
   *
   * @return false, at once, when there is no shell that could
   */
  boolean stop();

  /** Whether there is more to read by now. */
  default boolean isMoreTyped(Editor editor) {
    return editor.peekCharacter(1) >= 0;
  }
}
