package chat.tcrp.server;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.server.base.Ticker;
import chat.tcrp.server.cluster.MemoryHub;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Servers that are nodes of one cluster in memory. */
final class TestNodes implements AutoCloseable {
  private final MemoryHub.Machine machine = new MemoryHub.Machine();
  private final MemoryHub hub = new MemoryHub(machine, new SecureRandom());
  private final List<ChatServer> servers = new ArrayList<>();

  void start(ServerConfig config, Ticker ticker) throws IOException {
    String name = name(servers.size());
    ClusterJoin join =
        new ClusterJoin(
            log -> hub.engine(name),
            new ClusterJoin.Key(new byte[32]),
            "{\"name\":\"" + name + "\"}");
    servers.add(
        ChatServer.start(config, ticker, new SecureRandom(), Optional.empty(), Optional.of(join)));
  }

  private static String name(int index) {
    return "node-" + index;
  }

  ChatServer node(int index) {
    return servers.get(index);
  }

  int size() {
    return servers.size();
  }

  /** Cuts a node off from the others, or takes that back. */
  void cutOff(int index, boolean off) {
    hub.cutOff(name(index), off);
  }

  /** Waits until all that the nodes have sent one another has come. */
  void settle() {
    CountDownLatch come = new CountDownLatch(1);
    machine.later(0, come::countDown);
    try {
      assertThat(come.await(TestPeer.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** How many messages the nodes have exchanged. */
  long messages() {
    return hub.messages();
  }

  @Override
  public void close() throws IOException {
    try (machine) {
      for (ChatServer server : servers) {
        server.close();
      }
    }
  }
}
