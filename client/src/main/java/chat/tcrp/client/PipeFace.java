package chat.tcrp.client;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;

/**
 * Lines in are messages, lines out are messages; what else happens goes to standard error. With
 * JSON, everything goes to standard output, an object a line.
 */
final class PipeFace implements Face {
  /**
   * After so many lines the server's answer is waited for, so that a long input does not overrun
   * anybody's buffer.
   */
  private static final int BURST = 32;

  private static final Duration FLUSH_PATIENCE = Duration.ofSeconds(1);

  private final Wording wording;
  private final BufferedReader in;
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
    this.in = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
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
          print("message", from, text, from.isEmpty() ? text : from + ": " + text);
      case SessionEvent.Notice(String text) -> tell("notice", text, "* ");
      case SessionEvent.Joined(Duration roundTrip) ->
          wording.joined(roundTrip).forEach(line -> tell("joined", line, "-- "));
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
  public int chat(ChatSession session) {
    Thread reader = Thread.ofPlatform().name("input").daemon().unstarted(() -> read(session));
    reader.start();
    CompletableFuture.anyOf(session.ended(), outputGone).join();
    session.close();
    return outputGone.isDone() ? 0 : Wording.exitStatus(session.ended().join().cause());
  }

  private void read(ChatSession session) {
    try {
      int sent = 0;
      for (String line; (line = in.readLine()) != null; ) {
        if (line.isEmpty()) {
          continue;
        }
        while (!session.send(line)) {
          if (session.ended().isDone()) {
            return;
          }
          changed.acquire();
        }
        sent++;
        if (sent % BURST == 0) {
          session.flush(FLUSH_PATIENCE);
        }
      }
      if (!stay) {
        while (sent > 0 && session.live() && !session.flush(FLUSH_PATIENCE)) {
          sent = 0;
        }
        session.close();
      }
    } catch (IOException e) {
      err.println("chat-client: reading the input failed: " + e.getMessage());
      session.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void tell(String kind, String text, String mark) {
    if (json) {
      print(kind, "", text, "");
    } else {
      err.println(mark + Safe.text(text));
    }
  }

  private void print(String kind, String from, String text, String plain) {
    out.println(json ? object(kind, from, text) : Safe.text(plain));
    if (out.checkError()) {
      outputGone.complete(null);
    }
  }

  private String object(String kind, String from, String text) {
    StringWriter line = new StringWriter();
    try (JsonGenerator generator = jsonFactory.createGenerator(line)) {
      generator.writeStartObject();
      generator.writeStringField("time", clock.instant().truncatedTo(ChronoUnit.MILLIS).toString());
      generator.writeStringField("kind", kind);
      generator.writeStringField("from", Safe.text(from));
      generator.writeStringField("text", Safe.text(text));
      generator.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing JSON to memory", e);
    }
    return line.toString();
  }

  @Override
  public void close() {
    out.flush();
    err.flush();
  }
}
