package chat.tcrp.server.monitor;

import chat.tcrp.server.base.EventLog;
import chat.tcrp.server.metrics.BusyRooms;
import chat.tcrp.server.metrics.Metrics;
import chat.tcrp.server.metrics.RoomsJson;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * What a running server shows of itself by HTTP: its figures at {@code /metrics}, its busiest rooms
 * at {@code /rooms}, and whether it lives and takes people in at {@code /healthz} and {@code
 * /readyz}. It reads what the loops have counted, and they never wait for it. Connections and their
 * time are bounded: who is slow, or says nothing, takes one of them for some seconds.
 */
public final class MonitorServer implements AutoCloseable {
  private static final int BACKLOG = 16;

  /** What nothing is known of yet is waited for so long. */
  private static final Duration PATIENCE = Duration.ofSeconds(4);

  private static final Duration LOOK = Duration.ofMillis(50);
  private static final String TEXT = "text/plain; charset=utf-8";

  static {
    // The HTTP server knows these bounds as properties alone, in seconds.
    bound("sun.net.httpserver.maxReqTime", "5");
    bound("sun.net.httpserver.maxRspTime", "5");
    bound("sun.net.httpserver.idleInterval", "30");
    bound("jdk.httpserver.maxConnections", "64");
    bound("sun.net.httpserver.maxReqHeaderSize", "16384");
    bound("sun.net.httpserver.nodelay", "true");
  }

  private static void bound(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  /** What is shown. */
  public interface Subject {
    /** All figures. */
    Metrics metrics();

    /** For each loop, its busiest rooms. */
    List<BusyRooms> rooms();

    /** What is wrong, each in a few words; nothing when all is well. */
    List<String> troubles();

    /** Whether people are let in. */
    boolean isReady();
  }

  private record Answer(int status, String contentType, String body) {
    static Answer text(int status, String line) {
      return new Answer(status, TEXT, line + "\n");
    }
  }

  private final HttpServer http;
  private final EventLog log;

  /** One for each connection that is asking, as many as there may be connections. */
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("monitor").factory());

  private Optional<Subject> subject = Optional.empty();

  private MonitorServer(HttpServer http, EventLog log) {
    this.http = http;
    this.log = log;
  }

  /** Takes the port; nothing is answered before {@link #start}. */
  public static MonitorServer bind(InetSocketAddress address, EventLog log) throws IOException {
    return new MonitorServer(HttpServer.create(address, BACKLOG), log);
  }

  /** Where it is really. */
  public InetSocketAddress address() {
    return http.getAddress();
  }

  public void start(Subject newSubject) {
    subject = Optional.of(newSubject);
    http.setExecutor(threads);
    http.createContext("/", this::handle);
    http.start();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Answer answer;
      try {
        answer = answer(exchange);
      } catch (RuntimeException e) {
        log.failure("monitoring-failed", e);
        answer = Answer.text(500, "a mistake in the program; the log has it");
      }
      byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
      exchange
          .getResponseHeaders()
          .putAll(
              Map.of(
                  "Content-Type", List.of(answer.contentType()),
                  "Cache-Control", List.of("no-store"),
                  "X-Content-Type-Options", List.of("nosniff")));
      if (exchange.getRequestMethod().equals("HEAD")) {
        exchange.sendResponseHeaders(answer.status(), -1);
      } else {
        exchange.sendResponseHeaders(answer.status(), body.length);
        exchange.getResponseBody().write(body);
      }
    }
  }

  private Answer answer(HttpExchange exchange) {
    if (!List.of("GET", "HEAD").contains(exchange.getRequestMethod())) {
      exchange.getResponseHeaders().set("Allow", "GET, HEAD");
      return Answer.text(405, "only GET and HEAD");
    }
    Subject shown = subject.orElseThrow();
    return switch (exchange.getRequestURI().getPath()) {
      case "/metrics" -> {
        MetricsPage page =
            MetricsPage.accepted(
                String.join(",", exchange.getRequestHeaders().getOrDefault("Accept", List.of())));
        yield new Answer(200, page.contentType(), page.of(shown.metrics()));
      }
      case "/rooms" -> new Answer(200, "application/json", RoomsJson.page(busiest(shown.rooms())));
      case "/healthz" -> {
        List<String> troubles = shown.troubles();
        yield troubles.isEmpty()
            ? Answer.text(200, "ok")
            : Answer.text(503, String.join("\n", troubles));
      }
      case "/readyz" ->
          shown.isReady() ? Answer.text(200, "ok") : Answer.text(503, "the server is stopping");
      default -> Answer.text(404, "there are /metrics, /rooms, /healthz and /readyz");
    };
  }

  /** The busiest of all loops; of a loop that does not answer, none. */
  private static List<BusyRooms.Row> busiest(List<BusyRooms> loops) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    List<Optional<List<BusyRooms.Row>>> answers = new ArrayList<>();
    boolean isComplete = false;
    try {
      while (!isComplete && System.nanoTime() - deadline < 0) {
        answers = loops.stream().map(BusyRooms::ask).toList();
        isComplete = answers.stream().allMatch(Optional::isPresent);
        if (!isComplete) {
          Thread.sleep(LOOK);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return answers.stream()
        .flatMap(Optional::stream)
        .flatMap(List::stream)
        .sorted(BusyRooms.BUSIEST_FIRST)
        .limit(BusyRooms.MAX_ROOMS)
        .toList();
  }

  @Override
  public void close() {
    http.stop(0);
    threads.shutdownNow();
  }
}
