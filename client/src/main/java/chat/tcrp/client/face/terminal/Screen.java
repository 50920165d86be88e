package chat.tcrp.client.face.terminal;

import chat.tcrp.client.face.ConversationLog;
import chat.tcrp.client.face.Safe;

/** What is printed above the line being typed: lines of each kind, in the order of the calls. */
final class Screen extends Announcements {
  /** What we are called where nobody else reads it. */
  private static final String US = "you";

  private final ScreenLines lines;
  private final Transcript transcript;
  private final ShownLines shown;
  private final ConversationLog log;
  private boolean over;

  /**
   * Prints to a transcript.
   *
   * @param shown remembers what is said
   * @param log writes it down
   */
  Screen(ScreenLines lines, Transcript transcript, ShownLines shown, ConversationLog log) {
    super(lines, transcript);
    this.lines = lines;
    this.transcript = transcript;
    this.shown = shown;
    this.log = log;
  }

  /**
   * Somebody says something.
   *
   * @param alert what the terminal is sent together with the line
   */
  void message(String from, String text, String alert) {
    transcript.print(remembered(lines.message(from, text, false)), alert);
    log.message(from, text);
  }

  /** We say something, which stands there already where the system has echoed it. */
  void ownMessage(String name, String text) {
    ScreenLine line = remembered(lines.message(name, text, true));
    if (!transcript.isPlain()) {
      transcript.print(line);
    }
    log.message(name, text);
  }

  /**
   * Somebody says something to us alone.
   *
   * @param alert what the terminal is sent together with the line
   */
  void privateMessage(String from, String text, String alert) {
    transcript.print(remembered(lines.privateMessage(from, US, text)), alert);
    log.privateMessage(from, US, text);
  }

  /** We say something to somebody alone. */
  void ownPrivateMessage(String to, String text) {
    ScreenLine line = remembered(lines.privateMessage(US, to, text));
    if (!transcript.isPlain()) {
      transcript.print(line);
    }
    log.privateMessage(US, to, text);
  }

  /** The server says something. */
  void notice(String text) {
    transcript.print(remembered(lines.notice(text)));
    log.notice(text);
  }

  private ScreenLine remembered(ScreenLine line) {
    shown.add(line.line().toString());
    return line;
  }

  /** Finds again what was said. */
  ShownLines.Found find(String text, int max) {
    return shown.find(text, max);
  }

  void clear() {
    transcript.clear();
  }

  /** The session has ended: this is the last that is shown of it. */
  synchronized void farewell(String text) {
    info(text);
    log.line("-- " + Safe.text(text));
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
