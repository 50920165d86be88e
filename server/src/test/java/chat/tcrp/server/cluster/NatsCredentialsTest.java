package chat.tcrp.server.cluster;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chat.tcrp.server.base.EventLog;
import chat.tcrp.server.cluster.Engine.Bucket;
import chat.tcrp.server.cluster.nats.EngineConfig;
import chat.tcrp.server.cluster.nats.NatsEngine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.EdECPrivateKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How NATS lets in an engine that shows it a file of credentials. */
class NatsCredentialsTest {
  /** The pair that the documentation of NATS shows. */
  private static final String SEED = "SUACSSL3UAHUDXKFSNVUZRF5UHPMWZ6BFDTJ7M6USDXIEDNPPQYYYCU3VY";

  private static final String PUBLIC = "UDXU4RCSJNZOIQHZNWXHXORDPRTGNJAHAHFRGZNEEJCPQTT2M7NLCNF4";

  @TempDir private Path directory;
  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : open.reversed()) {
      one.close();
    }
  }

  private Engine connect(NatsServers servers, Path credentials) throws IOException {
    EngineConfig config =
        EngineConfig.parse(servers.addresses(), Optional.empty(), Optional.of(credentials));
    Engine engine = NatsEngine.connect(config, new EventLog());
    open.add(engine);
    return engine;
  }

  private NatsServers keep(NatsServers servers) {
    open.add(servers);
    return servers;
  }

  private static void assertOfUse(Engine engine) throws Exception {
    long revision = engine.put(Bucket.ROOMS, "a", "1", Engine.ABSENT).get(10, SECONDS);
    engine.delete(Bucket.ROOMS, "a", revision).get(10, SECONDS);
  }

  private Path file(String text) throws IOException {
    return Files.writeString(directory.resolve("chat.creds"), text);
  }

  @Test
  void theSeedOfAnNkeyLetsIn() throws Exception {
    NatsServers servers =
        keep(NatsServers.single("authorization { users: [ { nkey: " + PUBLIC + " } ] }"));

    assertOfUse(connect(servers, file(SEED + "\n" + PUBLIC + "\n")));

    Path stranger = file(new Key("U").seed());
    assertThatThrownBy(() -> connect(servers, stranger))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("refuses the credentials in " + stranger);
  }

  @Test
  void theTokenOfAnAccountLetsInUntilItExpiresAndItsSuccessorDoes() throws Exception {
    Key operator = new Key("O");
    Key system = new Key("A");
    Key account = new Key("A");
    Path ofOperator = directory.resolve("operator.jwt");
    Files.writeString(ofOperator, token(operator, operator, "\"nats\":{\"type\":\"operator\"}"));
    String claims =
        "\"nats\":{\"type\":\"account\",\"limits\":{\"subs\":-1,\"data\":-1,\"payload\":-1,"
            + "\"imports\":-1,\"exports\":-1,\"wildcards\":true,\"conn\":-1,\"leaf\":-1%s}}";
    String ofSystem = token(operator, system, claims.formatted(""));
    String ofAccount =
        token(
            operator,
            account,
            claims.formatted(
                ",\"mem_storage\":-1,\"disk_storage\":-1,\"streams\":-1,\"consumer\":-1"));
    NatsServers servers =
        keep(
            NatsServers.single(
                "operator: \"" + ofOperator + "\"",
                "system_account: " + system.name(),
                "resolver: MEMORY",
                "resolver_preload: {",
                system.name() + ": \"" + ofSystem + "\"",
                account.name() + ": \"" + ofAccount + "\" }"));
    Key user = new Key("U");

    Path credentials = file(credentials(account, user, Instant.now().plusSeconds(4)));
    Engine engine = connect(servers, credentials);

    assertOfUse(engine);
    while (isOfUse(engine)) {
      Thread.onSpinWait();
    }
    assertThatThrownBy(() -> connect(servers, credentials))
        .hasMessageContaining("refuses the credentials in " + credentials);
    file(credentials(account, user, Instant.now().plusSeconds(600)));
    long end = System.nanoTime() + SECONDS.toNanos(30);
    while (!isOfUse(engine)) {
      assertThat(System.nanoTime()).as("is let in again").isLessThan(end);
    }
  }

  private static boolean isOfUse(Engine engine) throws Exception {
    try {
      engine.get(Bucket.ROOMS, "a").get(10, SECONDS);
      return true;
    } catch (ExecutionException e) {
      return false;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'', holds no user's seed",
    "SAACSSL3UAHUDXKFSNVUZRF5UHPMWZ6BFDTJ7M6USDXIEDNPPQYYYCU3VY, holds no user's seed",
    "UDXU4RCSJNZOIQHZNWXHXORDPRTGNJAHAHFRGZNEEJCPQTT2M7NLCNF4, holds no user's seed",
    "SUACSSL3UAHUDXKFSNVUZRF5UHPMWZ6BFDTJ7M6USDXIEDNPPQYYYCU3VA, is damaged",
    "SUACSSL3UAHUDXKFSNVUZRF5UHPMWZ6BFDTJ7M6USDXIEDNPPQYYYCV3VY, is damaged",
  })
  void aFileWithoutASeedIsSaidToBeNone(String text, String said) throws Exception {
    Path file = file(text);

    assertThatThrownBy(() -> connectTo(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(said)
        .message()
        .doesNotContain("CSSL3UAHUDXKFSNVU");
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    assertThatThrownBy(() -> connectTo(directory.resolve("none")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("there is no file " + directory.resolve("none"));
    assertThatThrownBy(() -> connectTo(directory))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot read the credentials in " + directory);
  }

  private static Engine connectTo(Path credentials) throws IOException {
    return NatsEngine.connect(
        EngineConfig.parse("nats://127.0.0.1:1", Optional.empty(), Optional.of(credentials)),
        new EventLog());
  }

  @Test
  void whoWeAreIsSaidOnce() {
    Optional<Path> file = Optional.of(Path.of("chat.creds"));
    assertThatThrownBy(() -> EngineConfig.parse("nats://ann:b@a", Optional.empty(), file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("@");
  }

  /** A key, and how NATS writes it. */
  private static final class Key {
    private static final String KINDS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    private final KeyPair pair;
    private final int kind;

    Key(String kind) throws GeneralSecurityException {
      this.pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
      this.kind = KINDS.indexOf(kind);
    }

    String name() {
      byte[] encoded = pair.getPublic().getEncoded();
      return written(new int[] {kind << 3}, Arrays.copyOfRange(encoded, encoded.length - 32, 44));
    }

    String seed() {
      byte[] secret = ((EdECPrivateKey) pair.getPrivate()).getBytes().orElseThrow();
      int s = KINDS.indexOf('S');
      return written(new int[] {s << 3 | kind >> 2, kind << 6 & 0xff}, secret);
    }

    private static String written(int[] head, byte[] body) {
      int crc = 0;
      StringBuilder bits = new StringBuilder();
      for (int i = 0; i < head.length + body.length; i++) {
        int next = i < head.length ? head[i] : body[i - head.length] & 0xff;
        bits.append(Integer.toBinaryString(0x100 | next).substring(1));
        crc ^= next << 8;
        for (int bit = 0; bit < 8; bit++) {
          crc = (crc << 1 ^ (crc >> 15) * 0x1021) & 0xffff;
        }
      }
      bits.append(Integer.toBinaryString(0x100 | (crc & 0xff)).substring(1));
      bits.append(Integer.toBinaryString(0x100 | crc >> 8).substring(1)).append("0000");
      StringBuilder text = new StringBuilder();
      for (int bit = 0; bit + 5 <= bits.length(); bit += 5) {
        text.append(KINDS.charAt(Integer.parseInt(bits.substring(bit, bit + 5), 2)));
      }
      return text.toString();
    }

    byte[] sign(String text) throws GeneralSecurityException {
      Signature signature = Signature.getInstance("Ed25519");
      signature.initSign(pair.getPrivate());
      signature.update(text.getBytes(StandardCharsets.UTF_8));
      return signature.sign();
    }
  }

  /** What one key says of another, as NATS has it signed. */
  private static String token(Key from, Key of, String claims) throws GeneralSecurityException {
    String head = "{\"typ\":\"JWT\",\"alg\":\"ed25519-nkey\"}";
    String body =
        "{\"jti\":\"%s\",\"iat\":%d,\"iss\":\"%s\",\"sub\":\"%s\",\"name\":\"test\",%s}"
            .formatted(of.name(), Instant.now().getEpochSecond(), from.name(), of.name(), claims)
            .replace("\"type\"", "\"version\":2,\"type\"");
    String text = base64(head.getBytes(StandardCharsets.UTF_8));
    text += "." + base64(body.getBytes(StandardCharsets.UTF_8));
    return text + "." + base64(from.sign(text));
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static String credentials(Key account, Key user, Instant end)
      throws GeneralSecurityException {
    String claims =
        "\"exp\":%d,\"nats\":{\"type\":\"user\",\"subs\":-1,\"data\":-1,\"payload\":-1}"
            .formatted(end.getEpochSecond());
    return """
        -----BEGIN NATS USER JWT-----
        %s
        ------END NATS USER JWT------

        ************************* IMPORTANT *************************
        NKEY Seed printed below can be used to sign and prove identity.

        -----BEGIN USER NKEY SEED-----
        %s
        ------END USER NKEY SEED------

        *************************************************************
        """
        .formatted(token(account, user, claims), user.seed());
  }
}
