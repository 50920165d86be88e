package chat.tcrp.server.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import chat.tcrp.server.RecordedLog;
import chat.tcrp.server.SealedPeer;
import chat.tcrp.server.TestServer;
import chat.tcrp.server.base.EventLog;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.Key;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server's key: made once, kept, or given. */
class IdentitiesTest {
  private static final Base64.Encoder MIME = Base64.getMimeEncoder(64, new byte[] {'\n'});

  @TempDir private Path directory;
  @AutoClose private final EventLog log = new EventLog();

  @BeforeEach
  void start() {
    log.start();
  }

  private String fingerprint(IdentitySource source) throws IOException {
    return new Identities(log)
        .open(new SealingConfig(Optional.of(source), PlainPolicy.ALLOW))
        .identity()
        .orElseThrow()
        .fingerprint();
  }

  @Test
  void anIdentityIsMadeOnceAndKeptForItsOwner() throws IOException {
    Path file = directory.resolve("deep").resolve("down").resolve("identity.p12");
    String first = fingerprint(new IdentitySource.Kept(file));

    assertThat(first).matches("SHA256:[A-Za-z0-9+/]{43}");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    try (Stream<Path> beside = Files.list(file.getParent())) {
      assertThat(beside).containsExactly(file);
    }
    assertThat(fingerprint(new IdentitySource.Kept(file))).isEqualTo(first);
    Path other = directory.resolve("other.p12");
    assertThat(fingerprint(new IdentitySource.Kept(other))).isNotEqualTo(first);
  }

  @Test
  void theFingerprintIsOfTheKeyThatClientsSeeAndStaysOverARestart() throws Exception {
    String before;
    try (TestServer server = TestServer.startSealed()) {
      before = server.fingerprint().orElseThrow();
      try (SSLSocket tls = SealedPeer.tls(server.peer().connect())) {
        tls.startHandshake();
        byte[] key = tls.getSession().getPeerCertificates()[0].getPublicKey().getEncoded();
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(key);
        assertThat(before)
            .isEqualTo("SHA256:" + Base64.getEncoder().withoutPadding().encodeToString(hash));
      }
    }
    try (TestServer server = TestServer.startSealed()) {
      assertThat(server.fingerprint()).contains(before);
    }
    try (TestServer server = TestServer.start()) {
      assertThat(server.fingerprint()).isEmpty();
    }
  }

  @Test
  void whereNothingCanBeKeptThereIsOneForTheTime() throws IOException {
    Path noDirectory = directory.resolve("file");
    Files.createFile(noDirectory);

    assertThat(fingerprint(new IdentitySource.Kept(noDirectory.resolve("identity.p12"))))
        .startsWith("SHA256:");
    awaitWarning("identity-not-kept file=" + noDirectory);
  }

  @Test
  void withoutKeytoolThereAreOnlyPlainConnections() throws IOException {
    Identities identities = new Identities(directory.resolve("keytool"), log);
    IdentitySource kept = new IdentitySource.Kept(directory.resolve("identity.p12"));

    assertThat(identities.open(new SealingConfig(Optional.of(kept), PlainPolicy.ALLOW)).identity())
        .isEmpty();
    awaitWarning("identity-missing sealed=no");
    assertThatIOException()
        .isThrownBy(() -> identities.open(new SealingConfig(Optional.of(kept), PlainPolicy.REFUSE)))
        .withMessageContaining("plain connections are refused");
    try (Stream<Path> left = Files.list(directory)) {
      assertThat(left).isEmpty();
    }
  }

  private static void awaitWarning(String beginning) {
    long deadline = System.nanoTime() + 10_000_000_000L;
    while (RecordedLog.lines().stream().noneMatch(line -> line.text().startsWith(beginning))) {
      assertThat(System.nanoTime() - deadline).as("" + RecordedLog.lines()).isNegative();
      Thread.onSpinWait();
    }
  }

  @Test
  void aFileThatIsNoIdentityIsNamedAndLeftAsItIs() throws IOException {
    Path file = directory.resolve("identity.p12");
    Files.writeString(file, "precious");

    assertThatIOException()
        .isThrownBy(() -> fingerprint(new IdentitySource.Kept(file)))
        .withMessageStartingWith("cannot use the identity " + file + ": ");
    assertThat(file).hasContent("precious");
  }

  @Test
  void aFileThatMayNotBeReadIsNamed() throws IOException {
    Path file = directory.resolve("identity.p12");
    Files.writeString(file, "x");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
    assumeTrue(!Files.isReadable(file), "not run by root");

    assertThatIOException()
        .isThrownBy(() -> fingerprint(new IdentitySource.Kept(file)))
        .withMessage("cannot use the identity " + file + ": permission denied");
  }

  @Test
  void aPairOfPemFilesIsUsed() throws Exception {
    TestServer.startSealed().close();
    KeyStore store =
        KeyStore.getInstance(TestServer.IDENTITY.toFile(), "chat-server".toCharArray());
    Key key = store.getKey("chat-server", "chat-server".toCharArray());
    Certificate certificate = store.getCertificate("chat-server");
    Path certificateFile = pem("cert.pem", "CERTIFICATE", certificate.getEncoded());
    Path keyFile = pem("key.pem", "PRIVATE KEY", key.getEncoded());
    IdentitySource pair = new IdentitySource.Pem(certificateFile, keyFile);

    try (TestServer server =
        TestServer.start(
            c -> c.sealedBy(new SealingConfig(Optional.of(pair), PlainPolicy.REFUSE)))) {
      server.sealedPeer().create("tea", "ann").keepalive();
      assertThat(server.fingerprint())
          .contains(fingerprint(new IdentitySource.Kept(TestServer.IDENTITY)));
    }
  }

  @Test
  void aPairThatIsNoneIsExplained() throws Exception {
    TestServer.startSealed().close();
    KeyStore store =
        KeyStore.getInstance(TestServer.IDENTITY.toFile(), "chat-server".toCharArray());
    Path certificate =
        pem("cert.pem", "CERTIFICATE", store.getCertificate("chat-server").getEncoded());
    Key key = store.getKey("chat-server", "chat-server".toCharArray());
    Path keyFile = pem("key.pem", "PRIVATE KEY", key.getEncoded());
    Path nowhere = directory.resolve("nowhere");
    Path other = directory.resolve("other.p12");
    fingerprint(new IdentitySource.Kept(other));
    KeyStore otherStore = KeyStore.getInstance(other.toFile(), "chat-server".toCharArray());
    Path otherKey =
        pem(
            "other.pem",
            "PRIVATE KEY",
            otherStore.getKey("chat-server", "chat-server".toCharArray()).getEncoded());

    assertRefused(
        nowhere, keyFile, "cannot use the certificate " + nowhere + ": there is no such file");
    assertRefused(
        certificate, nowhere, "cannot use the key " + nowhere + ": there is no such file");
    assertRefused(
        certificate,
        otherKey,
        "cannot use the key " + otherKey + ": it is not the key of the certificate");
    assertRefused(
        certificate,
        certificate,
        "cannot use the key "
            + certificate
            + ": it is not PKCS #8 in PEM, unencrypted; openssl pkcs8 -topk8 -nocrypt makes it so");
    assertThatIOException()
        .isThrownBy(() -> fingerprint(new IdentitySource.Pem(keyFile, keyFile)))
        .withMessageStartingWith("cannot use the certificate " + keyFile + ": ");
  }

  private void assertRefused(Path certificate, Path key, String message) {
    assertThatIOException()
        .isThrownBy(() -> fingerprint(new IdentitySource.Pem(certificate, key)))
        .withMessage(message);
  }

  private Path pem(String name, String what, byte[] content) throws IOException {
    Path file = directory.resolve(name);
    Files.writeString(
        file,
        "-----BEGIN %s-----\n%s\n-----END %s-----\n"
            .formatted(what, MIME.encodeToString(content), what),
        StandardCharsets.US_ASCII);
    return file;
  }

  @Test
  void theUsualPlaceIsTheServicesOrTheUsers() {
    Path home = Path.of("/home/ann");
    assertThat(IdentitySource.usual(Map.of(), home).file())
        .isEqualTo(Path.of("/home/ann/.local/state/chat-server/identity.p12"));
    assertThat(IdentitySource.usual(Map.of("XDG_STATE_HOME", "/state"), home).file())
        .isEqualTo(Path.of("/state/chat-server/identity.p12"));
    assertThat(
            IdentitySource.usual(
                    Map.of("XDG_STATE_HOME", "/state", "STATE_DIRECTORY", "/var/lib/chat:/x"), home)
                .file())
        .isEqualTo(Path.of("/var/lib/chat/identity.p12"));
  }
}
