package chat.tcrp.server.cluster.nats;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.server.base.EventLog;
import chat.tcrp.server.cluster.NatsServers;
import io.nats.client.Message;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How much waits to be sent, which the library does not tell. */
class LinkTest {
  @Test
  void whatIsSentDoesNotWaitAnyMore() throws Exception {
    try (NatsServers servers = NatsServers.single();
        Link link = link(servers)) {
      // So many that one byte too many in each would not be lost among the library's own.
      for (int i = 0; i < 2_000; i++) {
        assertThat(link.publish("chat.some.where", new byte[i])).isTrue();
        assertThat(link.publish("x", new byte[9 + (i % 2)])).isTrue();
      }
      link.flush(Duration.ofSeconds(10));
      assertThat(link.waiting()).isZero();

      byte[] question = "{}".getBytes(StandardCharsets.UTF_8);
      for (int i = 0; i < 100; i++) {
        CompletableFuture<Message> answer = link.request("$JS.API.INFO", null, question);
        assertThat(answer.get(10, TimeUnit.SECONDS).getData()).isNotEmpty();
      }
      link.flush(Duration.ofSeconds(10));

      assertThat(link.waiting()).isZero();
    }
  }

  private static Link link(NatsServers servers) throws Exception {
    EngineConfig config = NatsServers.config(servers.addresses());
    EventLog log = new EventLog();
    // The server is there when an engine has found it.
    NatsEngine.connect(config, log).close();
    return new Link(config, List.of(servers.addresses()), message -> {}, log);
  }
}
