package chat.tcrp.server;

import chat.tcrp.program.DurationConverter;
import chat.tcrp.program.EndpointConverter;
import chat.tcrp.server.monitor.MonitoringConfig;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options of how the server lets see what it does. */
final class MonitoringOptions {
  @Option(
      names = "--metrics",
      paramLabel = "[ADDR:]PORT",
      converter = EndpointConverter.class,
      description =
          "Show figures, the busiest rooms and the server's health by HTTP, at 127.0.0.1 unless an address is given;"
              + " for Prometheus and chat-server top. Default: not at all.")
  private Optional<InetSocketAddress> page = Optional.empty();

  @Option(
      names = "--stats",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "Log a line of figures so often. Default: never.")
  private Optional<Duration> stats = Optional.empty();

  MonitoringConfig config() {
    return new MonitoringConfig(page, stats);
  }
}
