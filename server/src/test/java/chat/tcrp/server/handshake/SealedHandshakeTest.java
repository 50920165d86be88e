package chat.tcrp.server.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chat.tcrp.server.EveryRelayTest;
import chat.tcrp.server.Frames;
import chat.tcrp.server.RecordedLog;
import chat.tcrp.server.SealedPeer;
import chat.tcrp.server.TestPeer;
import chat.tcrp.server.TestServer;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS on the port of the plain handshakes, with right clients and wrong ones. */
class SealedHandshakeTest extends EveryRelayTest {
  @AutoClose private final TestServer server = TestServer.startSealed();

  @AfterEach
  void nothingIsMadeMuchOf() {
    assertThat(RecordedLog.lines())
        .noneMatch(line -> line.cause() != null || line.level() == Level.WARNING);
  }

  @Test
  void theFramesInsideAreThoseOfAPlainConnection() throws IOException {
    for (String room : new String[] {"tea", "茶の部屋"}) {
      byte[] reply = server.sealedPeer().exchange(Frames.request(room, 1, "ann"), false);
      assertThat(reply).startsWith(Frames.status(room, 1, 0));
    }
    assertThat(server.sealedPeer().exchange(Frames.request("x", 2, "ann"), false))
        .isEqualTo(Frames.status("x", 2, 2));
    assertThat(server.sealedPeer().exchange(Frames.request("tea", 99, "ann"), false))
        .isEqualTo(Frames.status("tea", 99, 10));
    assertThat(server.sealedPeer().exchange(Frames.request("tea", 1, "a:b"), false))
        .isEqualTo(Frames.status("tea", 1, 5));
  }

  @Test
  void theProtocolIsNegotiatedWhereTheClientNegotiates() throws IOException {
    try (SSLSocket tls = SealedPeer.tls(server.peer().connect(), "h2", "tcrp/1")) {
      tls.startHandshake();
      assertThat(tls.getApplicationProtocol()).isEqualTo("tcrp/1");
      assertThat(tls.getSession().getProtocol()).isEqualTo("TLSv1.3");
    }
    try (SSLSocket tls = SealedPeer.tls(server.peer().connect())) {
      tls.getOutputStream().write(Frames.request("", 4, ""));
      assertThat(tls.getInputStream().readAllBytes())
          .startsWith(Frames.status("", 4, 0))
          .endsWith('[', ']');
    }
    try (SSLSocket tls = SealedPeer.tls(server.peer().connect(), "h2", "http/1.1")) {
      assertThatThrownBy(tls::startHandshake).isInstanceOf(SSLHandshakeException.class);
    }
  }

  @Test
  void olderTlsIsRefused() throws IOException {
    try (SSLSocket tls = SealedPeer.tls(server.peer().connect())) {
      SSLParameters parameters = tls.getSSLParameters();
      parameters.setProtocols(new String[] {"TLSv1.2"});
      tls.setSSLParameters(parameters);
      assertThatThrownBy(tls::startHandshake).isInstanceOf(SSLException.class);
    }
  }

  @Test
  void aClientThatEndsItsSideAtOnceIsAnsweredAllTheSame() throws IOException {
    for (int i = 0; i < 20; i++) {
      assertThat(server.sealedPeer().exchange(Frames.request("", 4, ""), true))
          .startsWith(Frames.status("", 4, 0));
    }
  }

  @Test
  void brokenTlsIsClosed() throws IOException {
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < 200; i++) {
      byte[] noise = new byte[3 + random.nextInt(300)];
      random.nextBytes(noise);
      noise[0] = 0x16;
      noise[1] = 3;
      noise[2] = (byte) (1 + random.nextInt(4));
      if (noise.length > 9 && i % 2 == 0) {
        // A record whose size is right, with something like a client's hello in it.
        noise[3] = (byte) ((noise.length - 5) >> 8);
        noise[4] = (byte) (noise.length - 5);
        noise[5] = 1;
        noise[6] = 0;
        noise[7] = (byte) ((noise.length - 9) >> 8);
        noise[8] = (byte) (noise.length - 9);
      }
      try {
        assertThat(server.peer().exchange(noise, true)).hasSizeLessThan(100);
      } catch (java.io.UncheckedIOException e) {
        // A reset, where the server has closed over what it has not read.
        assertThat(e.getCause()).isInstanceOf(SocketException.class);
      }
    }
    server.sealedPeer().create("tea", "ann").keepalive();
  }

  @ParameterizedTest
  @ValueSource(strings = {"160300", "160305", "150301", "1603", "16"})
  void whatIsNearlyTlsIsNone(String beginning) {
    byte[] bytes = HexFormat.of().parseHex(beginning);
    assertThat(server.peer().exchange(bytes, true)).isEmpty();
  }

  @Test
  void aConnectionThatIsResetLeavesNoTrace() throws Exception {
    for (int size : new int[] {3, 5, 50, 10_000}) {
      try (Socket socket = server.peer().connect()) {
        socket.getOutputStream().write(Arrays.copyOf(hello(), size));
        socket.setSoLinger(true, 0);
      }
    }
    try (Socket socket = server.peer().connect();
        SSLSocket tls = SealedPeer.tls(socket)) {
      tls.startHandshake();
      socket.setSoLinger(true, 0);
    }
    server.sealedPeer().create("tea", "ann").keepalive();
  }

  /** The beginning of what looks like a hello of 16 KiB. */
  private static byte[] hello() {
    return HexFormat.of().parseHex("1603014000" + "01003ffc0303");
  }

  @Test
  void whoSaysNothingMoreIsCutAtTheDeadline() throws Exception {
    Duration deadline = Duration.ofMillis(300);
    try (TestServer impatient = impatient(deadline)) {
      long start = System.nanoTime();
      try (Socket socket = impatient.peer().connect()) {
        socket.getOutputStream().write(hello());
        awaitEnd(socket);
      }
      try (SSLSocket tls = SealedPeer.tls(impatient.peer().connect())) {
        tls.startHandshake();
        tls.getOutputStream().write(Arrays.copyOf(Frames.request("tea", 1, "ann"), 36));
        assertThat(tls.getInputStream().readAllBytes()).isEqualTo(Frames.status("tea", 1, 9));
      }
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isBetween(deadline.multipliedBy(2), TestPeer.PATIENCE);
    }
  }

  @Test
  void aSlowHelloIsCut() throws Exception {
    Duration deadline = Duration.ofMillis(300);
    try (TestServer impatient = impatient(deadline);
        Socket socket = impatient.peer().connect()) {
      byte[] slow = Arrays.copyOf(hello(), 16_000);
      OutputStream out = socket.getOutputStream();
      out.write(slow, 0, 11);
      long start = System.nanoTime();
      socket.setSoTimeout(20);
      int sent = 11;
      while (sent < slow.length && !hasEnded(socket)) {
        try {
          out.write(slow[sent++]);
        } catch (SocketException e) {
          break;
        }
      }
      // A byte each 20 ms would take five minutes. The deadline has a second of grace.
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isBetween(deadline.minusMillis(50), Duration.ofSeconds(10));
    }
  }

  private static TestServer impatient(Duration deadline) {
    return TestServer.start(
        config ->
            TestServer.sealed(config, PlainPolicy.ALLOW)
                .with(HandshakeLimits.DEFAULTS.within(deadline)));
  }

  private static boolean hasEnded(Socket socket) throws IOException {
    try {
      return socket.getInputStream().read() < 0;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (SocketException e) {
      return true;
    }
  }

  private static void awaitEnd(Socket socket) throws IOException {
    while (!hasEnded(socket)) {
      LockSupport.parkNanos(1);
    }
  }

  @Test
  void manyHandshakesAtOnceAreMade() {
    TestPeer ann = server.sealedPeer().create("tea", "ann");
    assertThat(
            IntStream.range(0, 60)
                .parallel()
                .mapToObj(i -> ann)
                .map(peer -> peerOfRoom().tryJoin("none", TestPeer.credentials("x")).status()))
        .hasSize(60);
  }

  private TestPeer peerOfRoom() {
    synchronized (server) {
      return server.sealedPeer();
    }
  }
}
