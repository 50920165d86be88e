package chat.tcrp.client.face.terminal;

import chat.tcrp.client.face.Face;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import org.jline.keymap.KeyMap;
import org.jline.reader.Binding;
import org.jline.reader.Reference;
import org.jline.reader.Widget;
import org.jline.terminal.Terminal;
import org.jline.terminal.Terminal.Signal;
import org.jline.utils.InfoCmp.Capability;

/**
 * The line that a person types into, at the bottom of the screen: what its keys do, how the shell
 * gets the terminal for a while, and what becomes of it when the window changes.
 *
 * <p>Ctrl-C on a line with text discards the text, and in a search what was found; on an empty line
 * it ends the reading with an {@link org.jline.reader.UserInterruptException}, as does a signal.
 */
final class Editor extends FocusReader {
  /** The screen is drawn again when its size has not changed for so long. */
  private static final Duration SETTLING = Duration.ofMillis(100);

  private static final Executor SOON =
      CompletableFuture.delayedExecutor(SETTLING.toNanos(), TimeUnit.NANOSECONDS);

  private static final String CTRL_C = KeyMap.ctrl('C');
  private static final String DISCARD = "discard";
  private static final String SHIFT_TAB = "\033[Z";

  private final JobControl jobControl;

  /** What stands before the line, by the columns of the screen. */
  private IntFunction<String> before = columns -> "";

  /** The line is the answer to a question, and not part of the conversation. */
  private boolean asking;

  /** The person wanted to suspend the program, which could not be; what follows is for a shell. */
  private boolean suspensionMissed;

  /** Goes to the room with a number; answers false when there is only one. */
  private IntPredicate roomKey = number -> false;

  private final Condition steady = lock.newCondition();

  /** Nothing is drawn, because the screen is being resized or has become too small for the line. */
  private boolean held;

  private int resizes;

  private TabCycle tab = new TabCycle(typed -> TabCycle.Choices.NONE);

  Editor(Terminal terminal, JobControl jobControl) {
    super(terminal);
    this.jobControl = jobControl;
    option(Option.DISABLE_EVENT_EXPANSION, true);
    option(Option.CASE_INSENSITIVE, true);
    setParser((line, cursor, context) -> new PlainLine(line, cursor));
    variable(SECONDARY_PROMPT_PATTERN, "");
    variable(TAB_WIDTH, ScreenLines.TAB_WIDTH);
    bindKeys();
  }

  private void bindKeys() {
    widgets.put(DISCARD, this::discard);
    KeyMap<Binding> keys = keyMaps.get(EMACS);
    keys.bind(new Reference(DISCARD), KeyMap.ctrl('U'));
    // In a search, this is the one command that goes back to what was there before.
    keys.bind(new Reference(SEND_BREAK), CTRL_C);
    keys.bind((Widget) this::suspend, KeyMap.ctrl('Z'));
    keys.bind((Widget) () -> complete(true), "\t");
    keys.bind((Widget) () -> complete(false), SHIFT_TAB);
    // Whoever stops the output by habit is not to be led into a search.
    keys.bind((Widget) () -> true, KeyMap.ctrl('S'), KeyMap.ctrl('Q'));
    for (int number = 1; number <= Face.MAX_ROOMS; number++) {
      int room = number;
      keys.bind((Widget) () -> goToRoom(room), KeyMap.alt((char) ('0' + number)));
    }
  }

  /** What Alt with a digit does; answers false to leave the key what it is elsewhere. */
  void bindRoomKeys(IntPredicate newRoomKey) {
    roomKey = newRoomKey;
  }

  private boolean goToRoom(int number) {
    if (asking) {
      // The answer is about the room that the question is about.
      return true;
    }
    if (roomKey.test(number)) {
      setPrompt(pattern());
      return true;
    }
    return digitArgument();
  }

  /** What stands before the line has changed. */
  void promptChanged() {
    lock.lock();
    try {
      if (reading && !asking && !Transcript.isDumb(terminal)) {
        setPrompt(pattern());
        redisplay();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Whether somebody is in the middle of a line, or one is being worked off. */
  boolean isLineBegun() {
    lock.lock();
    try {
      return !reading || asking || buf.length() > 0;
    } finally {
      lock.unlock();
    }
  }

  /** From now on this is what the Tab key does. */
  void setTab(TabCycle newTab) {
    tab = newTab;
  }

  private boolean complete(boolean forth) {
    if (!asking) {
      tab.press(buf.upToCursor(), forth)
          .ifPresent(
              completed -> {
                buf.backspace(buf.cursor());
                buf.write(completed);
              });
    }
    return true;
  }

  /** What can be completed is put into the line; a list of it would scroll the screen away. */
  @Override
  protected boolean doComplete(
      CompletionType type, boolean useMenu, boolean prefix, boolean forSuggestion) {
    return true;
  }

  /**
   * Reads a line of the conversation, and takes it off the screen.
   *
   * @param newBefore what stands before it, by the columns of the screen
   * @param initial the text that is there already
   */
  String read(IntFunction<String> newBefore, String initial) {
    asking = false;
    tab.forget();
    option(Option.ERASE_LINE_ON_FINISH, true);
    return read(newBefore, null, initial);
  }

  /** Asks a question; the answer is not kept, and Ctrl-C gives none. */
  String ask(String question) {
    return ask(question, null);
  }

  /** Asks without showing what is typed. */
  String askSecretly(String question) {
    return ask(question, NULL_MASK);
  }

  private String ask(String question, Character mask) {
    asking = true;
    boolean missedBefore = suspensionMissed;
    setVariable(DISABLE_HISTORY, true);
    try {
      String answer;
      do {
        suspensionMissed = false;
        answer = read(columns -> question, mask, "");
      } while (suspensionMissed);
      return answer;
    } finally {
      suspensionMissed = missedBefore;
      setVariable(DISABLE_HISTORY, false);
    }
  }

  private String read(IntFunction<String> newBefore, Character mask, String initial) {
    before = newBefore;
    return readLine(pattern(), null, mask, initial);
  }

  /** The editor takes a percent sign for the beginning of a pattern. */
  private String pattern() {
    return before.apply(terminal.getColumns()).replace("%", "%%");
  }

  /** Whether the line may be meant for the shell, because Ctrl-Z did not lead there. */
  boolean isSuspensionMissed() {
    return suspensionMissed;
  }

  void forgetMissedSuspension() {
    suspensionMissed = false;
  }

  /** Takes away all of a paste, not only the line that the cursor is in. */
  private boolean discard() {
    if (buf.toString().contains("\n")) {
      killBuffer();
    } else {
      killWholeLine();
    }
    return true;
  }

  @Override
  protected boolean sendBreak() {
    boolean isInterrupt = getLastBinding().equals(CTRL_C);
    if (isInterrupt && (asking || buf.length() == 0)) {
      return interrupt();
    }
    suspensionMissed = false;
    return killBuffer();
  }

  /** A line of chat needs no other editor, and the one that this key starts is not there. */
  @Override
  protected boolean editAndExecute() {
    return false;
  }

  /** Gives the terminal to the shell until that has the program go on. */
  private boolean suspend() {
    String ahead = typedAhead();
    release();
    clear();
    terminal.puts(Capability.clr_eos);
    terminal.puts(Capability.keypad_local);
    stopWatching();
    terminal.writer().write(BRACKETED_PASTE_OFF);
    terminal.flush();
    boolean stopped = jobControl.stop();
    terminal.enterRawMode();
    terminal.puts(Capability.carriage_return);
    terminal.puts(Capability.keypad_xmit);
    terminal.writer().write(BRACKETED_PASTE_ON);
    watchAgain();
    size = terminal.getBufferSize();
    display.resize(size);
    setPrompt(pattern());
    redrawLine();
    if (!stopped) {
      suspensionMissed = true;
      // What was typed behind the key is lost to the shell as well when there is one.
      runMacro(ahead);
    }
    return true;
  }

  private String typedAhead() {
    StringBuilder ahead = new StringBuilder();
    while (jobControl.isMoreTyped(this)) {
      ahead.appendCodePoint(readAnyCharacter());
    }
    return ahead.toString();
  }

  /**
   * Prints above the line, as soon as there is something to print on.
   *
   * @param text what to print, by the columns of the screen
   */
  void printAbove(IntFunction<String> text) {
    lock.lock();
    try {
      noticeSize();
      while (held) {
        steady.awaitUninterruptibly();
      }
      printAbove(text.apply(terminal.getColumns()));
    } finally {
      lock.unlock();
    }
  }

  @Override
  protected void redisplay(boolean flush) {
    noticeSize();
    if (held) {
      return;
    }
    if (!(display instanceof LineDisplay)) {
      display = new LineDisplay(terminal, size);
    }
    super.redisplay(flush);
  }

  @Override
  public boolean clearScreen() {
    release();
    return super.clearScreen();
  }

  @Override
  protected void cleanup() {
    release();
    super.cleanup();
  }

  private void release() {
    noticeSize();
    held = false;
    steady.signalAll();
  }

  @Override
  protected void handleSignal(Signal signal) {
    if (signal == Signal.WINCH) {
      noticeSize();
    } else {
      super.handleSignal(signal);
    }
  }

  /**
   * When the window changes, the terminal moves what stands on it, and the line with it. It is not
   * touched while that goes on, nor while the screen is too small for it: what has left the screen
   * at the top could not be taken back, and would be there again when the window has grown.
   *
   * <p>Whoever is about to draw looks for themselves, for the signal may come later.
   */
  private void noticeSize() {
    lock.lock();
    try {
      boolean isDrawn = reading && !Transcript.isDumb(terminal);
      if (isDrawn && !terminal.getBufferSize().equals(size)) {
        held = true;
        int thisOne = ++resizes;
        SOON.execute(() -> settle(thisOne));
        super.handleSignal(Signal.WINCH);
      }
    } finally {
      lock.unlock();
    }
  }

  private void settle(int lastResize) {
    lock.lock();
    try {
      noticeSize();
      if (held && lastResize == resizes && fits()) {
        release();
        clear();
        terminal.puts(Capability.clr_eos);
        setPrompt(pattern());
        redisplay();
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean fits() {
    return !(display instanceof LineDisplay line) || line.fits(size);
  }
}
