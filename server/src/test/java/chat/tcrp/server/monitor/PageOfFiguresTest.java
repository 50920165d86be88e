package chat.tcrp.server.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.server.metrics.Figure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What docs/ says of figures is so. */
class PageOfFiguresTest {
  private static final Path DOCS = Path.of("..", "docs");
  private static final Pattern NAME = Pattern.compile("\\b(?:chat|process|jvm)_[a-z_]+\\b");

  private static Stream<String> sampleNames(Figure figure) {
    return figure.type() == Figure.Type.HISTOGRAM
        ? Stream.of("_bucket", "_sum", "_count").map(ending -> figure.sampleName() + ending)
        : Stream.of(figure.sampleName());
  }

  @Test
  void everyFigureIsInTheTableAsItIs() throws IOException {
    List<String> rows = Files.readAllLines(DOCS.resolve("operating.md"));

    for (Figure figure : Figure.values()) {
      String labels =
          String.join(", ", figure.labels().stream().map(l -> "`" + l.text() + "`").toList());
      assertThat(rows)
          .contains(
              "| `%s` | %s | %s | %s |"
                  .formatted(figure.sampleName(), figure.type().text(), labels, figure.help()));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"alerts.yml", "alerts-test.yml", "dashboard.json"})
  void everyNameThatIsAskedForIsOneOfTheServer(String file) throws IOException {
    List<String> known =
        Stream.of(Figure.values()).flatMap(PageOfFiguresTest::sampleNames).toList();
    List<String> asked =
        NAME.matcher(Files.readString(DOCS.resolve("monitoring").resolve(file)))
            .results()
            .map(MatchResult::group)
            .toList();

    assertThat(asked).isNotEmpty().isSubsetOf(known);
  }
}
