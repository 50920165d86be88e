package chat.tcrp.server.relay;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.server.EveryRelayTest;
import chat.tcrp.server.Frames;
import chat.tcrp.server.TestPeer;
import chat.tcrp.server.TestServer;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Clients as most people write them from the original texts: they decode strictly, so that one bad
 * datagram ends their receiving thread; they print what they get; they know no control datagram, no
 * keepalive and no operation 3. They must live through everything that a hostile member can send.
 */
class StrictClientTest extends EveryRelayTest {
  private static final List<byte[]> HOSTILE_TEXTS =
      Stream.of(
              "62616420fffec320",
              "ff",
              "c3",
              "e28080e280",
              "f09f8d",
              "eda080edb080",
              "c080",
              "f4908080",
              "1b5b324a1b5b33316d",
              "1b5d303b6f776e656407",
              "c29b33316d",
              "c285c290c29d",
              "e280aae280ae",
              "e281a6e281a9",
              "0d2a20616e6e206c656674",
              "0a2a20616e6e206c656674",
              "04",
              "06",
              "00000000",
              "7f7f08080808",
              "09",
              "efbfbeefbfbf",
              "e280a8e280a9")
          .map(HexFormat.of()::parseHex)
          .toList();

  @Test
  void aClientOfTheSecondStageLives() throws CharacterCodingException {
    try (TestServer server = TestServer.start()) {
      // One empty message, as a client may send to tell its port, then nothing but listening.
      TestPeer strict = server.peer().create("tea", "strict").keepalive();
      TestPeer hostile = server.peer().join("tea", "hostile");
      assertThat(line(strict)).isEqualTo("* hostile joined");
      for (byte[] text : hostileTexts()) {
        hostile.sendRaw(datagram(hostile, text));
        hostile.send("mark");
        assertThat(line(strict)).startsWith("hostile: ");
        assertThat(line(strict)).isEqualTo("hostile: mark");
      }
    }
  }

  @Test
  void aClientOfTheFirstStageLives() throws CharacterCodingException {
    try (TestServer server = TestServer.startWithLobby(10, 100)) {
      TestPeer strict = server.peer();
      TestPeer hostile = server.peer();
      strict.say("strict", "hello");
      strict.say("strict", "hello again");
      hostile.say("hostile", "");
      for (byte[] text : hostileTexts()) {
        for (byte[] name : List.of(Frames.utf8("hostile"), text)) {
          if (name.length < 256) {
            hostile.sayRaw(Frames.concat(new byte[] {(byte) name.length}, name, text));
          }
        }
        hostile.say("hostile", "mark");
        String[] received;
        do {
          received = said(strict);
        } while (!received[1].equals("mark"));
        assertThat(received[0]).isEqualTo("hostile");
      }
    }
  }

  private static List<byte[]> hostileTexts() {
    List<byte[]> texts = new ArrayList<>(HOSTILE_TEXTS);
    SplittableRandom random = new SplittableRandom(39);
    for (int i = 0; i < 300; i++) {
      byte[] noise = new byte[1 + random.nextInt(60)];
      random.nextBytes(noise);
      texts.add(noise);
    }
    return texts;
  }

  /** What such a client prints of a datagram of a room. */
  private static String line(TestPeer client) throws CharacterCodingException {
    return printed(client.receive(), "");
  }

  /** Name and text, as such a client takes a datagram of the lobby apart. */
  private static String[] said(TestPeer client) throws CharacterCodingException {
    byte[] datagram = client.receive();
    int nameSize = datagram[0] & 0xff;
    byte[] name = new byte[nameSize];
    byte[] text = new byte[datagram.length - 1 - nameSize];
    ByteBuffer.wrap(datagram, 1, datagram.length - 1).get(name).get(text);
    return new String[] {printed(name, ""), printed(text, "\r\n")};
  }

  private static String printed(byte[] bytes, String alsoAllowed) throws CharacterCodingException {
    String text =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .decode(ByteBuffer.wrap(bytes))
            .toString();
    assertThat(text.chars().filter(Character::isISOControl))
        .as("control characters that reach the terminal")
        .allMatch(c -> c == '\t' || alsoAllowed.indexOf(c) >= 0);
    return text;
  }

  private static byte[] datagram(TestPeer sender, byte[] text) {
    byte[] room = sender.room().encode();
    byte[] token = sender.token().encode();
    return Frames.concat(new byte[] {(byte) room.length, (byte) token.length}, room, token, text);
  }
}
