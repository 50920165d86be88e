package chat.tcrp.server.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.server.RecordedLog;
import chat.tcrp.server.TestPeer;
import chat.tcrp.server.TestServer;
import chat.tcrp.server.base.EventLog;
import chat.tcrp.server.lobby.LobbyConfig;
import chat.tcrp.server.metrics.BusyRooms;
import chat.tcrp.server.metrics.Figure;
import chat.tcrp.server.metrics.Metrics;
import chat.tcrp.server.metrics.RoomsJson;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a running server shows of itself by HTTP. */
class MonitorServerTest {
  private static final String OPEN_METRICS =
      "application/openmetrics-text; version=1.0.0; charset=utf-8";
  private static final MonitoringConfig SHOWN =
      new MonitoringConfig(
          Optional.of(new InetSocketAddress(TestServer.address("127.0.0.1"), 0)),
          Optional.of(Duration.ofSeconds(1)));

  private record Page(int status, String contentType, Optional<String> allow, String body) {}

  private static TestServer server() {
    return TestServer.startAsShipped(
        config ->
            config
                .monitoredBy(SHOWN)
                .withLobby(new LobbyConfig(0, LobbyConfig.DEFAULT_IDLE_TIMEOUT, 10, 10)));
  }

  private static Page get(URI page, String accept) throws IOException {
    return request("GET", page, accept);
  }

  private static Page get(URI page) throws IOException {
    return get(page, "*/*");
  }

  private static Page request(String method, URI page, String accept) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) page.toURL().openConnection();
    connection.setRequestMethod(method);
    connection.setRequestProperty("Accept", accept);
    connection.setReadTimeout((int) TestPeer.PATIENCE.toMillis());
    int status = connection.getResponseCode();
    try (InputStream body =
        status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
      return new Page(
          status,
          connection.getContentType(),
          Optional.ofNullable(connection.getHeaderField("Allow")),
          new String(body.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  private static TestPeer chat(TestServer server) {
    TestPeer ann = server.peer().create("tea", "ann").keepalive();
    TestPeer bob = server.peer().join("tea", "bob").keepalive();
    ann.expect("* bob joined");
    ann.send("hello");
    bob.expect("ann: hello");
    ann.keepalive();
    return ann;
  }

  @Test
  void thePageIsOpenMetricsWithEveryFigure() throws Exception {
    try (TestServer server = server()) {
      chat(server);

      Page answer = get(server.page("/metrics"), OPEN_METRICS);

      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.contentType()).isEqualTo(OPEN_METRICS);
      StrictPage page = new StrictPage(answer.body());
      assertThat(page.get("chat_messages_total{loop=\"rooms\"}")).isEqualTo(1);
      assertThat(page.get("chat_deliveries_total{loop=\"rooms\"}")).isEqualTo(1);
      assertThat(page.get("chat_drops_total{loop=\"rooms\",reason=\"malformed\"}")).isZero();
      assertThat(page.get("chat_members{loop=\"rooms\",kind=\"plain\"}")).isEqualTo(2);
      assertThat(page.get("chat_handshakes_total{kind=\"plain\",result=\"ok\"}")).isEqualTo(2);
      assertThat(page.get("chat_lobby_members")).isZero();
      assertThat(page.get("chat_relay_cycle_seconds_bucket{loop=\"rooms\",le=\"+Inf\"}"))
          .isPositive();
      assertThat(page.families())
          .containsAll(
              Stream.of(Figure.values())
                  .filter(figure -> !figure.help().endsWith("(Linux)"))
                  .map(Figure::text)
                  .toList());
    }
  }

  @Test
  void whoDoesNotAskForOpenMetricsGetsTheFormatBeforeIt() throws Exception {
    try (TestServer server = server()) {
      Page answer = get(server.page("/metrics"), "text/plain");

      assertThat(answer.contentType()).isEqualTo("text/plain; version=0.0.4; charset=utf-8");
      assertThat(answer.body())
          .contains("# TYPE chat_messages_total counter\n")
          .contains("# TYPE chat_build_info gauge\n")
          .doesNotContain("# EOF", "# UNIT", " info\n");
    }
  }

  @Test
  void theBusiestRoomsAreShownByName() throws Exception {
    try (TestServer server = server()) {
      TestPeer ann = chat(server);
      server.peer().create("\u202equiet\"", "cas").keepalive();
      List<BusyRooms.Row> rooms = new ArrayList<>();
      long deadline = System.nanoTime() + TestPeer.PATIENCE.toNanos();
      while (rooms.isEmpty() || rooms.getFirst().messagesPerSecond() == 0) {
        assertThat(System.nanoTime() - deadline).as("" + rooms).isNegative();
        ann.send("busy");
        Page answer = get(server.page("/rooms"));
        assertThat(answer.contentType()).isEqualTo("application/json");
        assertThat(answer.body()).isASCII();
        rooms = RoomsJson.read(answer.body());
      }

      assertThat(rooms).extracting(BusyRooms.Row::name).containsExactly("tea", "\u202equiet\"");
      assertThat(rooms.getFirst().members()).isEqualTo(2);
      assertThat(rooms.getFirst().deliveriesPerSecond()).isPositive();
      assertThat(rooms.getLast().messages()).isZero();
    }
  }

  @Test
  void aServerThatRunsIsHealthyAndReady() throws Exception {
    try (TestServer server = server()) {
      for (String page : new String[] {"/healthz", "/readyz"}) {
        Page answer = get(server.page(page));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("ok\n");
      }
    }
  }

  @Test
  void whatIsWrongIsNamed() throws Exception {
    MonitorServer.Subject broken =
        new MonitorServer.Subject() {
          @Override
          public Metrics metrics() {
            throw new IllegalStateException("of a test");
          }

          @Override
          public List<BusyRooms> rooms() {
            return List.of();
          }

          @Override
          public List<String> troubles() {
            return List.of("the loop rooms has not turned for 7 s", "the acceptor has ended");
          }

          @Override
          public boolean isReady() {
            return false;
          }
        };
    try (EventLog log = new EventLog();
        MonitorServer monitor = MonitorServer.bind(SHOWN.page().orElseThrow(), log)) {
      log.start();
      monitor.start(broken);
      URI root = URI.create("http://127.0.0.1:" + monitor.address().getPort());

      Page health = get(root.resolve("/healthz"));
      assertThat(health.status()).isEqualTo(503);
      assertThat(health.body())
          .isEqualTo("the loop rooms has not turned for 7 s\nthe acceptor has ended\n");
      assertThat(get(root.resolve("/readyz")).status()).isEqualTo(503);
      assertThat(get(root.resolve("/metrics")).status()).isEqualTo(500);
      assertThat(get(root.resolve("/rooms")).body()).isEqualTo("{\"rooms\":[]}\n");
      assertThat(get(root.resolve("/")).status()).isEqualTo(404);
      assertThat(get(root.resolve("/metrics/x")).status()).isEqualTo(404);
      Page posted = request("DELETE", root.resolve("/metrics"), "*/*");
      assertThat(posted.status()).isEqualTo(405);
      assertThat(posted.allow()).contains("GET, HEAD");
    }
  }

  @Test
  void whoSaysNothingOrReadsNothingHoldsUpNobodyForLong() throws Exception {
    List<Socket> stuck = new ArrayList<>();
    try (TestServer server = server()) {
      TestPeer ann = chat(server);
      URI page = server.page("/metrics");
      for (int i = 0; i < 40; i++) {
        Socket socket = new Socket(TestServer.address("127.0.0.1"), page.getPort());
        stuck.add(socket);
        String some =
            i % 2 == 0 ? "GET /metr" : "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n".repeat(50);
        socket.getOutputStream().write(some.getBytes(StandardCharsets.US_ASCII));
      }

      ann.keepalive();
      assertThat(get(page).status()).isEqualTo(200);
      ann.keepalive();
    } finally {
      for (Socket socket : stuck) {
        socket.close();
      }
    }
  }

  @Test
  void figuresAreLoggedAtAnInterval() throws IOException {
    try (TestServer server = server()) {
      chat(server);
      long deadline = System.nanoTime() + TestPeer.PATIENCE.toNanos();
      while (stats().size() < 2) {
        assertThat(System.nanoTime() - deadline).isNegative();
        LockSupport.parkNanos(10_000_000);
      }

      assertThat(stats().getLast())
          .matches(
              "stats seconds=[\\d.]+ rooms=1 members=2 lobby-members=0 received-rate=[\\d.]+"
                  + " sent-rate=[\\d.]+ message-rate=[\\d.]+ delivery-rate=[\\d.]+"
                  + " handshake-rate=[\\d.]+ drop-rate=0 evicted=0 cycle-p50-ms=[\\d.]+"
                  + " cycle-p99-ms=[\\d.]+");
    }
  }

  private static List<String> stats() {
    return RecordedLog.lines().stream()
        .map(RecordedLog.Line::text)
        .filter(line -> line.startsWith("stats "))
        .toList();
  }
}
