package chat.tcrp.client.face.terminal;

/**
 * How a person wants the screen.
 *
 * @param colors whether names have colours
 * @param bell whether it rings when somebody names one
 */
public record ScreenStyle(boolean colors, boolean bell) {}
