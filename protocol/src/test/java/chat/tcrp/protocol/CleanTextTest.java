package chat.tcrp.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CleanTextTest {
  private static final int ROOM = 256;

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          # what a hostile member sends, what the others get
          62 61 64 20 ff fe c3 20,       62 61 64 20 ef bf bd ef bf bd ef bf bd 20
          c2 9b 33 31 6d,                20 33 31 6d
          e2 80 ae,                      ''
          61 e2 80 aa e2 80 ae 62,       61 62
          e2 81 a6 63 e2 81 a9,          63
          1b 5b 32 4a 0d 0a 2a 20,       20 5b 32 4a 20 20 2a 20
          06 04 00 1f 7f,                20 20 20 20 20
          09 78 09,                      09 78 09
          # the neighbours of what is changed
          e2 80 a9 e2 80 af e2 81 a5,    e2 80 a9 e2 80 af e2 81 a5
          e2 81 aa c2 a0 c2 80,          e2 81 aa c2 a0 20
          e2 80 8f c3 80,                e2 80 8f c3 80
          # the examples of the Unicode standard, tables 3-8 to 3-11
          c0 af e0 80 bf f0 81 82 41,    ef bf bd ef bf bd ef bf bd ef bf bd ef bf bd ef bf bd ef bf bd ef bf bd 41
          ed a0 80 ed bf bf ed af 41,    ef bf bd ef bf bd ef bf bd ef bf bd ef bf bd ef bf bd ef bf bd ef bf bd 41
          f4 91 92 93 ff 41 80 bf 42,    ef bf bd ef bf bd ef bf bd ef bf bd ef bf bd 41 ef bf bd ef bf bd 42
          e1 80 e2 f0 91 92 f1 bf 41,    ef bf bd ef bf bd ef bf bd ef bf bd 41
          """)
  void cleansWhatAHostileMemberSends(String sent, String relayed) {
    assertThat(Hex.of(cleaned(Hex.bytes(sent)))).isEqualTo(Hex.of(Hex.bytes(relayed)));
  }

  @ParameterizedTest
  @MethodSource("chat.tcrp.protocol.Hex#invalidUtf8")
  void whatIsNotUtf8BecomesSo(String hex) {
    byte[] bytes = Hex.join(Hex.bytes(hex), Hex.bytes("20 e2 82 ac"));

    assertThat(Utf8.decode(cleaned(bytes)))
        .hasValueSatisfying(text -> assertThat(text).contains("\ufffd").endsWith(" €"));
  }

  @Test
  void repairsRandomBytesAsTheDecoderOfThePlatformDoes() {
    SplittableRandom random = new SplittableRandom(8);
    // Bytes of which characters are made, so that many are whole and many are nearly so. Without
    // ED:
    // of half a surrogate pair, ED A0 80, the platform's decoder makes one U+FFFD and not three.
    byte[] likely = Hex.bytes("09 1b 41 7a 80 8f 90 9f a0 bf c1 c2 c3 df e0 e2 ef f0 f1 f4 f5 ff");
    for (int i = 0; i < 200_000; i++) {
      byte[] bytes = new byte[random.nextInt(24)];
      for (int j = 0; j < bytes.length; j++) {
        bytes[j] = likely[random.nextInt(likely.length)];
      }
      byte[] expected = cleanedSlowly(bytes);

      byte[] cleaned = cleaned(bytes);

      if (!Arrays.equals(cleaned, expected)) {
        assertThat(Hex.of(cleaned)).as(Hex.of(bytes)).isEqualTo(Hex.of(expected));
      }
    }
  }

  static IntStream alignments() {
    return IntStream.range(0, 16);
  }

  @ParameterizedTest
  @MethodSource("alignments")
  void cleansEveryByteValueAtEveryPlace(int offset) {
    // Neighbours on both sides of the limits: eight bytes at a time, one must not leak into
    // another.
    int[] neighbours = {0x00, 0x1f, 0x20, 'm', 0x7e, 0x7f, 0x80, 0xff};
    int size = 19;
    for (ByteBuffer buffer : List.of(ByteBuffer.allocate(128), ByteBuffer.allocateDirect(128))) {
      for (int neighbour : neighbours) {
        byte[] original = new byte[size];
        Arrays.fill(original, (byte) neighbour);
        for (int place = 0; place < size; place++) {
          for (int value = 0; value < 256; value++) {
            original[place] = (byte) value;
            buffer.put(offset, original);

            int cleanSize = CleanText.copy(buffer, offset, size, buffer, 64, 64);

            byte[] cleaned = new byte[cleanSize];
            buffer.get(64, cleaned);
            if (!Arrays.equals(cleaned, cleanedSlowly(original))) {
              assertThat(cleaned)
                  .as("value %02x at %d among %02x", value, place, neighbour)
                  .isEqualTo(cleanedSlowly(original));
            }
          }
          original[place] = (byte) neighbour;
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("alignments")
  void leavesCharactersOfManyBytesAlone(int offset) {
    String text = "a\u0100\u0101\u011f\u017f\u5c71\u1f1f\ud83c\udf75\u00a0\u200d ~\ufffd";

    assertThat(new String(cleaned(utf8(" ".repeat(offset) + text)), StandardCharsets.UTF_8))
        .isEqualTo(" ".repeat(offset) + text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"mmmmmmmmmmmmmmmmmmmm", "ééééééééé", "ff ff ff ff ff ff", "mm\u0007mmmmmmmmm"})
  void writesNothingBeyondTheRoomAndStillTellsTheSize(String text) {
    byte[] bytes = text.startsWith("ff") ? Hex.bytes(text) : utf8(text);
    int size = cleaned(bytes).length;
    for (int room = 0; room <= size; room++) {
      ByteBuffer to = ByteBuffer.allocate(ROOM);
      Arrays.fill(to.array(), (byte) '#');

      assertThat(CleanText.copy(ByteBuffer.wrap(bytes), 0, bytes.length, to, 3, room))
          .isEqualTo(size);

      assertThat(Arrays.copyOf(to.array(), 3)).containsOnly('#');
      assertThat(Arrays.copyOfRange(to.array(), 3 + room, ROOM))
          .as("room %d", room)
          .containsOnly('#');
    }
  }

  @Test
  void cleansInEitherByteOrderAndKeepsThePosition() {
    for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
      ByteBuffer from = ByteBuffer.wrap(utf8("abcdefghijklm\0opq")).order(order).position(3);
      ByteBuffer to = ByteBuffer.allocate(17).order(order).position(5);

      CleanText.copy(from, 0, 17, to, 0, 17);

      assertThat(from.position()).isEqualTo(3);
      assertThat(to.position()).isEqualTo(5);
      assertThat(to.array()).isEqualTo(utf8("abcdefghijklm opq"));
    }
  }

  @Test
  void cleansTextInMemoryToo() {
    assertThat(CleanText.of("a\tb\u001b[2J\u202ec\u0085d\ud83ce ☕"))
        .isEqualTo("a\tb [2Jc d\ufffde ☕");
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          # bytes,                  as text, as a name
          '',                       true,  true
          68 65 6c 6c 6f 20 7e,     true,  true
          e5 b1 b1 f0 9f 8d b5,     true,  true
          e2 80 ae,                 true,  true
          61 09 0a 0d 62,           true,  false
          61 1b 5b 33 31 6d,        false, false
          61 62 63 64 65 66 67 00,  false, false
          7f,                       false, false
          c2 9b,                    false, false
          c2 a0,                    true,  true
          62 61 64 78 ff fe,        false, false
          31 e4 6b 6d 73,           false, false
          e2 82,                    false, false
          """)
  void tellsWhatMayBePassedOnAsItIs(String hex, boolean asText, boolean asName) {
    byte[] bytes = Hex.bytes(hex);
    for (int offset = 0; offset < 9; offset++) {
      // What stands before and behind does not count.
      ByteBuffer buffer = ByteBuffer.allocate(64);
      Arrays.fill(buffer.array(), (byte) 0xbf);
      buffer.put(offset, bytes);

      assertThat(CleanText.isClean(buffer, offset, bytes.length, true)).isEqualTo(asText);
      assertThat(CleanText.isClean(buffer, offset, bytes.length, false)).isEqualTo(asName);
    }
  }

  private static byte[] cleaned(byte[] bytes) {
    ByteBuffer to = ByteBuffer.allocate(ROOM);
    int size = CleanText.copy(ByteBuffer.wrap(bytes), 0, bytes.length, to, 0, ROOM);
    return Arrays.copyOf(to.array(), size);
  }

  /** The same by the platform's decoder, which repairs as the Unicode standard recommends. */
  private static byte[] cleanedSlowly(byte[] bytes) {
    return utf8(
        new String(bytes, StandardCharsets.UTF_8)
            .codePoints()
            .filter(c -> !(c >= 0x202a && c <= 0x202e) && !(c >= 0x2066 && c <= 0x2069))
            .map(c -> Character.getType(c) == Character.CONTROL && c != '\t' ? ' ' : c)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString());
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
