package chat.tcrp.server.cluster.nats;

import chat.tcrp.server.base.EventLog;
import chat.tcrp.server.cluster.Engine;
import chat.tcrp.server.cluster.EngineException;
import io.nats.client.AuthenticationException;
import io.nats.client.Connection;
import io.nats.client.ConnectionListener;
import io.nats.client.Consumer;
import io.nats.client.Dispatcher;
import io.nats.client.ErrorListener;
import io.nats.client.Message;
import io.nats.client.MessageHandler;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NoOpStatistics;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLHandshakeException;

/**
 * One connection to one NATS server, until it is lost. The library could come back by itself, but
 * would then send what had been waiting all the while; so a lost connection is left with all that
 * waits for it, and another is made.
 *
 * <p>What is sent waits in the library's queue, which holds nobody up since it has no end of its
 * own: how much waits is counted here.
 */
final class Link implements AutoCloseable {
  /** What waits to be sent is no more than so many bytes, and one message. */
  static final long MAX_WAITING_BYTES = 8 << 20;

  /** What NATS counts besides a message itself. */
  static final int MAX_HEADERS = 4096;

  /** What has arrived and is not handled yet is no more than this; what comes then is dropped. */
  private static final long MAX_UNHANDLED = 65_536;

  private static final long MAX_UNHANDLED_BYTES = 32 << 20;

  /** The library's word for a queue that takes everything. */
  private static final int WITHOUT_END = 0;

  /** After so long without an answer, twice, a server is given up. */
  private static final Duration PING_INTERVAL = Duration.ofSeconds(1);

  private static final int MAX_PINGS = 2;
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

  /** Nothing would change if it were tried again. */
  static final class Refused extends IOException {
    private static final long serialVersionUID = 1L;

    Refused(String message) {
      super(message);
    }
  }

  private final AtomicLong waitingBytes = new AtomicLong();
  private final CountDownLatch lost = new CountDownLatch(1);
  private volatile String trouble = "no answer";
  private volatile Throwable cause = new IOException(trouble);
  private final EventLog log;
  private volatile boolean isConnected;
  private final Connection connection;
  private final Dispatcher dispatcher;

  /**
   * Connects, within a few seconds.
   *
   * @param handler of all messages, called by one thread
   * @param log told when messages are dropped because the handler is too slow
   * @throws Refused when the server does not let us in
   * @throws IOException with what is wrong, when no server can be reached
   */
  Link(EngineConfig config, Collection<String> servers, MessageHandler handler, EventLog log)
      throws IOException, InterruptedException {
    this.log = log;
    Options options = options(config, servers);
    try {
      connection = Nats.connect(options);
    } catch (AuthenticationException e) {
      throw new Refused(
          config
              .credentials()
              .map(file -> "it refuses the credentials in " + file)
              .orElse("it refuses the user, password or token; correct them in the address"));
    } catch (IOException e) {
      throw failure();
    }
    long most = connection.getMaxPayload();
    if (most > 0 && most < Engine.MAX_BYTES + MAX_HEADERS) {
      close();
      throw new Refused("it takes " + most + " bytes at most; set max_payload: 1MB there");
    }
    isConnected = true;
    dispatcher = connection.createDispatcher(handler);
    dispatcher.setPendingLimits(MAX_UNHANDLED, MAX_UNHANDLED_BYTES);
  }

  /** The library's own message may tell passwords. */
  private IOException failure() {
    return switch (cause) {
      case SSLHandshakeException e ->
          new Refused(
              "its certificate is not trusted: "
                  + e.getMessage()
                  + "; name the file of the authority's certificate, and the server as it does");
      case IOException e when trouble.contains("SSL required") ->
          new Refused("it demands TLS; write tls:// before its address");
      default -> new IOException(trouble);
    };
  }

  private Options options(EngineConfig config, Collection<String> servers) throws IOException {
    Options.Builder options =
        new Options.Builder()
            .servers(servers.toArray(String[]::new))
            .connectionName("chat-server")
            .noReconnect()
            .noResolveHostnames()
            .connectionTimeout(CONNECT_TIMEOUT)
            .pingInterval(PING_INTERVAL)
            .maxPingsOut(MAX_PINGS)
            .maxMessagesInOutgoingQueue(WITHOUT_END)
            .statisticsCollector(new Departures())
            .reportNoResponders()
            .connectionListener(this::heard)
            .errorListener(new Troubles());
    config
        .userInfo()
        .map(info -> info.split(":", 2))
        .ifPresent(
            info -> {
              if (info.length == 2) {
                options.userInfo(decoded(info[0]), decoded(info[1]));
              } else {
                options.token(decoded(info[0]).toCharArray());
              }
            });
    if (config.credentials().isPresent()) {
      options.authHandler(Credentials.read(config.credentials().get()));
    }
    if (config.isTls()) {
      options.sslContext(Trust.context(config.ca()));
    }
    return options.build();
  }

  private static String decoded(String escaped) {
    // What stands before the @ may have a plus, which is itself there.
    return URLDecoder.decode(escaped.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private void heard(Connection which, ConnectionListener.Events event) {
    boolean isOver =
        switch (event) {
          case CLOSED -> true;
          // While connecting, this is told of each server that is not there, a little late perhaps.
          case DISCONNECTED -> isConnected && which.getStatus() != Connection.Status.CONNECTED;
          default -> false;
        };
    if (isOver) {
      lost.countDown();
    }
  }

  /** Keeps what was wrong last. */
  private final class Troubles implements ErrorListener {
    @Override
    public void errorOccurred(Connection which, String error) {
      trouble = error;
    }

    @Override
    public void slowConsumerDetected(Connection which, Consumer consumer) {
      log.event(Level.INFO, "cluster-messages-dropped", "so-far", consumer.getDroppedCount());
    }

    @Override
    public void exceptionOccurred(Connection which, Exception e) {
      Throwable root = e;
      while (root.getCause() != null && !(root instanceof SSLHandshakeException)) {
        root = root.getCause();
      }
      cause = root;
      trouble = root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    }
  }

  Connection connection() {
    return connection;
  }

  String trouble() {
    return trouble;
  }

  boolean isLost() {
    return lost.getCount() == 0;
  }

  void awaitLoss() throws InterruptedException {
    lost.await();
  }

  boolean awaitLoss(long millis) throws InterruptedException {
    return lost.await(millis, TimeUnit.MILLISECONDS);
  }

  /** Counts what leaves the library's queue. */
  private final class Departures extends NoOpStatistics {
    @Override
    public void incrementOut(long bytes) {
      left(bytes);
    }
  }

  private void left(long bytes) {
    // The library's own messages leave the queue too, which were not counted as they came.
    waitingBytes.updateAndGet(waiting -> Math.max(0, waiting - bytes));
  }

  /** Sends a message in its turn; false when too much waits already, or the connection is lost. */
  boolean publish(String subject, byte[] message) {
    int size = size(subject, message.length);
    if (!takes(size)) {
      return false;
    }
    try {
      connection.publish(subject, message);
      return true;
    } catch (IllegalStateException | IllegalArgumentException e) {
      refused(size, e);
      return false;
    }
  }

  /**
   * Sends a question in its turn.
   *
   * @return the answer; given up when the future is completed by another
   */
  CompletableFuture<Message> request(String subject, Headers headers, byte[] body) {
    int size = size(subject, body.length);
    if (!takes(size)) {
      return CompletableFuture.failedFuture(
          new EngineException("too much waits to be sent to NATS"));
    }
    try {
      CompletableFuture<Message> asked = connection.request(subject, headers, body);
      CompletableFuture<Message> answer = new CompletableFuture<>();
      Futures.pass(asked, answer);
      Futures.onEnd(answer, () -> asked.cancel(true));
      return answer;
    } catch (IllegalStateException | IllegalArgumentException e) {
      refused(size, e);
      return CompletableFuture.failedFuture(
          new EngineException("it cannot be sent to NATS: " + e.getMessage(), e));
    }
  }

  void subscribe(String subject) {
    change(() -> dispatcher.subscribe(subject));
  }

  void unsubscribe(String subject) {
    change(() -> dispatcher.unsubscribe(subject));
  }

  private void change(Runnable subscriptions) {
    try {
      subscriptions.run();
    } catch (IllegalStateException e) {
      refused(0, e);
    }
  }

  private boolean takes(int size) {
    if (isLost() || waitingBytes.get() > MAX_WAITING_BYTES) {
      return false;
    }
    waitingBytes.addAndGet(size);
    return true;
  }

  /** The connection is closed, which will be told; or it is more than the server takes. */
  private void refused(int size, RuntimeException e) {
    left(size);
    trouble = String.valueOf(e.getMessage());
  }

  /** What the library will count, or a little less, with {@code PUB}, spaces and line ends. */
  private static int size(String subject, int bytes) {
    return "PUB  \r\n\r\n".length() + subject.length() + Integer.toString(bytes).length() + bytes;
  }

  /** How much waits to be sent, in bytes. */
  long waiting() {
    return waitingBytes.get();
  }

  /** Sends what waits, for so long at most. */
  void flush(Duration patience) throws InterruptedException {
    try {
      connection.flush(patience);
    } catch (TimeoutException | IllegalStateException e) {
      trouble = "not all could be sent";
    }
  }

  /** Lets go of the connection and all that waits for it. */
  @Override
  public void close() {
    lost.countDown();
    try {
      connection.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
