package chat.tcrp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import chat.tcrp.client.session.ServerKey;
import chat.tcrp.client.session.SessionConfig;
import chat.tcrp.client.session.SessionEvent.Message;
import chat.tcrp.client.session.SessionEvent.Notice;
import chat.tcrp.protocol.RoomName;
import chat.tcrp.protocol.Username;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The clients in the page about the protocol chat, as they stand there. */
class ProtocolDocumentationTest {
  private static final Pattern PROGRAM =
      Pattern.compile("^```python\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);

  @TempDir private Path directory;

  @Test
  void theMinimalClientChats() throws Exception {
    String python = python("import socket").orElseGet(() -> abort("this machine has no Python"));
    try (RunningServer server = RunningServer.start();
        TestClient ann = TestClient.host(server.address(), Optional.empty())) {
      chat(
          ann,
          python,
          program(0),
          server.address().host(),
          Integer.toString(server.address().port()),
          "join",
          "tea",
          "bob",
          Integer.toString(server.address().udpPort()));
    }
  }

  @Test
  void theSealedClientChatsWithTheServerThatIsMeantAndWithNoOther() throws Exception {
    String python =
        python("import OpenSSL, cryptography")
            .orElseGet(() -> abort("this machine has no Python with pyOpenSSL and cryptography"));
    try (RunningServer server = RunningServer.start();
        TestClient ann = TestClient.enter(sealedHost(server))) {
      ServerKey key = ann.session().serverKey().orElseThrow();
      String[] command = {
        server.address().host(),
        Integer.toString(server.address().port()),
        "join",
        "tea",
        "bob",
        key.text(),
        Integer.toString(server.address().udpPort())
      };
      chat(ann, python, program(1), command);

      command[5] = "SHA256:" + "A".repeat(43);
      Process mistaken = start(python, program(1), command);
      assertThat(mistaken.inputReader(StandardCharsets.UTF_8).readLine())
          .isEqualTo("not the server that is meant: its key is " + key);
      assertThat(mistaken.waitFor()).isEqualTo(1);
    }
  }

  private static SessionConfig sealedHost(RunningServer server) {
    return new SessionConfig(
            server.address(), new RoomName("tea"), new Username("ann"), Optional.empty(), true)
        .sealed((address, key, verified) -> {});
  }

  /** Has a program of the page come as bob, say something, listen and leave. */
  private static void chat(TestClient ann, String python, Path program, String... arguments)
      throws Exception {
    Process bob = start(python, program, arguments);
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

  private static Process start(String python, Path program, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(List.of(python, program.toString()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  /** A program of the page, in a file. */
  private Path program(int number) throws IOException {
    List<String> programs =
        PROGRAM
            .matcher(Files.readString(Path.of("..", "docs", "protocol.md")))
            .results()
            .map(program -> program.group(1))
            .toList();
    Path file = directory.resolve("chat.py");
    Files.writeString(file, programs.get(number));
    return file;
  }

  /** A Python that can do this, if the machine has one: of its own, or of the system. */
  private static Optional<String> python(String imports) throws InterruptedException {
    for (String python : List.of("python3", "/usr/bin/python3")) {
      try {
        if (new ProcessBuilder(python, "-c", imports).start().waitFor() == 0) {
          return Optional.of(python);
        }
      } catch (IOException e) {
        // It is not there.
      }
    }
    return Optional.empty();
  }
}
