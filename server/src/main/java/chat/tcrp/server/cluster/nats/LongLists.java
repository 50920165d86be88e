package chat.tcrp.server.cluster.nats;

import chat.tcrp.server.cluster.Engine.Bucket;
import chat.tcrp.server.cluster.Engine.Entry;
import io.nats.client.JetStream;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamSubscription;
import io.nats.client.Message;
import io.nats.client.PullSubscribeOptions;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.DeliverPolicy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads very many entries of a bucket: NATS sends the last message of each subject, as many at a
 * time as are asked for. That needs a consumer of JetStream, which may be put at a server that is
 * down; then nothing comes. Waits for them.
 */
final class LongLists {
  /** A list that is not whole by then is given up. */
  private static final Duration WHOLE_PATIENCE = Duration.ofSeconds(10);

  /** When nothing has come for so long, it is asked whether something is still to come. */
  private static final Duration PAUSE = Duration.ofMillis(500);

  /** So many are asked for at once. */
  private static final int BATCH = 1000;

  private final Link link;

  LongLists(Link link) {
    this.link = link;
  }

  /** All entries whose keys begin so. */
  List<Entry> all(Bucket bucket, String prefix)
      throws IOException, JetStreamApiException, InterruptedException {
    PullSubscribeOptions lastOfEach =
        PullSubscribeOptions.builder().stream(Buckets.stream(bucket))
            .configuration(
                ConsumerConfiguration.builder()
                    .ackPolicy(AckPolicy.None)
                    .deliverPolicy(DeliverPolicy.LastPerSubject)
                    .filterSubject(Buckets.subjects(bucket, prefix))
                    .inactiveThreshold(WHOLE_PATIENCE)
                    .memStorage(true)
                    .build())
            .build();
    JetStream jetStream = link.connection().jetStream(Directory.OPTIONS);
    JetStreamSubscription subscription = jetStream.subscribe(null, lastOfEach);
    try {
      return read(subscription).stream()
          .map(
              message ->
                  new Entry(
                      Buckets.key(bucket, message.getSubject()),
                      new String(message.getData(), StandardCharsets.UTF_8),
                      message.metaData().streamSequence()))
          .filter(entry -> entry.key().startsWith(prefix))
          .toList();
    } finally {
      if (!link.isLost()) {
        subscription.unsubscribe();
        link.connection()
            .jetStreamManagement(Directory.OPTIONS)
            .deleteConsumer(Buckets.stream(bucket), subscription.getConsumerName());
      }
    }
  }

  private List<Message> read(JetStreamSubscription subscription)
      throws IOException, JetStreamApiException, InterruptedException {
    long end = System.nanoTime() + WHOLE_PATIENCE.toNanos();
    List<Message> messages = new ArrayList<>();
    long pending = subscription.getConsumerInfo().getNumPending();
    while (pending > 0) {
      if (link.isLost() || end - System.nanoTime() < 0) {
        throw new IOException("NATS does not list all in time");
      }
      pending = readSome(subscription, (int) Math.min(pending, BATCH), messages);
    }
    return messages;
  }

  /** Returns how many are still to come. */
  private static long readSome(
      JetStreamSubscription subscription, int count, List<Message> messages)
      throws IOException, JetStreamApiException, InterruptedException {
    subscription.pullExpiresIn(count, PAUSE);
    long pending = count;
    for (int i = 0; i < count && pending > 0; i++) {
      Message message = subscription.nextMessage(PAUSE);
      if (message == null) {
        // What was still to come may have been taken out.
        ConsumerInfo info = subscription.getConsumerInfo();
        return info.getNumPending()
            + Math.max(0, info.getDelivered().getConsumerSequence() - messages.size());
      }
      messages.add(message);
      pending = message.metaData().pendingCount();
    }
    return pending;
  }
}
