package chat.tcrp.client.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import chat.tcrp.client.RunningServer;
import chat.tcrp.client.TestClient;
import chat.tcrp.client.session.SessionEvent.Message;
import chat.tcrp.client.session.SessionEvent.Notice;
import chat.tcrp.protocol.Credentials;
import chat.tcrp.protocol.Password;
import chat.tcrp.protocol.Request;
import chat.tcrp.protocol.RoomName;
import chat.tcrp.protocol.Token;
import chat.tcrp.protocol.Username;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What somebody sees who captures every packet of a session on its way. */
class CaptureTest {
  private static final RoomName ROOM = new RoomName("tearoom-of-annegret");
  private static final Username ANN = new Username("annegret");
  private static final Username BOB = new Username("bobinson");
  private static final Username CAROL = new Username("carolina");
  private static final Password PASSWORD = new Password("s3same-and-poppy");
  private static final String WORDS = "meet me at the harbour, bring the grüne Mappe";
  private static final String ANSWER = "not before midnight";

  @TempDir private Path directory;

  @Test
  void nothingOfASealedSessionCanBeRead() throws Exception {
    assertThat(readable(Optional.of((server, key, verified) -> {}))).isEmpty();
  }

  /** That is how we know that the search would find it. */
  @Test
  void everythingOfAPlainSessionCanBeRead() throws Exception {
    assertThat(readable(Optional.empty()))
        .containsKeys(
            "room",
            "host",
            "guest",
            "password",
            "message",
            "answer",
            "first token",
            "second token");
  }

  /** Has people meet, and answers what of it stands in the packets, and how it is written there. */
  private Map<String, List<String>> readable(Optional<Trust> trust) throws Exception {
    Map<String, String> secrets = new TreeMap<>();
    byte[] packets;
    try (RunningServer server = RunningServer.start();
        Capture capture = new Capture(server.address(), directory.resolve("packets"))) {
      meet(server, trust, secrets);
      packets = capture.end();
    }
    assertThat(packets.length).isGreaterThan(4000);
    Map<String, List<String>> found = new TreeMap<>();
    String bytes = new String(packets, StandardCharsets.ISO_8859_1);
    secrets.forEach(
        (what, secret) -> {
          List<String> forms =
              forms(secret).entrySet().stream()
                  .filter(form -> bytes.contains(form.getValue()))
                  .map(Map.Entry::getKey)
                  .toList();
          if (!forms.isEmpty()) {
            found.put(what, forms);
          }
        });
    return found;
  }

  /** Create with a password, chat, kick, rejoin, leave. */
  private static void meet(RunningServer server, Optional<Trust> trust, Map<String, String> secrets)
      throws Exception {
    try (TestClient ann = TestClient.enter(config(server, ANN, true, trust));
        TestClient bob = TestClient.enter(config(server, BOB, false, trust))) {
      ann.expect(new Notice(BOB + " joined"));
      ann.session().send(WORDS);
      bob.expect(new Message(ANN.value(), WORDS));
      bob.session().send(ANSWER);
      ann.expect(new Message(BOB.value(), ANSWER));
      assertThat(ann.session().members()).hasSize(2);

      TcrpClient tcrp = new TcrpClient(server.address(), trust, Duration.ofSeconds(10));
      Token first = tcrp.enter(join(Optional.empty())).token();
      Token second = tcrp.enter(join(Optional.of(first))).token();
      secrets.put("first token", text(first));
      secrets.put("second token", text(second));
      tcrp.carryOut(new Request.Leave(ROOM, second));
      ann.expect(new Notice(CAROL + " left"));

      server.restart();
      ann.next(SessionEvent.Rejoined.class);
      bob.next(SessionEvent.Rejoined.class);
      ann.session().kick(BOB);
      ann.expect(new Notice(BOB + " was removed by " + ANN));
      bob.next(SessionEvent.Ended.class);
    }
    secrets.put("room", ROOM.value());
    secrets.put("host", ANN.value());
    secrets.put("guest", BOB.value());
    secrets.put("newcomer", CAROL.value());
    secrets.put("password", new String(PASSWORD.encode(), StandardCharsets.UTF_8));
    secrets.put("message", WORDS);
    secrets.put("answer", ANSWER);
    secrets.put("notice", "was removed by");
  }

  private static SessionConfig config(
      RunningServer server, Username who, boolean create, Optional<Trust> trust) {
    SessionConfig plain =
        new SessionConfig(server.address(), ROOM, who, Optional.of(PASSWORD), create);
    return trust.map(plain::sealed).orElse(plain);
  }

  private static Request join(Optional<Token> token) {
    return new Request.Join(ROOM, new Credentials(CAROL, Optional.of(PASSWORD), token, false));
  }

  private static String text(Token token) {
    return new String(token.encode(), StandardCharsets.US_ASCII);
  }

  /** How a text may be written, as bytes that are Latin-1. */
  private static Map<String, String> forms(String secret) {
    Map<String, String> forms = new TreeMap<>();
    for (Charset charset :
        List.of(
            StandardCharsets.UTF_8,
            StandardCharsets.ISO_8859_1,
            StandardCharsets.UTF_16LE,
            StandardCharsets.UTF_16BE)) {
      byte[] bytes = secret.getBytes(charset);
      forms.put(charset.name(), new String(bytes, StandardCharsets.ISO_8859_1));
      forms.put(charset + " in hex", HexFormat.of().formatHex(bytes));
      forms.put(charset + " in HEX", HexFormat.of().withUpperCase().formatHex(bytes));
      for (int offset = 0; offset < 3; offset++) {
        // Base64 looks different by where in its three bytes a text begins; its ends have others'.
        byte[] shifted = new byte[offset + bytes.length];
        System.arraycopy(bytes, 0, shifted, offset, bytes.length);
        String base64 = Base64.getEncoder().withoutPadding().encodeToString(shifted);
        String own = base64.substring(offset == 0 ? 0 : offset + 1, base64.length() - 1);
        forms.put(charset + " in base64, " + offset, own);
        forms.put(charset + " in base64url, " + offset, own.replace('+', '-').replace('/', '_'));
      }
    }
    return forms;
  }

  /** A packet capture of what goes to a server and comes from it. */
  private static final class Capture implements AutoCloseable {
    private static final String LAST = "this is the last packet";

    private final ServerAddress server;
    private final Path file;
    private final Process process;

    Capture(ServerAddress server, Path file) throws IOException {
      this.server = server;
      this.file = file;
      process = start(server, file).orElse(null);
      assumeTrue(process != null, "tcpdump is not there, or may not capture");
    }

    private static Optional<Process> start(ServerAddress server, Path file) throws IOException {
      List<String> command = new ArrayList<>(List.of("tcpdump", "-i", "lo", "-U", "-Z", "root"));
      command.addAll(List.of("-w", file.toString()));
      command.add("port " + server.port() + " or port " + server.udpPort());
      Process started;
      try {
        started = new ProcessBuilder(command).redirectErrorStream(true).start();
      } catch (IOException e) {
        return Optional.empty();
      }
      BufferedReader said = started.inputReader();
      for (String line = said.readLine(); line != null; line = said.readLine()) {
        if (line.contains("listening on")) {
          return Optional.of(started);
        }
      }
      return Optional.empty();
    }

    /** Waits for what is still to be captured, and answers all that was. */
    byte[] end() throws IOException {
      byte[] last = LAST.getBytes(StandardCharsets.US_ASCII);
      InetAddress to = InetAddress.getLoopbackAddress();
      long deadline = System.nanoTime() + TestClient.PATIENCE.toNanos();
      try (DatagramSocket socket = new DatagramSocket()) {
        while (System.nanoTime() < deadline) {
          socket.send(new DatagramPacket(last, last.length, to, server.udpPort()));
          byte[] packets = Files.readAllBytes(file);
          if (new String(packets, StandardCharsets.ISO_8859_1).contains(LAST)) {
            return packets;
          }
          LockSupport.parkNanos(10_000_000);
        }
      }
      throw new AssertionError("nothing is captured");
    }

    @Override
    public void close() {
      process.destroy();
    }
  }
}
