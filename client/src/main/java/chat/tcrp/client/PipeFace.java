package chat.tcrp.client;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;

/**
 * Lines in are messages, lines out are messages; what else happens goes to standard error. With
 * JSON, everything goes to standard output, an object a line.
 */
final class PipeFace implements Face {
  /**
   * After so many lines, or chars of them, the server's answer is waited for, so that a long input
   * does not overrun anybody's buffer.
   */
  private static final int MAX_BATCH = 32;

  private static final int MAX_BATCH_LENGTH = LineInput.MAX_LENGTH;

  /** Milliseconds always, so that the times of a log line up. */
  private static final DateTimeFormatter TIME =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ROOT);

  private static final Duration FLUSH_PATIENCE = Duration.ofSeconds(1);

  private final Wording wording;
  private final LineInput in;
  private final PrintStream out;
  private final PrintStream err;
  private final boolean json;
  private final boolean stay;
  private final Clock clock;
  private final JsonFactory jsonFactory = new JsonFactory();

  /** Has a permit whenever something may have changed for a line that waits to be sent. */
  private final Semaphore changed = new Semaphore(0);

  /**
   * Completes when nobody reads the standard output any more, as at the end of a pipe into head.
   */
  private final CompletableFuture<Void> outputGone = new CompletableFuture<>();

  PipeFace(
      Wording wording,
      InputStream in,
      PrintStream out,
      PrintStream err,
      boolean json,
      boolean stay,
      Clock clock) {
    this.wording = wording;
    this.in = new LineInput(in);
    this.out = out;
    this.err = err;
    this.json = json;
    this.stay = stay;
    this.clock = clock;
  }

  @Override
  public void show(SessionEvent event) {
    switch (event) {
      case SessionEvent.Message(String from, String text) ->
          print("message", from, text, from.isEmpty() ? text : Safe.text(from) + ": " + text);
      case SessionEvent.Notice(String text) -> tell("notice", text, "* ");
      case SessionEvent.Joined(Duration roundTrip) -> {
        List<String> lines = wording.joined(roundTrip);
        tell("joined", lines.getFirst(), "-- ");
        lines.stream().skip(1).forEach(line -> tell("info", line, "-- "));
      }
      case SessionEvent.Rejoined(Duration roundTrip) -> tell("rejoined", wording.rejoined(), "-- ");
      case SessionEvent.UdpBlocked() -> tell("warning", wording.udpBlocked(), "!! ");
      case SessionEvent.ConnectionLost(String reason) ->
          tell("warning", wording.connectionLost(reason), "!! ");
      case SessionEvent.Waiting(var status) -> tell("warning", wording.waiting(status), "!! ");
      case SessionEvent.Ended ended -> tell("ended", wording.ended(ended), "-- ");
      // Pings are this face's own, to pace the input.
      case SessionEvent.Pong pong -> {}
    }
    changed.release();
  }

  @Override
  public int chat(Conversation session) {
    Thread reader = Thread.ofPlatform().name("input").daemon().unstarted(() -> read(session));
    reader.start();
    CompletableFuture.anyOf(session.ended(), outputGone).join();
    session.close();
    return outputGone.isDone() ? 0 : Wording.exitStatus(session.ended().join().cause());
  }

  private void read(Conversation session) {
    try {
      List<String> batch = new ArrayList<>();
      int length = 0;
      for (Optional<String> line = in.next(); line.isPresent(); line = in.next()) {
        // An empty message would be a keepalive.
        line.filter(text -> !text.isEmpty()).ifPresent(batch::add);
        length += line.get().length();
        if (!in.hasNext() || batch.size() == MAX_BATCH || length >= MAX_BATCH_LENGTH) {
          if (!deliver(session, batch)) {
            return;
          }
          batch.clear();
          length = 0;
        }
      }
      if (!stay) {
        session.close();
      }
    } catch (IOException e) {
      err.println("chat-client: reading the input failed: " + e.getMessage());
      session.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Sends lines until the server has seen them. Those that were on the way when the connection was
   * lost are sent again: better twice than never.
   *
   * @return false when the session has ended before
   */
  private boolean deliver(Conversation session, List<String> batch) throws InterruptedException {
    while (!batch.isEmpty()) {
      int losses = session.losses();
      if (batch.stream().allMatch(session::send)) {
        while (session.live() && session.losses() == losses) {
          if (session.flush(FLUSH_PATIENCE) && session.losses() == losses) {
            return true;
          }
        }
      }
      if (session.over()) {
        return false;
      }
      if (!session.live()) {
        changed.acquire();
      }
    }
    return true;
  }

  private void tell(String kind, String text, String mark) {
    if (json) {
      print(kind, "", text, "");
    } else {
      err.println(mark + Safe.text(text));
    }
  }

  private void print(String kind, String from, String text, String plain) {
    out.println(json ? object(kind, from, text) : Safe.message(plain));
    if (out.checkError()) {
      outputGone.complete(null);
    }
  }

  private String object(String kind, String from, String text) {
    StringWriter line = new StringWriter();
    try (JsonGenerator generator = jsonFactory.createGenerator(line)) {
      generator.writeStartObject();
      generator.writeStringField("time", TIME.format(clock.instant()));
      generator.writeStringField("kind", kind);
      generator.writeStringField("from", Safe.text(from));
      generator.writeStringField("text", Safe.message(text));
      generator.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing JSON to memory", e);
    }
    return line.toString();
  }

  @Override
  public void close() {
    // Nothing is buffered here, and flushing would wait for a reader that may have stopped reading.
  }
}
