package chat.tcrp.server.cluster.nats;

import chat.tcrp.server.cluster.Engine.Bucket;
import chat.tcrp.server.cluster.Engine.Entry;
import io.nats.client.JetStreamApiException;
import io.nats.client.api.StreamInfoOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Reads entries of a bucket: the leader of its stream says which keys there are, and then what each
 * is. Waits for the answers.
 */
final class Lists {
  /** More entries than this are read sooner when NATS sends them by itself. */
  private static final int LONG = 5000;

  /** So many entries are asked for at once. */
  private static final int BATCH = 500;

  private final Link link;

  Lists(Link link) {
    this.link = link;
  }

  /**
   * All entries whose keys begin so; what is written or taken out meanwhile may be missing.
   *
   * @param get reads one
   */
  List<Entry> all(
      Bucket bucket, String prefix, Function<String, CompletableFuture<Optional<Entry>>> get)
      throws IOException, JetStreamApiException, InterruptedException {
    List<String> keys = keys(bucket, prefix);
    if (keys.size() > LONG) {
      try {
        return new LongLists(link).all(bucket, prefix);
      } catch (IOException | JetStreamApiException e) {
        if (link.isLost()) {
          throw e;
        }
      }
    }
    List<Entry> entries = new ArrayList<>(keys.size());
    for (int from = 0; from < keys.size(); from += BATCH) {
      keys.subList(from, Math.min(keys.size(), from + BATCH)).stream()
          .map(get)
          .toList()
          .forEach(entry -> entry.join().ifPresent(entries::add));
    }
    return entries;
  }

  private List<String> keys(Bucket bucket, String prefix)
      throws IOException, JetStreamApiException {
    StreamInfoOptions subjects = StreamInfoOptions.filterSubjects(Buckets.subjects(bucket, prefix));
    return link
        .connection()
        .jetStreamManagement(Directory.OPTIONS)
        .getStreamInfo(Buckets.stream(bucket), subjects)
        .getStreamState()
        .getSubjects()
        .stream()
        .map(subject -> Buckets.key(bucket, subject.getName()))
        .filter(key -> key.startsWith(prefix))
        .sorted()
        .toList();
  }
}
