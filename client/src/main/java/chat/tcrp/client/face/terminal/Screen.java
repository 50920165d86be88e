package chat.tcrp.client.face.terminal;

/** What is printed above the line being typed: lines of each kind, in the order of the calls. */
final class Screen {
  private final ScreenLines lines;
  private final Transcript transcript;
  private boolean over;

  Screen(ScreenLines lines, Transcript transcript) {
    this.lines = lines;
    this.transcript = transcript;
  }

  /**
   * Somebody says something.
   *
   * @param alert what the terminal is sent together with the line
   */
  void message(String from, String text, String alert) {
    transcript.print(lines.message(from, text, false), alert);
  }

  /** We say something, which stands there already where the system has echoed it. */
  void ownMessage(String name, String text) {
    if (!transcript.isPlain()) {
      transcript.print(lines.message(name, text, true));
    }
  }

  /** The server says something. */
  void notice(String text) {
    transcript.print(lines.notice(text));
  }

  /** The program says something. */
  void info(String text) {
    transcript.print(lines.info(text));
  }

  /** It goes on, in the line below. */
  void more(String text) {
    transcript.print(lines.more(text));
  }

  void warn(String text) {
    transcript.print(lines.warning(text));
  }

  void clear() {
    transcript.clear();
  }

  /** The session has ended: this is the last that is shown of it. */
  synchronized void farewell(String text) {
    info(text);
    over = true;
  }

  /** Shows an answer that has been waited for; after the farewell it is of no use to anybody. */
  synchronized void answer(Runnable show) {
    if (!over) {
      show.run();
    }
  }

  /** No answer is shown any more. */
  synchronized void close() {
    over = true;
  }
}
