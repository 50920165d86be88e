package chat.tcrp.client.face.pipe;

import chat.tcrp.client.face.Entered;
import chat.tcrp.client.face.Face;
import chat.tcrp.client.face.Leaving;
import chat.tcrp.client.face.Output;
import chat.tcrp.client.face.Problem;
import chat.tcrp.client.face.Safe;
import chat.tcrp.client.face.Wording;
import chat.tcrp.client.session.Conversation;
import chat.tcrp.client.session.ServerAddress;
import chat.tcrp.client.session.SessionEvent;
import chat.tcrp.client.session.UntrustedException;
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
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Lines in are messages, lines out are messages; what else happens goes to standard error. With
 * JSON, everything goes to standard output, an object a line. Of several rooms the first is written
 * to, and the others are listened to.
 */
public final class PipeFace implements Face {
  /**
   * After so many lines, or chars of them, the server's answer is waited for, so that a long input
   * does not overrun anybody's buffer.
   */
  private static final int MAX_BATCH = 32;

  private static final int MAX_BATCH_LENGTH = LineInput.MAX_LENGTH;

  /** So many lines that were not sent, or chars of them, are named one by one. */
  private static final int MAX_NAMED = 10;

  private static final int MAX_NAMED_LENGTH = 4096;

  /** Milliseconds always, so that the times of a log line up. */
  private static final DateTimeFormatter TIME =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ROOT);

  private static final Duration FLUSH_PATIENCE = Duration.ofSeconds(1);

  /** How long UDP that has never worked is waited for once the input is at its end. */
  private static final Duration UDP_PATIENCE = Duration.ofSeconds(10);

  private final Backlog input;
  private final Output out;
  private final PrintStream err;
  private final boolean json;
  private final boolean stay;
  private final Clock clock;
  private final Duration udpPatience;
  private final JsonFactory jsonFactory = new JsonFactory();

  /** Has a permit whenever something may have changed for who sends. */
  private final Semaphore changed = new Semaphore(0);

  /** The room that is written to is entered. */
  private volatile boolean joined;

  /** How the last room has ended. */
  private volatile SessionEvent.Cause lastEnd = SessionEvent.Cause.LEFT;

  /** Until when UDP is waited for, once only that is missing. */
  private OptionalLong udpDeadline = OptionalLong.empty();

  public PipeFace(
      InputStream in, Output out, PrintStream err, boolean json, boolean stay, Clock clock) {
    this(in, out, err, json, stay, clock, UDP_PATIENCE);
  }

  /** The same with another patience for UDP that has never worked. */
  PipeFace(
      InputStream in,
      Output out,
      PrintStream err,
      boolean json,
      boolean stay,
      Clock clock,
      Duration udpPatience) {
    this.input = new Backlog(new LineInput(in), changed::release);
    this.out = out;
    this.err = err;
    this.json = json;
    this.stay = stay;
    this.clock = clock;
    this.udpPatience = udpPatience;
  }

  /** A room that is listened to. */
  private final class Listener {
    private final Wording wording;
    private final String room;

    /** What stands before its lines. */
    private final String label;

    private final boolean isWrittenTo;

    Listener(Entered entered, boolean isAlone, boolean isWrittenTo) {
      this.wording = entered.wording();
      this.room = Safe.text(entered.place().name());
      this.label = isAlone ? "" : "[" + room + "] ";
      this.isWrittenTo = isWrittenTo;
    }

    void show(SessionEvent event) {
      switch (event) {
        case SessionEvent.Message(String from, String text) ->
            print("message", from, text, from.isEmpty() ? text : Safe.text(from) + ": " + text);
        case SessionEvent.Private(String from, String text) -> tellPrivately(from, text);
        case SessionEvent.Notice(String text) -> tell("notice", text, "* ");
        case SessionEvent.Joined entered -> {
          List<String> lines = wording.joined(entered);
          tell("joined", lines.getFirst(), "-- ");
          lines.stream().skip(1).forEach(line -> tell("info", line, "-- "));
          joined |= isWrittenTo;
        }
        case SessionEvent.Rejoined rejoined ->
            tellBack(wording.rejoined(rejoined), rejoined.server());
        case SessionEvent.Missed missed ->
            wording.missed(missed).forEach(line -> tell("info", line, "-- "));
        case SessionEvent.PassedOver(UntrustedException why) ->
            tell("warning", Wording.passedOver(why), "!! ");
        case SessionEvent.UdpBlocked(ServerAddress server) ->
            tell("warning", wording.udpBlocked(server), "!! ");
        case SessionEvent.ConnectionLost(String reason) ->
            tell("warning", wording.connectionLost(reason), "!! ");
        case SessionEvent.Waiting(var status) -> tell("warning", wording.waiting(status), "!! ");
        case SessionEvent.Ended ended -> {
          lastEnd = ended.cause();
          tell("ended", wording.ended(ended), "-- ");
        }
        // Pings are this face's own, to pace the input.
        case SessionEvent.Pong pong -> {}
      }
      changed.release();
    }

    private void tellBack(String text, ServerAddress server) {
      if (json) {
        MoreFields where = it -> it.writeStringField("server", server.toString());
        out.println(object("rejoined", room, "", text, where));
      } else {
        tell("rejoined", text, "-- ");
      }
    }

    private void tell(String kind, String text, String mark) {
      if (json) {
        print(kind, "", text, "");
      } else {
        err.println(label + mark + Safe.text(text));
      }
    }

    /** Not among the messages, where a script would take it for one to all, and may pass it on. */
    private void tellPrivately(String from, String text) {
      if (json) {
        out.println(
            object("message", room, from, text, it -> it.writeBooleanField("private", true)));
      } else {
        err.println(label + Safe.privately(from, "you") + " " + Safe.message(text));
      }
    }

    private void print(String kind, String from, String text, String plain) {
      out.println(json ? object(kind, room, from, text, it -> {}) : label + Safe.message(plain));
    }
  }

  /**
   * Writes to the first room, and is over when that is; unless it stays, for then it listens to the
   * others.
   */
  @Override
  public int chat(List<Entered> rooms) {
    for (int i = 0; i < rooms.size(); i++) {
      Listener listener = new Listener(rooms.get(i), rooms.size() == 1, i == 0);
      rooms.get(i).shown().complete(listener::show);
    }
    List<Conversation> all = rooms.stream().map(Entered::conversation).toList();
    Conversation first = all.getFirst();
    input.start();
    boolean udpWorks = true;
    try {
      udpWorks = sendAll(first, stay ? all : List.of(first));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    boolean isOver = all.stream().allMatch(Conversation::over);
    Leaving.all(all);
    SessionEvent.Cause cause = first.ended().join().cause();
    if (stay && isOver) {
      all.forEach(each -> each.ended().join());
      cause = lastEnd;
    }
    return status(cause, udpWorks, rooms.getFirst());
  }

  /**
   * Sends what is read until there is no more to do.
   *
   * @param listening what it goes on for
   * @return false when it gave up on UDP, which has never worked
   */
  private boolean sendAll(Conversation session, List<Conversation> listening)
      throws InterruptedException {
    while (!listening.stream().allMatch(Conversation::over) && !out.hasFailed()) {
      if (input.isDone() && (input.failure().isPresent() || (joined && !stay))) {
        return true;
      }
      List<String> batch = input.first(MAX_BATCH, MAX_BATCH_LENGTH);
      if (!batch.isEmpty() && session.live()) {
        if (isDelivered(session, batch)) {
          input.sent(batch.size());
        }
      } else if (!awaitChange()) {
        return false;
      }
    }
    return true;
  }

  /**
   * Sends lines and waits until the server has seen them. When it may not have, because the
   * connection was lost meanwhile, they are to be sent again: better twice than never.
   */
  private static boolean isDelivered(Conversation session, List<String> batch)
      throws InterruptedException {
    int losses = session.losses();
    if (batch.stream().allMatch(session::send)) {
      while (session.live() && session.losses() == losses) {
        if (session.flush(FLUSH_PATIENCE) && session.losses() == losses) {
          return true;
        }
      }
    }
    return false;
  }

  /**
   * Waits until something may have changed.
   *
   * @return false when only UDP is missing, and has been waited for long enough
   */
  private boolean awaitChange() throws InterruptedException {
    if (joined || stay || !input.isComplete()) {
      changed.acquire();
    } else {
      long now = System.nanoTime();
      long deadline = udpDeadline.orElse(now + udpPatience.toNanos());
      udpDeadline = OptionalLong.of(deadline);
      if (!changed.tryAcquire(deadline - now, TimeUnit.NANOSECONDS)) {
        return false;
      }
    }
    changed.drainPermits();
    return true;
  }

  /** Says what was not sent, and what kept the program from its work, and answers its status. */
  private int status(SessionEvent.Cause cause, boolean udpWorks, Entered room) {
    Optional<Problem> problem = out.problem();
    if (out.hasFailed() && problem.isEmpty()) {
      // Who has read enough does not care what else might have been said.
      return 0;
    }
    boolean allSent = input.size() == 0;
    nameUnsent();
    problem =
        problem
            .or(() -> input.failure().map(Problem::unreadable))
            .or(() -> udpWorks ? Optional.empty() : Optional.of(udpNeverWorked(room)));
    if (problem.isPresent()) {
      err.println("chat-client: " + Safe.text(problem.get().getMessage()));
      return problem.get().exitStatus();
    }
    int status = Wording.exitStatus(cause);
    if (status != 0 || allSent) {
      return status;
    }
    return cause == SessionEvent.Cause.LEFT ? Problem.UNAVAILABLE : Problem.REFUSED;
  }

  private static Problem udpNeverWorked(Entered room) {
    return room.wording().udpNeverWorked(room.conversation().server());
  }

  private void nameUnsent() {
    List<String> unsent = input.first(MAX_NAMED, MAX_NAMED_LENGTH);
    unsent.forEach(line -> err.println("!! not sent: " + Safe.text(line)));
    int more = input.size() - unsent.size();
    if (more > 0) {
      err.println(
          "!! not sent: "
              + (more == 1 ? "1 more line" : more + " more lines")
              + (input.isFull() ? ", and what was not read yet" : ""));
    }
  }

  /** What some objects have besides. */
  private interface MoreFields {
    void write(JsonGenerator generator) throws IOException;
  }

  private String object(String kind, String room, String from, String text, MoreFields more) {
    StringWriter line = new StringWriter();
    try (JsonGenerator generator = jsonFactory.createGenerator(line)) {
      generator.writeStartObject();
      generator.writeStringField("time", TIME.format(clock.instant()));
      generator.writeStringField("kind", kind);
      generator.writeStringField("room", room);
      generator.writeStringField("from", Safe.text(from));
      generator.writeStringField("text", Safe.message(text));
      more.write(generator);
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
