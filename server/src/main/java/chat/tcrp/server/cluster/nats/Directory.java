package chat.tcrp.server.cluster.nats;

import chat.tcrp.server.cluster.Engine;
import chat.tcrp.server.cluster.Engine.Bucket;
import chat.tcrp.server.cluster.Engine.Entry;
import chat.tcrp.server.cluster.EngineException;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamOptions;
import io.nats.client.JetStreamStatusException;
import io.nats.client.Message;
import io.nats.client.api.ApiResponse;
import io.nats.client.api.MessageInfo;
import io.nats.client.api.PublishAck;
import io.nats.client.api.SuccessApiResponse;
import io.nats.client.impl.Headers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * The directory, entry by entry. A revision is the place of a message in the stream of its bucket,
 * and a message that is overwritten is gone from it; so the message at the expected place is
 * deleted if and only if nobody has written meanwhile, and no marker of the deletion is needed.
 *
 * <p>All answers come from the leader of a stream and none from its other replicas, which may be a
 * moment behind; but for very long lists, which may be of that moment.
 */
final class Directory {
  /** When no answer has come, none is waited for any longer. */
  static final Duration PATIENCE = Duration.ofSeconds(2);

  static final JetStreamOptions OPTIONS =
      JetStreamOptions.builder().requestTimeout(PATIENCE).build();

  private static final Pattern KEY = Pattern.compile("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*");
  private static final Pattern PREFIX = Pattern.compile("([A-Za-z0-9_-]+(\\.|$))*");

  private static final String EXPECTED = "Nats-Expected-Last-Subject-Sequence";

  // What JetStream says.
  private static final int WRONG_LAST_SEQUENCE = 10071;
  private static final int NO_MESSAGE_FOUND = 10037;
  private static final int SEQUENCE_NOT_FOUND = 10043;
  private static final int MESSAGE_DELETE_FAILED = 10057;

  private final Supplier<Optional<Link>> links;
  private final Executor executor;
  private final Turns turns;

  /** A directory that is reached by the link that there is at the moment. */
  Directory(Supplier<Optional<Link>> links, Executor executor) {
    this.links = links;
    this.executor = executor;
    this.turns = new Turns(executor);
  }

  CompletableFuture<Optional<Entry>> get(Bucket bucket, String key) {
    check(KEY, key);
    return told(
        ask(
            "STREAM.MSG.GET." + Buckets.stream(bucket),
            "{\"last_by_subj\":\"" + Buckets.subject(bucket, key) + "\"}",
            message -> entry(bucket, key, message)));
  }

  private static Optional<Entry> entry(Bucket bucket, String key, Message message) {
    MessageInfo info = new MessageInfo(message, Buckets.stream(bucket), false);
    if (info.hasError() && info.getApiErrorCode() == NO_MESSAGE_FOUND) {
      return Optional.empty();
    }
    checked(info, key);
    byte[] value = info.getData() == null ? new byte[0] : info.getData();
    return Optional.of(new Entry(key, new String(value, StandardCharsets.UTF_8), info.getSeq()));
  }

  CompletableFuture<Long> put(Bucket bucket, String key, String value, long expected) {
    check(KEY, key);
    byte[] body = value.getBytes(StandardCharsets.UTF_8);
    if (body.length > Engine.MAX_BYTES) {
      throw new IllegalArgumentException("a value of " + body.length + " bytes");
    }
    Headers headers = new Headers().put(EXPECTED, Long.toString(expected));
    String subject = Buckets.subject(bucket, key);
    return inTurn(
        subject,
        () ->
            request(
                subject,
                headers,
                body,
                message -> {
                  try {
                    return new PublishAck(message).getSeqno();
                  } catch (JetStreamApiException e) {
                    throw e.getApiErrorCode() == WRONG_LAST_SEQUENCE
                        ? failed(new EngineException.Conflict(key))
                        : failed(new EngineException(e.getMessage(), e));
                  } catch (IOException e) {
                    throw failed(new EngineException(String.valueOf(e.getMessage()), e));
                  }
                }));
  }

  CompletableFuture<Void> delete(Bucket bucket, String key, long expected) {
    check(KEY, key);
    return inTurn(
        Buckets.subject(bucket, key),
        () ->
            // Else another key would be deleted, had it been written at that revision.
            get(bucket, key)
                .thenCompose(
                    entry -> {
                      if (entry.isEmpty() || entry.get().revision() != expected) {
                        throw failed(new EngineException.Conflict(key));
                      }
                      return deleteAt(bucket, key, expected);
                    }));
  }

  private CompletableFuture<Void> deleteAt(Bucket bucket, String key, long revision) {
    return ask(
        "STREAM.MSG.DELETE." + Buckets.stream(bucket),
        "{\"seq\":" + revision + ",\"no_erase\":true}",
        message -> {
          SuccessApiResponse answer = new SuccessApiResponse(message);
          switch (answer.getApiErrorCode()) {
            case NO_MESSAGE_FOUND, SEQUENCE_NOT_FOUND, MESSAGE_DELETE_FAILED ->
                throw failed(new EngineException.Conflict(key));
            default -> checked(answer, key);
          }
          return null;
        });
  }

  CompletableFuture<List<Entry>> list(Bucket bucket, String prefix) {
    check(PREFIX, prefix);
    Optional<Link> link = links.get();
    if (link.isEmpty()) {
      return told(CompletableFuture.failedFuture(away()));
    }
    return told(CompletableFuture.supplyAsync(() -> listed(link.get(), bucket, prefix), executor));
  }

  private List<Entry> listed(Link link, Bucket bucket, String prefix) {
    try {
      return new Lists(link).all(bucket, prefix, key -> get(bucket, key));
    } catch (IOException | JetStreamApiException | IllegalStateException e) {
      throw failed(new EngineException(String.valueOf(e.getMessage()), e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed(new EngineException("interrupted", e));
    }
  }

  private <T> CompletableFuture<T> ask(
      String question, String body, Function<Message, T> understood) {
    return request("$JS.API." + question, null, body.getBytes(StandardCharsets.UTF_8), understood);
  }

  private <T> CompletableFuture<T> request(
      String subject, Headers headers, byte[] body, Function<Message, T> understood) {
    Optional<Link> link = links.get();
    if (link.isEmpty()) {
      return CompletableFuture.failedFuture(away());
    }
    CompletableFuture<Message> answer = link.get().request(subject, headers, body);
    return answer.orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS).thenApply(understood);
  }

  private <T> CompletableFuture<T> inTurn(String key, Supplier<CompletableFuture<T>> action) {
    CompletableFuture<T> result = new CompletableFuture<>();
    CompletableFuture<T> told = told(result.orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
    turns.take(key, result, action);
    return told;
  }

  /** What fails fails with an exception of ours. */
  private static <T> CompletableFuture<T> told(CompletableFuture<T> done) {
    return done.exceptionallyCompose(failure -> CompletableFuture.failedFuture(reason(failure)));
  }

  private static EngineException reason(Throwable failure) {
    return switch (failure) {
      case CompletionException wrapped when wrapped.getCause() != null ->
          reason(wrapped.getCause());
      case EngineException known -> known;
      case TimeoutException late -> new EngineException("NATS does not answer", late);
      case CancellationException lost ->
          new EngineException("the connection to NATS is lost", lost);
      case JetStreamStatusException nobody ->
          new EngineException("JetStream of NATS is not there at the moment", nobody);
      default -> new EngineException(String.valueOf(failure.getMessage()), failure);
    };
  }

  private static void checked(ApiResponse<?> answer, String key) {
    if (answer.hasError()) {
      throw failed(new EngineException(key + ": " + answer.getError()));
    }
  }

  private static CompletionException failed(EngineException e) {
    return new CompletionException(e);
  }

  private static CompletionException away() {
    return failed(new EngineException("NATS cannot be reached at the moment"));
  }

  private static void check(Pattern pattern, String text) {
    if (!pattern.matcher(text).matches()) {
      throw new IllegalArgumentException("no key: " + text);
    }
  }
}
