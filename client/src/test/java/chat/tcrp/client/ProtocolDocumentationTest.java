package chat.tcrp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import chat.tcrp.client.session.SessionEvent.Message;
import chat.tcrp.client.session.SessionEvent.Notice;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client in the page about the protocol chats, as it stands there. */
class ProtocolDocumentationTest {
  private static final Pattern PROGRAM =
      Pattern.compile("^```python\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);

  @TempDir private Path directory;

  @Test
  void theMinimalClientChats() throws Exception {
    assumeTrue(hasPython(), "this machine has Python");
    Matcher program = PROGRAM.matcher(Files.readString(Path.of("..", "docs", "protocol.md")));
    assertThat(program.find()).isTrue();
    Path file = directory.resolve("chat.py");
    Files.writeString(file, program.group(1));

    try (RunningServer server = RunningServer.start();
        TestClient ann = TestClient.host(server.address(), Optional.empty())) {
      Process bob =
          new ProcessBuilder(
                  "python3",
                  file.toString(),
                  server.address().host(),
                  Integer.toString(server.address().port()),
                  "join",
                  "tea",
                  "bob",
                  Integer.toString(server.address().udpPort()))
              .redirectErrorStream(true)
              .start();
      try {
        ann.expect(new Notice("bob joined"));
        bob.getOutputStream().write("grüße, 🍵\n".getBytes(StandardCharsets.UTF_8));
        bob.getOutputStream().flush();
        ann.expect(new Message("bob", "grüße, 🍵"));
        ann.session().send("welcome");
        assertThat(bob.inputReader(StandardCharsets.UTF_8).readLine()).isEqualTo("ann: welcome");
        bob.getOutputStream().close();
        assertThat(bob.waitFor(TestClient.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(bob.exitValue()).isZero();
        ann.expect(new Notice("bob left"));
      } finally {
        bob.destroyForcibly();
      }
    }
  }

  private static boolean hasPython() throws InterruptedException {
    try {
      return new ProcessBuilder("python3", "--version").start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
