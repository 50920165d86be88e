package chat.tcrp.server;

import chat.tcrp.server.base.EventLog;
import chat.tcrp.server.cluster.Cluster;
import chat.tcrp.server.cluster.Engine;
import java.lang.System.Logger.Level;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A server as a node of a cluster.
 *
 * @param engine what it shares with the others
 * @param cluster its part in it
 */
record Node(Engine engine, Cluster cluster) {
  private static final long LEAVING_MILLIS = 1000;

  /** Leaves the rooms that are at home here to the others. */
  void leave(EventLog log) {
    try {
      cluster.stop().get(LEAVING_MILLIS, TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      log.event(Level.WARNING, "lease-kept", "reason", e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
