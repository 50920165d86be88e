package chat.tcrp.server;

import static chat.tcrp.server.TestPeer.credentials;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import chat.tcrp.protocol.Credentials;
import chat.tcrp.protocol.Password;
import chat.tcrp.protocol.Request;
import chat.tcrp.protocol.RoomName;
import chat.tcrp.protocol.ServerDatagram;
import chat.tcrp.protocol.Status;
import chat.tcrp.protocol.Token;
import chat.tcrp.protocol.Username;
import chat.tcrp.server.TestPeer.Answer;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server leaves its rooms to the next one. */
class HandoverTest extends EveryRelayTest {
  private static final Answer WRONG = Answer.refused(Status.WRONG_PASSWORD);

  @TempDir private Path directory;
  private Path file;
  private Instant now = Instant.parse("2030-01-01T12:00:00Z");
  private TestServer server;

  @BeforeEach
  void start() {
    file = directory.resolve("handover");
    server = next();
  }

  @AfterEach
  void close() {
    server.close();
  }

  private TestServer next() {
    return next(config -> config);
  }

  private TestServer next(UnaryOperator<ServerConfig> changes) {
    return TestServer.start(new Handover(file, () -> now), changes);
  }

  /** Stops the server, whose peers stay, and starts another. */
  private void restart() {
    server.stop();
    server = next();
  }

  private static Credentials returning(TestPeer peer, String password) {
    return new Credentials(
        new Username("another"),
        Optional.of(new Password(password)),
        Optional.of(peer.token()),
        false);
  }

  @Test
  void everybodyIsToldToComeBackAndFindsTheRoomAsItWas() {
    TestPeer ann = server.peer().create("tea", "ann", "s3same").keepalive();
    ann.topic("cake");
    ann.expect("* ann set the topic: cake");
    TestPeer eve = server.peer("127.0.0.9");
    eve.enter(new Request.Join(new RoomName("tea"), credentials("eve", "s3same")));
    ann.expect("* eve joined");
    ann.ban("eve");
    ann.expect("* eve was banned by ann");
    TestPeer bob = server.sealedPeer("127.0.0.2");
    bob.enter(new Request.Join(new RoomName("tea"), credentials("bob", "s3same"))).keepalive();
    bob.expect("* topic: cake");
    ann.expect("* bob joined");
    bob.away("lunch");
    TestPeer cat = server.peer("127.0.0.3");
    cat.enter(new Request.Join(new RoomName("tea"), credentials("cat", "s3same"))).keepalive();
    cat.expect("* topic: cake");
    ann.expect("* cat joined");
    bob.expect("* cat joined");

    server.stop();
    for (TestPeer peer : new TestPeer[] {ann, bob, cat}) {
      peer.expect("* server restarting, come back");
      peer.expectEnd("server stopping");
    }
    server = next();
    ann = ann.goneTo(server);
    bob = bob.goneTo(server);
    cat = cat.goneTo(server);

    assertThat(cat.tryJoin("tea", cat.returning())).as("without a password").isEqualTo(WRONG);
    assertThat(cat.tryJoin("tea", returning(cat, "other"))).isEqualTo(WRONG);
    cat.enter(new Request.Join(new RoomName("tea"), returning(cat, "s3same"))).keepalive();
    bob.enter(new Request.Join(new RoomName("tea"), returning(bob, "s3same"))).keepalive();
    ann.enter(new Request.Create(new RoomName("tea"), returning(ann, "s3same"))).keepalive();

    assertThat(ann.members().result().replaceAll(",\"idle\":\\d+", ""))
        .isEqualTo(
            "[{\"username\":\"ann\",\"host\":true},"
                + "{\"username\":\"bob\",\"host\":false,\"sealed\":true,\"away\":\"lunch\"},"
                + "{\"username\":\"cat\",\"host\":false}]");
    assertThat(ann.topic().result()).isEqualTo("{\"topic\":\"cake\"}");
    assertThat(server.peer("127.0.0.9").tryJoin("tea", credentials("dave", "s3same")).status())
        .as("the ban")
        .isEqualTo(Status.NOT_AUTHORISED);
    assertThat(server.peer().tryJoin("tea", credentials("dave"))).isEqualTo(WRONG);
    bob.send("here again");
    // Nothing before it: nobody has been told of anybody's coming or going.
    ann.expect("bob: here again");
    cat.expect("bob: here again");
    assertThat(ann.kick("cat")).as("the host's power").isEqualTo(Answer.DONE);
  }

  @Test
  void theFileIsForItsOwnerOnlyAndGoneWhenRead() throws IOException {
    TestPeer ann = server.peer().create("tea", "ann", "s3same").keepalive();

    server.stop();

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    String text = Files.readString(file);
    assertThat(text).contains("ann").doesNotContain("s3same");
    assertThat(text).doesNotContain(new String(ann.token().encode(), StandardCharsets.US_ASCII));
    assertThat(directory.toFile().list()).containsExactly("handover");
    server = next();
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void aTokenThatIsNotTheMembersIsNoWayIn() throws Exception {
    TestPeer ann = server.peer().create("tea", "ann").keepalive();
    TestPeer bob = server.sealedPeer().join("tea", "bob").keepalive();
    ann.expect("* bob joined");
    restart();
    Credentials wrong =
        new Credentials(
            new Username("ann"),
            Optional.empty(),
            Optional.of(Token.decode("x".repeat(24).getBytes(StandardCharsets.US_ASCII))),
            false);

    assertThat(server.peer().tryJoin("tea", wrong))
        .isEqualTo(Answer.refused(Status.USERNAME_TAKEN));
    Credentials overheard =
        new Credentials(new Username("ann"), Optional.empty(), Optional.of(ann.token()), false);
    assertThat(server.peer("127.0.0.5").tryJoin("tea", overheard))
        .as("from another address")
        .isEqualTo(Answer.refused(Status.USERNAME_TAKEN));
    Credentials plain =
        new Credentials(new Username("bob"), Optional.empty(), Optional.of(bob.token()), false);
    assertThat(server.peer().tryJoin("tea", plain))
        .as("a sealed session's in a plain connection")
        .isEqualTo(Answer.refused(Status.USERNAME_TAKEN));
    assertThat(
            server.sealedPeer("127.0.0.6").withTokenOf(bob).rejoin().keepalive().members().status())
        .as("a sealed session's from anywhere")
        .isEqualTo(Status.OK);
  }

  /** Simple clients know nothing of rejoining. */
  @Test
  void whoGoesOnWithItsTokenIsHeard() {
    TestPeer ann = server.peer().create("tea", "ann").keepalive();
    TestPeer bob = server.peer("127.0.0.2").join("tea", "bob").keepalive();
    ann.expect("* bob joined");
    restart();
    while (!ann.lastText().startsWith("\u0004")) {
      // What the stopping server says.
    }
    while (!bob.lastText().startsWith("\u0004")) {
      // The same.
    }

    ann = ann.goneTo(server).keepalive();
    bob = bob.goneTo(server);
    bob.send("hello");

    ann.expect("bob: hello");
    assertThat(ann.kick("bob")).isEqualTo(Answer.DONE);
    bob.expectEnd("bob was removed by ann");
  }

  @Test
  void whoDoesNotComeBackGoesAsTheSilentDo() {
    TestPeer ann = server.peer().create("tea", "ann").keepalive();
    server.peer("127.0.0.2").join("tea", "bob").keepalive();
    TestPeer cat = server.peer("127.0.0.3").create("milk", "cat").keepalive();
    TestPeer dan = server.peer("127.0.0.4").join("milk", "dan").keepalive();
    restart();
    ann = server.peer().withTokenOf(ann).rejoin().keepalive();
    dan = server.peer("127.0.0.4").withTokenOf(dan).rejoin().keepalive();

    server.advance(Duration.ofSeconds(20));
    ann.keepalive();
    dan.keepalive();
    assertThat(server.peer("127.0.0.2").tryJoin("tea", credentials("bob")).status())
        .isEqualTo(Status.USERNAME_TAKEN);
    server.advance(Duration.ofSeconds(11));

    ann.expect("* bob timed out");
    dan.expectEnd("room closed: cat (host) timed out");
    assertThat(cat.goneTo(server).tryJoin("milk", credentials("cat")).status())
        .isEqualTo(Status.NO_SUCH_ROOM);
  }

  @Test
  void linesAreNumberedOnAndLostOnesCounted() {
    Credentials counting =
        new Credentials(
            new Username("ann"),
            Optional.empty(),
            Optional.empty(),
            false,
            Optional.of(0L),
            false,
            false,
            false);
    TestPeer ann = server.peer();
    ann.enter(new Request.Create(new RoomName("tea"), counting));
    ann.progress();
    TestPeer bob = server.peer("127.0.0.2").join("tea", "bob").keepalive();
    for (int i = 1; i <= 5; i++) {
      bob.send("line " + i);
    }
    bob.keepalive();
    assertThat(ann.progress()).isEqualTo(new ServerDatagram.Progress(5, 5));
    restart();
    ann = server.peer().withTokenOf(ann);
    bob = server.peer("127.0.0.2").withTokenOf(bob).rejoin().keepalive();

    bob.send("line 6");
    bob.keepalive();
    ann.enter(
        new Request.Join(
            new RoomName("tea"),
            new Credentials(
                new Username("ann"),
                Optional.empty(),
                Optional.of(ann.token()),
                false,
                Optional.of(3L),
                false,
                false,
                false)));

    assertThat(ann.progress()).as("4 and 5 are lost").isEqualTo(new ServerDatagram.Progress(5, 6));
    ann.expect("bob: line 6");
  }

  @Test
  void anAnswerThatWasLostBeforeTheRestartCostsNothing() {
    TestPeer ann = server.peer().create("tea", "ann").keepalive();
    // The answer to this one is lost.
    server.peer().withTokenOf(ann).rejoin();

    restart();
    restart();

    TestPeer again = server.peer().withTokenOf(ann).rejoin().keepalive();
    assertThat(again.kick("nobody").status()).as("is the host").isEqualTo(Status.INVALID_USERNAME);
  }

  @Test
  void aFileThatIsOldOrNotWholeOrNotOursIsNoReasonNotToStart() throws IOException {
    assumeTrue(relayKind == RelayKind.CHANNEL);
    server.peer().create("tea", "ann").keepalive();
    server.stop();
    byte[] whole = Files.readAllBytes(file);

    now = now.plus(Handover.MAX_AGE).plusSeconds(1);
    startsEmpty("too long ago; deleted");
    assertThat(directory).isEmptyDirectory();
    now = now.minus(Handover.MAX_AGE);

    for (int length : new int[] {0, 1, 66, 67, whole.length / 2, whole.length - 1}) {
      write(Arrays.copyOf(whole, length));
      startsEmpty("it is cut off");
      assertThat(directory.toFile().list()).containsExactly("handover.bad");
    }
    byte[] changed = whole.clone();
    changed[whole.length / 2] ^= 1;
    write(changed);
    startsEmpty("was changed");
    for (String body :
        new String[] {
          "",
          "{}",
          "[]",
          "{\"handover\":2}",
          "{\"handover\":1,\"rooms\":[{}]}",
          "{\"handover\":\"x\"}"
        }) {
      write(signed(body));
      startsEmpty("not what this version writes");
    }

    write(whole);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    startsEmpty("others may read or write it (rw-r-----)");
    assertThat(file).exists();
    Files.delete(file);
    Files.createSymbolicLink(file, Files.write(directory.resolve("other"), whole));
    startsEmpty("it is no file");
    Files.delete(file);

    write(whole);
    server = next();
    assertThat(server.peer().tryJoin("tea", credentials("bob")).status()).isEqualTo(Status.OK);
  }

  private void startsEmpty(String reason) {
    server = next();
    assertThat(server.peer().tryJoin("tea", credentials("bob")).status())
        .isEqualTo(Status.NO_SUCH_ROOM);
    RecordedLog.await(
        "that it is refused since " + reason,
        line ->
            line.level() == Level.WARNING
                && line.text().startsWith("handover-refused")
                && line.text().contains(reason));
    // As after a kill: nothing is left.
    Path kept = file.resolveSibling("kept");
    try {
      if (Files.exists(file)) {
        Files.move(file, kept);
      }
      server.stop();
      Files.deleteIfExists(file);
      if (Files.exists(kept)) {
        Files.move(kept, file);
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void write(byte[] bytes) throws IOException {
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.write(file, bytes);
  }

  private static byte[] signed(String body) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(body.getBytes(StandardCharsets.UTF_8));
      return (body + "\n" + HexFormat.of().formatHex(digest) + "\n")
          .getBytes(StandardCharsets.UTF_8);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void whatThereIsNoPlaceForIsLeftOut() {
    server.peer().create("tea", "ann").keepalive();
    for (int i = 0; i < 5; i++) {
      server.peer().join("tea", "guest" + i).keepalive();
    }
    server.peer().create("milk", "cat").keepalive();
    server.stop();

    server =
        next(config -> config.limitedTo(config.limits().with().maxRooms(1).maxMembers(3).build()));

    // Which room comes first is the loops' affair.
    RecordedLog.await(
        "handover-taken rooms=1 members=3 left-out=4",
        "handover-taken rooms=1 members=1 left-out=6");
    assertThat(server.peer().request(new Request.Create(new RoomName("x"), credentials("x"))))
        .isEqualTo(Answer.refused(Status.SERVER_FULL));
  }

  @Test
  void withoutTheOptionNothingIsWrittenAndNothingSaidOfARestart() throws IOException {
    server.close();
    Files.delete(file);
    server = TestServer.start();
    TestPeer ann = server.peer().create("tea", "ann").keepalive();

    server.stop();

    ann.expectEnd("server stopping");
    assertThat(directory).isEmptyDirectory();
  }
}
