package chat.tcrp.client.face;

import chat.tcrp.client.session.ServerAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Writes what is said, as it is shown, to a file, while there is one. Its methods may be called
 * from any thread, and none but {@link #begin} and {@link #end} waits for anything.
 */
public final class ConversationLog {
  private final String title;
  private final Clock clock;
  private final Consumer<String> news;
  private final Supplier<String> label;
  private volatile Optional<LogFile> file = Optional.empty();

  /**
   * Writes nothing yet.
   *
   * @param place whose conversation it is
   * @param server where it is at first
   * @param news is told what becomes of the file, on another thread
   */
  ConversationLog(Place place, ServerAddress server, Clock clock, Consumer<String> news) {
    this(place, server, clock, news, () -> "");
  }

  /**
   * The same, of a room that may be one of several.
   *
   * @param label what stands before its lines then
   */
  public ConversationLog(
      Place place,
      ServerAddress server,
      Clock clock,
      Consumer<String> news,
      Supplier<String> label) {
    this.title = place.name() + " on " + server + " as " + place.username();
    this.clock = clock;
    this.news = news;
    this.label = label;
  }

  /** Writes to a file from now on, and to no other. */
  public synchronized void begin(LogFile.Opened opened) {
    end();
    LogFile begun = LogFile.start(opened, clock, news);
    begun.add("-- the log of " + Safe.text(title) + " begins");
    file = Optional.of(begun);
  }

  /** Where it writes to. */
  public Optional<Path> path() {
    return file.map(LogFile::path);
  }

  /** Writes no more. */
  public synchronized void end() {
    file.ifPresent(
        ended -> {
          ended.add("-- the log ends");
          ended.close();
        });
    file = Optional.empty();
  }

  /**
   * Somebody has said something.
   *
   * @param from who; empty when the server did not say
   * @param text what, as received
   */
  public void message(String from, String text) {
    line(Action.plainLine(from, text));
  }

  /** Somebody has said something to one alone. */
  public void privateMessage(String from, String to, String text) {
    line(Safe.privately(from, to) + " " + Safe.message(text));
  }

  /** The server has said something. */
  public void notice(String text) {
    line("* " + Safe.text(text));
  }

  /** Writes a line that is safe already. */
  public void line(String safe) {
    file.ifPresent(open -> open.add(label.get() + safe));
  }
}
