package chat.tcrp.server.cluster.nats;

import chat.tcrp.server.base.EventLog;
import chat.tcrp.server.cluster.Engine;
import chat.tcrp.server.cluster.Engine.Bucket;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.api.DiscardPolicy;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.Locale;

/**
 * The parts of the directory as NATS keeps them: each a key-value bucket, which is a stream that
 * keeps the last message of each subject. Other than those that the library makes, ours let single
 * messages be deleted. What is here waits for answers.
 */
final class Buckets {
  private static final int REPLICAS = 3;

  // What JetStream says.
  private static final int INSUFFICIENT_RESOURCES = 10023;
  private static final int NO_SUITABLE_PEERS = 10005;
  private static final int REPLICAS_NOT_SUPPORTED = 10074;
  private static final int STREAM_NOT_FOUND = 10059;
  private static final int STREAM_NAME_IN_USE = 10058;

  private final Link link;
  private final EventLog log;

  Buckets(Link link, EventLog log) {
    this.link = link;
    this.log = log;
  }

  private static String name(Bucket bucket) {
    return "chat-" + bucket.name().toLowerCase(Locale.ROOT);
  }

  static String stream(Bucket bucket) {
    return "KV_" + name(bucket);
  }

  static String subject(Bucket bucket, String key) {
    return "$KV." + name(bucket) + "." + key;
  }

  static String key(Bucket bucket, String subject) {
    return subject.substring(subject(bucket, "").length());
  }

  /** The subjects of all keys that begin so, and of all others whose parts but the last do. */
  static String subjects(Bucket bucket, String prefix) {
    String start = subject(bucket, prefix);
    return start.substring(0, start.lastIndexOf('.') + 1) + ">";
  }

  /**
   * Makes those that are missing, and has more replicas made of those that have one alone, where
   * the servers form a cluster.
   *
   * @param settle whether one replica is enough when so many cannot be had at the moment
   */
  void make(boolean settle) throws IOException, JetStreamApiException {
    JetStreamManagement management = link.connection().jetStreamManagement(Directory.OPTIONS);
    int replicas = link.connection().getServerInfo().getCluster() == null ? 1 : REPLICAS;
    for (Bucket bucket : Bucket.values()) {
      try {
        make(management, bucket, replicas);
      } catch (JetStreamApiException e) {
        if (replicas == 1 || !settle || !isTooMany(e)) {
          throw e;
        }
        make(management, bucket, 1);
        log.event(
            Level.WARNING,
            "cluster-not-replicated",
            "bucket",
            name(bucket),
            "reason",
            e.getErrorDescription());
      }
    }
  }

  private static boolean isTooMany(JetStreamApiException e) {
    return switch (e.getApiErrorCode()) {
      case INSUFFICIENT_RESOURCES, NO_SUITABLE_PEERS, REPLICAS_NOT_SUPPORTED -> true;
      default -> false;
    };
  }

  private static void make(JetStreamManagement management, Bucket bucket, int replicas)
      throws IOException, JetStreamApiException {
    StreamConfiguration made;
    try {
      made = management.getStreamInfo(stream(bucket)).getConfiguration();
    } catch (JetStreamApiException e) {
      if (e.getApiErrorCode() != STREAM_NOT_FOUND) {
        throw e;
      }
      add(management, bucket, replicas);
      return;
    }
    boolean fewReplicas = made.getReplicas() == 1 && replicas > 1;
    // It may have been made by nodes whose leases were shorter.
    boolean tooShort = bucket == Bucket.NODES && made.getMaxAge().compareTo(Engine.LEASE) < 0;
    if (fewReplicas || tooShort) {
      StreamConfiguration.Builder wanted = StreamConfiguration.builder(made);
      if (fewReplicas) {
        wanted.replicas(replicas);
      }
      if (tooShort) {
        wanted.maxAge(Engine.LEASE);
      }
      management.updateStream(wanted.build());
    }
  }

  private static void add(JetStreamManagement management, Bucket bucket, int replicas)
      throws IOException, JetStreamApiException {
    StreamConfiguration.Builder stream =
        StreamConfiguration.builder()
            .name(stream(bucket))
            .subjects(subject(bucket, ">"))
            .storageType(StorageType.File)
            .replicas(replicas)
            .maxMessagesPerSubject(1)
            .maximumMessageSize(Engine.MAX_BYTES + Link.MAX_HEADERS)
            .discardPolicy(DiscardPolicy.New)
            .allowRollup(true)
            .allowDirect(true);
    if (bucket == Bucket.NODES) {
      stream.maxAge(Engine.LEASE).duplicateWindow(Engine.LEASE);
    }
    try {
      management.addStream(stream.build());
    } catch (JetStreamApiException e) {
      // Another node was quicker, with other replicas perhaps.
      if (e.getApiErrorCode() != STREAM_NAME_IN_USE) {
        throw e;
      }
    }
  }
}
