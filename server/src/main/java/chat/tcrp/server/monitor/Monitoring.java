package chat.tcrp.server.monitor;

import chat.tcrp.server.base.EventLog;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;

/** Everything by which a server lets see what it does, as it is configured. */
public final class Monitoring implements AutoCloseable {
  private final MonitoringConfig config;
  private final EventLog log;
  private final Optional<MonitorServer> page;
  private Optional<StatsLog> stats = Optional.empty();

  private Monitoring(MonitoringConfig config, EventLog log, Optional<MonitorServer> page) {
    this.config = config;
    this.log = log;
    this.page = page;
  }

  /** Takes the page's port; nothing is shown before {@link #start}. */
  public static Monitoring bind(MonitoringConfig config, EventLog log) throws IOException {
    return new Monitoring(
        config,
        log,
        config.page().isPresent()
            ? Optional.of(MonitorServer.bind(config.page().get(), log))
            : Optional.empty());
  }

  /** Where the page is really. */
  public Optional<InetSocketAddress> address() {
    return page.map(MonitorServer::address);
  }

  public void start(MonitorServer.Subject subject) {
    stats = config.stats().map(interval -> new StatsLog(interval, subject::metrics, log));
    stats.ifPresent(StatsLog::start);
    page.ifPresent(server -> server.start(subject));
  }

  @Override
  public void close() {
    stats.ifPresent(StatsLog::close);
    page.ifPresent(MonitorServer::close);
  }
}
