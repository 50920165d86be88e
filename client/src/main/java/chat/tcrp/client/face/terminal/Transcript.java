package chat.tcrp.client.face.terminal;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jline.terminal.Terminal;
import org.jline.utils.AttributedString;
import org.jline.utils.InfoCmp.Capability;

/**
 * What has happened, printed above the line that is being typed.
 *
 * <p>A thread of its own prints, because a slow or stopped terminal must not keep the session from
 * answering the server. Lines that come in quick succession are printed together, for every print
 * erases the typed line and draws it again; but only so many, because nobody can type meanwhile.
 */
final class Transcript implements AutoCloseable {
  /** The typed line is not drawn more often than this. */
  private static final Duration FRAME = Duration.ofMillis(20);

  private static final int MAX_TOGETHER = 64;

  /** A print shall not take longer than this; on a slow line fewer lines are printed together. */
  private static final Duration MAX_PRINT = Duration.ofMillis(100);

  /** Between two prints whoever is typing has a turn. */
  private static final Duration TURN = Duration.ofMillis(2);

  /** More lines than this do not wait for a terminal that has stopped; the oldest are given up. */
  private static final int MAX_WAITING = 10_000;

  /**
   * The end waits so long for a terminal that is slow or has stopped, and once more so long for the
   * last lines.
   */
  private static final Duration CLOSE_PATIENCE = Duration.ofMillis(500);

  private final Terminal terminal;
  private final Editor editor;
  private final boolean colors;

  /** What belongs before the next line; asked as the lines come in. */
  private final Supplier<List<ScreenLine>> interludes;

  private final Thread thread = Thread.ofPlatform().name("screen").daemon().unstarted(this::run);

  /** Held while printing, so that lines do not overtake each other. */
  private final ReentrantLock printing = new ReentrantLock();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Queue<ScreenLine> waiting = new ArrayDeque<>();
  private long givenUp;

  /** What the terminal is sent with the next lines, besides them: the latest is enough. */
  private String alert = "";

  /** How many lines are printed together at present. */
  private int together = MAX_TOGETHER;

  private boolean closed;

  private Transcript(Editor editor, boolean colors, Supplier<List<ScreenLine>> interludes) {
    this.terminal = editor.getTerminal();
    this.editor = editor;
    this.colors = colors;
    this.interludes = interludes;
  }

  static Transcript start(Editor editor, boolean colors, Supplier<List<ScreenLine>> interludes) {
    Transcript transcript = new Transcript(editor, colors, interludes);
    transcript.thread.start();
    return transcript;
  }

  /** Whether a terminal can only append text. */
  static boolean isDumb(Terminal terminal) {
    return terminal.getType().startsWith(Terminal.TYPE_DUMB);
  }

  /** Whether this terminal is one of those. */
  boolean isPlain() {
    return isDumb(terminal);
  }

  /** Prints a line soon, without waiting for the terminal. */
  void print(ScreenLine line) {
    print(line, "");
  }

  /**
   * Prints a line soon.
   *
   * @param newAlert what else the terminal is sent then: a bell, a notification
   */
  void print(ScreenLine line, String newAlert) {
    print(List.of(line), newAlert);
  }

  /** Prints lines that belong together: no other one comes between them. */
  void print(List<ScreenLine> lines) {
    print(lines, "");
  }

  private void print(List<ScreenLine> lines, String newAlert) {
    lock.lock();
    try {
      waiting.addAll(interludes.get());
      waiting.addAll(lines);
      giveUpAllBut(MAX_WAITING);
      if (!newAlert.isEmpty()) {
        alert = newAlert;
      }
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Prints now what waits, before this returns; of many lines only the first. */
  void flush() {
    printing.lock();
    try {
      List<ScreenLine> lines = new ArrayList<>();
      String with = take(lines);
      if (!lines.isEmpty()) {
        long start = System.nanoTime();
        show(columns -> text(lines, columns) + with);
        adapt(System.nanoTime() - start);
      }
    } finally {
      printing.unlock();
    }
  }

  private void adapt(long nanos) {
    lock.lock();
    try {
      together =
          nanos > MAX_PRINT.toNanos()
              ? Math.max(1, together / 2)
              : Math.min(MAX_TOGETHER, together + 1);
    } finally {
      lock.unlock();
    }
  }

  private void show(IntFunction<String> text) {
    if (isDumb(terminal)) {
      // Nothing may be erased here, and the line that is typed is the system's, not the editor's:
      // whoever listens to this terminal has heard it, and hears now what comes behind it.
      terminal.writer().print(text.apply(0) + "\n");
      terminal.flush();
    } else {
      editor.printAbove(text);
    }
  }

  /** Empties the screen; nothing must be being typed. */
  void clear() {
    printing.lock();
    try {
      terminal.puts(Capability.clear_screen);
      terminal.flush();
    } finally {
      printing.unlock();
    }
  }

  /** Takes the lines that are to be printed next; answers what else the terminal is sent. */
  private String take(List<ScreenLine> lines) {
    lock.lock();
    try {
      if (waiting.isEmpty()) {
        return "";
      }
      if (givenUp > 0) {
        String gap = "… " + givenUp + " lines were too many to show …";
        lines.add(new ScreenLine(new AttributedString(gap), 0));
      }
      for (int i = 0; i < together && !waiting.isEmpty(); i++) {
        lines.add(waiting.remove());
      }
      String with = alert;
      givenUp = 0;
      alert = "";
      return with;
    } finally {
      lock.unlock();
    }
  }

  private String text(List<ScreenLine> lines, int columns) {
    return lines.stream()
        .flatMap(line -> line.rows(columns).stream())
        .map(this::rendered)
        .collect(Collectors.joining("\n"));
  }

  private String rendered(AttributedString line) {
    // Told of the terminal, it would round colours that this terminal has.
    return colors && !isPlain() ? line.toAnsi() : line.toString();
  }

  private void run() {
    while (awaitLines()) {
      flush();
    }
  }

  /** Waits for the next lines; false when none will come any more. */
  private boolean awaitLines() {
    lock.lock();
    try {
      long left = waiting.isEmpty() ? FRAME.toNanos() : TURN.toNanos();
      while (!closed && left > 0) {
        left = changed.awaitNanos(left);
      }
      while (!closed && waiting.isEmpty()) {
        changed.await();
      }
      return !waiting.isEmpty();
    } catch (InterruptedException e) {
      // Nobody interrupts this thread; and if somebody did, it would be to end it.
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** Prints what is left, or at least the last of it, and ends. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
    try {
      if (!thread.join(CLOSE_PATIENCE)) {
        giveUpAllBut(MAX_TOGETHER);
        thread.join(CLOSE_PATIENCE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void giveUpAllBut(int last) {
    lock.lock();
    try {
      while (waiting.size() > last) {
        waiting.remove();
        givenUp++;
      }
    } finally {
      lock.unlock();
    }
  }
}
