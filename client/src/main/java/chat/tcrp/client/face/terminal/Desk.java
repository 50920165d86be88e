package chat.tcrp.client.face.terminal;

import java.time.Clock;
import java.util.function.Supplier;

/**
 * What the rooms that are open in a terminal share.
 *
 * @param transcript where all of them print
 * @param alerts how the person is told that their name was said
 * @param style how the person wants the screen
 * @param palette the colours that the terminal has
 * @param clock the time of what happens
 * @param rooms all that are open
 */
record Desk(
    Transcript transcript,
    Alerts alerts,
    ScreenStyle style,
    Palette palette,
    Clock clock,
    OpenRooms rooms) {
  /**
   * The lines of a room.
   *
   * @param label its name, when there are others
   */
  ScreenLines lines(String ownName, Supplier<String> label) {
    return new ScreenLines(ownName, clock, style.time(), palette, label);
  }
}
