package chat.tcrp.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * Messages and bytes that nobody thought of. Each run draws new ones; a failure names the seed, and
 * {@code -Dtcrp.test.seed} draws the same again.
 */
class RandomBytesTest {
  private static final int MESSAGES = 3_000;
  private static final int HOSTILE_INPUTS = 20_000;

  private final long seed = Long.getLong("tcrp.test.seed", System.nanoTime());
  private final Random random = new Random(seed);

  @Test
  void readsBackEveryMessageThatItWrites() throws ProtocolException {
    for (int i = 0; i < MESSAGES; i++) {
      String which = "seed " + seed + ", message " + i;

      Request request = request();
      byte[] frame = Tcrp.encode(request);
      assertThat(Tcrp.decodeRequest(Tcrp.Header.decode(frame), body(frame)))
          .as(which)
          .isEqualTo(request);

      ClientDatagram chat = new ClientDatagram(room(), token(), text(random.nextInt(1000)));
      assertThat(ClientDatagram.decode(chat.encode())).as(which).isEqualTo(chat);

      LobbyDatagram lobby = new LobbyDatagram(text(60), text(random.nextInt(1000)));
      assertThat(LobbyDatagram.decode(lobby.encode())).as(which).isEqualTo(lobby);

      ServerDatagram line = serverDatagram();
      assertThat(ServerDatagram.decode(line.encode())).as(which).containsExactly(line);

      List<RoomInfo> rooms = List.of(roomInfo(), roomInfo());
      assertThat(RoomInfo.decode(RoomInfo.encode(rooms))).as(which).isEqualTo(rooms);

      List<MemberInfo> members = List.of(new MemberInfo(username(), random.nextBoolean()));
      assertThat(MemberInfo.decode(MemberInfo.encode(members))).as(which).isEqualTo(members);
    }
  }

  @Test
  void endsHostileBytesInAResultOrAProtocolException() {
    int accepted = 0;
    int refused = 0;
    for (int i = 0; i < HOSTILE_INPUTS; i++) {
      byte[] bytes = hostileBytes();
      for (Decoder decoder : DECODERS) {
        try {
          decoder.decode(bytes);
          accepted++;
        } catch (ProtocolException e) {
          refused++;
        } catch (RuntimeException | StackOverflowError e) {
          fail("seed " + seed + ", input " + i + ": " + Hex.of(bytes), e);
        }
      }
    }
    assertThat(List.of(accepted, refused))
        .as("accepted and refused: inputs too wild or too tame would test little")
        .allMatch(count -> count > HOSTILE_INPUTS);
  }

  @Test
  void writesAgainWhatItReadFromHostileBytes() throws ProtocolException {
    for (int i = 0; i < HOSTILE_INPUTS; i++) {
      byte[] bytes = hostileBytes();
      Request request;
      try {
        request = decodeRequest(bytes);
      } catch (ProtocolException e) {
        continue;
      }
      byte[] frame = Tcrp.encode(request);
      assertThat(Tcrp.decodeRequest(Tcrp.Header.decode(frame), body(frame)))
          .as("seed %d, input %d: %s", seed, i, Hex.of(bytes))
          .isEqualTo(request);
    }
  }

  @FunctionalInterface
  private interface Decoder {
    Object decode(byte[] bytes) throws ProtocolException;
  }

  private static final List<Decoder> DECODERS =
      List.of(
          RoomName::decode,
          Username::decode,
          Token::decode,
          Credentials::decode,
          RoomInfo::decode,
          MemberInfo::decode,
          Json::readHostRequest,
          ClientDatagram::decode,
          LobbyDatagram::decode,
          ServerDatagram::decode,
          RandomBytesTest::decodeRequest,
          bytes -> Tcrp.decodeStatus(Tcrp.Header.decode(header(bytes)), body(bytes)),
          bytes -> Tcrp.decodeCompletion(Tcrp.Header.decode(header(bytes)), body(bytes)),
          bytes -> new ClientDatagram.View().wrap(ByteBuffer.wrap(bytes), 0, bytes.length),
          bytes -> {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            int messageSize = LobbyDatagram.messageSize(buffer, 0, bytes.length);
            return messageSize < 0 || LobbyDatagram.isClean(buffer, 0, messageSize);
          },
          bytes -> {
            ByteBuffer clean = ByteBuffer.allocate(3 * bytes.length);
            int size =
                CleanText.copy(ByteBuffer.wrap(bytes), 0, bytes.length, clean, 0, clean.capacity());
            assertThat(CleanText.isClean(clean, 0, size, true)).isTrue();
            return size;
          });

  private static Request decodeRequest(byte[] bytes) throws ProtocolException {
    return Tcrp.decodeRequest(Tcrp.Header.decode(header(bytes)), body(bytes));
  }

  private static byte[] header(byte[] frame) {
    return Arrays.copyOf(frame, Tcrp.HEADER_BYTES);
  }

  private static byte[] body(byte[] frame) {
    return Arrays.copyOfRange(frame, Math.min(frame.length, Tcrp.HEADER_BYTES), frame.length);
  }

  /** Noise, or something valid with a few bytes changed, doubled, cut or moved. */
  private byte[] hostileBytes() {
    if (random.nextInt(8) == 0) {
      byte[] noise = new byte[random.nextInt(200)];
      random.nextBytes(noise);
      return noise;
    }
    byte[] bytes = validBytes();
    for (int i = random.nextInt(4); i > 0 && bytes.length > 0; i--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(5)) {
        case 0 -> bytes[at] = (byte) random.nextInt(256);
        case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> bytes[at] = (byte) "{}[]\":,\\u0n\n*/ ".charAt(random.nextInt(15));
        case 3 -> bytes = Arrays.copyOf(bytes, at);
        default ->
            bytes =
                Hex.join(Arrays.copyOf(bytes, at), Arrays.copyOfRange(bytes, at / 2, bytes.length));
      }
    }
    return bytes;
  }

  private byte[] validBytes() {
    try {
      return switch (random.nextInt(8)) {
        case 0, 1 -> Tcrp.encode(request());
        case 2 -> credentials().encode();
        case 3 -> new ClientDatagram(room(), token(), text(20)).encode();
        case 4 -> serverDatagram().encode();
        case 5 -> new LobbyDatagram(text(20), text(20)).encode();
        case 6 -> RoomInfo.encode(List.of(roomInfo(), roomInfo()));
        default -> MemberInfo.encode(List.of(new MemberInfo(username(), true)));
      };
    } catch (ProtocolException e) {
      throw new AssertionError("seed " + seed, e);
    }
  }

  private Request request() {
    return switch (random.nextInt(11)) {
      case 0 -> new Request.Create(room(), credentials());
      case 1 -> new Request.Join(room(), credentials());
      case 2 -> new Request.Leave(room(), token());
      case 3 -> new Request.Rooms();
      case 4 -> new Request.Members(room(), token());
      case 5 -> new Request.Ban(room(), Token.random(random), username());
      case 6 -> new Request.Unban(room(), Token.random(random), username());
      case 7 -> new Request.Host(room(), Token.random(random), username());
      case 8 ->
          new Request.Topic(
              room(),
              Token.random(random),
              random.nextBoolean()
                  ? Optional.of(
                      new RoomTopic(
                          draw(() -> text(60), text -> isValid(() -> new RoomTopic(text)))))
                  : Optional.empty());
      case 9 ->
          new Request.Away(
              room(),
              Token.random(random),
              random.nextBoolean()
                  ? Optional.of(
                      new AwayText(draw(() -> text(30), text -> isValid(() -> new AwayText(text)))))
                  : Optional.empty());
      default -> new Request.Kick(room(), Token.random(random), username());
    };
  }

  private ServerDatagram serverDatagram() {
    Predicate<String> oneLine = text -> text.indexOf('\n') < 0;
    return switch (random.nextInt(6)) {
      case 0 ->
          new ServerDatagram.Text(
              username().value(), draw(() -> text(random.nextInt(900)), oneLine));
      case 1 -> new ServerDatagram.Notice(draw(() -> text(90), oneLine));
      case 2 -> new ServerDatagram.Ack();
      case 3 -> new ServerDatagram.Progress(random.nextLong(), random.nextLong());
      case 4 -> new ServerDatagram.Private(username().value(), text(random.nextInt(900)));
      default -> new ServerDatagram.End(text(90));
    };
  }

  private Credentials credentials() {
    return new Credentials(
        username(),
        random.nextBoolean() ? Optional.of(new Password(text(40) + "s")) : Optional.empty(),
        random.nextBoolean() ? Optional.of(Token.random(random)) : Optional.empty(),
        random.nextBoolean());
  }

  private RoomInfo roomInfo() {
    return new RoomInfo(room(), random.nextInt(Integer.MAX_VALUE), random.nextBoolean());
  }

  private RoomName room() {
    return new RoomName(draw(() -> text(7), text -> isValid(() -> new RoomName(text))));
  }

  private Username username() {
    return new Username(draw(() -> text(60), text -> isValid(() -> new Username(text))));
  }

  private Token token() {
    byte[] bytes = new byte[1 + random.nextInt(255)];
    random.nextBytes(bytes);
    try {
      return Token.decode(bytes);
    } catch (ProtocolException e) {
      throw new AssertionError("seed " + seed, e);
    }
  }

  /** Up to so many code points of 1 to 4 bytes, no half of a surrogate pair among them. */
  private String text(int maxCodePoints) {
    int[] limits = {0x80, 0x80, 0x80, 0x800, 0x10000, 0x110000};
    int[] codePoints = new int[random.nextInt(maxCodePoints + 1)];
    for (int i = 0; i < codePoints.length; i++) {
      int c = random.nextInt(limits[random.nextInt(limits.length)]);
      codePoints[i] = c >= 0xd800 && c < 0xe000 ? '?' : c;
    }
    return new String(codePoints, 0, codePoints.length);
  }

  private static String draw(Supplier<String> source, Predicate<String> accepted) {
    String drawn = source.get();
    while (!accepted.test(drawn)) {
      drawn = source.get();
    }
    return drawn;
  }

  private static boolean isValid(Supplier<?> constructor) {
    try {
      return constructor.get() != null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
