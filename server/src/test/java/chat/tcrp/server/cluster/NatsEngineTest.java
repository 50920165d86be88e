package chat.tcrp.server.cluster;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chat.tcrp.server.RecordedLog;
import chat.tcrp.server.base.EventLog;
import chat.tcrp.server.cluster.Engine.Bucket;
import chat.tcrp.server.cluster.Engine.Entry;
import chat.tcrp.server.cluster.nats.EngineConfig;
import chat.tcrp.server.cluster.nats.NatsEngine;
import chat.tcrp.server.hostile.Scale;
import io.nats.client.Connection;
import io.nats.client.JetStreamManagement;
import io.nats.client.Nats;
import io.nats.client.api.StreamConfiguration;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of an engine when NATS servers go and come, and how it is let in. */
class NatsEngineTest {
  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : open.reversed()) {
      one.close();
    }
  }

  private NatsServers keep(NatsServers servers) {
    open.add(servers);
    return servers;
  }

  private Engine connect(String addresses) throws IOException {
    return connect(NatsServers.config(addresses));
  }

  private Engine connect(String addresses, Optional<Path> ca) throws IOException {
    return connect(EngineConfig.parse(addresses, ca, Optional.empty()));
  }

  private Engine connect(EngineConfig config) throws IOException {
    Engine engine = NatsEngine.connect(config, new EventLog());
    open.add(engine);
    return engine;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void await(String what, Callable<Boolean> condition) throws Exception {
    long end = System.nanoTime() + SECONDS.toNanos(30);
    while (!condition.call()) {
      assertThat(System.nanoTime()).as(what).isLessThan(end);
      Thread.sleep(20);
    }
  }

  private static <T> T done(CompletableFuture<T> future) throws Exception {
    return future.get(10, SECONDS);
  }

  private static BlockingQueue<String> heard(Engine engine, Engine from, String subject)
      throws Exception {
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    engine.subscribe(subject, message -> heard.add(new String(message, StandardCharsets.UTF_8)));
    await(
        "first word",
        () -> {
          from.publish(subject, bytes("?"));
          return heard.poll(50, MILLISECONDS) != null;
        });
    return heard;
  }

  @Test
  void whatNatsDoesNotAnswerFailsWithinAMoment() throws Exception {
    NatsServers servers = keep(NatsServers.single());
    Engine engine = connect(servers.addresses());
    long revision = done(engine.put(Bucket.ROOMS, "a", "1", Engine.ABSENT));
    servers.halt(0);

    long start = System.nanoTime();
    List<CompletableFuture<?>> all =
        List.of(
            engine.get(Bucket.ROOMS, "a"),
            engine.put(Bucket.ROOMS, "a", "2", revision),
            engine.delete(Bucket.ROOMS, "a", revision),
            engine.list(Bucket.ROOMS, ""));
    for (CompletableFuture<?> one : all) {
      assertThatThrownBy(() -> done(one))
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(EngineException.class)
          .hasCauseInstanceOf(Exception.class)
          .cause()
          .isNotInstanceOf(EngineException.Conflict.class);
    }

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
  }

  @Test
  void aServerThatStandsStillIsFoundOutAndNothingIsHeardLate() throws Exception {
    NatsServers servers = keep(NatsServers.single());
    Engine sender = connect(servers.addresses());
    Engine hearer = connect(servers.addresses());
    var heard = heard(hearer, sender, "x");
    servers.halt(0);

    await("end of availability", () -> !sender.isAvailable() && !hearer.isAvailable());
    assertThat(sender.publish("x", bytes("late"))).isFalse();
    servers.resume(0);

    await("new availability", () -> sender.isAvailable() && hearer.isAvailable());
    heard.clear();
    await(
        "word afterwards",
        () -> {
          sender.publish("x", bytes("now"));
          return heard.peek() != null;
        });
    assertThat(heard).containsOnly("now");
  }

  @Test
  void aPublishNeverWaitsAndTooMuchIsDropped() throws Exception {
    NatsServers servers = keep(NatsServers.single());
    Engine engine = connect(servers.addresses());
    servers.halt(0);
    byte[] message = new byte[Engine.MAX_BYTES];
    long longest = 0;
    int sent = 0;
    for (int i = 0; i < 1000; i++) {
      long start = System.nanoTime();
      sent += engine.publish("x", message) ? 1 : 0;
      longest = Math.max(longest, System.nanoTime() - start);
    }

    assertThat(sent).isBetween(16, 200);
    assertThat(Duration.ofNanos(longest)).isLessThan(Duration.ofMillis(500));
  }

  @Test
  void aKilledServerThatComesBackIsUsedAgainWithoutWhatWasSaidMeanwhile() throws Exception {
    NatsServers servers = keep(NatsServers.single());
    Engine sender = connect(servers.addresses());
    Engine hearer = connect(servers.addresses());
    var heard = heard(hearer, sender, "x");
    List<Boolean> told = new ArrayList<>();
    sender.onAvailability(told::add);
    long revision = done(sender.put(Bucket.ROOMS, "kept", "1", Engine.ABSENT));
    servers.kill(0);

    await("loss", () -> !sender.isAvailable() && !hearer.isAvailable());
    assertThat(sender.publish("x", bytes("lost"))).isFalse();
    assertThatThrownBy(() -> done(sender.get(Bucket.ROOMS, "kept")))
        .hasCauseInstanceOf(EngineException.class);
    hearer.subscribe("y", message -> heard.add("y"));
    servers.start(0);

    await("return", () -> sender.isAvailable() && hearer.isAvailable());
    assertThat(done(sender.get(Bucket.ROOMS, "kept"))).contains(new Entry("kept", "1", revision));
    heard.clear();
    await(
        "words",
        () -> {
          sender.publish("x", bytes("now"));
          sender.publish("y", bytes(""));
          return heard.contains("y");
        });
    assertThat(heard).containsOnly("now", "y");
    assertThat(told).containsExactly(false, true);
  }

  @Test
  void aServerThatHasForgottenEverythingGetsItsBucketsAgain() throws Exception {
    NatsServers servers = keep(NatsServers.single());
    Engine engine = connect(servers.addresses());
    done(engine.put(Bucket.ROOMS, "a", "1", Engine.ABSENT));
    servers.kill(0);
    await("loss", () -> !engine.isAvailable());
    servers.forget(0);
    servers.start(0);

    await("return", engine::isAvailable);
    assertThat(done(engine.list(Bucket.ROOMS, ""))).isEmpty();
    done(engine.put(Bucket.ROOMS, "a", "1", Engine.ABSENT));
  }

  @Test
  void ofAClusterOneMayBeKilled() throws Exception {
    NatsServers servers = keep(NatsServers.cluster());
    Engine one = connect("nats://127.0.0.1:" + servers.port(0));
    Engine other = connect("nats://127.0.0.1:" + servers.port(1));
    var heard = heard(other, one, "x");
    long revision = done(one.put(Bucket.ROOMS, "a", "1", Engine.ABSENT));

    servers.kill(0);

    await(
        "write",
        () -> {
          try {
            long now = done(one.get(Bucket.ROOMS, "a")).orElseThrow().revision();
            done(one.put(Bucket.ROOMS, "a", "2", now));
            return true;
          } catch (ExecutionException e) {
            return false;
          }
        });
    assertThat(done(other.get(Bucket.ROOMS, "a")).orElseThrow().revision()).isGreaterThan(revision);
    for (int i = 0; i < 20; i++) {
      assertThat(done(one.list(Bucket.ROOMS, ""))).as("as long as it is down").hasSize(1);
    }
    heard.clear();
    await(
        "word",
        () -> {
          one.publish("x", bytes("on"));
          return heard.poll(50, MILLISECONDS) != null;
        });
  }

  @Test
  void nodesThatComeAtTheSameTimeMakeTheBucketsTogether() throws Exception {
    NatsServers servers = keep(NatsServers.single());
    List<CompletableFuture<Engine>> coming =
        IntStream.range(0, 6)
            .mapToObj(
                i ->
                    CompletableFuture.supplyAsync(
                        () -> {
                          try {
                            return NatsEngine.connect(
                                NatsServers.config(servers.addresses()), new EventLog());
                          } catch (IOException e) {
                            throw new IllegalStateException(e);
                          }
                        },
                        task -> Thread.ofVirtual().start(task)))
            .toList();
    for (var engine : coming) {
      open.add(done(engine));
    }
  }

  @Test
  void withoutAServerItIsSaidWhatToDo() {
    assertThatThrownBy(() -> connect("nats://127.0.0.1:1"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("nats://127.0.0.1:1")
        .hasMessageContaining("start nats-server");
  }

  @Test
  void withoutJetStreamItIsSaidWhatToDo() {
    NatsServers servers = keep(NatsServers.withoutJetStream());

    assertThatThrownBy(() -> connect(servers.addresses()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("start nats-server there, with JetStream (-js)");
  }

  @Test
  void whoIsNotLetInIsToldSoAtOnceAndThePasswordIsNot() throws Exception {
    NatsServers servers =
        keep(NatsServers.single("authorization { user: ann, password: \"s3cr:t@\" }"));
    String port = "127.0.0.1:" + servers.port(0);

    long start = System.nanoTime();
    assertThatThrownBy(() -> connect("nats://ann:wr0ng@" + port))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("user")
        .hasMessageContaining(port)
        .message()
        .doesNotContain("wr0ng");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
    try (EventLog log = new EventLog()) {
      log.start();
      String address = "nats://ann:s3cr%3At%40@" + port;
      Engine engine = NatsEngine.connect(NatsServers.config(address), log);
      open.add(engine);
      done(engine.put(Bucket.ROOMS, "a", "1", Engine.ABSENT));
      RecordedLog.await("cluster-reached server=nats://" + port);
    }
    assertThat(RecordedLog.lines().toString()).doesNotContain("s3cr").doesNotContain("wr0ng");
  }

  @Test
  void aListThatNatsDoesNotSendByItselfIsAskedForHoweverLongItIs() throws Exception {
    // Where a consumer cannot be made, it is as when it was put at a server that is down.
    NatsServers servers =
        keep(
            NatsServers.single(
                "authorization { users: [ { user: ann, password: b,"
                    + " permissions: { publish: { deny: \"$JS.API.CONSUMER.>\" } } } ] }"));
    Engine engine = connect("nats://ann:b@127.0.0.1:" + servers.port(0));
    // Of more than 100,000 keys NATS tells a part at a time.
    int count = Scale.of(6_000, 101_000);
    for (int from = 0; from < count; from += 1000) {
      IntStream.range(from, from + 1000)
          .mapToObj(i -> engine.put(Bucket.ROOMS, "r" + i, "", Engine.ABSENT))
          .toList()
          .forEach(CompletableFuture::join);
    }

    List<Engine.Entry> entries = engine.list(Bucket.ROOMS, "").get(60, SECONDS);

    assertThat(entries.stream().map(Engine.Entry::key).distinct()).hasSize(count);
  }

  @Test
  void aTokenLetsIn() throws Exception {
    NatsServers servers = keep(NatsServers.single("authorization { token: \"t0ken\" }"));

    Engine engine = connect("nats://t0ken@127.0.0.1:" + servers.port(0));

    done(engine.put(Bucket.ROOMS, "a", "1", Engine.ABSENT));
  }

  @Test
  void theSubjectsOfOthersAreNotTouched() throws Exception {
    NatsServers servers =
        keep(
            NatsServers.single(
                "authorization { user: ann, password: b, permissions: {",
                "  publish: [\"chat.>\", \"$JS.API.>\", \"$KV.chat-*.>\"],",
                "  subscribe: [\"chat.>\", \"_INBOX.>\"] } }"));

    Engine engine = connect("nats://ann:b@127.0.0.1:" + servers.port(0));

    long revision = done(engine.put(Bucket.ROOMS, "a", "1", Engine.ABSENT));
    done(engine.delete(Bucket.ROOMS, "a", revision));
    List<CompletableFuture<Long>> puts =
        IntStream.range(0, 10_000)
            .mapToObj(i -> engine.put(Bucket.MEMBERS, "r" + i % 100 + "." + i, "x".repeat(200), 0))
            .toList();
    for (var put : puts) {
      done(put);
    }
    assertThat(done(engine.list(Bucket.MEMBERS, ""))).hasSize(10_000);
    assertThat(done(engine.list(Bucket.MEMBERS, "r7."))).hasSize(100);
    assertThat(done(engine.list(Bucket.ROOMS, ""))).isEmpty();
    assertThat(heard(engine, engine, "x")).isEmpty();
    assertThat(servers.log(0)).doesNotContain("Violation");
  }

  @Test
  void overTlsTheServerMustShowACertificateForItsName(@TempDir Path directory) throws Exception {
    Path good = certificate(directory, "good", "ip:127.0.0.1");
    Path other = certificate(directory, "other", "dns:elsewhere.example");
    NatsServers servers = keep(NatsServers.single(tls(directory, "good")));
    NatsServers elsewhere = keep(NatsServers.single(tls(directory, "other")));
    String address = "tls://127.0.0.1:" + servers.port(0);

    done(connect(address, Optional.of(good)).put(Bucket.ROOMS, "a", "1", Engine.ABSENT));

    assertThatThrownBy(() -> connect(address, Optional.of(other)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("certif");
    assertThatThrownBy(() -> connect(address)).hasMessageContaining("certif");
    assertThatThrownBy(() -> connect("tls://127.0.0.1:" + elsewhere.port(0), Optional.of(other)))
        .hasMessageContaining("127.0.0.1");
    assertThatThrownBy(() -> connect("nats://127.0.0.1:" + servers.port(0)))
        .hasMessageContaining("tls://");
  }

  private static String tls(Path directory, String name) {
    return "tls { cert_file: \"%1$s/%2$s.crt\", key_file: \"%1$s/%2$s.key\" }"
        .formatted(directory, name);
  }

  /** Makes a certificate, which vouches for itself, and its key. */
  private static Path certificate(Path directory, String name, String subject) throws Exception {
    Path certificate = directory.resolve(name + ".crt");
    NatsServers.certificate(certificate, directory.resolve(name + ".key"), subject);
    return certificate;
  }

  @Test
  void closingSendsWhatWaits() throws Exception {
    NatsServers servers = keep(NatsServers.single());
    Engine hearer = connect(servers.addresses());
    Engine sender = connect(servers.addresses());
    var heard = heard(hearer, sender, "x");
    heard.clear();

    for (int i = 0; i < 1000; i++) {
      sender.publish("x", bytes(Integer.toString(i)));
    }
    sender.close();

    for (int i = 0; i < 1000; i++) {
      assertThat(heard.poll(10, SECONDS)).isEqualTo(Integer.toString(i));
    }
    assertThat(sender.publish("x", bytes("closed"))).isFalse();
    assertThatThrownBy(() -> done(sender.get(Bucket.ROOMS, "a")))
        .hasCauseInstanceOf(EngineException.class);
    assertThatCode(sender::close).doesNotThrowAnyException();
  }

  @Test
  void whatIsUnderWayFailsWhenTheEngineCloses() throws Exception {
    NatsServers servers = keep(NatsServers.single());
    Engine engine = connect(servers.addresses());
    servers.halt(0);
    var put = engine.put(Bucket.ROOMS, "a", "1", Engine.ABSENT);
    var next = engine.put(Bucket.ROOMS, "a", "2", Engine.ABSENT);
    var list = engine.list(Bucket.ROOMS, "");

    long start = System.nanoTime();
    engine.close();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));

    for (CompletableFuture<?> one : List.of(put, next, list)) {
      assertThatThrownBy(() -> done(one)).hasCauseInstanceOf(EngineException.class);
    }
  }

  @Test
  void aServerThatIsNotThereDoesNotMatterWhenAnotherIs() throws Exception {
    NatsServers servers = keep(NatsServers.single());
    for (int i = 0; i < 6; i++) {
      List<Boolean> told = new CopyOnWriteArrayList<>();
      Engine engine = connect("nats://127.0.0.1:1," + servers.addresses());
      engine.onAvailability(told::add);
      for (int k = 0; k < 20; k++) {
        done(engine.get(Bucket.ROOMS, "a"));
      }
      assertThat(told).isEmpty();
    }
  }

  @Test
  void bucketsGetReplicasWhereThereCanBeSome() throws Exception {
    NatsServers servers = keep(NatsServers.cluster());
    connect(servers.addresses()).close();
    assertThat(replicas(servers)).isEqualTo(3);
    JetStreamManagement management = management(servers);
    var rooms = management.getStreamInfo("KV_chat-rooms").getConfiguration();
    management.updateStream(StreamConfiguration.builder(rooms).replicas(1).build());
    assertThat(replicas(servers)).isOne();

    Engine engine = connect(servers.addresses());

    assertThat(replicas(servers)).isEqualTo(3);
    await(
        "directory",
        () -> {
          try {
            done(engine.put(Bucket.ROOMS, "a", "1", Engine.ABSENT));
            return true;
          } catch (ExecutionException e) {
            return false;
          }
        });
  }

  @Test
  void leasesOfABucketThatIsThereAreMadeAsLongAsTheyAreReliedOn() throws Exception {
    NatsServers servers = keep(NatsServers.single());
    connect(servers.addresses()).close();
    JetStreamManagement management = management(servers);
    var nodes = management.getStreamInfo("KV_chat-nodes").getConfiguration();
    Duration shorter = Engine.LEASE.dividedBy(2);
    management.updateStream(
        StreamConfiguration.builder(nodes).maxAge(shorter).duplicateWindow(shorter).build());

    connect(servers.addresses());

    assertThat(management.getStreamInfo("KV_chat-nodes").getConfiguration().getMaxAge())
        .isEqualTo(Engine.LEASE);
  }

  @Test
  void aClusterThatIsTooSmallForReplicasDoesWithoutAndSaysSo() throws Exception {
    NatsServers servers = keep(NatsServers.cluster(2));
    await("leader", () -> servers.log(0).contains("metadata leader"));
    try (EventLog log = new EventLog()) {
      log.start();

      Engine engine = NatsEngine.connect(NatsServers.config(servers.addresses()), log);

      open.add(engine);
      done(engine.put(Bucket.ROOMS, "a", "1", Engine.ABSENT));
      await(
          "line",
          () ->
              RecordedLog.lines().stream()
                  .anyMatch(
                      line -> line.text().startsWith("cluster-not-replicated bucket=chat-rooms")));
    }
  }

  private JetStreamManagement management(NatsServers servers) throws Exception {
    Connection connection = Nats.connect(servers.addresses());
    open.add(connection);
    return connection.jetStreamManagement();
  }

  private int replicas(NatsServers servers) throws Exception {
    return management(servers).getStreamInfo("KV_chat-rooms").getConfiguration().getReplicas();
  }

  @Test
  void addressesAreReadAndPasswordsNotShown() {
    EngineConfig config = NatsServers.config("nats://ann:s3cret@one.example:4222, two.example");

    assertThat(config.servers())
        .extracting(URI::getHost)
        .containsExactly("one.example", "two.example");
    assertThat(config.toString()).contains("one.example").doesNotContain("s3cret");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "http://a:s3cret@b",
        "nats://",
        "nats://a:s3cret@b:99999",
        "nats://a:s3cret@b/c",
        "nats://a:s3cret@b,tls://c",
        "nats://a:s3cret@b,",
        "nats://a:s3cret@b c"
      })
  void whatIsNoAddressIsRefusedWithoutShowingPasswords(String text) {
    assertThatThrownBy(() -> NatsServers.config(text))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .doesNotContain("s3cret");
  }

  @Test
  void certificatesAreForTls() {
    assertThatThrownBy(
            () -> EngineConfig.parse("nats://a", Optional.of(Path.of("ca.pem")), Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("tls://");
  }

  @Test
  void whatComesFasterThanItIsHandledIsDroppedInTheEnd() throws Exception {
    NatsServers servers = keep(NatsServers.single());
    try (EventLog log = new EventLog()) {
      log.start();
      Engine hearer = NatsEngine.connect(NatsServers.config(servers.addresses()), log);
      open.add(hearer);
      Engine sender = connect(servers.addresses());
      heard(hearer, sender, "x");
      CountDownLatch held = new CountDownLatch(1);
      CountDownLatch last = new CountDownLatch(1);
      hearer.subscribe(
          "y",
          message -> {
            try {
              held.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          });
      hearer.subscribe("z", message -> last.countDown());
      byte[] message = new byte[Engine.MAX_BYTES];

      await(
          "line",
          () -> {
            sender.publish("y", message);
            return RecordedLog.lines().stream()
                .anyMatch(line -> line.text().startsWith("cluster-messages-dropped"));
          });
      held.countDown();

      await(
          "what comes later",
          () -> {
            sender.publish("z", message);
            return last.await(50, MILLISECONDS);
          });
    }
  }

  @Test
  void aServerThatTakesTooLittleIsNotUsed() throws Exception {
    NatsServers servers = keep(NatsServers.single("max_payload: 100000"));

    assertThatThrownBy(() -> connect(servers.addresses()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("max_payload: 1MB");
  }
}
