package chat.tcrp.client;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.client.face.Problem;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class BenchCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--rooms 0        | --rooms must be at least 1",
        "--users 1        | --users must be at least 2: nobody hears a user that is alone",
        "--rooms 1048576  | there may be at most 1048576 users in all rooms together",
        "--rate 0         | --rate must be more than 0 and at most 10000",
        "--rate NaN       | --rate must be more than 0 and at most 10000",
        "--size 35        | --size must be 36 to 3811",
        "--size 3812      | --size must be 36 to 3811",
        "--duration 0s    | --duration must be more than nothing",
        "--duration 25h   | --warmup and --duration must be at most 24h together",
        "--duration 10    | --duration must be a duration like 500ms, 30s, 5m or 1h, not '10'",
        "--server ::1     | the server must be HOST or HOST:PORT, not '::1'; write an IPv6 address in brackets",
      })
  void whatCannotBeDoneIsAUsageError(String options, String message) {
    assertThat(execute(options.split(" "))).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(err.toString()).contains(message).contains("Try: chat-client bench --help");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void roomsTooLargeForTheMemoryAreAUsageError() {
    assertThat(execute("--rooms", "1", "--users", "100000")).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(err.toString()).contains("CHAT_JAVA_OPTS=-Xmx");
  }

  @Test
  void aServerThatIsNotThereIsUnreachable() throws Exception {
    String address = Programs.freePorts().toString();
    assertThat(execute("--server", address)).isEqualTo(Problem.UNAVAILABLE);
    assertThat(err.toString()).contains("No chat server answers on " + address);
  }

  @Test
  void theTableTellsWhatWasSentAndDelivered() throws Exception {
    try (RunningServer server = RunningServer.start()) {
      assertThat(execute(smallTest(server))).isZero();
    }
    assertThat(err.toString()).isEmpty();
    assertThat(out.toString())
        .contains("2 rooms of 3 users, each sending 10 messages/s of 100 bytes;")
        .containsPattern("(?m)^sent +\\d+ ")
        .containsPattern("(?m)^lost +0 ")
        .containsPattern("(?m)^latency, ms +p50 +p90 +p99 +p99.9 +max$")
        .containsPattern("(?m)^handshakes  6 in ")
        .containsPattern("(?m)^generator ");
  }

  @Test
  void jsonIsOneObjectWithAllFigures() throws Exception {
    try (RunningServer server = RunningServer.start()) {
      List<String> options = new ArrayList<>(List.of(smallTest(server)));
      options.addAll(List.of("--json", "--batch"));
      assertThat(execute(options.toArray(String[]::new))).isZero();
    }
    Map<String, String> values = read(out.toString());
    assertThat(values)
        .containsEntry("/rooms", "2")
        .containsEntry("/users", "3")
        .containsEntry("/batch", "true")
        .containsEntry("/interrupted", "false")
        .containsEntry("/lost", "0")
        .containsEntry("/duplicated", "0")
        .containsEntry("/handshakes/count", "6")
        .containsKeys(
            "/sent",
            "/expected",
            "/reordered",
            "/deliveries_per_s",
            "/latency_ms/p50",
            "/latency_ms/p99_9",
            "/latency_ms/max",
            "/handshakes/p50_ms",
            "/generator/was_the_limit");
    assertThat(values.get("/delivered")).isEqualTo(values.get("/expected"));
    assertThat(out.toString()).endsWith("}" + System.lineSeparator()).hasLineCount(1);
  }

  private static String[] smallTest(RunningServer server) {
    return new String[] {
      "--server",
      server.address().toString(),
      "--udp-port",
      String.valueOf(server.address().udpPort()),
      "--rooms",
      "2",
      "--users",
      "3",
      "--rate",
      "10",
      "--warmup",
      "100ms",
      "--duration",
      "300ms"
    };
  }

  private int execute(String... options) {
    List<String> arguments = new ArrayList<>(List.of("bench"));
    arguments.addAll(List.of(options));
    return Main.commandLine(Programs.UNCONFIGURED)
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments.toArray(String[]::new));
  }

  /** The values of a JSON document by their paths. */
  private static Map<String, String> read(String text) throws Exception {
    Map<String, String> values = new LinkedHashMap<>();
    try (JsonParser json = new JsonFactory().createParser(text)) {
      for (JsonToken token; (token = json.nextToken()) != null; ) {
        if (token.isScalarValue()) {
          values.put(json.getParsingContext().pathAsPointer().toString(), json.getText());
        }
      }
    }
    return values;
  }
}
