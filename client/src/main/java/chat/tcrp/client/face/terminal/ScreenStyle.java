package chat.tcrp.client.face.terminal;

/**
 * How a person wants the screen.
 *
 * @param colors whether names have colours
 * @param bell whether it rings when somebody names one
 * @param time how the time stands before a line
 * @param notifier what tells whoever looks elsewhere
 */
public record ScreenStyle(boolean colors, boolean bell, TimeFormat time, Notifier notifier) {
  /** With the usual time, and without notifications. */
  public ScreenStyle(boolean colors, boolean bell) {
    this(colors, bell, TimeFormat.USUAL, Notifier.NONE);
  }
}
