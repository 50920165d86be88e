package chat.tcrp.client.face.terminal;

/** How a person who does not look at the terminal is told that somebody means them. */
public enum Notify {
  /** Not at all, but for the bell. */
  off,
  /** By the one of the others that is likely to work here. */
  auto,
  /** By the escape sequence OSC 9, which iTerm2, kitty, WezTerm, Ghostty and foot know. */
  osc9,
  /** By the escape sequence OSC 777, which urxvt, foot, Ghostty and WezTerm know. */
  osc777,
  /** By the program notify-send, which a desktop of freedesktop.org has. */
  command
}
