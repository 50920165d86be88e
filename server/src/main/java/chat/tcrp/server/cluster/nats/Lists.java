package chat.tcrp.server.cluster.nats;

import chat.tcrp.server.cluster.Engine.Bucket;
import chat.tcrp.server.cluster.Engine.Entry;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamSubscription;
import io.nats.client.Message;
import io.nats.client.PushSubscribeOptions;
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
 * Reads many entries of a bucket: NATS sends the last message of each subject, one after another.
 * Waits for them.
 */
final class Lists {
  /** A list that is not whole by then is given up. */
  private static final Duration WHOLE_PATIENCE = Duration.ofSeconds(10);

  /** When nothing has come for so long, it is asked whether something is still to come. */
  private static final Duration PAUSE = Duration.ofMillis(250);

  private final Link link;

  Lists(Link link) {
    this.link = link;
  }

  /** All entries whose keys begin so. */
  List<Entry> all(Bucket bucket, String prefix)
      throws IOException, JetStreamApiException, InterruptedException {
    String start = Buckets.subject(bucket, prefix);
    int keyStart = Buckets.subject(bucket, "").length();
    PushSubscribeOptions lastOfEach =
        PushSubscribeOptions.builder().stream(Buckets.stream(bucket))
            .ordered(true)
            .configuration(
                ConsumerConfiguration.builder()
                    .ackPolicy(AckPolicy.None)
                    .deliverPolicy(DeliverPolicy.LastPerSubject)
                    .filterSubject(start.substring(0, start.lastIndexOf('.') + 1) + ">")
                    .build())
            .build();
    JetStreamSubscription subscription =
        link.connection().jetStream(Directory.OPTIONS).subscribe(null, lastOfEach);
    try {
      return read(subscription).stream()
          .filter(message -> message.getSubject().startsWith(start))
          .map(
              message ->
                  new Entry(
                      message.getSubject().substring(keyStart),
                      new String(message.getData(), StandardCharsets.UTF_8),
                      message.metaData().streamSequence()))
          .toList();
    } finally {
      if (!link.isLost()) {
        subscription.unsubscribe();
      }
    }
  }

  private List<Message> read(JetStreamSubscription subscription)
      throws IOException, JetStreamApiException, InterruptedException {
    long end = System.nanoTime() + WHOLE_PATIENCE.toNanos();
    List<Message> messages = new ArrayList<>();
    boolean isWhole = isWhole(subscription.getConsumerInfo(), messages);
    while (!isWhole) {
      if (link.isLost() || end - System.nanoTime() < 0) {
        throw new IOException("NATS does not list all in time");
      }
      Message message = subscription.nextMessage(PAUSE);
      if (message != null) {
        messages.add(message);
        isWhole = message.metaData().pendingCount() == 0;
      } else {
        // What was still to come may have been taken out.
        isWhole = isWhole(subscription.getConsumerInfo(), messages);
      }
    }
    return messages;
  }

  private static boolean isWhole(ConsumerInfo info, List<Message> messages) {
    return info.getNumPending() == 0
        && info.getDelivered().getConsumerSequence() <= messages.size();
  }
}
