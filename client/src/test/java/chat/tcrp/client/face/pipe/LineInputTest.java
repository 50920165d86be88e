package chat.tcrp.client.face.pipe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LineInputTest {
  @Test
  void endsLinesAtNewlinesAndDropsTheCarriageReturnBeforeThem() throws IOException {
    assertThat(lines("one\ntwo\r\n\n\r\nthr\ree\nlast"))
        .containsExactly("one", "two", "", "", "thr\ree", "last");
    assertThat(lines("")).isEmpty();
    assertThat(lines("\n")).containsExactly("");
    assertThat(lines("a\r")).containsExactly("a");
  }

  @Test
  void cutsALineWithoutEndIntoPartsBetweenCharacters() throws IOException {
    String line = "x" + "🍵".repeat(LineInput.MAX_LENGTH);
    List<String> parts = lines(line + "\nnext");
    assertThat(parts).last().isEqualTo("next");
    assertThat(parts).allSatisfy(p -> assertThat(p).hasSizeLessThanOrEqualTo(LineInput.MAX_LENGTH));
    assertThat(parts).noneMatch(part -> Character.isHighSurrogate(part.charAt(part.length() - 1)));
    assertThat(String.join("", parts.subList(0, parts.size() - 1))).isEqualTo(line);
  }

  @Test
  void aLineOfExactlyTheGreatestLengthStaysWhole() throws IOException {
    String line = "x".repeat(LineInput.MAX_LENGTH);
    assertThat(lines(line + "\n" + line)).containsExactly(line, line);
  }

  @Test
  void replacesWhatIsNotUtf8() throws IOException {
    LineInput input =
        new LineInput(new ByteArrayInputStream(new byte[] {(byte) 0xff, 'a', '\n', (byte) 0xc3}));
    assertThat(input.next()).contains("\ufffda");
    assertThat(input.next()).contains("\ufffd");
    assertThat(input.next()).isEmpty();
  }

  @Test
  void knowsWhetherALineIsThereWithoutWaiting() throws IOException {
    LineInput input = input("one\ntwo\nhalf");
    assertThat(input.hasNext()).isFalse();
    input.next();
    assertThat(input.hasNext()).isTrue();
    input.next();
    assertThat(input.hasNext()).isFalse();
  }

  private static LineInput input(String text) {
    return new LineInput(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static List<String> lines(String text) throws IOException {
    LineInput input = input(text);
    List<String> lines = new ArrayList<>();
    for (Optional<String> line = input.next(); line.isPresent(); line = input.next()) {
      lines.add(line.get());
    }
    return lines;
  }
}
