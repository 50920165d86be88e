package chat.tcrp.client.face.terminal;

/** What the program itself says above the line being typed. */
class Announcements {
  private final ScreenLines lines;
  private final Transcript transcript;

  Announcements(ScreenLines lines, Transcript transcript) {
    this.lines = lines;
    this.transcript = transcript;
  }

  /** The program says something. */
  final void info(String text) {
    transcript.print(lines.info(text));
  }

  /** It goes on, in the line below. */
  final void more(String text) {
    transcript.print(lines.more(text));
  }

  final void warn(String text) {
    transcript.print(lines.warning(text));
  }
}
