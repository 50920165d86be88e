package chat.tcrp.server.cluster;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chat.tcrp.server.base.EventLog;
import chat.tcrp.server.cluster.Engine.Bucket;
import chat.tcrp.server.cluster.Engine.Entry;
import chat.tcrp.server.cluster.nats.NatsEngine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What every engine does. */
class EngineContractTest {
  @Nested
  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  class OverNats extends Contract {
    private NatsServers servers;

    @BeforeAll
    void start() {
      servers = NatsServers.single();
    }

    @AfterAll
    void stop() {
      if (servers != null) {
        servers.close();
      }
    }

    @Override
    Engine another() throws IOException {
      return NatsEngine.connect(NatsServers.config(servers.addresses()), new EventLog());
    }
  }

  /** The expectations; keys are of each test alone, for what is stored may outlast it. */
  abstract static class Contract {
    private final List<Engine> engines = new ArrayList<>();

    /** Said until it is heard, since a subscription takes effect only soon. */
    private static final String GREETING = "?";

    /** One more node's engine, which shares everything with the others. */
    abstract Engine another() throws IOException;

    private Engine engine() throws IOException {
      Engine engine = another();
      engines.add(engine);
      return engine;
    }

    @AfterEach
    void close() {
      engines.forEach(Engine::close);
      engines.clear();
    }

    static byte[] bytes(String text) {
      return text.getBytes(StandardCharsets.UTF_8);
    }

    static <T> T done(CompletableFuture<T> future) throws Exception {
      return future.get(10, SECONDS);
    }

    static void assertConflict(CompletableFuture<?> future) {
      assertThatThrownBy(() -> done(future))
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(EngineException.Conflict.class);
    }

    /** Hears the subject, from the moment at which this returns. */
    static BlockingQueue<String> heard(Engine engine, Engine from, String... subjects)
        throws Exception {
      BlockingQueue<String> heard = new LinkedBlockingQueue<>();
      BlockingQueue<String> greetings = new LinkedBlockingQueue<>();
      for (String subject : subjects) {
        engine.subscribe(
            subject,
            message -> {
              String word = new String(message, StandardCharsets.UTF_8);
              (word.equals(GREETING) ? greetings : heard).add(word);
            });
      }
      for (String subject : subjects) {
        do {
          from.publish(subject, bytes(GREETING));
        } while (greetings.poll(100, MILLISECONDS) == null);
      }
      return heard;
    }

    @Test
    void aMessageReachesAllThatHearItsSubjectAndNobodyElse() throws Exception {
      Engine sender = engine();
      Engine first = engine();
      Engine second = engine();
      var atFirst = heard(first, sender, "node.x", "node.y");
      var atSecond = heard(second, sender, "node.x");

      assertThat(sender.publish("node.y", bytes("only first"))).isTrue();
      assertThat(sender.publish("node.x", bytes("both"))).isTrue();

      assertThat(atFirst.poll(10, SECONDS)).isEqualTo("only first");
      assertThat(atFirst.poll(10, SECONDS)).isEqualTo("both");
      assertThat(atSecond.poll(10, SECONDS)).isEqualTo("both");
    }

    @Test
    void whoHearsItsOwnSubjectHearsItself() throws Exception {
      Engine engine = engine();

      assertThat(heard(engine, engine, "all")).isEmpty();
    }

    @Test
    void messagesKeepTheirOrderAcrossSubjects() throws Exception {
      Engine sender = engine();
      var heard = heard(engine(), sender, "a", "b-1.c_2");

      List<String> said = IntStream.range(0, 1000).mapToObj(Integer::toString).toList();
      for (int i = 0; i < said.size(); i++) {
        sender.publish(i % 3 == 0 ? "a" : "b-1.c_2", bytes(said.get(i)));
      }

      List<String> arrived = new ArrayList<>();
      for (int i = 0; i < said.size(); i++) {
        arrived.add(heard.poll(10, SECONDS));
      }
      assertThat(arrived).isEqualTo(said);
    }

    @Test
    void theGreatestMessageArrives() throws Exception {
      Engine sender = engine();
      var heard = heard(engine(), sender, "great");

      sender.publish("great", bytes("x".repeat(Engine.MAX_BYTES)));

      assertThat(heard.poll(10, SECONDS)).hasSize(Engine.MAX_BYTES);
    }

    @Test
    void whatIsNotHeardAnyMoreIsNot() throws Exception {
      Engine sender = engine();
      Engine hearer = engine();
      var heard = heard(hearer, sender, "gone", "stays");

      hearer.unsubscribe("gone");
      hearer.unsubscribe("never-heard");
      sender.publish("gone", bytes("gone"));
      sender.publish("stays", bytes("stays"));
      assertThat(heard.poll(10, SECONDS)).isNotNull();
      heard.clear();
      sender.publish("gone", bytes("gone"));
      sender.publish("stays", bytes("last"));

      String word = heard.poll(10, SECONDS);
      while (word != null && word.equals("stays")) {
        word = heard.poll(10, SECONDS);
      }
      assertThat(word).isEqualTo("last");
    }

    @Test
    void aKeyThatWasNeverWrittenIsAbsent() throws Exception {
      assertThat(done(engine().get(Bucket.ROOMS, "absent.never"))).isEmpty();
    }

    @Test
    void whatOneNodeWritesAnotherReads() throws Exception {
      Engine one = engine();
      String value = "{\"tea\":\"günstig ☕\"}";

      long revision = done(one.put(Bucket.ROOMS, "read.tea", value, Engine.ABSENT));

      assertThat(done(engine().get(Bucket.ROOMS, "read.tea")))
          .contains(new Entry("read.tea", value, revision));
    }

    @Test
    void theGreatestValueIsKept() throws Exception {
      Engine engine = engine();
      String value = "x".repeat(Engine.MAX_BYTES);

      done(engine.put(Bucket.MEMBERS, "great", value, Engine.ABSENT));

      assertThat(done(engine.get(Bucket.MEMBERS, "great")).orElseThrow().value()).isEqualTo(value);
    }

    @Test
    void onlyWhoKnowsTheRevisionWrites() throws Exception {
      Engine one = engine();
      Engine other = engine();
      long first = done(one.put(Bucket.ROOMS, "cas", "1", Engine.ABSENT));

      assertConflict(other.put(Bucket.ROOMS, "cas", "2", Engine.ABSENT));
      long second = done(other.put(Bucket.ROOMS, "cas", "2", first));
      assertConflict(one.put(Bucket.ROOMS, "cas", "3", first));

      assertThat(second).isGreaterThan(first);
      assertThat(done(one.get(Bucket.ROOMS, "cas"))).contains(new Entry("cas", "2", second));
    }

    @Test
    void revisionsOfABucketGrow() throws Exception {
      Engine engine = engine();
      long a = done(engine.put(Bucket.MEMBERS, "grow.a", "", Engine.ABSENT));
      long b = done(engine.put(Bucket.MEMBERS, "grow.b", "", Engine.ABSENT));
      done(engine.delete(Bucket.MEMBERS, "grow.b", b));
      long c = done(engine.put(Bucket.MEMBERS, "grow.c", "", Engine.ABSENT));

      assertThat(b).isGreaterThan(a);
      assertThat(c).isGreaterThan(b);
    }

    @Test
    void aKeyThatWasTakenOutCanBeMadeAgain() throws Exception {
      Engine one = engine();
      Engine other = engine();
      long first = done(one.put(Bucket.ROOMS, "again", "1", Engine.ABSENT));

      done(other.delete(Bucket.ROOMS, "again", first));
      assertThat(done(one.get(Bucket.ROOMS, "again"))).isEmpty();
      long second = done(one.put(Bucket.ROOMS, "again", "2", Engine.ABSENT));

      assertThat(second).isGreaterThan(first);
      assertThat(done(other.get(Bucket.ROOMS, "again"))).contains(new Entry("again", "2", second));
    }

    @Test
    void onlyWhoKnowsTheRevisionTakesAKeyOut() throws Exception {
      Engine engine = engine();
      long first = done(engine.put(Bucket.ROOMS, "out", "1", Engine.ABSENT));
      long other = done(engine.put(Bucket.ROOMS, "out-other", "1", Engine.ABSENT));
      long second = done(engine.put(Bucket.ROOMS, "out", "2", first));

      assertConflict(engine.delete(Bucket.ROOMS, "out", first));
      assertConflict(engine.delete(Bucket.ROOMS, "out", other));
      assertConflict(engine.delete(Bucket.ROOMS, "out-never", second));

      assertThat(done(engine.get(Bucket.ROOMS, "out"))).contains(new Entry("out", "2", second));
      assertThat(done(engine.get(Bucket.ROOMS, "out-other"))).isPresent();
      done(engine.delete(Bucket.ROOMS, "out", second));
      assertConflict(engine.delete(Bucket.ROOMS, "out", second));
    }

    @Test
    void ofManyThatWriteAtTheSameTimeOneSucceeds() throws Exception {
      List<Engine> nodes = List.of(engine(), engine(), engine());
      for (int round = 0; round < 20; round++) {
        String key = "race." + round;
        var puts = nodes.stream().map(n -> n.put(Bucket.ROOMS, key, "x", Engine.ABSENT)).toList();
        int won = 0;
        for (var put : puts) {
          try {
            done(put);
            won++;
          } catch (ExecutionException e) {
            assertThat(e).hasCauseInstanceOf(EngineException.Conflict.class);
          }
        }
        assertThat(won).isOne();
      }
    }

    @Test
    void whatOneNodeWritesToAKeyIsCarriedOutInItsOrder() throws Exception {
      Engine engine = engine();
      long revision = done(engine.put(Bucket.ROOMS, "order", "0", Engine.ABSENT));

      var put = engine.put(Bucket.ROOMS, "order", "1", revision);
      var delete = engine.delete(Bucket.ROOMS, "order", revision);
      var absent = engine.put(Bucket.ROOMS, "order", "2", Engine.ABSENT);

      done(put);
      assertConflict(delete);
      assertConflict(absent);
    }

    @Test
    void aListHasTheEntriesWhoseKeysBeginSo() throws Exception {
      Engine engine = engine();
      for (String key : List.of("list", "list.a", "list.ab", "list.ab.c", "list.b", "listless")) {
        done(engine.put(Bucket.MEMBERS, key, "of " + key, Engine.ABSENT));
      }
      long gone = done(engine.put(Bucket.MEMBERS, "list.ac", "", Engine.ABSENT));
      done(engine.delete(Bucket.MEMBERS, "list.ac", gone));

      assertThat(keys(engine, "list.a"))
          .containsExactlyInAnyOrder("list.a", "list.ab", "list.ab.c");
      assertThat(keys(engine, "list.")).hasSize(4);
      assertThat(keys(engine, "list")).hasSize(6);
      assertThat(keys(engine, "")).hasSizeGreaterThanOrEqualTo(6);
      assertThat(keys(engine, "nothing")).isEmpty();
      assertThat(done(engine.list(Bucket.MEMBERS, "list.ab.")).getFirst())
          .isEqualTo(done(engine.get(Bucket.MEMBERS, "list.ab.c")).orElseThrow());
    }

    private static List<String> keys(Engine engine, String prefix) throws Exception {
      return done(engine.list(Bucket.MEMBERS, prefix)).stream().map(Entry::key).toList();
    }

    @Test
    void aNodeThatIsNotWrittenAnyMoreGoes() throws Exception {
      Engine engine = engine();
      long written = done(engine.put(Bucket.NODES, "lease", "", Engine.ABSENT));
      Thread.sleep(Engine.LEASE.dividedBy(2));
      done(engine.put(Bucket.NODES, "lease", "still", written));
      Thread.sleep(Engine.LEASE.multipliedBy(3).dividedBy(4));
      assertThat(done(engine.get(Bucket.NODES, "lease"))).isPresent();

      long end = System.nanoTime() + SECONDS.toNanos(15);
      while (done(engine.get(Bucket.NODES, "lease")).isPresent()) {
        assertThat(System.nanoTime()).isLessThan(end);
        Thread.sleep(100);
      }
      assertThat(done(engine.list(Bucket.NODES, ""))).isEmpty();
      done(engine.put(Bucket.NODES, "lease", "again", Engine.ABSENT));
    }

    @Test
    void anEngineIsThereFromTheStart() throws Exception {
      assertThat(engine().isAvailable()).isTrue();
    }
  }
}
