package chat.tcrp.client.face.terminal;

import chat.tcrp.client.RunningServer;
import chat.tcrp.client.TestClient;
import chat.tcrp.client.session.SessionConfig;
import chat.tcrp.protocol.RoomName;
import chat.tcrp.protocol.Username;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What tests at an emulated terminal have in common: a server, and people in the room "tea". */
abstract class ScreenTest {
  static final String CTRL_C = "\003";

  RunningServer server;
  private final List<AutoCloseable> opened = new ArrayList<>();

  @BeforeEach
  void start() throws Exception {
    server = RunningServer.start();
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable each : opened.reversed()) {
      each.close();
    }
    server.close();
  }

  TestScreen screen(int columns, int rows) throws Exception {
    return opened(new TestScreen(columns, rows));
  }

  TestClient join(String name) throws Exception {
    return join(config(name, false));
  }

  TestClient join(SessionConfig config) throws Exception {
    return opened(TestClient.enter(config));
  }

  <T extends AutoCloseable> T opened(T resource) {
    opened.add(resource);
    return resource;
  }

  SessionConfig create(String name) {
    return config(name, true);
  }

  SessionConfig config(String name, boolean create) {
    return new SessionConfig(
        server.address(), new RoomName("tea"), new Username(name), Optional.empty(), create);
  }
}
