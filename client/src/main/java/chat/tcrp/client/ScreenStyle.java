package chat.tcrp.client;

/**
 * How a person wants the screen.
 *
 * @param colors whether names have colours
 * @param bell whether it rings when somebody names one
 */
record ScreenStyle(boolean colors, boolean bell) {}
