package chat.tcrp.server.top;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.server.TestPeer;
import chat.tcrp.server.TestServer;
import chat.tcrp.server.metrics.BusyRooms;
import chat.tcrp.server.metrics.Figure;
import chat.tcrp.server.metrics.Interval;
import chat.tcrp.server.metrics.Metrics;
import chat.tcrp.server.monitor.MetricsPage;
import chat.tcrp.server.monitor.MonitoringConfig;
import com.sun.net.httpserver.HttpServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What {@code chat-server top} shows of a server. */
class TopTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int top(String... args) {
    return new CommandLine(new Top())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(args);
  }

  private static TestServer server() {
    return TestServer.startAsShipped(
        config ->
            config.monitoredBy(
                new MonitoringConfig(
                    Optional.of(new InetSocketAddress(TestServer.address("127.0.0.1"), 0)),
                    Optional.empty())));
  }

  @Test
  void aRunningServerIsPrintedOnce() {
    try (TestServer server = server()) {
      TestPeer ann = server.peer().create("tea", "ann").keepalive();
      server.peer().join("tea", "bob").keepalive();
      ann.expect("* bob joined");

      assertThat(top(server.page("").getAuthority(), "--once", "--interval", "200ms")).isZero();
      assertThat(err.toString()).isEmpty();
      assertThat(out.toString())
          .startsWith("chat-server 1.0.0 · at 127.0.0.1:")
          .contains("here        rooms 1 · members 2 · sealed 0 · in the lobby 0\n")
          .containsPattern("loop        p50 \\d+\\.\\d\\d ms · p90")
          .contains("members    msg/s  deliv/s  room\n")
          .endsWith("      2        0        0  tea\n")
          .doesNotContain("\033");
    }
  }

  @Test
  void aScriptGetsALineOfJson() {
    try (TestServer server = server()) {
      server.peer().create("tea\u202e", "ann").keepalive();

      assertThat(top(server.page("").getAuthority(), "--once", "--json", "--interval", "200ms"))
          .isZero();
      assertThat(out.toString())
          .isASCII()
          .hasLineCount(1)
          .startsWith("{\"server\":\"127.0.0.1:")
          .contains("\"rooms\":1,\"members\":1,\"sealedMembers\":0,\"lobbyMembers\":0,")
          .contains("\"loopSeconds\":{\"p50\":")
          .contains("\"busiest\":[{\"name\":\"tea\\u202E\",\"members\":1,\"messages\":0,");
    }
  }

  @Test
  void whereNobodyListensItSaysHowToStartAServer() throws Exception {
    HttpServer gone =
        HttpServer.create(new InetSocketAddress(TestServer.address("127.0.0.1"), 0), 0);
    int port = gone.getAddress().getPort();
    gone.start();
    gone.stop(0);

    assertThat(top("" + port, "--once")).isEqualTo(69);
    assertThat(err.toString())
        .isEqualTo(
            "chat-server: no figures from 127.0.0.1:%d: nobody listens there. Start the server with --metrics %d\n"
                .formatted(port, port));
  }

  @ParameterizedTest
  @ValueSource(strings = {"hello\n", "", "go_goroutines 1\n"})
  void anotherServerIsNotTakenForOne(String page) throws Exception {
    HttpServer other =
        HttpServer.create(new InetSocketAddress(TestServer.address("127.0.0.1"), 0), 0);
    other.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write(page.getBytes(StandardCharsets.UTF_8));
          exchange.close();
        });
    other.start();
    try {
      assertThat(top("" + other.getAddress().getPort(), "--once")).isEqualTo(69);
      assertThat(err.toString()).contains("what answers there is no chat-server");
    } finally {
      other.stop(0);
    }
  }

  @Test
  void whatIsNotForAScreenIsRefused() {
    assertThat(top("--json")).isEqualTo(2);
    assertThat(top("--once", "--interval", "1ms")).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource(MetricsPage.class)
  void thePageIsReadAsItWasWritten(MetricsPage kind) throws Exception {
    try (TestServer server = server()) {
      server.peer().create("tea", "ann").keepalive();
      Metrics metrics = server.metrics();

      assertThat(PageReader.read(kind.of(metrics))).isEqualTo(metrics);
    }
  }

  @Test
  void whatDoesNotFitIsInTheNextLine() {
    Metrics before = new Metrics.Builder().build();
    Metrics now =
        new Metrics.Builder()
            .add(Figure.DROPS, 30, "rooms", "malformed")
            .add(Figure.DROPS, 10, "rooms", "forged")
            .build();
    Sight sight =
        new Sight(
            "127.0.0.1:9003",
            Interval.between(before, now, 10),
            List.of(new BusyRooms.Row("tea\u202e", 12_000, 5, 1234.4, 0.04)));

    assertThat(Screen.lines(sight, 40, false))
        .contains("dropped     4.0 a second · forged 1.0", "            malformed 3.0")
        .contains(" 12,000    1,234      0.0  tea\\u{202e}")
        .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(40));
    assertThat(Screen.lines(sight, 40, true))
        .contains("\033[31mdropped     4.0 a second · forged 1.0\033[0m");
  }
}
