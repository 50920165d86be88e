package chat.tcrp.client.face.terminal;

import java.util.List;
import org.jline.terminal.Terminal;
import org.jline.utils.AttributedStyle;
import org.jline.utils.InfoCmp.Capability;

/**
 * The colours of the screen, all of which can be read on black and on white (a contrast of 3 to 1
 * and more to either).
 *
 * @param names those of names, by their numbers in a terminal; whoever does not see all hues can
 *     tell them apart as far as there are enough
 * @param quiet the style of what matters less than what people say
 * @param warning the style of what went wrong
 */
record Palette(List<Integer> names, AttributedStyle quiet, AttributedStyle warning) {
  /** Our own name looks like no other. */
  static final AttributedStyle OWN_NAME = AttributedStyle.DEFAULT.bold().underline();

  private static final AttributedStyle PLAIN = AttributedStyle.DEFAULT;
  private static final int MAGENTA = 5;
  private static final int RED = 1;
  private static final int BRIGHT_RED = 9;
  private static final int BRIGHT_BLUE = 12;
  private static final int MIDDLE_GRAY = 243;

  /**
   * The hues of Okabe and Ito ("Color Universal Design", 2008) without yellow, which nobody can
   * read on white: vermilion, orange, bluish green, sky blue, blue and reddish purple. Each is the
   * one of the 256 colours that is readable on both grounds and, together with the others, best
   * told from them by people with protanopia and deuteranopia (simulated after Machado, 2009).
   */
  static final Palette OF_256 =
      new Palette(
          List.of(160, 136, 29, 68, 62, 169),
          PLAIN.foreground(MIDDLE_GRAY),
          PLAIN.bold().foreground(160));

  /** Of these sixteen every terminal has shades of its own; these three are readable in most. */
  static final Palette OF_16 =
      new Palette(
          List.of(MAGENTA, BRIGHT_RED, BRIGHT_BLUE), PLAIN, PLAIN.bold().foreground(BRIGHT_RED));

  static final Palette OF_8 =
      new Palette(List.of(RED, MAGENTA), PLAIN, PLAIN.bold().foreground(RED));

  /** The one that a terminal can show. */
  static Palette of(Terminal terminal) {
    Integer colors = terminal.getNumericCapability(Capability.max_colors);
    return of(colors == null ? 0 : colors);
  }

  static Palette of(int colors) {
    if (colors >= 256) {
      return OF_256;
    }
    return colors >= 16 ? OF_16 : OF_8;
  }

  /** The same name has the same colour for everybody. */
  AttributedStyle name(String name) {
    // The low bits of a hash code are nearly those of the last letter.
    int mixed = name.hashCode() * 0x9E3779B9;
    return PLAIN.bold().foreground(names.get(Math.floorMod(mixed ^ mixed >>> 15, names.size())));
  }
}
